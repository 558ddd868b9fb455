/**
 * Whose work is done next, where each piece waits for an address of somebody else's: a receiver of webhooks, a gateway for text messages. Few are
 * done at a time, and such an address may take long to answer: of one provider so many are under way at once, and who has cost more than a budget
 * of waiting goes to the slow lane, whose workers are others. So a slow address keeps nobody from theirs but its own provider, and those that are
 * slow too. Of this process alone; what another process learns it learns by itself.
 */
export type Lane = "usual" | "slow";

/** `wait`: its provider has as many under way as it may, or others wait before it. */
export type Turn =
  | { readonly kind: "go" }
  | { readonly kind: "slow-lane" }
  | { readonly kind: "wait"; readonly ms: number };

/** Where what has no turn now is sent back to, and for how long: the lane that it came from, or the slow one. */
export function sentBack(turn: Exclude<Turn, { kind: "go" }>, lane: Lane): { lane: Lane; startAfterMs: number } {
  return turn.kind === "wait" ? { lane, startAfterMs: turn.ms } : { lane: "slow", startAfterMs: 0 };
}

export interface Turns {
  /** Who gets "go" says `done` when the try has ended, however it did. `isAwaited`: a person waits for it, and it for nobody but those under way. */
  take(providerId: string, lane: Lane, isAwaited?: boolean): Turn;
  /** @param tookMs of it the address was waited for; left out: since its turn began */
  done(providerId: string, tookMs?: number): void;
}

/** An answer is expected within so long; what it takes beyond is counted against its provider. */
const promptMs = 1000;
const budgetMs = 3000;
/** Of the time that passes so much is forgiven: a twentieth. */
const forgivenPart = 1 / 20;
/** So all is forgiven within twenty minutes: an address that was away for a day is tried as usual soon after. */
const spentMsMax = 60_000;
const waitMsMin = 250;
const waitMsMax = 10 * 60_000;
const providersMax = 10_000;

interface Standing {
  /** Of those under way, the oldest first. */
  readonly sinceMs: number[];
  /** What was waited for it beyond what is usual, at `atMs`. */
  spentMs: number;
  atMs: number;
  /** How long its last try took. */
  tookMs: number;
  /** When what is sent back now comes again: behind those that were sent back before. */
  nextMs: number;
}

/** @param nowMs monotonic @param atOnce of one provider, in the usual lane; in the slow one it is one */
export function createTurns(nowMs: () => number, atOnce = 1): Turns {
  const standings = new Map<string, Standing>();

  function standingOf(providerId: string): Standing {
    const known = standings.get(providerId);
    const at = nowMs();
    const { spentMs = 0, atMs = at } = known ?? {};
    const standing: Standing = {
      sinceMs: [],
      tookMs: 0,
      nextMs: at,
      ...known,
      spentMs: Math.max(0, spentMs - (at - atMs) * forgivenPart),
      atMs: at,
    };
    standings.delete(providerId);
    standings.set(providerId, standing);
    return standing;
  }

  /** The longest unheard of; one that is under way stays. */
  function forgetSome(): void {
    if (standings.size <= providersMax) return;
    for (const [providerId, { sinceMs }] of standings)
      if (sinceMs.length === 0) {
        standings.delete(providerId);
        return;
      }
  }

  return {
    take(providerId, lane, isAwaited = false) {
      const standing = standingOf(providerId);
      forgetSome();
      if (lane === "usual" && standing.spentMs > budgetMs) return { kind: "slow-lane" };
      const { sinceMs, atMs } = standing;
      const [oldestMs = atMs] = sinceMs;
      if (sinceMs.length < (lane === "usual" ? atOnce : 1)) {
        sinceMs.push(atMs);
        return { kind: "go" };
      }
      if (isAwaited) return { kind: "wait", ms: waitMsMin };
      const eachMs = Math.max(waitMsMin, standing.tookMs, atMs - oldestMs);
      standing.nextMs = Math.min(Math.max(standing.nextMs, atMs) + eachMs, atMs + waitMsMax);
      return { kind: "wait", ms: standing.nextMs - atMs };
    },
    done(providerId, tookMs) {
      const standing = standingOf(providerId);
      // Whichever of them has ended: together they took as long.
      const sinceMs = standing.sinceMs.shift();
      standing.tookMs = sinceMs === undefined ? 0 : (tookMs ?? standing.atMs - sinceMs);
      standing.spentMs = Math.min(spentMsMax, standing.spentMs + Math.max(0, standing.tookMs - promptMs));
    },
  };
}

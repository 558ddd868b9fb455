/**
 * Whose delivery is tried next. Few are tried at a time, and an address may take ten seconds to answer: of one provider one is tried at a time, and
 * who has cost more than a budget of waiting goes to the slow lane, whose workers are others. So a slow receiver keeps nobody from theirs but its
 * own provider, and those that are slow too. Of this process alone; what another process learns it learns by itself.
 */
export type Lane = "usual" | "slow";

/** `wait`: its provider has another one under way, or others wait before it. */
export type Turn =
  | { readonly kind: "go" }
  | { readonly kind: "slow-lane" }
  | { readonly kind: "wait"; readonly ms: number };

export interface DeliveryTurns {
  /** Who gets "go" says `done` when the try has ended, however it did. `isAwaited`: a person looks at it, and it waits for nobody but one before it. */
  take(providerId: string, lane: Lane, isAwaited?: boolean): Turn;
  done(providerId: string): void;
}

/** An answer is expected within so long; what it takes beyond is counted against its provider. */
const promptMs = 1000;
const budgetMs = 3000;
/** Of the time that passes so much is forgiven: a twentieth. */
const forgivenPart = 1 / 20;
const waitMsMin = 250;
const waitMsMax = 10 * 60_000;
const providersMax = 10_000;

interface Standing {
  busySinceMs: number | null;
  /** What was waited for it beyond what is usual, at `atMs`. */
  spentMs: number;
  atMs: number;
  /** How long its last try took. */
  tookMs: number;
  /** When what is sent back now comes again: behind those that were sent back before. */
  nextMs: number;
}

/** @param nowMs monotonic */
export function createDeliveryTurns(nowMs: () => number): DeliveryTurns {
  const standings = new Map<string, Standing>();

  function standingOf(providerId: string): Standing {
    const known = standings.get(providerId);
    const at = nowMs();
    const { spentMs = 0, atMs = at } = known ?? {};
    const standing: Standing = {
      busySinceMs: null,
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
    for (const [providerId, { busySinceMs }] of standings)
      if (busySinceMs === null) {
        standings.delete(providerId);
        return;
      }
  }

  return {
    take(providerId, lane, isAwaited = false) {
      const standing = standingOf(providerId);
      forgetSome();
      if (lane === "usual" && standing.spentMs > budgetMs) return { kind: "slow-lane" };
      if (standing.busySinceMs === null) {
        standing.busySinceMs = standing.atMs;
        return { kind: "go" };
      }
      if (isAwaited) return { kind: "wait", ms: waitMsMin };
      const eachMs = Math.max(waitMsMin, standing.tookMs, standing.atMs - standing.busySinceMs);
      standing.nextMs = Math.min(Math.max(standing.nextMs, standing.atMs) + eachMs, standing.atMs + waitMsMax);
      return { kind: "wait", ms: standing.nextMs - standing.atMs };
    },
    done(providerId) {
      const standing = standingOf(providerId);
      standing.tookMs = standing.busySinceMs === null ? 0 : standing.atMs - standing.busySinceMs;
      standing.busySinceMs = null;
      standing.spentMs += Math.max(0, standing.tookMs - promptMs);
    },
  };
}

/** When the next back-up is due, and which rows belong to a process that ended. Pure. */
import type { RunState } from "./run-states.ts";

export interface RunFacts {
  readonly state: RunState;
  readonly askedAtMs: number;
  readonly beatAtMs: number;
  readonly proofTriedAtMs: number | null;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** After a failure, and after a proof that could not be tried: a store that is away for a day costs 48 tries. */
const againMs = 30 * 60_000;
/** A process that works on a back-up says so every few seconds; on the embedded engine it can't while the snapshot is read. */
export const silentMsMax = 3 * 60_000;

const working: ReadonlySet<RunState> = new Set(["waiting", "writing", "storing", "proving"]);

/** A clock that was ahead has dated it: how old it is, nobody knows. Clocks of processes may differ by less. */
export const isOfFuture = (atMs: number, nowMs: number): boolean => atMs - nowMs > silentMsMax;

/** Nobody works on it any more, although the row says so. A waiting one is in the hands of the queue. */
export function isAbandoned({ state, beatAtMs }: Pick<RunFacts, "state" | "beatAtMs">, nowMs: number): boolean {
  const isSilent = nowMs - beatAtMs > silentMsMax || isOfFuture(beatAtMs, nowMs);
  return state !== "waiting" && working.has(state) && isSilent;
}

export function isWorking(run: Pick<RunFacts, "state" | "beatAtMs">, nowMs: number): boolean {
  return working.has(run.state) && !isAbandoned(run, nowMs);
}

/** What the row says to people: an abandoned one has stopped, whatever stands in it. */
export function shownState(run: Pick<RunFacts, "state" | "beatAtMs">, nowMs: number): RunState | "interrupted" {
  return isAbandoned(run, nowMs) ? "interrupted" : run.state;
}

/** The next time that the clock shows this hour of UTC, after `nowMs`. */
export function nextHourMs(nowMs: number, hour: number): number {
  const today = Math.floor(nowMs / dayMs) * dayMs + hour * hourMs;
  return today > nowMs ? today : today + dayMs;
}

export type Due =
  | { readonly kind: "back-up" }
  | { readonly kind: "proof" }
  | { readonly kind: "nothing"; readonly nextAtMs: number };

/**
 * One back-up for each passing of the hour, late ones too (a hub that was off at night takes it in the morning); the first at once.
 * @param all newest first; as many as there were since the day before yesterday are enough. Those of the future stand in no other's place
 */
export function judgeDue(nowMs: number, hour: number, all: readonly RunFacts[]): Due {
  const nextAtMs = nextHourMs(nowMs, hour);
  const dueSinceMs = nextAtMs - dayMs;
  const runs = all.filter(({ askedAtMs }) => !isOfFuture(askedAtMs, nowMs));
  const [newest] = runs;
  if (all.some((run) => isWorking(run, nowMs))) return { kind: "nothing", nextAtMs };
  const isThere = runs.some(
    ({ state, askedAtMs }) => askedAtMs >= dueSinceMs && (state === "stored" || state === "proved"),
  );
  if (!isThere) {
    const isTried = newest !== undefined && newest.askedAtMs >= dueSinceMs;
    const againAtMs = isTried ? Math.min(newest.beatAtMs, nowMs) + againMs : nowMs;
    return againAtMs <= nowMs ? { kind: "back-up" } : { kind: "nothing", nextAtMs: againAtMs };
  }
  const newestThere = runs.find(({ state }) => state === "stored" || state === "proved");
  const triedAtMs = newestThere?.proofTriedAtMs ?? 0;
  const isTriedLately = triedAtMs + againMs > nowMs && !isOfFuture(triedAtMs, nowMs);
  const waitsForProof = newestThere?.state === "stored" && !isTriedLately;
  return waitsForProof ? { kind: "proof" } : { kind: "nothing", nextAtMs };
}

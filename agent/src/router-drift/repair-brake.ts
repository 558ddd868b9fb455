/**
 * How often the agent repairs the same by itself: at most three times a day. Somebody else, a person or another program, wants it otherwise
 * then, and two managers who fight harm customers more than the difference does. Pure.
 */

/** When each repair was made, milliseconds since 1970, oldest first; and whether an alarm was raised since. */
export type RepairHistory = Readonly<Record<string, { readonly atMs: readonly number[]; readonly isAlarmed: boolean }>>;

const timesMax = 3;
const dayMs = 86_400_000;
/** Repairs that are remembered; the oldest are forgotten. */
const keysMax = 100;

export type BrakeDecision = "repair" | "alarm" | "rest";

/** What was made "later" than now counts: a clock that went back gives no more tries. */
const within = (atMs: readonly number[], nowMs: number) => atMs.filter((each) => nowMs - each < dayMs);

export function decideRepair(history: RepairHistory, key: string, nowMs: number): BrakeDecision {
  const known = history[key];
  if (known === undefined || within(known.atMs, nowMs).length < timesMax) return "repair";
  return known.isAlarmed ? "rest" : "alarm";
}

export function noteRepair(history: RepairHistory, key: string, nowMs: number): RepairHistory {
  const atMs = [...within(history[key]?.atMs ?? [], nowMs), nowMs];
  return trimmed({ ...history, [key]: { atMs, isAlarmed: false } }, nowMs);
}

export function noteAlarm(history: RepairHistory, key: string): RepairHistory {
  const known = history[key];
  return known === undefined ? history : { ...history, [key]: { ...known, isAlarmed: true } };
}

function trimmed(history: RepairHistory, nowMs: number): RepairHistory {
  const living = Object.entries(history).filter(([, { atMs }]) => within(atMs, nowMs).length > 0);
  return Object.fromEntries(living.slice(-keysMax));
}

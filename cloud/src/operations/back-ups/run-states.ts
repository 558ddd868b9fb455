/** `stored`: whole in the store, and not proved yet. `missing`: it was in the store, and is not any more. */
export const runStates = [
  "waiting",
  "writing",
  "storing",
  "stored",
  "proving",
  "proved",
  "damaged",
  "missing",
  "failed",
] as const;
export type RunState = (typeof runStates)[number];

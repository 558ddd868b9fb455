export const upgradeStates = ["running", "paused", "stopped", "done"] as const;

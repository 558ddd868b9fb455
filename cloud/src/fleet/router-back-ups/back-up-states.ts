export const backUpStates = ["waiting", "making", "done", "failed"] as const;

export const backUpCauses = ["person", "schedule", "before-restore", "after-restore", "before-upgrade"] as const;

/**
 * `saving`: a back-up of what is there now is made first. `sent`: the router fetches the file. `restarting`: it loads it. `back`: it answers
 * again, restarted. `failed`: nothing was restored. `silent`: it has not answered for long.
 */
export const restoreStates = ["saving", "sent", "restarting", "back", "failed", "silent"] as const;

export const schedulePeriods = ["off", "day", "week"] as const;

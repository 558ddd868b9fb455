export const orderStates = [
  "waiting",
  "sent",
  "done",
  "differs",
  "refused",
  "undone",
  "expired",
  "unknown",
  "cancelled",
] as const;
export type OrderState = (typeof orderStates)[number];

export const bulkStates = ["running", "paused", "stopped", "done"] as const;

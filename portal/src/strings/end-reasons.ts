/** Why a package ended. Any other reason is shown as `other`. */
export const endReasons = [
  "expired",
  "time-used",
  "data-used",
  "too-many-devices",
  "outside-schedule",
  "revoked",
  "other",
] as const;
export type EndReason = (typeof endReasons)[number];

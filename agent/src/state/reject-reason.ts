/** Why a device may not go online, in order of precedence. Portal and Reply-Message have a sentence for each. */
export type RejectReason =
  | "unknown-user"
  | "wrong-password"
  | "guessing"
  | "disabled"
  | "other-device"
  | "revoked"
  | "suspended"
  | "paused"
  | "not-remembered"
  | "expired"
  | "time-used"
  | "data-used"
  | "outside-schedule"
  | "too-many-devices"
  | "moved-too-often"
  | "elsewhere"
  | "clock-unknown";

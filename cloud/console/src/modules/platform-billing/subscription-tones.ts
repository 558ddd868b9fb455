import type { BillingFigures } from "./platform-billing.ts";

/** The colours of a subscription's states. */
export const subscriptionTones = {
  trial: "",
  active: "good",
  arrears: "warn",
  "read-only": "bad",
  stopped: "bad",
  ended: "",
} as const satisfies Record<BillingFigures["items"][number]["state"], string>;

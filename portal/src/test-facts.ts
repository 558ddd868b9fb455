/** What an agent tells a portal, for tests: a package, a device that is online with it, a purchase under way. */
import { type Plan, unlimitedTerms } from "@karibu/protocol/plan";
import type { PurchaseView } from "@karibu/protocol/portal-api";
import { bytes, cents, seconds } from "@karibu/protocol/quantities";

export const hour: Plan = {
  planId: "p",
  name: "1 hour",
  priceCents: cents(1000),
  currency: "KES",
  active: true,
  terms: { ...unlimitedTerms, validitySeconds: seconds(3600) },
};

export const online = {
  planName: hour.name,
  secondsLeft: seconds(3600),
  bytesLeft: null,
  bytesUsed: bytes(0),
  endsAtMs: null,
  downKbps: null,
};

/** Its phone has been asked for the PIN; `more` says what else came of it. */
export const purchaseView = (more: Partial<PurchaseView> = {}): PurchaseView => ({
  purchaseId: "x",
  planId: hour.planId,
  state: "prompted",
  reason: null,
  receipt: null,
  grantId: null,
  logIn: null,
  ...more,
});

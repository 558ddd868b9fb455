/** States of a portal for tests: a package, a device that is online with it, a running purchase; and all words of a language. */
import { type Plan, unlimitedTerms } from "@karibu/protocol/plan";
import type { PurchaseView } from "@karibu/protocol/portal-api";
import { bytes, cents, seconds } from "@karibu/protocol/quantities";
import { allWords } from "./strings/all-words.ts";
import { usualWay, type WholeWords } from "./strings/words.ts";

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

/** A purchase whose phone was prompted. `more` changes fields. */
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

/** All words of each language, as a page has them once everything is loaded. */
export const english: WholeWords = allWords("en", usualWay);
export const swahili: WholeWords = allWords("sw", usualWay);

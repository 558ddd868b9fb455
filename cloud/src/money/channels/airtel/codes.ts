/**
 * What Airtel's codes say. The countries' copies of the list disagree on some of them, so the letters of a payment's status come first
 * and a code only gives the reason. Source: Airtel's Open API, "Error codes" (collection).
 */
import type { PurchaseFailure } from "@karibu/protocol/rpc/purchase-state";

const paymentCode = (digits: string): string => `DP00800001${digits}`;

const reasons: Readonly<Record<string, PurchaseFailure>> = {
  [paymentCode("002")]: "wrong-pin",
  [paymentCode("003")]: "limit",
  [paymentCode("005")]: "expired",
  [paymentCode("007")]: "no-funds",
  [paymentCode("029")]: "expired",
  ROUTER115: "wrong-pin",
  // The number is none of Airtel's.
  ESB000033: "unreachable",
  ESB000036: "unreachable",
};

/** A person has to change something at Airtel or in the channel: every customer is refused. */
const merchantProblems = new Set([
  ...[paymentCode("010"), paymentCode("026")],
  ...[
    "ROUTER001",
    "ROUTER003",
    "ROUTER005",
    "ROUTER006",
    "ROUTER007",
    "ROUTER112",
    "ROUTER114",
    "ROUTER116",
    "ROUTER119",
  ],
  ...["ESB000034", "ESB000035", "ESB000039"],
]);

/** They decide nothing: the payment may still be made. */
const undecided = new Set([
  ...[paymentCode("000"), paymentCode("006"), paymentCode("024")],
  ...["ESB000001", "ESB000004", "ESB000008", "ESB000014", "ROUTER117"],
]);
/** Our name of the payment is taken: it was sent already. */
const sentAlready = "ESB000041";
const notFound = new Set([paymentCode("025"), "ESB000045"]);
/** Other codes of a payment that was refused, for a reason that no customer needs to know. */
const refused = new Set([paymentCode("004"), paymentCode("008"), paymentCode("009")]);

export type AirtelVerdict =
  | { readonly kind: "undecided" | "sent-already" | "not-found" | "unknown" }
  | { readonly kind: "failed"; readonly reason: PurchaseFailure };

export function classifyAirtel(code: string): AirtelVerdict {
  if (code === sentAlready) return { kind: "sent-already" };
  if (undecided.has(code)) return { kind: "undecided" };
  if (notFound.has(code)) return { kind: "not-found" };
  if (merchantProblems.has(code)) return { kind: "failed", reason: "merchant-problem" };
  const reason = Object.hasOwn(reasons, code) ? reasons[code] : refused.has(code) ? "other" : undefined;
  return reason === undefined ? { kind: "unknown" } : { kind: "failed", reason };
}

/** What a row of the list leads to. Pure: the cause of its entry says it. */

/** Things that have a page of their own, by the identifier that their page takes. */
export interface ReceivedThing {
  readonly kind: "payment" | "cash-sale" | "invoice" | "subscription" | "voucher" | "receipt" | "customer";
  readonly id: string;
}

interface Cause {
  /** Of its entry: `invoice:0197…`. */
  readonly entryKey: string;
  readonly paymentId: string | null;
  /** A refund's. */
  readonly refundOf: { readonly voucherId: string | null; readonly cashSaleId: string | null } | null;
  readonly receipt: string | null;
  readonly customerId: string | null;
}

/** Null: it has no page, or its customer has none. */
export function thingOf({ entryKey, paymentId, refundOf, receipt, customerId }: Cause): ReceivedThing | null {
  if (paymentId !== null) return { kind: "payment", id: paymentId };
  const [what = "", id = "", ...rest] = entryKey.split(":");
  if (what === "cash-sale") return { kind: "cash-sale", id: `${id}.${rest.join(":")}` };
  if (what === "subscription") return { kind: "subscription", id };
  if (what === "invoice") return { kind: "invoice", id };
  if (what === "voucher-sale") return { kind: "voucher", id };
  if (refundOf !== null && refundOf.cashSaleId !== null) return { kind: "cash-sale", id: refundOf.cashSaleId };
  if (refundOf !== null && refundOf.voucherId !== null) return { kind: "voucher", id: refundOf.voucherId };
  if (customerId !== null) return { kind: "customer", id: customerId };
  return receipt === null ? null : { kind: "receipt", id: receipt };
}

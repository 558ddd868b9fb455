import type { Party } from "../../ground/amounts/parties.ts";
import { type Inflow, payerMask, verifiedPaidAtMs } from "../evidence/inflow.ts";
import { isOnlyEntered, type ReceiptDetails, type ReceiptRow } from "../receipts/receipt-rows.ts";

/**
 * A receipt's details after one more source has told of it. Pure. One source hides the payer, the next one may not; and any source knows payer and time
 * better than a person who typed them.
 * @param party the payer, as the books name them; null: the source shows too little
 */
export function detailsWith(booked: ReceiptRow, inflow: Inflow, party: Party | null): ReceiptDetails {
  const isTyped = isOnlyEntered(booked);
  const paidAtMs = verifiedPaidAtMs(inflow);
  return {
    payerName: booked.payerName ?? inflow.payerName,
    payerHash: isTyped ? (party ?? booked.payerHash) : (booked.payerHash ?? party),
    payerMasked: isTyped && inflow.payer.kind !== "none" ? payerMask(inflow.payer) : booked.payerMasked,
    paidAtMs: (isTyped ? paidAtMs : null) ?? booked.paidAtMs ?? paidAtMs,
    accountText: booked.purchaseId === null ? booked.accountText : (inflow.accountText ?? booked.accountText),
  };
}

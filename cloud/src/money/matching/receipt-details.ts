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
    payer_name: booked.payer_name ?? inflow.payerName,
    payer_hash: isTyped ? (party ?? booked.payer_hash) : (booked.payer_hash ?? party),
    payer_masked: isTyped && inflow.payer.kind !== "none" ? payerMask(inflow.payer) : booked.payer_masked,
    paid_at_ms: (isTyped ? paidAtMs : null) ?? booked.paid_at_ms ?? paidAtMs,
    account_text: booked.purchase_id === null ? booked.account_text : (inflow.accountText ?? booked.account_text),
  };
}

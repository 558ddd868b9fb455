/** A printed voucher's sale in the books. Pure. */
import { cents } from "@karibu/protocol/quantities";
import type { LedgerAccount } from "../ledger/accounts.ts";
import { balanced, type LedgerEntry } from "../ledger/entries.ts";

export interface PaperSale {
  readonly batchId: string;
  readonly serial: number;
  readonly priceCents: number;
  readonly currency: string;
}

/** Cash that was taken for a batch's codes and that nobody has handed in yet: the batch answers for it. */
export const paperAccount = (batchId: string): LedgerAccount => `paper:${batchId}`;

/** One key for a voucher, whoever books its sale: the books take it once. */
export const voucherSaleKey = (voucherId: string): string => `voucher-sale:${voucherId}`;

/** Somebody took the price in cash. Who, only the batch can tell. */
export function paperSaleEntry({ batchId, serial, priceCents, currency }: PaperSale): LedgerEntry {
  return balanced({
    entryKey: voucherSaleKey(`${batchId}.${serial}`),
    kind: "voucher-sale",
    postings: [
      { account: paperAccount(batchId), currency, amountCents: cents(priceCents) },
      { account: "revenue", currency, amountCents: cents(-priceCents) },
    ],
  });
}

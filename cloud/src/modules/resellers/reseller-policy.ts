/** What a reseller earns and owes. Pure; money in minor units. */
import { cents } from "@karibu/protocol/quantities";
import { balanced, type LedgerEntry } from "../../money/ledger/entries.ts";
import { paperAccount, voucherSaleKey } from "../../money/paper-sales/paper-entry.ts";

/** Of one voucher. A part of a cent stays with the provider, so that no sum of commissions is above its share. */
export const commissionOf = (priceCents: number, permille: number): number =>
  Math.floor((priceCents * permille) / 1000);

export interface SoldVoucher {
  readonly resellerId: string;
  readonly handOverId: string;
  readonly batchId: string;
  readonly serial: number;
  readonly priceCents: number;
  readonly commissionCents: number;
  readonly currency: string;
  /** Its sale is in the books already, as cash that its batch answers for: it was refunded, or used, before it was known as this reseller's. */
  readonly isBooked: boolean;
  /** As cash in the office's till: somebody there had said that it was sold, before its site told that this reseller's customer had used it. */
  readonly isInTill: boolean;
}

/** The reseller has the price and owes it, less the commission. Null: it cost nothing. */
export function soldEntry(sold: SoldVoucher): LedgerEntry | null {
  const { resellerId, handOverId, batchId, serial, priceCents, commissionCents, currency, isBooked, isInTill } = sold;
  if (priceCents === 0) return null;
  const voucherId = `${batchId}.${serial}`;
  const taken = isInTill ? "cash" : paperAccount(batchId);
  return balanced({
    // A voucher that was taken out of one hand-over again may be sold by another one.
    entryKey: isBooked ? `reseller-sale:${voucherId}:${handOverId}` : voucherSaleKey(voucherId),
    kind: "voucher-sale",
    postings: [
      { account: `float:${resellerId}`, currency, amountCents: cents(priceCents - commissionCents) },
      { account: "commission", currency, amountCents: cents(commissionCents) },
      { account: isBooked ? taken : "revenue", currency, amountCents: cents(-priceCents) },
    ],
  });
}

/** It was the reseller's sale in the books, and is not: its batch answers for the cash. @param sold its commission is what the reseller still has of it */
export function notSoldEntry(sold: Omit<SoldVoucher, "isBooked" | "isInTill">): LedgerEntry {
  const { resellerId, batchId, serial, priceCents, commissionCents, currency, handOverId } = sold;
  return balanced({
    entryKey: `reseller-not-sold:${batchId}.${serial}:${handOverId}`,
    kind: "voucher-sale",
    postings: [
      { account: paperAccount(batchId), currency, amountCents: cents(priceCents) },
      { account: `float:${resellerId}`, currency, amountCents: cents(commissionCents - priceCents) },
      { account: "commission", currency, amountCents: cents(-commissionCents) },
    ],
  });
}

export interface Exposure {
  /** What the ledger has: above zero, paid ahead; below, owed. */
  readonly balanceCents: number;
  /** What the vouchers with them are worth to the provider once they are sold. */
  readonly outCents: number;
  /** Null: no limit. */
  readonly limitCents: number | null;
}

/** May vouchers of this worth go to them too? What was paid ahead is no credit. */
export function mayHandOver({ balanceCents, outCents, limitCents }: Exposure, moreCents: number): boolean {
  return limitCents === null || outCents + moreCents - balanceCents <= limitCents;
}

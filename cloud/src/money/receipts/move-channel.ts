/** Money that was first reported at another channel of the provider's than the one that got it. */

import type { Tx } from "../../ground/db/database.ts";
import { type LedgerEntry, transferEntry } from "../ledger/entries.ts";
import type { Ledger } from "../ledger/post-entry.ts";
import { type ReceiptRow, setReceipt } from "./receipt-rows.ts";
import { isUndone, type PaidChannel } from "./unapplied.ts";

/**
 * The channel that got it says so when asked: its account has the money from here on. What the money has become stays. It goes through the account
 * of money without an owner, so that the list of money received has what left the one channel and what came to the other.
 * @returns the receipt as it stands now
 */
export async function moveToChannel(
  { ledger }: { readonly ledger: Ledger },
  tx: Tx,
  row: ReceiptRow,
  { providerId, channelId, currency }: PaidChannel,
): Promise<ReceiptRow> {
  if (row.currency !== currency) return row;
  // What is undone is in no account.
  const entries = isUndone(row) ? [] : entriesOf(row, channelId);
  for (const entry of entries) await ledger.post(tx, { providerId, purchaseId: null, party: null }, entry);
  await setReceipt(tx, row, { channelId });
  return { ...row, channelId };
}

function entriesOf(row: ReceiptRow, channelId: string): LedgerEntry[] {
  const { rail, receipt, currency } = row;
  const money = { amountCents: row.amountCents - row.returnedCents, currency };
  const [left, got] = [`clearing:${row.channelId}`, `clearing:${channelId}`] as const;
  const key = `channel:${rail}:${receipt}`;
  return [
    transferEntry(`${key}:${left}`, "correction", { from: left, to: "suspense", ...money }),
    transferEntry(`${key}:${got}`, "correction", { from: "suspense", to: got, ...money }),
  ];
}

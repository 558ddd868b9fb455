/** Money that left a channel for the bank, in the books: on its way there. Once, by its receipt. */
import type { World } from "@karibu/protocol/world";
import type { Tx } from "../../ground/db/database.ts";
import type { StatementLine } from "../channels/channel-messages.ts";
import type { ReceiptPlace } from "../channels/channels.ts";
import { lockNamesInTurn } from "../evidence/money-locks.ts";
import { type LedgerEntry, transferEntry } from "../ledger/entries.ts";
import type { Ledger } from "../ledger/post-entry.ts";
import { receiptName } from "../receipts/receipt-rows.ts";
import { type BookingTransactions, bookMissing, entriesAmong } from "./book-missing.ts";
import { centsByReceipt } from "./keep-statement.ts";
import { paidByHand } from "./paid-by-hand.ts";

type Place = Pick<ReceiptPlace, "providerId" | "channelId" | "rail" | "currency">;

/**
 * What a person recorded as paid to a venue's owner or for an expense under the same receipt has left the channel in the books: it is not booked again.
 * @returns minor units that were in no book yet
 */
export async function bookWithdrawals(
  parts: { readonly world: World; readonly ledger: Ledger },
  place: Place,
  lines: readonly StatementLine[],
  way: BookingTransactions,
): Promise<number> {
  const cents = centsByReceipt(lines.filter(({ isToBank }) => isToBank === true));
  const said = [...cents].map(([receipt, amountCents]) => {
    return { receipt, amountCents, entry: withdrawalEntry(place, receipt, amountCents) };
  });
  const inBooks = async (tx: Tx, receipts: readonly string[]) => {
    // Whoever records one of them as paid by hand in this moment comes before or after.
    const names = receipts.map((receipt) => receiptName({ providerId: place.providerId, rail: place.rail, receipt }));
    await lockNamesInTurn(tx, "receipt", names, { noWait: false });
    return new Set((await paidByHand(tx, place, receipts)).keys());
  };
  return bookMissing(parts, place.providerId, said, way, inBooks);
}

/** Of these receipts, those whose withdrawal is in the books. */
export async function withdrawalsInBooks(
  tx: Tx,
  { providerId, rail }: Pick<Place, "providerId" | "rail">,
  receipts: readonly string[],
): Promise<Set<string>> {
  const keys = receipts.map((receipt) => withdrawalKey(rail, receipt));
  const known = await entriesAmong(tx, providerId, keys);
  return new Set(receipts.filter((receipt) => known.has(withdrawalKey(rail, receipt))));
}

const withdrawalKey = (rail: string, receipt: string) => `withdrawn:${rail}:${receipt}`;

export const withdrawalEntry = (
  { rail, channelId, currency }: Place,
  receipt: string,
  amountCents: number,
): LedgerEntry =>
  transferEntry(withdrawalKey(rail, receipt), "withdrawal", {
    from: `clearing:${channelId}`,
    to: "to-bank",
    amountCents,
    currency,
  });

export async function isBooked(tx: Tx, providerId: string, entryKey: string): Promise<boolean> {
  const known = await tx
    .selectFrom("ledger_entries")
    .select("entryId")
    .where("providerId", "=", providerId)
    .where("entryKey", "=", entryKey)
    .executeTakeFirst();
  return known !== undefined;
}

/**
 * What a statement shows and the books lack, booked by a named person: a withdrawal as money on its way to the bank, and, once for each channel, what
 * the channel held before the books began. Withdrawals that the channel itself names so are booked with the import.
 */
import type { Tx } from "../../ground/db/database.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import type { ReceiptPlace } from "../channels/channels.ts";
import { type LedgerEntry, transferEntry } from "../ledger/entries.ts";
import type { Ledger } from "../ledger/post-entry.ts";
import { lockReceipt } from "../receipts/receipt-rows.ts";
import { closingBalance, refreshAccount } from "./account-balance.ts";
import { resolveDifference } from "./differences.ts";
import { paidByHand } from "./paid-by-hand.ts";
import { isBooked, withdrawalEntry } from "./withdrawals.ts";

export const bookedAs = ["bank", "opening"] as const;

type Place = Pick<ReceiptPlace, "providerId" | "channelId" | "rail" | "currency">;

/** Throws Problems that name the field. */
export async function bookDifference(
  ledger: Ledger,
  tx: Tx,
  place: Place,
  said: {
    readonly receipt: string;
    readonly as: (typeof bookedAs)[number];
    readonly note: string;
    readonly userId: string;
    readonly nowMs: number;
  },
): Promise<{ readonly bookedCents: number }> {
  const { providerId, channelId } = place;
  const { receipt, as } = said;
  // Whoever records it as paid by hand in this moment comes before or after.
  await lockReceipt(tx, { providerId, rail: place.rail, receipt });
  if (receipt === closingBalance) await refreshAccount(tx, place, said.nowMs);
  const row = await tx
    .selectFrom("statement_differences")
    .select(["what", "statementCents", "bookedCents"])
    .where("providerId", "=", providerId)
    .where("channelId", "=", channelId)
    .where("receipt", "=", receipt)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw notFound("difference");
  if (row.what !== (as === "bank" ? "withdrawn-unread" : "balance-differs"))
    throw refusal("not-bookable", { field: "as" });
  // Recorded as paid to a venue's owner, or for an expense, since: it is in the books.
  if (as === "bank" && (await paidByHand(tx, place, [receipt])).size > 0)
    throw refusal("not-bookable", { field: "as" });
  // Nothing of a withdrawal is in the books: what a person had recorded under its receipt has been voided since.
  const offCents = row.statementCents - (as === "bank" ? 0 : row.bookedCents);
  const entry = as === "bank" ? withdrawalEntry(place, receipt, offCents) : openingEntry(place, offCents);
  if (await isBooked(tx, providerId, entry.entryKey))
    throw as === "bank" ? refusal("resolved") : refusal("opening-booked", { field: "as" });
  await resolveDifference(tx, place, receipt, said);
  await ledger.post(tx, { providerId, purchaseId: null, party: null }, entry);
  await refreshAccount(tx, place, said.nowMs);
  return { bookedCents: offCents };
}

/** @param amountCents below zero: the channel held less than the books */
const openingEntry = ({ channelId, currency }: Place, amountCents: number): LedgerEntry =>
  transferEntry(`opening:${channelId}`, "opening", {
    from: "opening",
    to: `clearing:${channelId}`,
    amountCents,
    currency,
  });

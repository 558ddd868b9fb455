/** Money that left a channel for the bank, in the books: on its way there. Once, by its receipt. */
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { StatementLine } from "../channels/channel-messages.ts";
import type { ReceiptPlace } from "../channels/channels.ts";
import { type LedgerEntry, transferEntry } from "../ledger/entries.ts";
import type { Ledger } from "../ledger/post-entry.ts";

type Place = Pick<ReceiptPlace, "providerId" | "channelId" | "rail" | "currency">;

/** @returns minor units that were in no book yet */
export async function bookWithdrawals(
  ledger: Ledger,
  tx: Tx,
  place: Place,
  lines: readonly StatementLine[],
): Promise<number> {
  let bookedCents = 0;
  for (const { receipt, amountCents } of lines.filter(({ isToBank }) => isToBank === true)) {
    const entry = withdrawalEntry(place, receipt, amountCents);
    if (await isBooked(tx, place.providerId, entry.entryKey)) continue;
    await ledger.post(tx, { providerId: place.providerId, intentId: null, party: null }, entry);
    bookedCents += amountCents;
  }
  return bookedCents;
}

/** Of these receipts, those whose withdrawal is in the books. */
export async function withdrawalsInBooks(
  tx: Tx,
  { providerId, rail }: Pick<Place, "providerId" | "rail">,
  receipts: readonly string[],
): Promise<Set<string>> {
  const keys = receipts.map((receipt) => withdrawalKey(rail, receipt));
  const { rows } = await sql<{ receipt: string }>`
    select split_part(entry_key, ':', 3) as receipt from ledger_entries where provider_id = ${providerId}
      and entry_key in (select jsonb_array_elements_text(${JSON.stringify(keys)}::jsonb))`.execute(tx);
  return new Set(rows.map(({ receipt }) => receipt));
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
    .select("entry_id")
    .where("provider_id", "=", providerId)
    .where("entry_key", "=", entryKey)
    .executeTakeFirst();
  return known !== undefined;
}

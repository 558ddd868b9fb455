/** Money that left a channel for the bank, in the books: on its way there. Once, by its receipt. */
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { StatementLine } from "../channels/channel-messages.ts";
import type { ReceiptPlace } from "../channels/channels.ts";
import { type LedgerEntry, transferEntry } from "../ledger/entries.ts";
import type { Ledger } from "../ledger/post-entry.ts";
import type { BookingTransactions } from "./book-charges.ts";
import { centsByReceipt, chunksOf } from "./keep-statement.ts";

type Place = Pick<ReceiptPlace, "providerId" | "channelId" | "rail" | "currency">;

/** Read and booked at once. */
const atOnce = 500;

/** @returns minor units that were in no book yet */
export async function bookWithdrawals(
  { world, ledger }: { readonly world: World; readonly ledger: Ledger },
  place: Place,
  lines: readonly StatementLine[],
  { transact, alone }: BookingTransactions,
): Promise<number> {
  const { providerId } = place;
  let bookedCents = 0;
  const cents = [...centsByReceipt(lines.filter(({ isToBank }) => isToBank === true))];
  for (const chunk of chunksOf(cents, atOnce)) {
    const booked = await alone(chunk[0]?.[0] ?? "", () =>
      transact(async (tx) => {
        const receipts = chunk.map(([receipt]) => receipt);
        const inBooks = await withdrawalsInBooks(tx, place, receipts);
        const missing = chunk.filter(([receipt]) => !inBooks.has(receipt));
        const entries = missing.map(([receipt, amountCents]) => ({
          entryId: newId(world),
          entry: withdrawalEntry(place, receipt, amountCents),
        }));
        await ledger.postMany(tx, providerId, entries, world.clock.wall().atMs);
        return missing.reduce((all, [, amountCents]) => all + amountCents, 0);
      }),
    );
    bookedCents += booked ?? 0;
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

/** What a statement shows and the books may lack: each entry once, many at once, and one that the books refuse keeps no other out. */
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { chunksOf } from "../../ground/lists/chunks.ts";
import type { LedgerEntry } from "../ledger/entries.ts";
import type { Ledger } from "../ledger/post-entry.ts";

export interface BookingTransactions {
  readonly transact: <Result>(work: (tx: Tx) => Promise<Result>) => Promise<Result>;
  /** Null: it failed, and that is noted under the receipt. */
  readonly alone: <Result>(receipt: string, work: () => Promise<Result>) => Promise<Result | null>;
}

/** An entry as a statement says it. */
export interface SaidEntry {
  readonly receipt: string;
  readonly amountCents: number;
  readonly entry: LedgerEntry;
}

/** In one transaction: whoever waits for the same connection waits for so many. */
const atOnce = 500;

/**
 * Where many at once fail, they are booked one by one. Each time the books are asked anew: another import may have booked some meanwhile.
 * @param otherwiseBooked of these receipts, those whose money is in the books by another entry
 * @returns what was not in the books yet, minor units
 */
export async function bookMissing(
  { world, ledger }: { readonly world: World; readonly ledger: Ledger },
  providerId: string,
  said: readonly SaidEntry[],
  { transact, alone }: BookingTransactions,
  otherwiseBooked?: (tx: Tx, receipts: readonly string[]) => Promise<ReadonlySet<string>>,
): Promise<number> {
  const book = (some: readonly SaidEntry[]) =>
    transact(async (tx) => {
      const receipts = some.map(({ receipt }) => receipt);
      const otherwise = await otherwiseBooked?.(tx, receipts);
      const keys = some.map(({ entry }) => entry.entryKey);
      const known = await entriesAmong(tx, providerId, keys);
      const missing = some.filter(({ receipt, entry }) => !known.has(entry.entryKey) && !otherwise?.has(receipt));
      const entries = missing.map(({ entry }) => ({ entryId: newId(world), entry }));
      await ledger.postMany(tx, providerId, entries, world.clock.wall().atMs);
      return missing.reduce((sum, { amountCents }) => sum + amountCents, 0);
    });
  let bookedCents = 0;
  for (const chunk of chunksOf(said, atOnce)) {
    try {
      bookedCents += await book(chunk);
    } catch {
      for (const each of chunk) bookedCents += (await alone(each.receipt, () => book([each]))) ?? 0;
    }
  }
  return bookedCents;
}

/** Of these keys of entries, those that are in the books. */
export async function entriesAmong(tx: Tx, providerId: string, keys: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ entryKey: string }>`
    select entry_key from ledger_entries where provider_id = ${providerId}
      and entry_key in (select jsonb_array_elements_text(${JSON.stringify(keys)}::jsonb))`.execute(tx);
  return new Set(rows.map(({ entryKey }) => entryKey));
}

/** What the channel took for its services, as the statement says: a fee out of what the channel holds. Each charge once. */
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { Tx } from "../../ground/db/database.ts";
import type { StatementLine } from "../channels/channel-messages.ts";
import type { ReceiptPlace } from "../channels/channels.ts";
import { type Charge, chargeEntry } from "../ledger/charges.ts";
import type { LedgerEntry } from "../ledger/entries.ts";
import type { Ledger } from "../ledger/post-entry.ts";
import { chunksOf } from "./keep-statement.ts";

export interface BookingTransactions {
  readonly transact: <Result>(work: (tx: Tx) => Promise<Result>) => Promise<Result>;
  /** Null: it failed, and that is noted. */
  readonly alone: <Result>(receipt: string, work: () => Promise<Result>) => Promise<Result | null>;
}

/** In one transaction: whoever waits for the same connection waits for so many. */
const atOnce = 500;

/**
 * A charge stands under the receipt of the payment it is for. Two of one sum under one receipt are told apart by their order: a
 * receipt's rows have one time, so that every statement has all of them or none. Booked many at once; where that fails, one by one.
 * @returns what was not in the books yet, minor units
 */
export async function bookCharges(
  { world, ledger }: { readonly world: World; readonly ledger: Ledger },
  place: ReceiptPlace,
  lines: readonly StatementLine[],
  { transact, alone }: BookingTransactions,
): Promise<number> {
  const { providerId } = place;
  const charges = chargesOf(place, lines);
  if (charges.length === 0) return 0;
  const keys = charges.map(({ entry }) => entry.entryKey);
  const known = await transact((tx) => knownAmong(tx, providerId, keys));
  const missing = charges.filter(({ entry }) => !known.has(entry.entryKey));
  const book = (some: readonly ChargeToBook[]) =>
    transact(async (tx) => {
      const entries = some.map(({ entry }) => ({ entryId: newId(world), entry }));
      await ledger.postMany(tx, providerId, entries, world.clock.wall().atMs);
      return some.reduce((sum, { charge }) => sum + charge.amountCents, 0);
    });
  let bookedCents = 0;
  for (const chunk of chunksOf(missing, atOnce)) {
    try {
      bookedCents += await book(chunk);
    } catch {
      for (const each of chunk) bookedCents += (await alone(each.charge.receipt, () => book([each]))) ?? 0;
    }
  }
  return bookedCents;
}

interface ChargeToBook {
  readonly charge: Charge;
  readonly entry: LedgerEntry;
}

function chargesOf(place: ReceiptPlace, lines: readonly StatementLine[]): ChargeToBook[] {
  const times = new Map<string, number>();
  return lines.flatMap(({ kind, receipt, amountCents }) => {
    if (kind !== "charge" || amountCents <= 0) return [];
    const name = `${receipt}:${amountCents}`;
    const nth = (times.get(name) ?? 0) + 1;
    times.set(name, nth);
    const charge = { receipt, amountCents, nth };
    return [{ charge, entry: chargeEntry(place, charge) }];
  });
}

async function knownAmong(tx: Tx, providerId: string, keys: readonly string[]): Promise<Set<string>> {
  const known = new Set<string>();
  for (let from = 0; from < keys.length; from += 1000) {
    const rows = await tx
      .selectFrom("ledger_entries")
      .select("entry_key")
      .where("provider_id", "=", providerId)
      .where("entry_key", "in", keys.slice(from, from + 1000))
      .execute();
    for (const row of rows) known.add(row.entry_key);
  }
  return known;
}

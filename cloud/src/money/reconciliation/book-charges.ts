/** What the channel took for its services, as the statement says: a fee out of what the channel holds. Each charge once. */
import type { Tx } from "../../ground/db/database.ts";
import { channelKinds, railOf } from "../channels/channel-kinds.ts";
import type { ChannelRow } from "../channels/tables.ts";
import { transferEntry } from "../ledger/entries.ts";
import { postEntry } from "../ledger/post-entry.ts";
import { postOnce } from "../ledger/posted-before.ts";
import type { WitnessParts } from "../questions/witnesses.ts";
import type { StatementLine } from "./read-statement.ts";

const chargeKey = (rail: string, receipt: string, amountCents: number) => `charge:${rail}:${receipt}:${amountCents}`;

/** A charge that a call's result told of. The statement that shows it later finds it in the books. */
export async function bookCharge(
  { world }: Pick<WitnessParts, "world">,
  tx: Tx,
  of: { readonly providerId: string; readonly channelId: string; readonly rail: string; readonly currency: string },
  { receipt, amountCents }: { readonly receipt: string; readonly amountCents: number },
): Promise<void> {
  const { providerId, channelId, rail, currency } = of;
  const move = { from: `clearing:${channelId}` as const, to: "fees" as const, amountCents, currency };
  const entry = transferEntry(chargeKey(rail, receipt, amountCents), "charge", move);
  await postOnce(tx, world, { providerId, intentId: null, party: null }, entry);
}

type Transact = <Result>(work: (tx: Tx) => Promise<Result>) => Promise<Result>;
/** Null: it failed, and that is noted. */
type Alone = <Result>(receipt: string, work: () => Promise<Result>) => Promise<Result | null>;

/**
 * A charge stands under the receipt of the payment it is for. Two of one sum under one receipt are told apart by their order: a
 * receipt's rows have one time, so that every statement has all of them or none. Booked together; where that fails, one by one.
 * @returns what was not in the books yet, minor units
 */
export async function bookCharges(
  { world }: Pick<WitnessParts, "world">,
  channel: ChannelRow,
  lines: readonly StatementLine[],
  { transact, alone }: { readonly transact: Transact; readonly alone: Alone },
): Promise<number> {
  const { provider_id: providerId, channel_id: channelId, kind } = channel;
  const currency = channelKinds[kind].currency ?? "KES";
  const charges = new Map<string, { readonly receipt: string; readonly amountCents: number }>();
  const times = new Map<string, number>();
  for (const { kind: what, receipt, amountCents } of lines) {
    if (what !== "charge" || amountCents <= 0) continue;
    const name = chargeKey(railOf(kind), receipt, amountCents);
    const nth = (times.get(name) ?? 0) + 1;
    times.set(name, nth);
    charges.set(nth === 1 ? name : `${name}:${nth}`, { receipt, amountCents });
  }
  if (charges.size === 0) return 0;
  const known = await transact((tx) => knownAmong(tx, providerId, [...charges.keys()]));
  const missing = [...charges].filter(([key]) => !known.has(key));
  const book = async (tx: Tx, key: string, amountCents: number) => {
    const move = { from: `clearing:${channelId}` as const, to: "fees" as const, amountCents, currency };
    await postEntry(tx, world, { providerId, intentId: null, party: null }, transferEntry(key, "charge", move));
    return amountCents;
  };
  const sum = (amounts: readonly number[]) => amounts.reduce((total, each) => total + each, 0);
  try {
    return await transact(async (tx) => {
      for (const [key, { amountCents }] of missing) await book(tx, key, amountCents);
      return sum(missing.map(([, { amountCents }]) => amountCents));
    });
  } catch {
    const booked: number[] = [];
    for (const [key, { receipt, amountCents }] of missing)
      booked.push((await alone(receipt, () => transact((tx) => book(tx, key, amountCents)))) ?? 0);
    return sum(booked);
  }
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

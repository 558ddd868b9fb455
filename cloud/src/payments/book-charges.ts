/** What the channel took for its services, as the statement says: a fee out of what the channel holds. Each charge once. */
import type { Tx } from "../db/database.ts";
import { transferEntry } from "../ledger/entries.ts";
import { postEntry } from "../ledger/post-entry.ts";
import { postOnce } from "../ledger/posted-before.ts";
import { channelKinds, railOf } from "./channel-kinds.ts";
import type { StatementLine } from "./read-statement.ts";
import type { ChannelRow } from "./tables.ts";
import type { WitnessParts } from "./witnesses.ts";

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

/**
 * A charge stands under the receipt of the payment it is for. Two of one sum under one receipt are told apart by their order: a
 * receipt's rows have one time, so that every statement has all of them or none.
 * @returns what was not in the books yet, minor units
 */
export async function bookCharges(
  { world }: Pick<WitnessParts, "world">,
  tx: Tx,
  channel: ChannelRow,
  lines: readonly StatementLine[],
): Promise<number> {
  const { provider_id: providerId, channel_id: channelId, kind } = channel;
  const currency = channelKinds[kind].currency ?? "KES";
  const charges = new Map<string, number>();
  const times = new Map<string, number>();
  for (const { kind: what, receipt, amountCents } of lines) {
    if (what !== "charge" || amountCents <= 0) continue;
    const name = chargeKey(railOf(kind), receipt, amountCents);
    const nth = (times.get(name) ?? 0) + 1;
    times.set(name, nth);
    charges.set(nth === 1 ? name : `${name}:${nth}`, amountCents);
  }
  if (charges.size === 0) return 0;
  const keys = [...charges.keys()];
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
  let bookedCents = 0;
  for (const [key, amountCents] of charges) {
    if (known.has(key)) continue;
    const move = { from: `clearing:${channelId}` as const, to: "fees" as const, amountCents, currency };
    await postEntry(tx, world, { providerId, intentId: null, party: null }, transferEntry(key, "charge", move));
    bookedCents += amountCents;
  }
  return bookedCents;
}

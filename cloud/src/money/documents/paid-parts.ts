/** How what a document says was paid: from the books, which know where each sum came from. */
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { paidFrom } from "../booked-sales/booked-sales.ts";
import type { ChannelKinds } from "../channels/channel-kinds.ts";
import type { WayPaid } from "../channels/ways-paid.ts";
import type { PaidPart } from "../fiscal/fiscal-contract.ts";

/** @param from `cash`, the kind of a channel, or null: the books do not say */
export const wayOf = (kinds: Pick<ChannelKinds, "factsOf">, from: string | null): WayPaid =>
  from === null ? "other" : kinds.factsOf(from).way;

/**
 * Sums by way that add up to their total, each with its sign. What was given back in another way than it was paid is taken off the largest
 * others. Pure.
 */
export function paidParts(sums: readonly PaidPart[]): PaidPart[] {
  const byWay = new Map<WayPaid, number>();
  for (const { way, cents } of sums) byWay.set(way, (byWay.get(way) ?? 0) + cents);
  const totalCents = [...byWay.values()].reduce((sum, cents) => sum + cents, 0);
  const sign = totalCents < 0 ? -1 : 1;
  const parts = [...byWay]
    .map(([way, cents]) => ({ way, cents: sign * cents }))
    .toSorted((one, other) => other.cents - one.cents || (one.way < other.way ? -1 : 1));
  let againstCents = parts.reduce((sum, { cents }) => sum - Math.min(0, cents), 0);
  return parts.flatMap(({ way, cents }): PaidPart[] => {
    if (cents <= 0) return [];
    const taken = Math.min(cents, againstCents);
    againstCents -= taken;
    return cents === taken ? [] : [{ way, cents: sign * (cents - taken) }];
  });
}

/** What these charges were paid with. What no entry of the books paid is owed still. */
export async function paidOfCharges(
  tx: Tx,
  providerId: string,
  kinds: Pick<ChannelKinds, "factsOf">,
  charges: readonly { readonly entryId: string | null; readonly totalCents: number }[],
): Promise<PaidPart[]> {
  const entryIds = charges.map(({ entryId }) => entryId ?? "");
  const { rows } = await sql<{ entryId: string; paidFrom: string | null }>`
    select e.entry_id, ${paidFrom(sql`null`)} as paid_from from ledger_entries e
    where e.provider_id = ${providerId}
      and e.entry_id in (select jsonb_array_elements_text(${JSON.stringify(entryIds)}::jsonb))`.execute(tx);
  const from = new Map(rows.map((row) => [row.entryId, wayOf(kinds, row.paidFrom)]));
  return paidParts(
    charges.map(({ entryId, totalCents: cents }) => ({
      way: entryId === null ? "on-credit" : (from.get(entryId) ?? "other"),
      cents,
    })),
  );
}

/** What a customer had paid by a moment: by when they paid, not by when the hub heard of it. */
import { sql } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";

/** A booking of that moment may have been committed after it. */
const slackMs = 60_000;

/**
 * The credit that was in the books at `knownAtMs`, with proved money that came into them later and was paid by `untilMs`, less what was spent since, minor
 * units. Money that was paid later does not count: nothing is in time twice. Where the channel's own time is not known the list's counts, and else when it was booked: it was paid before that.
 * @returns `lateCents`: of it, what came later; null: nothing did
 */
export async function creditInTime(
  tx: Tx,
  { providerId, party, currency }: { readonly providerId: string; readonly party: Party; readonly currency: string },
  { untilMs, knownAtMs }: { readonly untilMs: number; readonly knownAtMs: number },
): Promise<{ readonly cents: number; readonly knownCents: number; readonly lateCents: number } | null> {
  const { rows } = await sql<{ cents: number | string; known: number | string; late: number | string | null }>`
    with in_time as (
      select word || r.rail || ':' || r.receipt as entry_key from receipts r, unnest(array['receipt:', 'assigned:', 'restored:']) word
      where r.provider_id = ${providerId} and r.party = ${party} and r.currency = ${currency} and r.corroborated
        and r.state in ('booked', 'credit') and coalesce(r.paid_at_ms, r.paid_by_ms, r.booked_at_ms) <= ${untilMs}::bigint
    )
    select coalesce(-sum(p.amount_cents), 0) as cents,
      coalesce(-sum(p.amount_cents) filter (where e.at_ms <= ${knownAtMs - slackMs}::bigint), 0) as known,
      -sum(p.amount_cents) filter (where in_time.entry_key is not null and e.at_ms > ${knownAtMs - slackMs}::bigint) as late
    from ledger_postings p
    join ledger_entries e on e.provider_id = p.provider_id and e.entry_id = p.entry_id
    left join in_time on in_time.entry_key = e.entry_key
    where p.provider_id = ${providerId} and p.account = 'credit' and p.party = ${party} and p.currency = ${currency}
      and (e.at_ms <= ${knownAtMs}::bigint or in_time.entry_key is not null or p.amount_cents > 0)`.execute(tx);
  const [row] = rows;
  if (row === undefined || row.late === null) return null;
  return { cents: Number(row.cents), knownCents: Number(row.known), lateCents: Number(row.late) };
}

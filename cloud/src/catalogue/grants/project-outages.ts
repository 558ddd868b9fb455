import { voucherPrefix } from "@karibu/protocol/grant-id";
import { type RawBuilder, sql } from "kysely";
import { type JournalBatch, ofKind } from "../../ground/agents/journal-projector.ts";
import type { Tx } from "../../ground/db/database.ts";
import { recordset } from "../../ground/db/recordset.ts";

/** A grant that ends later for an outage: from when on it did. */
export interface CreditedGrant {
  readonly siteId: string;
  readonly grantId: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Outages that sites credited: sessions of that time end later by their share of it, by the same rule as the site's
 * fold (`creditedEnd` and `creditOutage` of the agent): what staff gave counts as far as the site had heard of it (`onGift`). Each moment is credited once; what a clock that was ahead credited stops nothing until that date. One statement handles the first
 * outage of every site, one the second, and so on: a later outage may affect what an earlier one extended.
 */
export async function projectOutages(
  tx: Tx,
  { providerId, records, receivedAtMs }: JournalBatch,
): Promise<readonly CreditedGrant[]> {
  const rounds: {
    siteId: string;
    epoch: string;
    seq: number;
    fromMs: number;
    toMs: number;
    onGift: readonly string[] | null;
  }[][] = [];
  const counts = new Map<string, number>();
  for (const { siteId, epoch, record } of ofKind(records, "outage-credited")) {
    const round = counts.get(siteId) ?? 0;
    counts.set(siteId, round + 1);
    rounds[round] ??= [];
    const { seq, fromMs, toMs, onGift = null } = record;
    rounds[round].push({ siteId, epoch, seq, fromMs, toMs, onGift });
  }
  const credited: CreditedGrant[] = [];
  for (const round of rounds) {
    const { rows } = await sql<CreditedGrant>`
      with f as (
        select * from ${recordset("f", round, {
          siteId: "text",
          epoch: "text",
          seq: "bigint",
          fromMs: "bigint",
          toMs: "bigint",
          onGift: "jsonb",
        })}
      ), credited as (
        insert into outage_credits (provider_id, site_id, epoch, seq, from_ms, to_ms, received_at_ms)
        select ${providerId}::text, f."siteId", f.epoch, f.seq, greatest(f."fromMs", coalesce(before.to_ms, 0)), f."toMs",
          ${receivedAtMs}::bigint
        from f
        left join lateral (
          select max(o.to_ms) as to_ms from outage_credits o where o.provider_id = ${providerId} and o.site_id = f."siteId"
            and not o.is_ahead and (o.to_ms <= o.received_at_ms or o.to_ms <= f."toMs")
        ) before on true
        where f."toMs" > coalesce(before.to_ms, 0) and f."toMs" > f."fromMs"
        order by f."siteId"
        on conflict do nothing
        returning site_id, epoch, seq, from_ms, to_ms
      )
      update grant_starts g set
        ends_at_ms = greatest(g.ends_at_ms, least(g.ends_at_ms + c.to_ms - greatest(c.from_ms, g.started_at_ms), g.valid_until_ms)),
        uncut_ends_at_ms = g.uncut_ends_at_ms + c.to_ms - greatest(c.from_ms, g.started_at_ms)
      from credited c
      join f on f."siteId" = c.site_id and f.epoch = c.epoch and f.seq = c.seq
      where g.provider_id = ${providerId} and g.site_id = c.site_id and g.ends_at_ms > c.from_ms and (g.bridge or not ${isElsewhere})
        and g.started_at_ms < c.to_ms and (g.epoch <> c.epoch or g.seq < c.seq)
        and (f."onGift" is null or f."onGift" ? g.grant_id or g.ends_at_ms - 1000 * coalesce((
          select seconds from grant_changes t
          where t.provider_id = g.provider_id and t.site_id = g.site_id and t.grant_id = g.grant_id
        ), 0) > c.from_ms)
      returning g.site_id as "siteId", g.grant_id, greatest(c.from_ms, g.started_at_ms) as "fromMs", c.to_ms as "toMs"
    `.execute(tx);
    credited.push(...rows);
  }
  return credited;
}

/** What a site had let go of before is not in its fold any more: credited here, a refund would give back time that nobody has. */
const isElsewhere = sql`(case when starts_with(g.grant_id, ${voucherPrefix}) and split_part(g.grant_id, '.', 3) ~ '^[0-9]{1,9}$'
    then exists (select from voucher_leases l where l.provider_id = g.provider_id and l.batch_id = split_part(g.grant_id, '.', 2)
      and l.serial = split_part(g.grant_id, '.', 3)::bigint and l.site_id <> g.site_id and l.moved_at_ms <= c.to_ms)
    else exists (select from grant_leases l where l.provider_id = g.provider_id and l.grant_id = split_part(g.grant_id, '.', 1)
      and (l.lease_id, l.site_id) <> (g.grant_id, g.site_id) and l.moved_at_ms <= c.to_ms) end)`;

/** By how much the grant ends later for the outages between two moments; what its plan's date cuts off did not make it later. */
export async function readCreditedMs(
  tx: Tx,
  { providerId, siteId, grantId }: { readonly providerId: string; readonly siteId: string; readonly grantId: string },
  { fromMs, untilMs }: { readonly fromMs: number; readonly untilMs: number },
): Promise<number> {
  const { rows } = await sql<{ ms: number }>`
    select greatest(0, g.ends_at_ms - least(g.uncut_ends_at_ms - coalesce(c.ms, 0), g.valid_until_ms))::float8 as ms
    from grant_starts g
    left join lateral (
      select sum(greatest(0, least(o.to_ms, ${untilMs}::bigint) - greatest(o.from_ms, g.started_at_ms, ${fromMs}::bigint))) as ms
      from outage_credits o
      where o.provider_id = g.provider_id and o.site_id = g.site_id and o.to_ms > ${fromMs}::bigint
        and g.ends_at_ms > o.from_ms and g.started_at_ms < o.to_ms and (g.epoch <> o.epoch or g.seq < o.seq)
    ) c on true
    where g.provider_id = ${providerId} and g.site_id = ${siteId} and g.grant_id = ${grantId}
      and g.uncut_ends_at_ms is not null
  `.execute(tx);
  return rows[0]?.ms ?? 0;
}

/** `from_ms` and `to_ms` of the last outage that a row's site gave back, by a clock that was not ahead. Stands after `lateral`, with a name. @param table has `provider_id` and `site_id` */
export const lastCreditedOutage = (
  table: string,
): RawBuilder<unknown> => sql`(select from_ms, to_ms from outage_credits o
  where o.provider_id = ${sql.ref(`${table}.providerId`)} and o.site_id = ${sql.ref(`${table}.siteId`)} and not o.is_ahead
  order by to_ms desc limit 1)`;

/** `gets`, in ms: by how much each grant that ran then would end later for this outage, by the same rule as what the site sends is booked. Stands after `from`, with a name. */
export const creditsOfOutage = (
  { providerId, siteId }: { readonly providerId: string; readonly siteId: string },
  part: { readonly fromMs: number; readonly toMs: number },
): RawBuilder<unknown> => sql`(
  select greatest(ends_at_ms, least(ends_at_ms + ${part.toMs}::bigint - greatest(${part.fromMs}::bigint, started_at_ms), valid_until_ms))
    - ends_at_ms as gets
  from grant_starts
  where provider_id = ${providerId} and site_id = ${siteId} and ends_at_ms > ${part.fromMs}::bigint
    and started_at_ms < ${part.toMs}::bigint)`;

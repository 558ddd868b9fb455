import { sql } from "kysely";
import { type JournalBatch, ofKind } from "../../ground/agents/journal-projector.ts";
import type { Tx } from "../../ground/db/database.ts";

/**
 * Outages that sites credited: sessions of that time end later by their share of it, by the same rule as the site's
 * fold (`creditedEnd` and `creditOutage` of the agent). Each moment is credited once. One statement handles the first
 * outage of every site, one the second, and so on: a later outage may affect what an earlier one extended.
 */
export async function projectOutages(tx: Tx, { providerId, records, receivedAtMs }: JournalBatch): Promise<void> {
  const rounds: { siteId: string; epoch: string; seq: number; fromMs: number; toMs: number }[][] = [];
  const counts = new Map<string, number>();
  for (const { siteId, epoch, record } of ofKind(records, "outage-credited")) {
    const round = counts.get(siteId) ?? 0;
    counts.set(siteId, round + 1);
    rounds[round] ??= [];
    rounds[round].push({ siteId, epoch, seq: record.seq, fromMs: record.fromMs, toMs: record.toMs });
  }
  for (const round of rounds)
    await sql`
      with credited as (
        insert into outage_credits (provider_id, site_id, epoch, seq, from_ms, to_ms, received_at_ms)
        select ${providerId}::text, f."siteId", f.epoch, f.seq, greatest(f."fromMs", coalesce(before.to_ms, 0)), f."toMs",
          ${receivedAtMs}::bigint
        from jsonb_to_recordset(${JSON.stringify(round)}::jsonb) as f("siteId" text, epoch text, seq bigint, "fromMs" bigint,
          "toMs" bigint)
        left join lateral (
          select max(o.to_ms) as to_ms from outage_credits o where o.provider_id = ${providerId} and o.site_id = f."siteId"
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
      where g.provider_id = ${providerId} and g.site_id = c.site_id and g.ends_at_ms > c.from_ms
        and g.started_at_ms < c.to_ms and (g.epoch <> c.epoch or g.seq < c.seq)
    `.execute(tx);
}

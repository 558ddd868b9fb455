/**
 * An outage that a site tells of when a pause within it, or around it, is over: the pause has given back all of its time by then. What both give is taken
 * off what the pause gave. (Of an outage that is told of before, the pause gives back only the rest: `paused-time.ts`.)
 */
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { recordset } from "../../ground/db/recordset.ts";
import { type ChangeParts, takeOffTime } from "./change-grant.ts";
import type { CreditedGrant } from "./project-outages.ts";

export async function takeOffTwiceGiven(
  parts: ChangeParts,
  tx: Tx,
  providerId: string,
  credited: readonly CreditedGrant[],
): Promise<void> {
  if (credited.length === 0) return;
  // What the plan's date cuts off was not given, as in `readCreditedMs`.
  const { rows } = await sql<{ siteId: string; grantId: string; seconds: number }>`
    with twice as (
      select c."siteId", c."grantId", sum(least(1000 * (resumed.what->>'seconds')::bigint, greatest(0,
        least(c."toMs", resumed.at_ms) - greatest(c."fromMs", paused.at_ms)))) as ms
      from ${recordset("c", credited, { siteId: "text", grantId: "text", fromMs: "bigint", toMs: "bigint" })}
      join grant_change_log resumed on resumed.provider_id = ${providerId} and resumed.grant_id = c."grantId"
        and resumed.site_id = c."siteId" and resumed.kind = 'resumed' and resumed.at_ms > c."fromMs"
      cross join lateral (
        select max(p.at_ms) as at_ms from grant_change_log p
        where p.provider_id = ${providerId} and p.grant_id = c."grantId" and p.site_id = c."siteId" and p.kind = 'paused'
          and p.at_ms <= resumed.at_ms
      ) paused
      group by 1, 2
    )
    select twice."siteId", twice."grantId",
      floor((g.ends_at_ms - least(g.uncut_ends_at_ms - twice.ms, g.valid_until_ms)) / 1000)::float8 as seconds
    from twice join grant_starts g on g.provider_id = ${providerId} and g.site_id = twice."siteId" and g.grant_id = twice."grantId"
    order by 1, 2
  `.execute(tx);
  for (const { siteId, grantId, seconds } of rows)
    if (seconds > 0) await takeOffTime(parts, tx, { providerId, siteId, grantId }, seconds);
}

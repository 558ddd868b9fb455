import { sql } from "kysely";
import type { Projected, RecordOf } from "../../../ground/agents/journal-projector.ts";
import type { Tx } from "../../../ground/db/database.ts";

/**
 * The site learned the true time: what it had stamped since it came up was off by `stepMs`. Sessions, first uses, sales
 * and alarms of that boot move by as much; the journal and the `..._stamped_ms` columns keep what was written.
 */
export async function projectClockCorrection(
  tx: Tx,
  providerId: string,
  { siteId, epoch, record: { seq, stepMs } }: Projected<RecordOf<"clock-corrected">>,
): Promise<void> {
  // Records of this boot lie between the agent's last start and the correction.
  const { rows } = await sql<{ boot_seq: number | null }>`
    select max(seq) as boot_seq from journal_records
    where provider_id = ${providerId} and site_id = ${siteId} and epoch = ${epoch}
      and kind = 'agent-started' and seq < ${seq}::bigint
  `.execute(tx);
  const fromSeq = rows[0]?.boot_seq ?? 0;
  const within = (prefix: string) => sql`${sql.ref(`${prefix}epoch`)} = ${epoch}
    and ${sql.ref(`${prefix}seq`)} >= ${fromSeq}::bigint and ${sql.ref(`${prefix}seq`)} < ${seq}::bigint`;
  const step = sql`${stepMs}::bigint`;
  await sql`
    update sessions set
      started_at_ms = started_at_ms + case when ${within("started_")} then ${step} else 0 end,
      last_used_at_ms = last_used_at_ms + case when ${within("last_used_")} then ${step} else 0 end,
      stopped_at_ms = stopped_at_ms + case when ${within("stopped_")} then ${step} else 0 end
    where provider_id = ${providerId} and site_id = ${siteId}
      and (${within("started_")} or ${within("last_used_")} or ${within("stopped_")})
  `.execute(tx);
  await sql`
    update grant_starts set started_at_ms = started_at_ms + ${step}, ends_at_ms = least(ends_at_ms + ${step}, valid_until_ms)
    where provider_id = ${providerId} and site_id = ${siteId} and ${within("")}
  `.execute(tx);
  await sql`
    update cash_sales set sold_at_ms = sold_at_ms + ${step}
    where provider_id = ${providerId} and site_id = ${siteId} and ${within("")}
  `.execute(tx);
  await sql`
    update outage_credits set from_ms = from_ms + ${step}, to_ms = to_ms + ${step}
    where provider_id = ${providerId} and site_id = ${siteId} and ${within("")}
  `.execute(tx);
  await sql`
    update alarms set at_ms = at_ms + ${step}
    where provider_id = ${providerId} and site_id = ${siteId} and ${within("")}
  `.execute(tx);
}

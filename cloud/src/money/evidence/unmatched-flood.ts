/**
 * Callbacks that name nothing of ours cost their sender nothing. Of each address (a channel and a source) an hour's first ones are kept, with
 * their texts; of what comes beyond it, how many. What names a purchase or a payment is never counted here.
 */
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";

const hourMs = 3_600_000;
/** As many as a phone may forward messages. */
const unmatchedAnHourMax = 600;
/** Of their texts. A channel's own callbacks have about one kilobyte. */
const bytesAnHourMax = 1_000_000;
const counted = "too many in an hour, only counted: ";

interface Unmatched {
  readonly providerId: string;
  readonly channelId: string;
  readonly source: string;
  readonly receivedAtMs: number;
  readonly bodyHash: string;
  readonly naturalKey: string;
}

/** Whether its address has brought more than enough in the last hour. One that came before and is kept is no more. */
export async function isFlood(tx: Tx, row: Unmatched): Promise<boolean> {
  const { rows } = await sql<{ isFlood: boolean }>`
    select (count(*) >= ${unmatchedAnHourMax} or coalesce(sum(bytes), 0) >= ${bytesAnHourMax})
      and not exists (select from evidence k where k.provider_id = ${row.providerId} and k.source = ${row.source}
        and k.natural_key = ${row.naturalKey} and k.body_hash = ${row.bodyHash}) as is_flood
    from (select (select octet_length(b.body_sealed) from evidence_bodies b where b.provider_id = evidence.provider_id
        and b.received_at_ms = evidence.received_at_ms and b.evidence_id = evidence.evidence_id) as bytes
      from evidence where provider_id = ${row.providerId} and state = 'unmatched'
      and received_at_ms > ${row.receivedAtMs - hourMs}::bigint and channel_id = ${row.channelId} and source = ${row.source}
      limit ${unmatchedAnHourMax}) s`.execute(tx);
  return rows[0]?.isFlood === true;
}

/** One more, in the row of its hour, which people see among the unmatched ones. */
export async function countUnmatched(world: World, tx: Tx, row: Unmatched): Promise<void> {
  const hour = Math.floor(row.receivedAtMs / hourMs);
  await sql`
    insert into evidence as e (provider_id, evidence_id, channel_id, source, natural_key, body_hash, received_at_ms, state, outcome)
    values (${row.providerId}, ${newId(world)}, ${row.channelId}, ${row.source}, ${`flood/${row.channelId}/${hour}`}, '',
      ${row.receivedAtMs}::bigint, 'unmatched', ${`${counted}1`})
    on conflict (provider_id, source, natural_key, body_hash) do update
      set outcome = ${counted} || (substring(e.outcome from '[0-9]+$')::bigint + 1)`.execute(tx);
}

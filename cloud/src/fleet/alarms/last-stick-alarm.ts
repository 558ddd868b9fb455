import { sql } from "kysely";

/** The agent says it again each week. A new stick begins a new epoch of the journal. */
const stickSaidMs = 8 * 86_400_000;

/** What a site said last of its stick that wears out, of a row of `sitesWithLinks`; as a column. Fields of an alarm come from outside. Null: nothing lately. */
export const lastStickAlarm = sql<{ weeks?: unknown; because?: unknown } | null>`(select a.fields from alarms a
  where a.provider_id = sites.provider_id and a.site_id = sites.site_id and a.name = 'stick-wears'
    and a.epoch = site_links.epoch and a.received_at_ms > site_links.last_record_received_at_ms - ${stickSaidMs}::bigint
  order by a.received_at_ms desc limit 1)`;

/** Webhooks where this module is off: nothing is posted, so nothing is gathered for them. */
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Database } from "../../ground/db/database.ts";
import type { MaintenanceJob } from "../../ground/jobs/maintenance-job.ts";

const untold = sql`event_counters c where c.provider_id = k.provider_id and c.last_seq > k.seq`;
/** Of alarms, and tests; what happens in the business has a key. */
const alarmsThatWait = sql`state = 'waiting' and event_key is null`;

/**
 * What happens meanwhile is told to no webhook, also when the module is on again: days later it is no news, and what the database notes of it
 * (`webhook_facts`) would grow for as long as nobody posts it. An alarm that waits is given up: nobody else would hear of it until it is known that it
 * does not arrive.
 */
export const restWebhooks = (world: World, database: Database): MaintenanceJob => ({
  name: "rest-webhooks",
  everyMs: 5 * 60_000,
  hasWork: () => sql<boolean>`(exists (select from webhook_facts) or exists (select from webhook_cursors k, ${untold})
    or exists (select from webhook_deliveries where ${alarmsThatWait}))`,
  run: () =>
    database.asPlatform("rest-webhooks", async (tx) => {
      await sql`delete from webhook_facts`.execute(tx);
      await sql`update webhook_cursors k set seq = c.last_seq from ${untold}`.execute(tx);
      const { numAffectedRows = 0n } = await sql`update webhook_deliveries
        set state = 'failed', problem = 'switched off', changed_at_ms = ${world.clock.wall().atMs}::bigint
        where ${alarmsThatWait}`.execute(tx);
      return `${numAffectedRows} alarms given up`;
    }),
});

/** The alarm of money that waits for its proof. */
import { sql } from "kysely";
import type { AlarmSources } from "../../ground/lists/lasting-alarm.ts";

/** Money that nothing has proved for so long needs a list, an initiator or a statement. */
const pendingMs = 86_400_000;

export const receiptAlarms: AlarmSources<"channel-money-pending"> = {
  "channel-money-pending": {
    at: "channel",
    rows: ({ providerId, nowMs }) => ({
      id: sql`channel_id`,
      about: sql`channel_id`,
      fields: { count: sql`count(*)`, cents: sql`sum(cents)` },
      sinceMs: sql`min(at_ms) + ${pendingMs}::bigint`,
      from: sql`from (
        select channel_id, pending_cents as cents, changed_at_ms as at_ms from purchases
        where provider_id = ${providerId} and pending_cents > 0 and changed_at_ms < ${nowMs - pendingMs}::bigint
        union all
        select channel_id, suspense_cents + credit_cents, booked_at_ms from receipts
        where provider_id = ${providerId} and proved_by is null and state in ('credit', 'suspense')
          and booked_at_ms < ${nowMs - pendingMs}::bigint and rail not in ('cash', 'credit')
      ) money group by channel_id`,
    }),
  },
};

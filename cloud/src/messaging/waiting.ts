/** Messages that did not leave. */
import { sql } from "kysely";
import type { WaitingWork } from "../ground/lists/waiting-work.ts";

const dayMs = 86_400_000;

export const messagesWaiting = {
  "messages-failed": {
    permission: "messages.read",
    rows: ({ providerId, nowMs }) =>
      sql`from (
        select from messages where provider_id = ${providerId} and state = 'failed' and changed_at_ms > ${nowMs - 7 * dayMs}::bigint
        union all
        select from messages where provider_id = ${providerId} and state = 'unknown' and changed_at_ms > ${nowMs - 7 * dayMs}::bigint
      ) as messages_in_trouble`,
  },
} as const satisfies Readonly<Record<string, WaitingWork>>;

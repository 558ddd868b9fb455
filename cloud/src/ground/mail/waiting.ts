/** Letters that did not leave. */
import { sql } from "kysely";
import type { WaitingWork } from "../lists/waiting-work.ts";

const dayMs = 86_400_000;

export const mailWaiting = {
  "mails-failed": {
    permission: "jobs.read",
    rows: ({ providerId, nowMs }) =>
      sql`from mail_outbox where provider_id = ${providerId} and state = 'failed' and created_at_ms > ${nowMs - 7 * dayMs}::bigint`,
  },
} as const satisfies Readonly<Record<string, WaitingWork>>;

/** How letters do, each figure as one column of a statement of the platform. */
import { sql } from "kysely";

export const mailsWaiting = sql<number>`(select count(*) from mail_outbox where state = 'waiting')`;

export const mailsFailed = (sinceMs: number) =>
  sql<number>`(select count(*) from mail_outbox where state = 'failed' and created_at_ms > ${sinceMs}::bigint)`;

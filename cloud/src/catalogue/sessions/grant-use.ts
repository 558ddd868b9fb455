/** What grants have used at their sites: the sum of their sessions, and of what was added up of those that are forgotten. */
import { sql } from "kysely";

/** A session, or the sum of some that are forgotten: then it began and stopped when the last of them did. */
interface UseRow {
  readonly providerId: string;
  readonly grantId: string | null;
  readonly siteId: string;
  readonly startedEpoch: string | null;
  readonly startedSeq: number | null; // null: the hub has not heard of the start, or sessions are forgotten
  readonly begunAtMs: number;
  readonly stoppedAtMs: number | null; // null: it is open
  readonly usedBytes: number; // without what was used in free hours: as the site counts it
  readonly onlineSeconds: number;
}

/**
 * Rows to sum, found by provider and grant. Where a forgotten session stands again (`takeBack`), what of it was free is still taken off the sum of the
 * others: who sums only some rows allows for less than nothing.
 */
export const grantUse = sql<UseRow>`(
  select provider_id, grant_id, site_id, started_epoch, started_seq, begun_at_ms, stopped_at_ms,
    input_bytes + output_bytes - free_bytes as used_bytes, online_seconds
  from sessions
  union all
  select provider_id, grant_id, site_id, nullif(started_epoch, ''), null, last_stopped_at_ms, last_stopped_at_ms,
    used_bytes - free_bytes, used_seconds
  from forgotten_use)`;

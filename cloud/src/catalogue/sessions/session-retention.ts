/**
 * How long sessions are kept: whole months go (`operations/maintenance/keep-months.ts`). What must outlast its month moves to a later one: what is open, what
 * was heard of since, and what a grant that lives has used, because that is the sum of its sessions.
 */
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { keptDaysUsual } from "../../ground/jobs/kept-days.ts";
import type { Dropping, RetentionRule, Span } from "../../ground/jobs/maintenance-job.ts";

export const oldSessions: RetentionRule = {
  table: "sessions",
  column: "kept_from_ms",
  keptMs: keptDaysUsual.sessions * 86_400_000,
  kind: "sessions",
  byMonth: true,
  outlives: keepOn,
  notes: noteForgotten,
};

const sliceRows = 5000;

/**
 * Each goes to a later month by the clock of the job: by another it could stay where it is. Once the table is locked only what was opened or heard of
 * again is looked for, by the rows themselves: to ask of each whether its grant lives takes a second for a month of 200,000.
 */
async function keepOn(tx: Tx, { fromMs, untilMs, nowMs, isLocked }: Dropping): Promise<number> {
  const grantLives = isLocked
    ? sql``
    : sql`or exists (
        select from grant_starts g where g.provider_id = o.provider_id and g.grant_id = o.grant_id
          and g.retired_at_ms is null and (g.ends_at_ms is null or g.ends_at_ms > ${nowMs}::bigint))`;
  const { numAffectedRows = 0n } = await sql`
    update sessions s set kept_from_ms = greatest(${untilMs}::bigint,
      case when s.received_at_ms >= ${untilMs}::bigint then least(s.received_at_ms, ${nowMs}::bigint) else ${nowMs}::bigint end)
    where ${within("s", { fromMs, untilMs })}
      and (s.provider_id, s.site_id, s.session_key, s.kept_from_ms) in (
        select o.provider_id, o.site_id, o.session_key, o.kept_from_ms from sessions o
        where ${within("o", { fromMs, untilMs })} and (o.stopped_at_ms is null or o.received_at_ms >= ${untilMs}::bigint ${grantLives})
        limit ${sliceRows})`.execute(tx);
  return Number(numAffectedRows);
}

/** Roll-ups must know how far sessions are gone. Of a provider that was deleted nobody asks. */
async function noteForgotten(tx: Tx, { fromMs, untilMs }: Span): Promise<void> {
  await sql`
    insert into sessions_forgotten as f (provider_id, begun_ms)
    -- A start after its end, or after the month in which it was heard of, comes from a clock that was wrong, and says nothing of what was counted.
    select s.provider_id, max(least(s.begun_at_ms, s.stopped_at_ms, ${untilMs - 1}::bigint)) from sessions s
    join providers p on p.provider_id = s.provider_id and p.state <> 'deleted'
    where ${within("s", { fromMs, untilMs })} group by s.provider_id
    on conflict (provider_id) do update set begun_ms = excluded.begun_ms where f.begun_ms < excluded.begun_ms`.execute(
    tx,
  );
}

const within = (of: string, { fromMs, untilMs }: Span) => {
  const month = sql.ref(`${of}.kept_from_ms`);
  return sql`${month} >= ${fromMs}::bigint and ${month} < ${untilMs}::bigint`;
};

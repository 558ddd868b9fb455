/**
 * How long sessions are kept: whole months go (`operations/maintenance/keep-months.ts`). What must outlast its month moves to a later one: what is open, and what
 * was heard of since. What a grant that lives has used is added up before its sessions go (`grant-use.ts`).
 */
import { voucherPrefix } from "@karibu/protocol/grant-id";
import { type RawBuilder, sql } from "kysely";
import { bounded } from "../../ground/amounts/bounds.ts";
import type { Tx } from "../../ground/db/database.ts";
import { keptDaysUsual } from "../../ground/jobs/kept-days.ts";
import type { Dropping, RetentionRule, Span } from "../../ground/jobs/maintenance-job.ts";
import { providerIs } from "../../tenancy/providers/provider-state.ts";

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

async function keepOn(tx: Tx, span: Dropping): Promise<number> {
  // Once the table is locked nobody adds to a month, and of those that live all sums are written.
  const added = span.isLocked ? 0 : await addUp(tx, span);
  return added > 0 ? added : moveOn(tx, span);
}

/** A code or a purchase that went from site to site: of what it used at one, only what came after the move is told there, so its sessions stay. */
const hasMoved = sql`(case when starts_with(o.grant_id, ${voucherPrefix}) and split_part(o.grant_id, '.', 3) ~ '^[0-9]{1,9}$'
    then exists (select from voucher_leases l where l.provider_id = o.provider_id and l.batch_id = split_part(o.grant_id, '.', 2)
      and l.serial = split_part(o.grant_id, '.', 3)::bigint) else false end
  or exists (select from grant_leases l where l.provider_id = o.provider_id and l.grant_id = split_part(o.grant_id, '.', 1)))`;

const grantLives = (nowMs: number) => sql`exists (
  select from grant_starts g where g.provider_id = o.provider_id and g.grant_id = o.grant_id
    and g.retired_at_ms is null and (g.ends_at_ms is null or g.ends_at_ms > ${nowMs}::bigint))`;

/**
 * Each goes to a later month by the clock of the job: by another it could stay where it is. Once the table is locked only what was opened or heard of
 * again is looked for, by the rows themselves: to ask of each whether its grant lives takes a second for a month of 200,000.
 */
async function moveOn(tx: Tx, { fromMs, untilMs, nowMs, isLocked }: Dropping): Promise<number> {
  const isNeeded = isLocked ? sql`` : sql`or (${hasMoved} and ${grantLives(nowMs)})`;
  const { numAffectedRows = 0n } = await sql`
    update sessions s set kept_from_ms = greatest(${untilMs}::bigint,
      case when s.received_at_ms >= ${untilMs}::bigint then least(s.received_at_ms, ${nowMs}::bigint) else ${nowMs}::bigint end)
    where ${within("s", { fromMs, untilMs })}
      and (s.provider_id, s.site_id, s.session_key, s.kept_from_ms) in (
        select o.provider_id, o.site_id, o.session_key, o.kept_from_ms from sessions o
        where ${within("o", { fromMs, untilMs })} and (o.stopped_at_ms is null or o.received_at_ms >= ${untilMs}::bigint ${isNeeded})
        limit ${sliceRows})`.execute(tx);
  return Number(numAffectedRows);
}

/** Some sessions go now, and their sums stay: both in one statement, so that a crash counts none twice. */
async function addUp(tx: Tx, { fromMs, untilMs, nowMs }: Dropping): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with gone as (
      -- One that was opened or heard of again in this moment stays, and is looked at once more.
      delete from sessions s where ${within("s", { fromMs, untilMs })} and s.stopped_at_ms is not null and s.received_at_ms < ${untilMs}::bigint
        and (s.provider_id, s.site_id, s.session_key, s.kept_from_ms) in (
        select o.provider_id, o.site_id, o.session_key, o.kept_from_ms from sessions o
        where ${within("o", { fromMs, untilMs })} and o.stopped_at_ms is not null and o.received_at_ms < ${untilMs}::bigint
          and ${grantLives(nowMs)} and not ${hasMoved}
        limit ${sliceRows})
      returning *
    ), noted as (${noteOf(sql`gone`, untilMs)}), added as (
      insert into forgotten_use as f (provider_id, grant_id, site_id, started_epoch, used_bytes, free_bytes, used_seconds, last_stopped_at_ms)
      select provider_id, grant_id, site_id, coalesce(started_epoch, ''), ${bounded(sql`sum(input_bytes + output_bytes)`)},
        ${bounded(sql`sum(free_bytes)`)}, ${bounded(sql`sum(online_seconds)`)}, max(stopped_at_ms)
      from gone group by 1, 2, 3, 4
      on conflict (provider_id, grant_id, site_id, started_epoch) do update set
        used_bytes = ${bounded(sql`f.used_bytes::numeric + excluded.used_bytes`)},
        free_bytes = ${bounded(sql`f.free_bytes::numeric + excluded.free_bytes`)},
        used_seconds = ${bounded(sql`f.used_seconds::numeric + excluded.used_seconds`)},
        last_stopped_at_ms = greatest(f.last_stopped_at_ms, excluded.last_stopped_at_ms)
    )
    select count(*) as count from gone`.execute(tx);
  return Number(rows[0]?.count ?? 0);
}

/** Roll-ups must know how far sessions are gone. Of a provider that was deleted nobody asks. */
async function noteForgotten(tx: Tx, { fromMs, untilMs }: Span): Promise<void> {
  const month = sql`(select * from sessions s where ${within("s", { fromMs, untilMs })})`;
  await noteOf(month, untilMs).execute(tx);
}

/** A start after its end, or after the month in which it was heard of, comes from a clock that was wrong, and says nothing of what was counted. */
const noteOf = (gone: RawBuilder<unknown>, untilMs: number) => sql`
    insert into sessions_forgotten as f (provider_id, begun_ms)
    select s.provider_id, max(least(s.begun_at_ms, s.stopped_at_ms, ${untilMs - 1}::bigint)) from ${gone} s
    where ${providerIs("s", "active", "suspended")}
    group by s.provider_id
    on conflict (provider_id) do update set begun_ms = excluded.begun_ms where f.begun_ms < excluded.begun_ms`;

const within = (of: string, { fromMs, untilMs }: Span) => {
  const month = sql.ref(`${of}.kept_from_ms`);
  return sql`${month} >= ${fromMs}::bigint and ${month} < ${untilMs}::bigint`;
};

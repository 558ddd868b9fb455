/**
 * Alarms as people see them: what sites reported in their journals, and conditions that last (a site is silent, its disk refuses, a channel's keys
 * are refused, its money is not proved for more than a day, a refund came back). A condition is read from where it is recorded; it disappears when it ends.
 */
import { type RawBuilder, sql } from "kysely";
import { dayOf } from "../../ground/quotas/quota-policy.ts";

/** A site that was away for less is not worth an alarm: links break and come back. */
const silentMs = 5 * 60_000;

export interface AlarmRow {
  readonly alarm_id: string;
  readonly kind: string;
  readonly severity: "notice" | "wrong";
  readonly site_id: string | null;
  readonly channel_id: string | null;
  readonly fields: Record<string, string | number | boolean>;
  readonly at_ms: number;
  readonly acknowledged_at_ms: number | null;
  readonly acknowledged_by: string | null;
}

/** The hub looks each ten minutes. */
const twiceMs = 25 * 60_000;

/** Money that nothing has proved for so long needs a list, an initiator or a statement. */
const pendingMs = 86_400_000;

/** A router whose processor is used so much over a whole hour drops packets. */
const busyPercentMin = 90;
/** A router tells an hour when it is over. */
const figuresMs = 2 * 3_600_000 + 20 * 60_000;
/** Busy hours further back are another time. */
const busyMsMax = 7 * 86_400_000;

/** A router that should be backed up so often, and was not for so long: it missed two turns, and was tried again meanwhile. */
const backUpLateMs = { day: 3 * 86_400_000, week: 15 * 86_400_000 };

/** What money, rights or records depend on. Anything else is a notice. */
const wrong = [
  "session-stays",
  "journal-damaged",
  "journal-lost",
  "journal-went-back",
  "memory-lost",
  "snapshot-damaged",
  "feed-damaged",
  "store-damaged",
  "folder-shared",
  "update-failed",
  "update-refused",
  "board-memory-low",
  "stick-wears",
];

/** Those in the sites' journals; an index serves their order. */
export const reportedAlarms = (providerId: string): RawBuilder<AlarmRow> =>
  reportedWhere(sql`provider_id = ${providerId}`);

/** Those that came in since then and are not older than that; another index serves these. The provider may be a column. */
export const alarmsReceivedSince = (
  providerId: string | RawBuilder<string>,
  { receivedAtMs, atMs }: { readonly receivedAtMs: number; readonly atMs: number },
): RawBuilder<AlarmRow> =>
  reportedWhere(
    sql`provider_id = ${providerId} and received_at_ms > ${receivedAtMs}::bigint and at_ms > ${atMs}::bigint`,
  );

const reportedWhere = (where: RawBuilder<unknown>): RawBuilder<AlarmRow> =>
  sql`(select 'site.' || site_id || '.' || epoch || '.' || seq as alarm_id, name as kind,
      case when name in (${sql.join(wrong)}) then 'wrong' else 'notice' end as severity,
      site_id, null::text as channel_id, fields, at_ms, acknowledged_at_ms, acknowledged_by
    from alarms where ${where})`;

/**
 * Those that last now. `withChannels`: for people who may read channels. The provider may be a column: of each row of a query
 * over all of them.
 */
export function conditions(
  providerId: string | RawBuilder<string>,
  { nowMs, withChannels }: { readonly nowMs: number; readonly withChannels: boolean },
): RawBuilder<AlarmRow> {
  const silent = sql`select 'silent.' || l.site_id as alarm_id, 'site-silent' as kind, 'wrong' as severity, l.site_id,
      null::text as channel_id, '{}'::jsonb as fields, l.disconnected_at_ms as at_ms
    from site_links l
    join sites s on s.provider_id = l.provider_id and s.site_id = l.site_id and s.deleted_at_ms is null
    join agents a on a.provider_id = l.provider_id and a.site_id = l.site_id and a.revoked_at_ms is null
    where l.provider_id = ${providerId} and l.process_id is null and l.disconnected_at_ms < ${nowMs - silentMs}::bigint`;
  const refusing = sql`select 'disk.' || l.site_id, 'site-disk-refuses', 'wrong', l.site_id, null, '{}'::jsonb,
      coalesce(l.disk_since_ms, l.connected_at_ms, 0)
    from site_links l
    join sites s on s.provider_id = l.provider_id and s.site_id = l.site_id and s.deleted_at_ms is null
    join agents a on a.provider_id = l.provider_id and a.site_id = l.site_id and a.revoked_at_ms is null
    where l.provider_id = ${providerId} and l.disk = 'refuses'`;
  const waits = sql`select 'waits.' || w.site_id, 'device-waits', 'wrong', w.site_id, null, '{}'::jsonb, min(w.asked_at_ms)
    from readmissions w
    join sites s on s.provider_id = w.provider_id and s.site_id = w.site_id and s.deleted_at_ms is null
    where w.provider_id = ${providerId} group by w.site_id`;
  const keys = sql`select 'keys.' || channel_id, 'channel-keys-refused', 'wrong', null, channel_id,
      jsonb_build_object('problem', keys_problem), coalesce(keys_checked_at_ms, updated_at_ms)
    from channels where provider_id = ${providerId} and active and keys_problem is not null`;
  const initiator = sql`select 'initiator.' || channel_id, 'channel-initiator-refused', 'notice', null, channel_id,
      jsonb_build_object('problem', initiator_problem), coalesce(initiator_stopped_at_ms, updated_at_ms)
    from channels where provider_id = ${providerId} and active and initiator_code is not null`;
  const failing = sql`select 'customers.' || t.channel_id, 'channel-fails-customers', 'wrong', null, t.channel_id,
      jsonb_build_object('reason', t.reason, 'problem', t.said), t.since_ms
    from channel_troubles t
    join channels c on c.provider_id = t.provider_id and c.channel_id = t.channel_id and c.active
    where t.provider_id = ${providerId} and t.kind = 'fails-customers'`;
  const pendingBeforeMs = nowMs - pendingMs;
  const pending = sql`select 'pending.' || channel_id, 'channel-money-pending', 'wrong', null, channel_id,
      jsonb_build_object('count', count(*), 'cents', sum(cents)), min(at_ms) + ${pendingMs}::bigint
    from (
      select channel_id, pending_cents as cents, changed_at_ms as at_ms from purchases
      where provider_id = ${providerId} and pending_cents > 0 and changed_at_ms < ${pendingBeforeMs}::bigint
      union all
      select channel_id, suspense_cents + credit_cents, booked_at_ms from receipts
      where provider_id = ${providerId} and proved_by is null and state in ('credit', 'suspense')
        and booked_at_ms < ${pendingBeforeMs}::bigint and rail not in ('cash', 'credit')
    ) money group by channel_id`;
  const cameBack = sql`select 'refund.' || refund_id, 'refund-returned', 'wrong', null, channel_id,
      jsonb_build_object('cents', amount_cents), changed_at_ms
    from refunds where provider_id = ${providerId} and state = 'returned' and resolution is null`;
  const reached = sql`select 'quota.' || q.kind, 'quota-reached-' || q.kind, 'wrong', null, null,
      jsonb_build_object('used', q.used), q.reached_at_ms
    from quota_days q
    where q.provider_id = ${providerId} and q.day_at_ms = ${dayOf(nowMs)}::bigint and q.reached_at_ms is not null`;
  const noLogIns = sql`select 'log-ins.' || q.site_id, 'site-without-log-ins', 'notice', q.site_id, null,
      jsonb_build_object('expected', round(q.expected)), q.since_ms
    from site_silences q
    join sites s on s.provider_id = q.provider_id and s.site_id = q.site_id and s.deleted_at_ms is null
    where q.provider_id = ${providerId}`;
  // While the site is silent nobody knows, and its own alarm says so.
  const unreached = sql`select 'access-point.' || p.site_id || '.' || p.address, 'access-point-down', 'wrong', p.site_id, null,
      jsonb_build_object('name', p.name, 'address', p.address), coalesce(p.since_ms, p.made_at_ms)
    from site_access_points p
    join sites s on s.provider_id = p.provider_id and s.site_id = p.site_id and s.deleted_at_ms is null
    join site_links l on l.provider_id = p.provider_id and l.site_id = p.site_id and l.process_id is not null
    where p.provider_id = ${providerId} and p.state = 'down'`;
  const twice = sql`select 'device-twice.' || t.site_id || '.' || t.session_key || '.' || t.other_session_key, 'device-twice', 'notice', t.site_id, null,
      jsonb_build_object('mac', t.mac, 'other', other.name), t.since_ms
    from devices_twice t
    join sites s on s.provider_id = t.provider_id and s.site_id = t.site_id and s.deleted_at_ms is null
    join sites other on other.provider_id = t.provider_id and other.site_id = t.other_site_id and other.deleted_at_ms is null
    where t.provider_id = ${providerId} and t.seen_at_ms > ${nowMs - twiceMs}::bigint`;
  // Since the first of the busy hours that are one after the other. Hours to come are those of a site whose clock was wrong.
  const busy = sql`select 'router-busy.' || s.site_id, 'router-busy', 'notice', s.site_id, null,
      jsonb_build_object('percent', newest.cpu_percent),
      (select min(f.from_ms) from router_figures f where f.provider_id = s.provider_id and f.site_id = s.site_id
        and f.cpu_percent >= ${busyPercentMin} and f.from_ms > ${nowMs - busyMsMax}::bigint and f.from_ms > coalesce(
          (select max(i.from_ms) from router_figures i where i.provider_id = s.provider_id and i.site_id = s.site_id
            and i.from_ms > ${nowMs - busyMsMax}::bigint and i.from_ms <= ${nowMs}::bigint and i.cpu_percent < ${busyPercentMin}), 0))
    from sites s cross join lateral (
      select f.from_ms, f.cpu_percent from router_figures f
      where f.provider_id = s.provider_id and f.site_id = s.site_id and f.cpu_percent is not null and f.from_ms <= ${nowMs}::bigint
      order by f.from_ms desc limit 1
    ) newest
    where s.provider_id = ${providerId} and s.deleted_at_ms is null and newest.cpu_percent >= ${busyPercentMin}
      and newest.from_ms > ${nowMs - figuresMs}::bigint`;
  // Not where the schedule was switched on, or the site made, a moment ago. While the site is silent, its own alarm says so.
  const notBackedUp = sql`select 'back-up.' || s.site_id, 'router-back-up-late', 'notice', s.site_id, null, '{}'::jsonb, late.at_ms
    from sites s
    join site_links l on l.provider_id = s.provider_id and l.site_id = s.site_id and l.process_id is not null
    left join router_back_up_schedules of_all on of_all.provider_id = s.provider_id
    left join router_back_up_site_schedules own on own.provider_id = s.provider_id and own.site_id = s.site_id
    cross join lateral (select greatest(s.created_at_ms, coalesce(own.changed_at_ms, of_all.changed_at_ms), (
        select max(b.ended_at_ms) from router_back_ups b
        where b.provider_id = s.provider_id and b.site_id = s.site_id and b.state = 'done'))
      + case coalesce(own.every, of_all.every) when 'day' then ${backUpLateMs.day}::bigint else ${backUpLateMs.week}::bigint end as at_ms) late
    where s.provider_id = ${providerId} and s.deleted_at_ms is null and coalesce(own.every, of_all.every) in ('day', 'week')
      and late.at_ms < ${nowMs}::bigint`;
  const webhooksOff = sql`select 'webhook.' || w.webhook_id, 'webhook-switched-off', 'wrong', null, null,
      jsonb_build_object('name', w.name), w.switched_off_at_ms
    from webhooks w where w.provider_id = ${providerId} and w.switched_off_at_ms is not null`;
  const ofAll = [silent, waits, refusing, reached, noLogIns, unreached, twice, busy, notBackedUp, webhooksOff];
  const parts = withChannels ? [...ofAll, keys, initiator, failing, pending, cameBack] : ofAll;
  return sql`(select condition.*, seen.acknowledged_at_ms, seen.acknowledged_by
    from (${sql.join(parts, sql` union all `)}) condition
    left join alarm_conditions_seen seen on seen.provider_id = ${providerId} and seen.alarm_id = condition.alarm_id
      and seen.since_ms = condition.at_ms)`;
}

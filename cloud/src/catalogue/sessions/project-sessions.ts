import { earliestPlausibleMs } from "@karibu/protocol/earliest-plausible";
import { type RawBuilder, sql } from "kysely";
import {
  type ClockCorrection,
  type JournalBatch,
  type JournalProjector,
  ofKind,
} from "../../ground/agents/journal-projector.ts";
import { movedTime } from "../../ground/agents/moved-time.ts";
import type { Tx } from "../../ground/db/database.ts";
import { recordset } from "../../ground/db/recordset.ts";
import { keptDaysLeast } from "../../ground/jobs/kept-days.ts";
import { foldSessions, freeBytesAbove, type SessionFold } from "./fold-sessions.ts";

/** RADIUS sessions: usage by day first, then the sessions themselves. */
export const sessionProjector: JournalProjector = {
  async project(tx, { providerId, records, receivedAtMs }) {
    const { sessions, days } = foldSessions(records);
    if (sessions.length > 0) {
      const known = await findKnown(tx, providerId, sessions, receivedAtMs);
      const unknown = sessions.filter((session) => !known.has(nameOf(session)));
      const counted = await findCounted(tx, providerId, unknown, receivedAtMs);
      if (days.length > 0) await addUsage(tx, providerId, days, new Map([...known, ...counted]));
      if (counted.size > 0) await takeBack(tx, providerId, unknown, counted);
      const reopened = sessions.filter((session) => session.reopens && known.get(nameOf(session))?.cause === "lost");
      if (reopened.length > 0) await reopenLost(tx, providerId, reopened);
      await mergeSessions(tx, providerId, { sessions, known, counted, receivedAtMs });
    }
    await endContinued(tx, providerId, records);
  },
  async correctClock(tx, correction) {
    const { providerId, siteId } = correction;
    const moves = (prefix: string) => isMoved(correction, prefix);
    const moved = (prefix: string) =>
      sql`case when ${moves(prefix)} then ${movedTime(`${prefix}at_ms`, correction.stepMs)} else ${sql.ref(`${prefix}at_ms`)} end`;
    // One statement: each reads what the site had in all months.
    await sql`
      update sessions set
        started_at_ms = ${moved("started_")},
        last_used_at_ms = ${moved("last_used_")},
        stopped_at_ms = ${moved("stopped_")},
        started_clock = case when ${isVouchedFor(correction)} then 'synced' else started_clock end
      where provider_id = ${providerId} and site_id = ${siteId}
        and (${moves("started_")} or ${moves("last_used_")} or ${moves("stopped_")} or ${isVouchedFor(correction)})
    `.execute(tx);
  },
};

/** From now on. What waits in 1970 does until a step out of it. */
function isVouchedFor({ epoch, beforeSeq, isProved, isOutOfUnknown }: ClockCorrection): RawBuilder<boolean> {
  return sql`(${isProved} and started_epoch = ${epoch} and started_seq < ${beforeSeq}::bigint and started_clock <> 'synced'
    and (${isOutOfUnknown} or started_at_ms >= ${earliestPlausibleMs}))`;
}

/**
 * As the site's fold moves it (`rebase.ts` of the agent): what was stamped since the agent's last start, and of a session of before of which nobody has
 * vouched for the start all of it; and by a step out of 1970 what began then alone. What began under another epoch the site knows from the hub: its start
 * is nobody's to vouch for any more.
 */
function isMoved({ epoch, fromSeq, beforeSeq, isOutOfUnknown }: ClockCorrection, prefix: string): RawBuilder<boolean> {
  const [inEpoch, seq, atMs] = [`${prefix}epoch`, `${prefix}seq`, `${prefix}at_ms`].map((name) => sql.ref(name));
  return sql`(${inEpoch} = ${epoch} and ${seq} < ${beforeSeq}::bigint
    and (${seq} >= ${fromSeq}::bigint or coalesce(started_epoch = ${epoch} and started_clock <> 'synced', false))
    and (${atMs} < ${earliestPlausibleMs}) = ${isOutOfUnknown})`;
}

/** What the hub has of a session, and the month that it lies in. */
interface Known extends Counted {
  readonly keptFromMs: number;
  readonly cause: string | null;
}
interface Totals {
  readonly inputBytes: number;
  readonly outputBytes: number;
  readonly onlineSeconds: number;
}
interface Counted extends Totals {
  readonly grantId: string | null;
}
type KnownSessions = ReadonlyMap<string, Known>;
type Place = Pick<SessionFold["sessions"][number], "siteId" | "sessionKey">;

const nameOf = ({ siteId, sessionKey }: Place) => `${siteId}\n${sessionKey}`;

const dayMs = 86_400_000;
/** Nearly all sessions that are told of are known since less than this, or new. */
const recentMs = 40 * dayMs;
/** A site's clock, or another hub's, may be ahead by as much. */
const aheadMs = dayMs;

/**
 * By site and key, first in the recent months alone: the others cost time to plan and to read. No key of the table spans its months: that nobody else
 * makes a site's sessions meanwhile is due to the intake, which takes a site's records one batch at a time. The rows stay locked, because they may be
 * moved to another month (`session-retention.ts`), and would else be made a second time where they were.
 */
async function findKnown(
  tx: Tx,
  providerId: string,
  sessions: SessionFold["sessions"],
  receivedAtMs: number,
): Promise<KnownSessions> {
  const fromMs = receivedAtMs - recentMs;
  const isRecent = sql`and s.kept_from_ms >= ${fromMs}::bigint and s.kept_from_ms < ${receivedAtMs + aheadMs}::bigint`;
  const known = await readKnown(tx, providerId, sessions, isRecent);
  const others = sessions.filter((session) => !known.has(nameOf(session)) && heardFromMs(session) < fromMs);
  if (others.length === 0) return known;
  const since = sql`and s.kept_from_ms >= ${Math.min(...others.map(heardFromMs))}::bigint`;
  return new Map([...known, ...(await readKnown(tx, providerId, others, since))]);
}

/** The hub can't have heard of a session before it began. A clock that is not set says nothing of when that was. */
const heardFromMs = ({ startedAtMs, startedClock }: SessionFold["sessions"][number]): number =>
  startedAtMs !== null && startedClock === "synced" ? startedAtMs - aheadMs : 0;

async function readKnown(
  tx: Tx,
  providerId: string,
  sessions: readonly Place[],
  only: RawBuilder<unknown>,
): Promise<KnownSessions> {
  const places = JSON.stringify(sessions.map(({ siteId, sessionKey }) => ({ siteId, sessionKey })));
  const { rows } = await sql<{ siteId: string; sessionKey: string } & Known>`
    select f."siteId", f."sessionKey", s.kept_from_ms, s.grant_id, s.cause, s.input_bytes,
      s.output_bytes, s.online_seconds
    from jsonb_to_recordset(${places}::jsonb) as f("siteId" text, "sessionKey" text)
    -- By its key each: no plan reads a part from end to end.
    cross join lateral (
      select * from sessions s where s.provider_id = ${providerId} and s.site_id = f."siteId" and s.session_key = f."sessionKey" ${only}
      limit 1 for no key update
    ) s
  `.execute(tx);
  return new Map(rows.map((row) => [nameOf(row), row]));
}

/**
 * What the days hold of sessions that may have gone with their month: told again, their totals are not new. Their days are read from end to end, which
 * costs time, so only of those that can be as old as what is forgotten; of most batches that is none.
 */
async function findCounted(
  tx: Tx,
  providerId: string,
  sessions: SessionFold["sessions"],
  receivedAtMs: number,
): Promise<ReadonlyMap<string, Counted>> {
  const youngestMs = receivedAtMs - keptDaysLeast.sessions * dayMs;
  const old = sessions.filter((session) => mayHaveBegunBy(youngestMs, session));
  if (old.length === 0) return new Map();
  const floor = await tx
    .selectFrom("sessions_forgotten")
    .select("begunMs")
    .where("providerId", "=", providerId)
    .executeTakeFirst();
  const forgotten = floor === undefined ? [] : old.filter((session) => mayHaveBegunBy(floor.begunMs, session));
  if (forgotten.length === 0) return new Map();
  const places = JSON.stringify(forgotten.map(({ siteId, sessionKey }) => ({ siteId, sessionKey })));
  const sinceMs = Math.min(...forgotten.map(heardFromMs));
  const { rows } = await sql<Place & Counted>`
    select u.site_id as "siteId", u.session_key as "sessionKey", max(u.grant_id) as "grantId", sum(u.input_bytes)::bigint as "inputBytes",
      sum(u.output_bytes)::bigint as "outputBytes", sum(u.online_seconds)::bigint as "onlineSeconds"
    from usage_days u join jsonb_to_recordset(${places}::jsonb) as f("siteId" text, "sessionKey" text)
      on u.site_id = f."siteId" and u.session_key = f."sessionKey"
    where u.provider_id = ${providerId} and u.day >= ${new Date(Math.max(0, sinceMs)).toISOString().slice(0, 10)}::date
    group by 1, 2
  `.execute(tx);
  return new Map(rows.map((row) => [nameOf(row), row]));
}

/** A clock that nobody vouches for may be behind, by years, and hardly ahead: its date tells what is new from what is old all the same. */
const mayHaveBegunBy = (atMs: number, { startedAtMs, startedClock }: SessionFold["sessions"][number]): boolean =>
  startedAtMs === null || startedClock === "unknown" || startedAtMs - aheadMs <= atMs;

/** Days hold the totals of this batch. The new part is above what was reported before, or above what the session had. */
async function addUsage(
  tx: Tx,
  providerId: string,
  days: SessionFold["days"],
  known: ReadonlyMap<string, Counted>,
): Promise<void> {
  const rows = days.map((day, order) => {
    const had = known.get(nameOf(day));
    const totals = {
      hadInput: had?.inputBytes ?? 0,
      hadOutput: had?.outputBytes ?? 0,
      hadSeconds: had?.onlineSeconds ?? 0,
    };
    return { order, ...day, grantId: day.grantId ?? had?.grantId ?? null, ...totals };
  });
  await sql`
    insert into usage_days as u
      (provider_id, day, site_id, session_key, grant_id, input_bytes, output_bytes, online_seconds)
    select ${providerId}::text, day, "siteId", "sessionKey", max("grantId"), sum(input)::bigint, sum(output)::bigint, sum(seconds)::bigint
    from (select d.day, d."siteId", d."sessionKey", d."grantId",
      greatest(d."inputBytes" - greatest(lag(d."inputBytes", 1, 0::bigint) over earlier, d."hadInput"), 0) as input,
      greatest(d."outputBytes" - greatest(lag(d."outputBytes", 1, 0::bigint) over earlier, d."hadOutput"), 0) as output,
      greatest(d."onlineSeconds" - greatest(lag(d."onlineSeconds", 1, 0::bigint) over earlier, d."hadSeconds"), 0) as seconds
    from ${recordset("d", rows, {
      order: "bigint",
      siteId: "text",
      sessionKey: "text",
      grantId: "text",
      day: "date",
      inputBytes: "bigint",
      outputBytes: "bigint",
      onlineSeconds: "bigint",
      hadInput: "bigint",
      hadOutput: "bigint",
      hadSeconds: "bigint",
    })}
    window earlier as (partition by d."siteId", d."sessionKey" order by d."order")) added
    group by day, "siteId", "sessionKey" order by "siteId", "sessionKey", day
    on conflict (provider_id, day, site_id, session_key) do update set
      grant_id = coalesce(u.grant_id, excluded.grant_id),
      input_bytes = u.input_bytes + excluded.input_bytes,
      output_bytes = u.output_bytes + excluded.output_bytes,
      online_seconds = u.online_seconds + excluded.online_seconds
  `.execute(tx);
}

/** These stand as sessions again, with all that was counted of them: it is no part of what was added up of forgotten ones any more. */
async function takeBack(
  tx: Tx,
  providerId: string,
  unknown: SessionFold["sessions"],
  counted: ReadonlyMap<string, Counted>,
): Promise<void> {
  const back = unknown.flatMap((session) => {
    const had = counted.get(nameOf(session));
    const grantId = had?.grantId ?? session.grantId;
    if (had === undefined || grantId === null) return [];
    const { inputBytes, outputBytes, onlineSeconds } = had;
    return [{ siteId: session.siteId, grantId, bytes: inputBytes + outputBytes, seconds: onlineSeconds }];
  });
  if (back.length === 0) return;
  // Under which epoch of the site each had begun nobody knows any more: from one sum after the other.
  await sql`
    with back as (
      select f."grantId" as grant_id, f."siteId" as site_id, sum(f.bytes) as bytes, sum(f.seconds) as seconds
      from ${recordset("f", back, { grantId: "text", siteId: "text", bytes: "bigint", seconds: "bigint" })} group by 1, 2
    ), less as (
      select k.grant_id, k.site_id, k.started_epoch,
        least(k.used_bytes, greatest(0, back.bytes - (sum(k.used_bytes) over earlier - k.used_bytes))) as bytes,
        least(k.used_seconds, greatest(0, back.seconds - (sum(k.used_seconds) over earlier - k.used_seconds))) as seconds
      from forgotten_use k join back on back.grant_id = k.grant_id and back.site_id = k.site_id
      where k.provider_id = ${providerId}
      window earlier as (partition by k.grant_id, k.site_id order by k.started_epoch)
    )
    update forgotten_use u set used_bytes = u.used_bytes - less.bytes, used_seconds = u.used_seconds - less.seconds
    from less where u.provider_id = ${providerId} and u.grant_id = less.grant_id and u.site_id = less.site_id
      and u.started_epoch = less.started_epoch`.execute(tx);
}

/** What a session had, and what is told of it now: the larger of both. */
function atLeast(told: Totals, had: Counted | undefined): Totals {
  return {
    inputBytes: Math.max(told.inputBytes, had?.inputBytes ?? 0),
    outputBytes: Math.max(told.outputBytes, had?.outputBytes ?? 0),
    onlineSeconds: Math.max(told.onlineSeconds, had?.onlineSeconds ?? 0),
  };
}

/** A session that was closed as lost is open again once its site reports it. */
async function reopenLost(tx: Tx, providerId: string, sessions: SessionFold["sessions"]): Promise<void> {
  const places = sessions.map(({ siteId, sessionKey }) => ({ siteId, sessionKey }));
  await sql`
    update sessions s set stopped_at_ms = null, stopped_stamped_ms = null, stopped_epoch = null, stopped_seq = null, cause = null,
      why = null
    from ${recordset("f", places, { siteId: "text", sessionKey: "text" })}
    where s.provider_id = ${providerId} and s.site_id = f."siteId" and s.session_key = f."sessionKey" and s.cause = 'lost'
  `.execute(tx);
}

/**
 * They go on under a new key, with all their counters: a site that lost its memory took them for new ones. They count once, and what of them was free
 * stays so: the first report under the new key had all counters, and was free or not as a whole.
 */
async function endContinued(tx: Tx, providerId: string, records: JournalBatch["records"]): Promise<void> {
  const ended = ofKind(records, "recalled").flatMap(({ siteId, epoch, record: { seq, atMs, continued = [] } }) =>
    continued.map(({ sessionKey, by }) => ({ siteId, epoch, seq, atMs, sessionKey, by })),
  );
  if (ended.length === 0) return;
  const list = sql`${recordset("f", ended, {
    siteId: "text",
    epoch: "text",
    seq: "bigint",
    atMs: "bigint",
    sessionKey: "text",
    by: "text",
  })}`;
  const total = (of: string) => sql`(${sql.ref(`${of}.input_bytes`)} + ${sql.ref(`${of}.output_bytes`)})`;
  await sql`
    update sessions n set free_bytes = least(${total("n")}, o.free_bytes + greatest(0, least(n.free_bytes, ${total("n")} - ${total("o")})))
    from ${list} join sessions o on o.provider_id = ${providerId} and o.site_id = f."siteId" and o.session_key = f."sessionKey"
    where n.provider_id = ${providerId} and n.site_id = f."siteId" and n.session_key = f.by and (n.free_bytes > 0 or o.free_bytes > 0)
  `.execute(tx);
  await sql`
    update sessions s set input_bytes = 0, output_bytes = 0, free_bytes = 0, online_seconds = 0, cause = coalesce(s.cause, 'lost'),
      stopped_at_ms = coalesce(s.stopped_at_ms, f."atMs"), stopped_stamped_ms = coalesce(s.stopped_stamped_ms, f."atMs"),
      stopped_epoch = coalesce(s.stopped_epoch, f.epoch), stopped_seq = coalesce(s.stopped_seq, f.seq)
    from ${list} where s.provider_id = ${providerId} and s.site_id = f."siteId" and s.session_key = f."sessionKey"
  `.execute(tx);
  await sql`
    update usage_days u set input_bytes = 0, output_bytes = 0, online_seconds = 0
    from ${list} where u.provider_id = ${providerId} and u.site_id = f."siteId" and u.session_key = f."sessionKey"
  `.execute(tx);
}

async function mergeSessions(
  tx: Tx,
  providerId: string,
  {
    sessions,
    known,
    counted,
    receivedAtMs,
  }: {
    readonly sessions: SessionFold["sessions"];
    readonly known: KnownSessions;
    readonly counted: ReadonlyMap<string, Counted>;
    readonly receivedAtMs: JournalBatch["receivedAtMs"];
  },
): Promise<void> {
  const rows = sessions.map(({ free, ...session }) => {
    const [inTable, inDays] = [known.get(nameOf(session)), counted.get(nameOf(session))];
    return {
      ...session,
      ...atLeast(session, inDays),
      freeBytes: freeBytesAbove(free, inTable ?? inDays ?? { inputBytes: 0, outputBytes: 0 }),
      grantId: session.grantId ?? inDays?.grantId ?? null,
      keptFromMs: inTable?.keptFromMs ?? receivedAtMs,
    };
  });
  await sql`
    insert into sessions as s (provider_id, site_id, session_key, session_id, nas, grant_id, username, mac, address,
      started_at_ms, started_stamped_ms, started_epoch, started_seq, started_clock,
      last_used_at_ms, last_used_epoch, last_used_seq,
      stopped_at_ms, stopped_stamped_ms, stopped_epoch, stopped_seq, cause, why, service,
      input_bytes, output_bytes, free_bytes, online_seconds, received_at_ms, kept_from_ms)
    select ${providerId}::text, f."siteId", f."sessionKey", f."sessionId", f.nas, f."grantId", f."user", f.mac, f.address,
      f."startedAtMs", f."startedAtMs", f."startedEpoch", f."startedSeq", f."startedClock",
      f."usedAtMs", f."usedEpoch", f."usedSeq",
      f."stoppedAtMs", f."stoppedAtMs", f."stoppedEpoch", f."stoppedSeq", f.cause, f.why, f.service,
      f."inputBytes", f."outputBytes", f."freeBytes", f."onlineSeconds", ${receivedAtMs}::bigint, f."keptFromMs"
    from ${recordset("f", rows, {
      siteId: "text",
      sessionKey: "text",
      sessionId: "text",
      nas: "text",
      grantId: "text",
      user: "text",
      mac: "text",
      address: "text",
      startedAtMs: "bigint",
      startedEpoch: "text",
      startedSeq: "bigint",
      startedClock: "text",
      usedAtMs: "bigint",
      usedEpoch: "text",
      usedSeq: "bigint",
      stoppedAtMs: "bigint",
      stoppedEpoch: "text",
      stoppedSeq: "bigint",
      cause: "text",
      why: "text",
      service: "text",
      inputBytes: "bigint",
      outputBytes: "bigint",
      freeBytes: "bigint",
      onlineSeconds: "bigint",
      keptFromMs: "bigint",
    })}
    on conflict (provider_id, site_id, session_key, kept_from_ms) do update set
      session_id = coalesce(s.session_id, excluded.session_id),
      nas = coalesce(s.nas, excluded.nas),
      grant_id = coalesce(s.grant_id, excluded.grant_id),
      username = coalesce(s.username, excluded.username),
      mac = coalesce(s.mac, excluded.mac),
      address = coalesce(s.address, excluded.address),
      service = coalesce(s.service, excluded.service),
      started_at_ms = coalesce(s.started_at_ms, excluded.started_at_ms),
      started_stamped_ms = coalesce(s.started_stamped_ms, excluded.started_stamped_ms),
      started_epoch = coalesce(s.started_epoch, excluded.started_epoch),
      started_seq = coalesce(s.started_seq, excluded.started_seq),
      started_clock = coalesce(s.started_clock, excluded.started_clock),
      last_used_at_ms = coalesce(excluded.last_used_at_ms, s.last_used_at_ms),
      last_used_epoch = coalesce(excluded.last_used_epoch, s.last_used_epoch),
      last_used_seq = coalesce(excluded.last_used_seq, s.last_used_seq),
      stopped_at_ms = coalesce(excluded.stopped_at_ms, s.stopped_at_ms),
      stopped_stamped_ms = coalesce(excluded.stopped_stamped_ms, s.stopped_stamped_ms),
      stopped_epoch = coalesce(excluded.stopped_epoch, s.stopped_epoch),
      stopped_seq = coalesce(excluded.stopped_seq, s.stopped_seq),
      cause = coalesce(excluded.cause, s.cause),
      why = case when excluded.cause is null or excluded.cause = s.cause then coalesce(excluded.why, s.why) else excluded.why end,
      input_bytes = greatest(s.input_bytes, excluded.input_bytes),
      output_bytes = greatest(s.output_bytes, excluded.output_bytes),
      free_bytes = s.free_bytes + excluded.free_bytes,
      online_seconds = greatest(s.online_seconds, excluded.online_seconds),
      received_at_ms = excluded.received_at_ms
  `.execute(tx);
}

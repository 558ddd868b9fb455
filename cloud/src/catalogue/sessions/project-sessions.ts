import { sql } from "kysely";
import { type JournalBatch, type JournalProjector, ofKind } from "../../ground/agents/journal-projector.ts";
import { withinCorrection } from "../../ground/agents/within-correction.ts";
import type { Tx } from "../../ground/db/database.ts";
import { foldSessions, type SessionFold } from "./fold-sessions.ts";

/** RADIUS sessions: usage by day first, then the sessions themselves. */
export const sessionProjector: JournalProjector = {
  async project(tx, { providerId, records, receivedAtMs }) {
    const { sessions, days } = foldSessions(records);
    if (days.length > 0) await addUsage(tx, providerId, days);
    const reopened = sessions.filter((session) => session.reopens);
    if (reopened.length > 0) await reopenLost(tx, providerId, reopened);
    if (sessions.length > 0) await mergeSessions(tx, providerId, sessions, receivedAtMs);
    await endContinued(tx, providerId, records);
  },
  async correctClock(tx, correction) {
    const step = sql`${correction.stepMs}::bigint`;
    const within = (prefix: string) => withinCorrection(correction, prefix);
    await sql`
      update sessions set
        started_at_ms = started_at_ms + case when ${within("started_")} then ${step} else 0 end,
        last_used_at_ms = last_used_at_ms + case when ${within("last_used_")} then ${step} else 0 end,
        stopped_at_ms = stopped_at_ms + case when ${within("stopped_")} then ${step} else 0 end
      where provider_id = ${correction.providerId} and site_id = ${correction.siteId}
        and (${within("started_")} or ${within("last_used_")} or ${within("stopped_")})
    `.execute(tx);
  },
};

/** Days hold the totals of this batch. The new part is above the day before, or above what the session had. */
async function addUsage(tx: Tx, providerId: string, days: SessionFold["days"]): Promise<void> {
  await sql`
    insert into usage_days as u
      (provider_id, day, site_id, session_key, grant_id, input_bytes, output_bytes, online_seconds)
    select ${providerId}::text, d.day, d."siteId", d."sessionKey", coalesce(d."grantId", s.grant_id),
      greatest(d."inputBytes" - greatest(lag(d."inputBytes", 1, 0::bigint) over earlier, coalesce(s.input_bytes, 0)), 0),
      greatest(d."outputBytes" - greatest(lag(d."outputBytes", 1, 0::bigint) over earlier, coalesce(s.output_bytes, 0)), 0),
      greatest(d."onlineSeconds" - greatest(lag(d."onlineSeconds", 1, 0::bigint) over earlier, coalesce(s.online_seconds, 0)), 0)
    from jsonb_to_recordset(${JSON.stringify(days.map((day, order) => ({ order, ...day })))}::jsonb) as d("order" bigint,
      "siteId" text, "sessionKey" text, "grantId" text, day date, "inputBytes" bigint, "outputBytes" bigint, "onlineSeconds" bigint)
    left join sessions s
      on s.provider_id = ${providerId} and s.site_id = d."siteId" and s.session_key = d."sessionKey"
    window earlier as (partition by d."siteId", d."sessionKey" order by d."order")
    on conflict (provider_id, day, site_id, session_key) do update set
      grant_id = coalesce(u.grant_id, excluded.grant_id),
      input_bytes = u.input_bytes + excluded.input_bytes,
      output_bytes = u.output_bytes + excluded.output_bytes,
      online_seconds = u.online_seconds + excluded.online_seconds
  `.execute(tx);
}

/** A session that was closed as lost is open again once its site reports it. */
async function reopenLost(tx: Tx, providerId: string, sessions: SessionFold["sessions"]): Promise<void> {
  const places = sessions.map(({ siteId, sessionKey }) => ({ siteId, sessionKey }));
  await sql`
    update sessions s set stopped_at_ms = null, stopped_stamped_ms = null, stopped_epoch = null, stopped_seq = null, cause = null,
      why = null
    from jsonb_to_recordset(${JSON.stringify(places)}::jsonb) as f("siteId" text, "sessionKey" text)
    where s.provider_id = ${providerId} and s.site_id = f."siteId" and s.session_key = f."sessionKey" and s.cause = 'lost'
  `.execute(tx);
}

/** They go on under a new key, with all their counters: a site that lost its memory took them for new ones. They count once. */
async function endContinued(tx: Tx, providerId: string, records: JournalBatch["records"]): Promise<void> {
  const ended = ofKind(records, "recalled").flatMap(({ siteId, epoch, record: { seq, atMs, continued = [] } }) =>
    continued.map(({ sessionKey }) => ({ siteId, epoch, seq, atMs, sessionKey })),
  );
  if (ended.length === 0) return;
  const list = sql`jsonb_to_recordset(${JSON.stringify(ended)}::jsonb) as f("siteId" text, epoch text, seq bigint,
    "atMs" bigint, "sessionKey" text)`;
  await sql`
    update sessions s set input_bytes = 0, output_bytes = 0, online_seconds = 0, cause = coalesce(s.cause, 'lost'),
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
  sessions: SessionFold["sessions"],
  receivedAtMs: JournalBatch["receivedAtMs"],
): Promise<void> {
  await sql`
    insert into sessions as s (provider_id, site_id, session_key, session_id, nas, grant_id, username, mac, address,
      started_at_ms, started_stamped_ms, started_epoch, started_seq, started_clock,
      last_used_at_ms, last_used_epoch, last_used_seq,
      stopped_at_ms, stopped_stamped_ms, stopped_epoch, stopped_seq, cause, why, service,
      input_bytes, output_bytes, online_seconds, received_at_ms)
    select ${providerId}::text, f."siteId", f."sessionKey", f."sessionId", f.nas, f."grantId", f."user", f.mac, f.address,
      f."startedAtMs", f."startedAtMs", f."startedEpoch", f."startedSeq", f."startedClock",
      f."usedAtMs", f."usedEpoch", f."usedSeq",
      f."stoppedAtMs", f."stoppedAtMs", f."stoppedEpoch", f."stoppedSeq", f.cause, f.why, f.service,
      f."inputBytes", f."outputBytes", f."onlineSeconds", ${receivedAtMs}::bigint
    from jsonb_to_recordset(${JSON.stringify(sessions)}::jsonb) as f("siteId" text, "sessionKey" text, "sessionId" text,
      nas text, "grantId" text, "user" text, mac text, address text, "startedAtMs" bigint, "startedEpoch" text,
      "startedSeq" bigint, "startedClock" text, "usedAtMs" bigint, "usedEpoch" text, "usedSeq" bigint,
      "stoppedAtMs" bigint, "stoppedEpoch" text, "stoppedSeq" bigint, cause text, why text, service text,
      "inputBytes" bigint, "outputBytes" bigint, "onlineSeconds" bigint)
    on conflict (provider_id, site_id, session_key) do update set
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
      online_seconds = greatest(s.online_seconds, excluded.online_seconds),
      received_at_ms = excluded.received_at_ms
  `.execute(tx);
}

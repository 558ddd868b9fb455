/** The grants that a site began, in the order of their names, with usage, leases, devices and open sessions. */
import type { LeaseUse } from "@karibu/protocol/feed";
import type { Grant } from "@karibu/protocol/grant";
import {
  cashSalePrefix,
  fileAccountPrefix,
  kindOfGrant,
  trialPrefix,
  voucherRefOf,
  windowPrefix,
} from "@karibu/protocol/grant-id";
import type { Terms } from "@karibu/protocol/plan";
import { bytes, seconds, unixMs } from "@karibu/protocol/quantities";
import { sql } from "kysely";
import { bounded } from "../../ground/amounts/bounds.ts";
import type { Tx } from "../../ground/db/database.ts";
import { recordset } from "../../ground/db/recordset.ts";
import { grantUse } from "../sessions/grant-use.ts";
import { type BegunGrant, type Binding, movesOf, slotsOf, type ToldGrant } from "./recall-page.ts";

/** `epoch`: what the site did under it, it knows itself. */
export interface RecallPlace {
  readonly providerId: string;
  readonly siteId: string;
  readonly epoch: string;
}

const dayMs = 86_400_000;
/** Of accounts, cash sales and payment windows that ended longer ago only the newest period can still be asked for. */
export const keptAfterEndMs = 60 * dayMs;

/** A trial is had once, however long ago. A site remembers so many of the newest, by cookie and by MAC (`prune-rests.ts` of the agent). */
const trialsTold = 5000;

/** The most that the clock of a site that is connected and the hub's differ. */
const clockSlackMs = 60_000;

interface StartRow {
  readonly grantId: string;
  readonly written: Grant | null;
  readonly startedAtMs: number;
  readonly endsAtMs: number | null;
  readonly change: BegunGrant["change"];
}

/** Bought grants that were deleted from the site's feed are left out: nothing opens them. */
export async function readBegun(
  tx: Tx,
  { providerId, siteId, epoch }: RecallPlace,
  page: { readonly after: string; readonly limit: number; readonly nowMs: number },
): Promise<readonly BegunGrant[]> {
  const overMs = page.nowMs - keptAfterEndMs;
  const { rows } = await sql<StartRow>`
    select s.grant_id, j.raw -> 'grant' as written, s.started_at_ms, s.ends_at_ms,
      case when c.grant_id is null then null else jsonb_build_object('seconds', c.seconds, 'useSeconds', c.use_seconds,
        'dataBytes', c.data_bytes, 'isPaused', c.paused_at_ms is not null) end as change
    from grant_starts s
    left join grant_changes c on c.provider_id = s.provider_id and c.site_id = s.site_id and c.grant_id = s.grant_id
    left join journal_records j on j.provider_id = s.provider_id and j.site_id = s.site_id and j.epoch = s.epoch
      and j.seq = s.seq and j.kind = 'grant-started'
    where s.provider_id = ${providerId} and s.site_id = ${siteId} and s.grant_id > ${page.after} and s.epoch <> ${epoch}
      and not (s.origin = 'purchase' and not s.bridge and s.retired_at_ms is not null)
      and not ((starts_with(s.grant_id, ${cashSalePrefix}) or starts_with(s.grant_id, ${windowPrefix})) and coalesce(s.ends_at_ms < ${overMs}::bigint, false))
      and not (starts_with(s.grant_id, ${trialPrefix}) and s.started_at_ms < coalesce((
        select trial.started_at_ms from grant_starts trial where trial.provider_id = ${providerId} and trial.site_id = ${siteId}
          and starts_with(trial.grant_id, ${trialPrefix}) order by trial.started_at_ms desc offset ${trialsTold} - 1 limit 1), 0))
      and not (s.origin = 'account' and coalesce(s.ends_at_ms < ${overMs}::bigint, false) and exists (
        select from grant_starts newer where newer.provider_id = s.provider_id and newer.site_id = s.site_id
          and newer.origin = 'account' and newer.started_at_ms > s.started_at_ms
          and not starts_with(newer.grant_id, ${fileAccountPrefix})
          and split_part(newer.grant_id, '.', 2) = split_part(s.grant_id, '.', 2)))
    order by s.grant_id limit ${page.limit}
  `.execute(tx);
  if (rows.length === 0) return [];
  const grantIds = rows.map((row) => row.grantId);
  const leases = await readLeases(tx, { providerId, siteId }, grantIds);
  const usage = await readUsage(tx, { providerId, siteId, epoch }, grantIds, leases);
  return rows.map((row) => ({
    grantId: row.grantId,
    written: row.written,
    startedAtMs: row.startedAtMs,
    endsAtMs: row.endsAtMs,
    change: row.change,
    usedBytes: usage.get(row.grantId)?.bytes ?? 0,
    usedSeconds: usage.get(row.grantId)?.seconds ?? 0,
    lease: leases.get(row.grantId)?.lease ?? { kind: "unmoved" },
  }));
}

/** Which of these sales for cash ended so long ago that `readBegun` leaves them out. */
export async function readLongOver(
  tx: Tx,
  { providerId, siteId, epoch }: RecallPlace,
  page: { readonly grantIds: readonly string[]; readonly nowMs: number },
): Promise<readonly string[]> {
  const { rows } = await sql<{ grantId: string }>`
    select grant_id from grant_starts where provider_id = ${providerId} and site_id = ${siteId} and epoch <> ${epoch}
      and starts_with(grant_id, ${cashSalePrefix}) and ends_at_ms < ${page.nowMs - keptAfterEndMs}::bigint
      and grant_id in (select value from jsonb_array_elements_text(${JSON.stringify(page.grantIds)}::jsonb))
  `.execute(tx);
  return rows.map((row) => row.grantId);
}

interface MovedLease {
  readonly lease: BegunGrant["lease"];
  /** Use before this moment, by the hub's clock, is part of what came with the lease. Null: it is elsewhere. */
  readonly sinceMs: number | null;
}

type Site = Pick<RecallPlace, "providerId" | "siteId">;

async function readLeases(
  tx: Tx,
  { providerId, siteId }: Site,
  grantIds: readonly string[],
): Promise<Map<string, MovedLease>> {
  const vouchers = grantIds.flatMap((grantId) => {
    const voucher = kindOfGrant(grantId) === "voucher" ? voucherRefOf(grantId) : null;
    return voucher === null ? [] : [{ grantId, ...voucher }];
  });
  const moved = await sql<{
    grantId: string;
    siteId: string | null;
    movedAtMs: number;
    use: LeaseUse;
    terms: Terms;
    released: boolean;
  }>`
    select f."grantId" as grant_id, l.site_id, l.moved_at_ms, l.use, b.terms, r.site_id is not null as released
    from ${recordset("f", vouchers, { grantId: "text", batchId: "text", serial: "bigint" })}
    left join voucher_batches b on b.provider_id = ${providerId} and b.batch_id = f."batchId"
    left join voucher_leases l on l.provider_id = ${providerId} and l.batch_id = f."batchId" and l.serial = f.serial
    left join voucher_releases r on r.provider_id = ${providerId} and r.batch_id = f."batchId" and r.serial = f.serial
      and r.site_id = ${siteId} and r.released_at_ms >= coalesce(l.moved_at_ms, 0)
    where l.site_id is not null or r.site_id is not null
  `.execute(tx);
  const released = await sql<{ leaseId: string }>`
    select lease_id from grant_releases where provider_id = ${providerId} and site_id = ${siteId}
      and lease_id in (select value from jsonb_array_elements_text(${JSON.stringify(grantIds)}::jsonb))
  `.execute(tx);
  const leases = new Map<string, MovedLease>();
  const elsewhere: MovedLease = { lease: { kind: "elsewhere" }, sinceMs: null };
  for (const row of released.rows) leases.set(row.leaseId, elsewhere);
  for (const row of moved.rows) {
    const isHere = row.siteId === siteId && !row.released;
    const { use, terms } = row;
    const returned: MovedLease = { lease: { kind: "returned", use, terms }, sinceMs: row.movedAtMs };
    leases.set(row.grantId, isHere ? returned : elsewhere);
  }
  return leases;
}

async function readUsage(
  tx: Tx,
  { providerId, siteId, epoch }: RecallPlace,
  grantIds: readonly string[],
  leases: ReadonlyMap<string, MovedLease>,
): Promise<Map<string, { bytes: number; seconds: number }>> {
  const since = grantIds.map((grantId) => ({ grantId, sinceMs: leases.get(grantId)?.sinceMs ?? null }));
  // The site's journal says what came after it let go. Clocks decide only where it does not.
  const { rows } = await sql<{ grantId: string; bytes: number; seconds: number }>`
    select s.grant_id, ${bounded(sql`greatest(sum(s.used_bytes), 0)`)} as bytes, ${bounded(sql`sum(s.online_seconds)`)} as seconds
    from ${recordset("f", since, { grantId: "text", sinceMs: "bigint" })}
    left join lateral (
      select j.epoch, j.seq, e.begun_at_ms from journal_records j
      join journal_epochs e on e.provider_id = j.provider_id and e.site_id = j.site_id and e.epoch = j.epoch
      where f."sinceMs" is not null and j.provider_id = ${providerId} and j.site_id = ${siteId} and j.kind = 'lease-released'
        and j.raw ->> 'grantId' = f."grantId"
      order by e.begun_at_ms desc, j.epoch desc, j.seq desc limit 1
    ) gone on true
    join ${grantUse} s on s.provider_id = ${providerId} and s.grant_id = f."grantId" and s.site_id = ${siteId}
      and s.started_epoch is distinct from ${epoch}
    left join journal_epochs began on began.provider_id = ${providerId} and began.site_id = ${siteId} and began.epoch = s.started_epoch
    where f."sinceMs" is null
      or case when gone.seq is null or s.started_seq is null or began.epoch is null then s.begun_at_ms >= f."sinceMs" - ${clockSlackMs}::bigint
      else began.epoch = gone.epoch and s.started_seq > gone.seq or began.epoch <> gone.epoch and began.begun_at_ms > gone.begun_at_ms end
    group by s.grant_id
  `.execute(tx);
  return new Map(rows.map((row) => [row.grantId, { bytes: row.bytes, seconds: row.seconds }]));
}

/** By grant: its devices and its open sessions. */
export async function readHolders(
  tx: Tx,
  { providerId, siteId, epoch }: RecallPlace,
  { grantIds, nowMs }: { readonly grantIds: readonly string[]; readonly nowMs: number },
): Promise<(grantId: string) => Pick<ToldGrant, "slots" | "sessions" | "movedAtMs">> {
  const named = sql`(select value from jsonb_array_elements_text(${JSON.stringify(grantIds)}::jsonb))`;
  const bound = await sql<Binding & { grantId: string }>`
    select j.raw ->> 'grantId' as grant_id, j.raw ->> 'device' as device, j.raw ->> 'mac' as mac, j.raw ->> 'replaces' as replaces,
      j.kind = 'device-unbound' as "isGone", (j.raw ->> 'atMs')::bigint as "atMs",
      coalesce((j.raw ->> 'forGood')::boolean, false) as "forGood"
    from journal_records j
    join journal_epochs e on e.provider_id = j.provider_id and e.site_id = j.site_id and e.epoch = j.epoch
    where j.provider_id = ${providerId} and j.site_id = ${siteId} and j.kind in ('device-bound', 'device-unbound') and j.epoch <> ${epoch}
      and j.raw ->> 'grantId' in ${named}
    order by e.begun_at_ms, j.epoch, j.seq
  `.execute(tx);
  const open = await sql<SessionRow>`
    select grant_id, session_key, session_id, nas, username, mac, address, begun_at_ms, input_bytes, output_bytes, online_seconds
    from sessions where provider_id = ${providerId} and site_id = ${siteId} and stopped_at_ms is null
      and session_id is not null and nas is not null and started_epoch is distinct from ${epoch} and grant_id in ${named}
    order by begun_at_ms
  `.execute(tx);
  const bindings = Map.groupBy(bound.rows, (row) => row.grantId);
  const sessions = Map.groupBy(open.rows, (row) => row.grantId);
  return (grantId) => {
    const movedAtMs = movesOf(bindings.get(grantId) ?? [], nowMs - dayMs);
    return {
      slots: slotsOf(bindings.get(grantId) ?? []),
      sessions: (sessions.get(grantId) ?? []).map(toldSession),
      ...(movedAtMs === undefined ? {} : { movedAtMs }),
    };
  };
}

interface SessionRow {
  readonly grantId: string;
  readonly sessionKey: string;
  readonly sessionId: string;
  readonly nas: string;
  readonly username: string | null;
  readonly mac: string | null;
  readonly address: string | null;
  readonly begunAtMs: number;
  readonly inputBytes: number;
  readonly outputBytes: number;
  readonly onlineSeconds: number;
}

function toldSession(row: SessionRow): ToldGrant["sessions"][number] {
  const { sessionKey, sessionId, nas, mac, address } = row;
  return {
    sessionKey,
    sessionId,
    nas,
    user: row.username ?? "",
    mac,
    address,
    startedAtMs: unixMs(row.begunAtMs),
    inputBytes: bytes(row.inputBytes),
    outputBytes: bytes(row.outputBytes),
    onlineSeconds: seconds(row.onlineSeconds),
  };
}

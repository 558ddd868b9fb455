/** For how long staff had a grant paused: its calendar time is given back when it goes on, and till then what is left of it is reckoned as if it did now. */
import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { readCreditedMs } from "./project-outages.ts";

/** Staff paused it while it had time left, which stands still till it goes on. `start`: the name of a row of `grant_starts` in the statement. */
export const standsStill = (start: string): RawBuilder<boolean> => sql<boolean>`exists (
  select from grant_changes still where still.provider_id = ${of(start, "providerId")} and still.site_id = ${of(start, "siteId")}
    and still.grant_id = ${of(start, "grantId")} and still.paused_at_ms < coalesce(${of(start, "endsAtMs")}, still.paused_at_ms + 1))`;

/** The same of rows that were read: what was over when staff paused it has ended. */
export const isStill = ({
  pausedAtMs,
  endsAtMs,
}: {
  readonly pausedAtMs: number | null;
  readonly endsAtMs: number | null;
}): boolean => pausedAtMs !== null && (endsAtMs === null || pausedAtMs < endsAtMs);

/** When its time is over, as things stand; null: never, or not while it stands still. */
export const endAsItStands = (start: string): RawBuilder<number | null> =>
  sql<number | null>`case when not ${standsStill(start)} then ${of(start, "endsAtMs")} end`;

const of = (row: string, column: string) => sql.ref(`${row}.${column}`);

interface Place {
  readonly providerId: string;
  readonly siteId: string;
  readonly grantId: string;
}

/** Null times: not known, or none. */
interface Start {
  readonly startedAtMs: number;
  readonly endsAtMs: number | null;
}

/** What a pause from then until now took of its time. Whose time was over when the pause began lost nothing by it; what began in the pause, what came after. */
export async function readPausedMs(
  tx: Tx,
  place: Place,
  start: Start | null,
  { pausedAtMs, nowMs }: { readonly pausedAtMs: number; readonly nowMs: number },
): Promise<number> {
  if (start === null || start.endsAtMs === null || start.endsAtMs <= pausedAtMs) return 0;
  // Its site hears of a pause late: what was first used meanwhile ran from then on.
  const fromMs = Math.max(pausedAtMs, start.startedAtMs);
  // What an outage within the pause gave back is given once.
  const creditedMs = await readCreditedMs(tx, place, { fromMs, untilMs: nowMs });
  return Math.max(0, nowMs - fromMs - creditedMs);
}

/** Of a grant, whatever sites call it: what was given back so far, and what would be if it went on now. */
export async function readPausedTime(
  tx: Tx,
  providerId: string,
  grantIds: RawBuilder<string[]>,
  nowMs: number,
): Promise<{ readonly givenMs: number; readonly openMs: number }> {
  const { rows } = await sql<
    Omit<Start, "startedAtMs"> & {
      readonly siteId: string;
      readonly grantId: string;
      readonly pausedAtMs: number | null;
      readonly givenSeconds: number;
      readonly startedAtMs: number | null;
    }
  >`
    select change.site_id, change.grant_id, change.paused_at_ms, start.started_at_ms, start.ends_at_ms,
      (select coalesce(sum((what->>'seconds')::bigint * case kind when 'resumed' then 1 else -1 end), 0) from grant_change_log log
        where log.provider_id = change.provider_id and log.grant_id = change.grant_id and log.site_id = change.site_id
          and log.kind in ('resumed', 'taken-off'))::float8 as given_seconds
    from grant_changes change left join grant_starts start using (provider_id, site_id, grant_id)
    where change.provider_id = ${providerId} and change.grant_id = any (${grantIds})
    order by change.site_id, change.grant_id`.execute(tx);
  let [givenMs, openMs] = [0, 0];
  for (const { siteId, grantId, pausedAtMs, startedAtMs, ...row } of rows) {
    givenMs += row.givenSeconds * 1000;
    if (pausedAtMs === null || startedAtMs === null) continue;
    const start = { startedAtMs, endsAtMs: row.endsAtMs };
    openMs = Math.max(openMs, await readPausedMs(tx, { providerId, siteId, grantId }, start, { pausedAtMs, nowMs }));
  }
  return { givenMs, openMs };
}

/** When it ends at this site, as it stands. Null: it has not begun there, or nothing ends it. */
export async function readEnd(
  tx: Tx,
  { providerId, siteId, grantId }: { readonly providerId: string; readonly siteId: string; readonly grantId: string },
): Promise<number | null> {
  const start = await tx
    .selectFrom("grant_starts")
    .select(endAsItStands("grant_starts").as("endsAtMs"))
    .where("providerId", "=", providerId)
    .where("grantId", "=", grantId)
    .where("siteId", "=", siteId)
    .executeTakeFirst();
  return start?.endsAtMs ?? null;
}

/** Until then its site may tell of more: a correction of its clock, or an outage that it credits. */
const settledAfterEndMs = 86_400_000;

/** Its time is over at this site, and for longer than what the site has still to tell may prolong it. */
export async function isLongOver(tx: Tx, place: Place, nowMs: number): Promise<boolean> {
  const endsAtMs = await readEnd(tx, place);
  return endsAtMs !== null && nowMs >= endsAtMs + settledAfterEndMs;
}

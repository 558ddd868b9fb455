/** The rows of what sites gave back, and the facts by which a row is judged. */
import type { FeedKind, FeedRow } from "@karibu/protocol/feed";
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { ReturnFacts, ReturnReason, Verdict } from "./judge-returned.ts";

export interface SiteReturn {
  readonly providerId: string;
  readonly siteId: string;
  readonly generation: string;
  readonly restoredAtMs: number;
  readonly offered: number;
  readonly bytes: number;
  readonly nowMs: number;
}

/** Locks the site's own row, so that its requests are taken one by one. Null: the hub knows of no restore of this name. */
export async function openReturn(
  tx: Tx,
  { providerId, siteId, generation }: Pick<SiteReturn, "providerId" | "siteId" | "generation">,
  nowMs: number,
): Promise<SiteReturn | null> {
  const restore = await tx
    .selectFrom("restores")
    .select(["generation", "restored_at_ms"])
    .orderBy("restored_at_ms", "desc")
    .limit(1)
    .executeTakeFirst();
  if (restore?.generation !== generation) return null;
  const nothing = { offered: 0, taken: 0, kept: 0, gone: 0, bytes: 0, left_over: 0 };
  await tx
    .insertInto("restored_sites")
    .values({
      provider_id: providerId,
      generation,
      site_id: siteId,
      ...nothing,
      begun_at_ms: nowMs,
      records: null,
      done_at_ms: null,
    })
    .onConflict((on) => on.doNothing())
    .execute();
  const row = await tx
    .selectFrom("restored_sites")
    .select(["offered", "bytes"])
    .where("generation", "=", generation)
    .where("site_id", "=", siteId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return { providerId, siteId, generation, restoredAtMs: restore.restored_at_ms, ...row, nowMs };
}

export interface RowPlace {
  readonly providerId: string;
  readonly scope: string;
  readonly kind: FeedKind;
  readonly key: string;
}

/** What the hub knows of a row's key; revocations stand in the rows and their tombstones, and in what was refused before. */
export async function readFacts(
  tx: Tx,
  { restoredAtMs, siteId }: Pick<SiteReturn, "restoredAtMs" | "siteId">,
  { providerId, scope, kind, key }: RowPlace,
): Promise<Omit<ReturnFacts, "signedVersion">> {
  const { rows } = await sql<{
    version: number | null;
    is_tombstone: boolean;
    changed_at_ms: number;
    horizon: number | null;
    verdicts: Verdict[] | null;
  }>`
    select r.version, r.body is null as is_tombstone, r.changed_at_ms,
      (select horizon from feed_scopes where provider_id = ${providerId} and scope = ${scope}) as horizon,
      (select jsonb_agg(distinct verdict) from restored_rows 
        where provider_id = ${providerId} and kind = ${kind} and key = ${key} and (kind <> 'follow' or site_id = ${siteId})) as verdicts
    from (select 1) one
    left join feed_rows r on r.provider_id = ${providerId} and r.scope = ${scope} and r.kind = ${kind} and r.key = ${key}
  `.execute(tx);
  const [found] = rows;
  const verdicts = found?.verdicts ?? [];
  const before = (["gone", "taken", "kept"] as const).find((verdict) => verdicts.includes(verdict)) ?? null;
  const present =
    found?.version == null
      ? null
      : { version: found.version, isTombstone: found.is_tombstone, changedAtMs: found.changed_at_ms };
  return { present, horizon: found?.horizon ?? 0, before, restoredAtMs };
}

interface Returned {
  readonly row: FeedRow;
  readonly version: number;
  readonly verdict: Verdict;
  readonly reason: ReturnReason;
}

/** What the hub had anyway is not worth a row. */
export async function noteReturned(
  tx: Tx,
  site: SiteReturn,
  taken: {
    readonly rows: readonly Returned[];
    readonly batchId: string | null;
    readonly bytes: number;
    readonly left: number;
    readonly nowMs: number;
  },
): Promise<void> {
  const { providerId, siteId, generation } = site;
  const news = taken.rows.filter(({ verdict, reason }) => verdict !== "taken" || reason !== "older");
  const inserted =
    news.length === 0
      ? []
      : await tx
          .insertInto("restored_rows")
          .values(
            news.map(({ row, version, verdict, reason }) => ({
              provider_id: providerId,
              kind: row.kind,
              key: row.kind === "voucher" ? `${taken.batchId}.${row.key}` : row.key,
              site_id: siteId,
              generation,
              version,
              verdict,
              reason,
              label: labelOf(row),
              at_ms: taken.nowMs,
            })),
          )
          .onConflict((on) => on.doNothing())
          .returning("verdict")
          .execute();
  const count = (of: Verdict) => inserted.filter(({ verdict }) => verdict === of).length;
  await sql`
    update restored_sites set offered = offered + ${taken.rows.length}, bytes = bytes + ${taken.bytes},
      taken = taken + ${count("taken")}, kept = kept + ${count("kept")}, gone = gone + ${count("gone")},
      left_over = ${taken.left},
      done_at_ms = case when ${taken.left}::bigint = 0 then coalesce(done_at_ms, ${taken.nowMs}::bigint) end,
      records = case when ${taken.left}::bigint = 0 then coalesce(records, (
        select coalesce(sum(last_seq - coalesce(restored_seq, 0)), 0) from journal_epochs e
        where e.provider_id = ${providerId} and e.site_id = ${siteId})) end
    where provider_id = ${providerId} and generation = ${generation} and site_id = ${siteId}
  `.execute(tx);
}

function labelOf(row: FeedRow): string {
  if (row.kind === "batch") return `${row.body?.planName ?? ""} × ${row.body?.quantity ?? 0}`;
  if (row.kind === "grant") return row.body?.grant.planName ?? "";
  return "";
}

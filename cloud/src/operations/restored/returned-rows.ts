/** The rows of what sites gave back, and the facts by which a row is judged. */

import type { FeedKind, FeedRow } from "@karibu/protocol/feed";
import { sql } from "kysely";
import { readSwitchedAt } from "../../catalogue/vouchers/adopt-batch.ts";
import { sentSinceRestore } from "../../fleet/journal/restored-journal.ts";
import type { Tx } from "../../ground/db/database.ts";
import { newestRestore } from "../../ground/restores/restores.ts";
import type { ReturnFacts, ReturnReason, Verdict } from "./judge-returned.ts";

/** Sites give back as soon as they are connected again. After that a row is only good for a replay. */
export const givesBackMs = 30 * 86_400_000;

export interface SiteReturn {
  readonly providerId: string;
  readonly siteId: string;
  readonly generation: string;
  readonly restoredAtMs: number;
  readonly offered: number;
  readonly kept: number;
  readonly bytes: number;
  readonly nowMs: number;
}

/** Locks the site's own row, so that its requests are taken one by one. Null: the hub knows of no restore of this name, or of an old one. */
export async function openReturn(
  tx: Tx,
  { providerId, siteId, generation }: Pick<SiteReturn, "providerId" | "siteId" | "generation">,
  nowMs: number,
): Promise<SiteReturn | null> {
  const restore = await newestRestore(tx);
  if (restore?.generation !== generation || nowMs - restore.restoredAtMs > givesBackMs) return null;
  const nothing = { offered: 0, taken: 0, kept: 0, gone: 0, bytes: 0, leftOver: 0 };
  await tx
    .insertInto("restored_sites")
    .values({
      providerId,
      generation,
      siteId,
      ...nothing,
      begunAtMs: nowMs,
      records: null,
      doneAtMs: null,
    })
    .onConflict((on) => on.doNothing())
    .execute();
  const row = await tx
    .selectFrom("restored_sites")
    .select(["offered", "kept", "bytes"])
    .where("generation", "=", generation)
    .where("siteId", "=", siteId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return { providerId, siteId, generation, restoredAtMs: restore.restoredAtMs, ...row, nowMs };
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
    isTombstone: boolean;
    changedAtMs: number;
    restoredVersion: number | null;
    horizon: number | null;
    verdicts: Verdict[] | null;
  }>`
    select r.version, r.body is null as is_tombstone, r.changed_at_ms, r.restored_version,
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
      : {
          version: found.version,
          isTombstone: found.isTombstone,
          changedAtMs: found.changedAtMs,
          restoredVersion: found.restoredVersion,
          switchedAtMs: kind === "batch" ? await readSwitchedAt(tx, key) : null,
        };
  return { present, horizon: found?.horizon ?? 0, before, restoredAtMs };
}

export interface Returned {
  readonly row: FeedRow;
  readonly version: number;
  readonly verdict: Verdict;
  readonly reason: ReturnReason;
}

/** What one request brought. */
export interface Offered {
  readonly rows: readonly Returned[];
  /** Beyond the limit: rows that were not looked at. They are counted, and nothing else is written. */
  readonly unread: number;
  readonly batchId: string | null;
  readonly bytes: number;
  readonly left: number;
  /** So many rows that could not be taken are written down for one site: it may offer whatever it likes. */
  readonly keptMax: number;
}

/**
 * What the hub had anyway is not worth a row. A row that could not be taken gives way to what became of its key later: else who offers a
 * forged one first would hide that the true one was taken. Rows beyond `keptMax` are only counted, each time they are offered.
 */
export async function noteReturned(tx: Tx, site: SiteReturn, offered: Offered): Promise<void> {
  const { providerId, siteId, generation, nowMs } = site;
  const { batchId, bytes, left, keptMax } = offered;
  const news = new Map<string, Returned>();
  for (const one of offered.rows) {
    if (one.verdict === "taken" && one.reason === "older") continue;
    const name = `${one.row.kind} ${keyOf(one.row, batchId)}`;
    if ((news.get(name)?.verdict ?? "kept") === "kept") news.set(name, one);
  }
  const before = await readNoted(
    tx,
    site,
    [...news.values()].map(({ row }) => keyOf(row, batchId)),
  );
  const fresh = [...news].filter(([name, { verdict }]) => {
    const noted = before.get(name);
    return noted === undefined || (noted === "kept" && verdict !== "kept");
  });
  const isKept = ([, { verdict }]: [string, Returned]) => verdict === "kept";
  const kept = fresh.filter(isKept);
  const written = [...fresh.filter((one) => !isKept(one)), ...kept.slice(0, Math.max(0, keptMax - site.kept))].map(
    ([, one]) => one,
  );
  if (written.length > 0)
    await tx
      .insertInto("restored_rows")
      .values(
        written.map(({ row, version, verdict, reason }) => ({
          providerId,
          kind: row.kind,
          key: keyOf(row, batchId),
          siteId,
          generation,
          version,
          verdict,
          reason,
          label: labelOf(row),
          atMs: nowMs,
        })),
      )
      .onConflict((on) =>
        on.columns(["providerId", "kind", "key", "siteId"]).doUpdateSet((to) => ({
          generation: to.ref("excluded.generation"),
          version: to.ref("excluded.version"),
          verdict: to.ref("excluded.verdict"),
          reason: to.ref("excluded.reason"),
          label: to.ref("excluded.label"),
          atMs: to.ref("excluded.atMs"),
        })),
      )
      .execute();
  const count = (of: Verdict) => fresh.filter(([, { verdict }]) => verdict === of).length;
  const overtaken = fresh.filter(([name]) => before.get(name) === "kept").length;
  const rows = offered.rows.length + offered.unread;
  await sql`
    update restored_sites set offered = offered + ${rows}, bytes = bytes + ${bytes},
      taken = taken + ${count("taken")}, gone = gone + ${count("gone")},
      kept = greatest(0, kept + ${count("kept") + offered.unread - overtaken}::bigint),
      left_over = ${left},
      done_at_ms = case when ${left}::bigint = 0 then coalesce(done_at_ms, ${nowMs}::bigint) end,
      records = case when ${left}::bigint = 0 then coalesce(records, ${sentSinceRestore({ providerId, siteId })}) end
    where provider_id = ${providerId} and generation = ${generation} and site_id = ${siteId}
  `.execute(tx);
}

/** What was noted about these keys at this site, by kind and key. */
async function readNoted(
  tx: Tx,
  { providerId, siteId }: SiteReturn,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Verdict>> {
  if (keys.length === 0) return new Map();
  const rows = await tx
    .selectFrom("restored_rows")
    .select(["kind", "key", "verdict"])
    .where("providerId", "=", providerId)
    .where("siteId", "=", siteId)
    .where("key", "in", keys)
    .execute();
  return new Map(rows.map(({ kind, key, verdict }) => [`${kind} ${key}`, verdict]));
}

function keyOf({ kind, key }: FeedRow, batchId: string | null): string {
  return kind === "voucher" ? `${batchId}.${key}` : key;
}

function labelOf(row: FeedRow): string {
  if (row.kind === "batch") return `${row.body?.planName ?? ""} × ${row.body?.quantity ?? 0}`;
  if (row.kind === "grant") return row.body?.grant.planName ?? "";
  return "";
}

/** The table of what routers answered last: a cache of half a minute for all who look, and what is shown while a site is away. */

import type { RouterRow } from "@karibu/protocol/router/router-views";
import { cutText, storableText } from "@karibu/protocol/whole-text";
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { recordset } from "../../ground/db/recordset.ts";

/** What a router answered. `total` may be more than there are rows. */
export interface Answered {
  readonly isHere: boolean;
  readonly rows: readonly RouterRow[];
  readonly total: number;
  /** By the site's clock. */
  readonly readAtMs: number;
}

export interface Kept extends Answered {
  readonly keptAtMs: number;
  readonly isStale: boolean;
  readonly problem: string | null;
}

export interface KeptAnswer extends Answered {
  readonly providerId: string;
  readonly siteId: string;
  readonly view: string;
}

const rowsKeptBytesMax = 256 * 1024;

export async function readKept(tx: Tx, siteId: string, view: string): Promise<Kept | null> {
  const row = await tx
    .selectFrom("router_readings")
    .selectAll()
    .where("siteId", "=", siteId)
    .where("view", "=", view)
    .executeTakeFirst();
  if (row === undefined) return null;
  return {
    isHere: row.isHere,
    rows: row.rows,
    total: row.total,
    readAtMs: row.readAtMs,
    keptAtMs: row.keptAtMs,
    isStale: row.isStale,
    problem: row.problem,
  };
}

/** Of many sites in one statement; those of several providers need `asPlatform`. */
export async function keepAnswers(tx: Tx, answers: readonly KeptAnswer[], nowMs: number): Promise<void> {
  if (answers.length === 0) return;
  const bounded = answers.map((answer) => ({ ...answer, rows: fitting(answer.rows) }));
  await sql`
    insert into router_readings (provider_id, site_id, view, is_here, rows, total, read_at_ms, kept_at_ms, is_stale)
    select f."providerId", f."siteId", f.view, f."isHere", f.rows, f.total, f."readAtMs", ${nowMs}::bigint, false
    from ${recordset("f", bounded, {
      providerId: "text",
      siteId: "text",
      view: "text",
      isHere: "boolean",
      rows: "jsonb",
      total: "bigint",
      readAtMs: "bigint",
    })}
    on conflict (provider_id, site_id, view) do update set is_here = excluded.is_here, rows = excluded.rows,
      total = excluded.total, read_at_ms = excluded.read_at_ms, kept_at_ms = excluded.kept_at_ms, is_stale = false,
      problem = null, problem_at_ms = null
  `.execute(tx);
}

export interface Unanswered {
  readonly providerId: string;
  readonly siteId: string;
  readonly view: string;
  readonly problem: string;
}

/** The rows that were kept stay, with why there are no newer ones. */
export async function keepProblems(tx: Tx, problems: readonly Unanswered[], nowMs: number): Promise<void> {
  if (problems.length === 0) return;
  await sql`
    insert into router_readings (provider_id, site_id, view, is_here, rows, total, read_at_ms, kept_at_ms, problem, problem_at_ms)
    select f."providerId", f."siteId", f.view, true, '[]', 0, 0, 0, f.problem, ${nowMs}::bigint
    from ${recordset("f", problems, { providerId: "text", siteId: "text", view: "text", problem: "text" })}
    on conflict (provider_id, site_id, view) do update set problem = excluded.problem, problem_at_ms = excluded.problem_at_ms
  `.execute(tx);
}

/** Something was changed at the router: what was read before is asked again. */
export async function forgetFreshness(tx: Tx, siteId: string): Promise<void> {
  await tx.updateTable("router_readings").set({ isStale: true }).where("siteId", "=", siteId).execute();
}

/** The first rows that fit. PostgreSQL stores neither NUL nor half a surrogate pair, and nobody stores a router's passwords. */
function fitting(rows: readonly RouterRow[]): RouterRow[] {
  const kept: RouterRow[] = [];
  let bytes = 0;
  for (const row of rows) {
    const clean = storable(row);
    bytes += Buffer.byteLength(JSON.stringify(clean));
    if (bytes > rowsKeptBytesMax) break;
    kept.push(clean);
  }
  return kept;
}

const secretName = /password|secret|passphrase|private-key/i;

const columnsMax = 64;
const textMax = 1000;

/** As `routerRowSchema` says a row is, whatever an agent sends: 64 columns of 1,000 characters. */
export function storable(row: RouterRow): RouterRow {
  return Object.fromEntries(
    Object.entries(row)
      .slice(0, columnsMax)
      .flatMap(([name, text]) =>
        secretName.test(name) ? [] : [[plain(cutText(name, textMax)), plain(cutText(text, textMax))]],
      ),
  );
}

function plain(text: string): string {
  return storableText(text);
}

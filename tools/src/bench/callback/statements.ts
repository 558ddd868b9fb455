/** How many statements and commits the server has carried out for the hub, by PostgreSQL's own count (`pg_stat_statements`). */
import type { OpenDatabase } from "@karibu/cloud/ground/db/open-database";
import { readSent, type Sent } from "../hub/sent-statements.ts";

export interface Statements {
  readonly statements: number;
  readonly commits: number;
  /** Those that took the server the longest, first. */
  readonly dearest: readonly Sent[];
}

const dearestMax = 30;

/** What the hub has sent, without what deferred constraints ask at a commit. Null: the server does not count. */
export async function countStatements(opened: OpenDatabase): Promise<Statements | null> {
  const { handle } = opened;
  if (handle.kind === "embedded") return null;
  const { rows } = await handle.pool
    .query<{ statements: number; commits: number }>(
      `select coalesce(sum(calls) filter (where lower(query) <> 'commit'), 0)::float8 as statements,
        coalesce(sum(calls) filter (where lower(query) = 'commit'), 0)::float8 as commits
      from pg_stat_statements where dbid = (select oid from pg_database where datname = current_database())
        and query !~ '^\\s*(SELECT 1 FROM ONLY|\\(\\s*select bool_and)'`,
    )
    .catch(() => ({ rows: [] }));
  if (rows[0] === undefined) return null;
  const dearest = (await readSent(opened)).sort((one, other) => other.totalMs - one.totalMs).slice(0, dearestMax);
  return { ...rows[0], dearest };
}

export async function forgetStatements({ handle }: OpenDatabase): Promise<null> {
  if (handle.kind === "postgresql")
    await handle.pool
      .query("create extension if not exists pg_stat_statements")
      .then(() => handle.pool.query("select pg_stat_statements_reset()"))
      .catch(() => {});
  return null;
}

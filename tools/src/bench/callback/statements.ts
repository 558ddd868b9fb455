/** How many statements and commits the server has carried out for the hub, by PostgreSQL's own count (`pg_stat_statements`). */
import type { OpenDatabase } from "@karibu/cloud/ground/db/open-database";

export interface Statements {
  readonly statements: number;
  readonly commits: number;
}

/** Null: the server does not count. */
export async function countStatements({ handle }: OpenDatabase): Promise<Statements | null> {
  if (handle.kind === "embedded") return null;
  const { rows } = await handle.pool
    .query<{ statements: number; commits: number }>(
      `select coalesce(sum(calls) filter (where lower(query) <> 'commit'), 0)::float8 as statements,
        coalesce(sum(calls) filter (where lower(query) = 'commit'), 0)::float8 as commits
      from pg_stat_statements where dbid = (select oid from pg_database where datname = current_database())`,
    )
    .catch(() => ({ rows: [] }));
  return rows[0] ?? null;
}

export async function forgetStatements({ handle }: OpenDatabase): Promise<null> {
  if (handle.kind === "postgresql")
    await handle.pool
      .query("create extension if not exists pg_stat_statements")
      .then(() => handle.pool.query("select pg_stat_statements_reset()"))
      .catch(() => {});
  return null;
}

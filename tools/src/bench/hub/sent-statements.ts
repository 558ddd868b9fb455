/** What a server has carried out, by PostgreSQL's own count (`pg_stat_statements`). */
import type { OpenDatabase } from "@karibu/cloud/ground/db/open-database";

export interface Sent {
  /** As the server shows it: values are `$1`, blanks are single. */
  readonly text: string;
  readonly calls: number;
  readonly totalMs: number;
}

const shownMax = 140;

/** Most often first. Empty where the server does not count. */
export async function readSent({ handle }: OpenDatabase): Promise<Sent[]> {
  if (handle.kind === "embedded") return [];
  const { rows } = await handle.pool
    .query<{ query: string; calls: number; ms: number }>(
      `select query, sum(calls)::float8 as calls, sum(total_exec_time)::float8 as ms from pg_stat_statements
       where dbid = (select oid from pg_database where datname = current_database()) and query not like '%pg_stat_statements%'
       group by query order by calls desc`,
    )
    .catch(() => ({ rows: [] }));
  return rows.map(({ query, calls, ms }) => ({
    text: query.replace(/\s+/g, " ").trim().slice(0, shownMax),
    calls,
    totalMs: ms,
  }));
}

/** `transaction`: begins or ends one, or says whose it is. `presence`: links are in step, and their process lives. `figures`: of machines and sites. */
export function kindOf({ text }: Pick<Sent, "text">): "transaction" | "presence" | "figures" | "other" {
  if (/^(begin|commit|rollback|select set_config|set )/i.test(text)) return "transaction";
  if (/hub_processes|feed_scopes|left join agents a on a.site_id = f.site_id/.test(text)) return "presence";
  if (/machine_loads|site_figures|processor/.test(text)) return "figures";
  return "other";
}

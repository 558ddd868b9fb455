/**
 * The embedded engine has none of PostgreSQL's background processes, so no autovacuum: the space of rows that were changed or deleted would never be
 * used again, and the planner would believe for ever that the tables are as short as on the first day. This does what autovacuum does, by its rules
 * (PostgreSQL's manual, "The Autovacuum Daemon"), one table at a time: whoever else needs the engine waits for one table at most.
 */
import { sql } from "kysely";
import type { Database } from "../../ground/db/database.ts";
import type { Engine, QuotedTable } from "../../ground/db/engine.ts";
import type { MaintenanceJob } from "../../ground/jobs/maintenance-job.ts";

/**
 * PostgreSQL's own thresholds. Its counters begin at zero when the hub starts, so a table is due too that was never looked at, or that has grown
 * by a fifth since (both of which the table's own row says, over restarts).
 */
const due = sql`select format('%I.%I', u.schemaname, u.relname) as name
  from pg_stat_user_tables u join pg_class c on c.oid = u.relid
  where n_dead_tup > 50 + 0.2 * n_live_tup or n_mod_since_analyze > 50 + 0.1 * n_live_tup or n_ins_since_vacuum > 1000 + 0.2 * n_live_tup
    or (c.reltuples < 0 and pg_relation_size(c.oid) > 0) or pg_relation_size(c.oid) > 8192 * (10 + 1.2 * c.relpages)`;

export function vacuumJob(database: Database, vacuum: NonNullable<Engine["vacuum"]>): MaintenanceJob {
  return {
    name: "vacuum",
    everyMs: 600_000,
    hasWork: () => sql<boolean>`exists (${due})`,
    async run() {
      const { rows } = await database.asPlatform("vacuum", (tx) => sql<{ name: QuotedTable }>`${due}`.execute(tx));
      const failed: unknown[] = [];
      // One that can't be vacuumed, or is gone meanwhile, is not in the way of the others.
      for (const { name } of rows) await vacuum(name).catch((error: unknown) => failed.push(error));
      if (failed.length > 0) throw failed[0];
      return `${rows.length} tables`;
    },
  };
}

/**
 * The embedded engine has none of PostgreSQL's background processes, so no autovacuum: the space of rows that were changed or deleted would never be
 * used again, and the planner would believe for ever that the tables are as short as on the first day. This does what autovacuum does, by its rules
 * (PostgreSQL's manual, "The Autovacuum Daemon"), one table at a time: whoever else needs the engine waits for one table at most.
 */
import { setImmediate as nextRound } from "node:timers/promises";
import { sql } from "kysely";
import type { Database } from "../../ground/db/database.ts";
import type { Engine, QuotedTable } from "../../ground/db/engine.ts";
import { type MaintenanceJob, runMsMax } from "../../ground/jobs/maintenance-job.ts";

/**
 * PostgreSQL's own thresholds. Its counters begin at zero when the hub starts, so a table is due too that was never looked at, or that has grown
 * by a fifth since (both of which the table's own row says, over restarts). The engine's own tables are among them: what is partitioned by the month
 * changes those. A table whose rows' transactions are long ago is due whatever became of it, because numbers of transactions come again; VACUUM freezes them from that age on.
 */
const due = sql`select format('%I.%I', u.schemaname, u.relname) as name
  from pg_stat_all_tables u join pg_class c on c.oid = u.relid
  where c.relkind in ('r', 'm') and c.relpersistence <> 't' and u.schemaname <> 'pg_toast'
    and (n_dead_tup > 50 + 0.2 * n_live_tup or n_mod_since_analyze > 50 + 0.1 * n_live_tup or n_ins_since_vacuum > 1000 + 0.2 * n_live_tup
      or (c.reltuples < 0 and pg_relation_size(c.oid) > 0) or pg_relation_size(c.oid) > 8192 * (10 + 1.2 * c.relpages)
      or age(c.relfrozenxid) > current_setting('vacuum_freeze_table_age')::bigint)`;

export function vacuumJob(database: Database, vacuum: NonNullable<Engine["vacuum"]>): MaintenanceJob {
  return {
    name: "vacuum",
    everyMs: 600_000,
    mostMs: runMsMax,
    hasWork: () => sql<boolean>`exists (${due})`,
    async run(isEnding = () => false) {
      const { rows } = await database.asPlatform("vacuum", (tx) => sql<{ name: QuotedTable }>`${due}`.execute(tx));
      const failed: unknown[] = [];
      let done = 0;
      for (const { name } of rows) {
        // The engine never waits outside the process: without this, nobody would be heard between two tables.
        await nextRound();
        if (isEnding()) break;
        // One that can't be vacuumed, or is gone meanwhile, is not in the way of the others.
        await vacuum(name).catch((error: unknown) => failed.push(error));
        done++;
      }
      if (failed.length > 0) throw failed[0];
      return done === rows.length ? `${done} tables` : `${done} of ${rows.length} tables: the hub ends`;
    },
  };
}

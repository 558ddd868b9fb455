/** For tests of who waits for whom, on PostgreSQL. */
import type { Database, Tx } from "./database.ts";
import type { OpenDatabase } from "./open-database.ts";

/** Transactions that wait for a lock. */
export async function lockWaits(database: Pick<OpenDatabase, "alone">): Promise<number> {
  const [found] = await database.alone("read", (run) =>
    run(`select count(*)::int as waiting from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`),
  );
  return found?.waiting as number;
}

/** Holds what `lock` locks while `work` runs. */
export async function whileHeld(
  database: Pick<Database, "asProvider">,
  providerId: string,
  lock: (tx: Tx) => Promise<unknown>,
  work: () => Promise<void>,
): Promise<void> {
  const locked = Promise.withResolvers<void>();
  const done = Promise.withResolvers<void>();
  const holder = database.asProvider(providerId, async (tx) => {
    await lock(tx);
    locked.resolve();
    await done.promise;
  });
  await locked.promise;
  await work().finally(done.resolve);
  await holder;
}

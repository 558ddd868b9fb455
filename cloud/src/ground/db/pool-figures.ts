import type { OpenDatabase } from "./open-database.ts";

/** Connections to the database of this process. */
export interface PoolFigures {
  /** `urgent`: those that are for payments alone. */
  readonly pool: "ordinary" | "urgent";
  readonly used: number;
  readonly idle: number;
  /** Transactions that wait for a connection. */
  readonly waiting: number;
}

/** Undefined: the embedded engine has one connection, and no pool. */
export function poolFiguresOf({
  handle,
  urgentWaiting,
}: Pick<OpenDatabase, "handle" | "urgentWaiting">): (() => readonly PoolFigures[]) | undefined {
  if (handle.kind === "embedded") return undefined;
  const pools = [
    ["ordinary", handle.pool, () => 0],
    ["urgent", handle.urgentPool, urgentWaiting],
  ] as const;
  return () =>
    pools.map(([name, pool, alsoWaiting]) => ({
      pool: name,
      used: pool.totalCount - pool.idleCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount + alsoWaiting(),
    }));
}

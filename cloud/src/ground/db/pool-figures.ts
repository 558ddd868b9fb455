import type { OpenDatabase } from "./open-database.ts";

/** Connections to the database of this process. */
export interface PoolFigures {
  readonly used: number;
  readonly idle: number;
  /** Transactions that wait for a connection. */
  readonly waiting: number;
}

/** Undefined: the embedded engine has one connection, and no pool. */
export function poolFiguresOf({ handle }: Pick<OpenDatabase, "handle">): (() => PoolFigures) | undefined {
  if (handle.kind === "embedded") return undefined;
  const { pool } = handle;
  return () => ({ used: pool.totalCount - pool.idleCount, idle: pool.idleCount, waiting: pool.waitingCount });
}

/** The clocks of a hub's processes differ, and one may be wrong by hours; the database's is one for all of them. */
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Tx } from "./database.ts";

/** The most that the clocks of two processes of one hub are taken to differ: what another one dated so far ahead may be of now. */
export const processClockSlackMs = 60_000;

export type ReadClock = (tx: Tx) => Promise<number>;

export async function readDatabaseClock(tx: Tx): Promise<number> {
  const { rows } = await sql<{
    at: number;
  }>`select (extract(epoch from clock_timestamp()) * 1000)::bigint as at`.execute(tx);
  return (rows[0] as { at: number }).at;
}

/** The earlier of this process's time and the database's: for what must not be done too soon, whichever of the two is ahead. */
export async function surelyNowMs(
  { world, readClock }: { readonly world: World; readonly readClock: ReadClock },
  tx: Tx,
): Promise<number> {
  return Math.min(world.clock.wall().atMs, await readClock(tx));
}

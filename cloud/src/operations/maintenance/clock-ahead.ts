/** A machine whose clock jumped ahead must delete nothing: what it takes for old may be of today. The database's clock is asked too. */
import type { World } from "@karibu/protocol/world";
import type { Database } from "../../ground/db/database.ts";
import type { ReadClock } from "../../ground/db/process-clocks.ts";

const dayMs = 86_400_000;
/** A database on the same machine is as far off: that is what NTP is for. */
const aheadMsMax = dayMs;

/** Why nothing may be deleted now, in English; null: it may. */
export async function farAhead(
  world: World,
  database: Database,
  role: string,
  readClock: ReadClock,
): Promise<string | null> {
  const aheadMs = world.clock.wall().atMs - (await database.asPlatform(role, readClock));
  if (aheadMs <= aheadMsMax) return null;
  return `this machine's clock is ${Math.floor(aheadMs / dayMs)} days ahead of the database's: run NTP on both`;
}

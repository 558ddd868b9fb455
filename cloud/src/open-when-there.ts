/** The hub's database: waited for where its server is away, made where there is none. */
import { fileURLToPath } from "node:url";
import { sleep, type World } from "@karibu/protocol/world";
import { type OpenDatabase, openDatabase } from "./ground/db/open-database.ts";
import { isPassing } from "./ground/db/passing.ts";
import type { HubSettings } from "./settings.ts";

const databaseAgainMs = 1000;
const saidEveryMs = 30_000;
/** `npm run build` and `npm start` keep the files of a fresh embedded database here. */
const freshIn = fileURLToPath(new URL("../../dist/fresh-database", import.meta.url));

/** A server that is away comes back: the callbacks that come meanwhile are on disk. Anything else that is wrong ends the process. */
export async function openWhenThere(world: World, settings: HubSettings): Promise<OpenDatabase> {
  let saidAtMs = Number.NEGATIVE_INFINITY;
  for (;;) {
    try {
      return await openDatabase(world, { ...settings, freshIn });
    } catch (error) {
      if (settings.databaseUrl === null || !isPassing(error)) throw error;
      const nowMs = world.clock.monotonicMs();
      if (nowMs - saidAtMs >= saidEveryMs) {
        const hint = "Is the server of DATABASE_URL there? The hub starts as soon as it answers.";
        world.log.warn("database-awaited", { error: (error as Error).message, hint });
        saidAtMs = nowMs;
      }
      await sleep(world.clock, databaseAgainMs);
    }
  }
}

/** The hub's database while the hub starts: waited for where its server is away, made where there is none. */
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
export function openWhenThere(world: World, settings: HubSettings): Promise<OpenDatabase> {
  const isAway = (error: unknown) => settings.databaseUrl !== null && isPassing(error);
  return createPatience(world)(() => openDatabase(world, { ...settings, freshIn }), isAway);
}

/**
 * The same for a server that goes away again before the hub has started: whatever a start asks of it is asked until it answers. A process that ended
 * there would leave callbacks unanswered until it is begun anew. From `started` on, whoever asks hears of the loss.
 */
export function untilStarted(world: World, database: OpenDatabase) {
  const patience = createPatience(world);
  let isStarting = true;
  const isAway = (error: unknown) => isStarting && isPassing(error);
  const whenThere = <T>(ask: () => Promise<T>) => patience(ask, isAway);
  return {
    database: {
      ...database,
      asProvider: (...asked) => whenThere(() => database.asProvider(...asked)),
      asPlatform: (...asked) => whenThere(() => database.asPlatform(...asked)),
      listen: (...asked) => whenThere(() => database.listen(...asked)),
    } satisfies OpenDatabase,
    /** For who asks the database by a way of their own. */
    whenThere,
    started() {
      isStarting = false;
    },
  };
}

/** Asks again each second while the server is away, and says so at the first time and every half a minute. */
function createPatience(world: World) {
  let saidAtMs = Number.NEGATIVE_INFINITY;
  return async function whenThere<T>(ask: () => Promise<T>, isAway: (error: unknown) => boolean): Promise<T> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!isAway(error)) throw error;
        const nowMs = world.clock.monotonicMs();
        if (nowMs - saidAtMs >= saidEveryMs) {
          const hint = "Is the server of DATABASE_URL there? The hub starts as soon as it answers.";
          world.log.warn("database-awaited", { error: (error as Error).message, hint });
          saidAtMs = nowMs;
        }
        await sleep(world.clock, databaseAgainMs);
      }
    }
  };
}

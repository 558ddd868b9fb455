/** The console's first page: what stands in a provider's business now, and what needs a person. */
import type { Ground } from "../ground/create-ground.ts";
import type { District } from "../ground/district.ts";
import type { AlarmSources } from "../ground/lists/lasting-alarm.ts";
import { homeRoutes } from "./home-routes.ts";
import { noteOnline, onlineCountsKept } from "./note-online.ts";
import type { ModuleWaiting } from "./waiting.ts";

export interface HomeParts {
  readonly lastingAlarms: AlarmSources;
  /** Of the modules that this hub is run with. */
  readonly waiting: readonly ModuleWaiting[];
  /** Names of jobs of modules that this hub is run without. */
  readonly jobsOff: readonly string[];
}

export function createHome({ world, database }: Ground, { lastingAlarms, waiting, jobsOff }: HomeParts): District {
  return {
    maintenance: [noteOnline(world, database)],
    retention: [onlineCountsKept],
    routes: homeRoutes(world, lastingAlarms, waiting, jobsOff),
  };
}

/** What is done for customers beside selling: their data, and why they are not online. */
import type { CallSite } from "../ground/agents/rpc-handler.ts";
import type { Ground } from "../ground/create-ground.ts";
import type { District } from "../ground/district.ts";
import { disconnectRoutes } from "./person/disconnect-routes.ts";
import { personFinder } from "./person/find-person.ts";
import { personRoutes } from "./person/person-routes.ts";
import type { TicketsOf } from "./person/read-person.ts";
import type { ErasureParts } from "./personal-data/erase-person.ts";
import { personalDataRoutes } from "./personal-data/personal-data-routes.ts";

export interface BackOfficeParts extends ErasureParts {
  readonly callSite: CallSite;
  /** Null: this hub has no tickets. */
  readonly ticketsOf: TicketsOf | null;
}

export function createBackOffice(ground: Ground, of: BackOfficeParts): District {
  const parts = { ...ground, ...of };
  return {
    routes: [...personalDataRoutes(parts), ...personRoutes(parts), ...disconnectRoutes(parts)],
    finders: [personFinder],
  };
}

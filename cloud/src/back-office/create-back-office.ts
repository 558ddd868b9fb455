/** What is done for customers beside selling: tickets, stock, installations, their data, and why they are not online. */
import type { CallSite } from "../ground/agents/rpc-handler.ts";
import type { Ground } from "../ground/create-ground.ts";
import { type District, joined } from "../ground/district.ts";
import type { PersonalData } from "../ground/jobs/person-data.ts";
import type { Messaging } from "../messaging/create-messaging.ts";
import type { MakePicture } from "../tenancy/pictures/make-picture.ts";
import { createInstallations } from "./installations/create-installations.ts";
import { disconnectRoutes } from "./person/disconnect-routes.ts";
import { personFinder } from "./person/find-person.ts";
import { personRoutes } from "./person/person-routes.ts";
import { createPersonalData } from "./personal-data/create-personal-data.ts";
import { createStock } from "./stock/create-stock.ts";
import { createTickets } from "./tickets/create-tickets.ts";

export interface BackOfficeParts {
  readonly messaging: Messaging;
  readonly makePhoto: MakePicture;
  readonly callSite: CallSite;
  /** What each room holds of a person. */
  readonly personRooms: readonly PersonalData[];
}

export function createBackOffice(
  ground: Ground,
  { messaging, makePhoto, callSite, personRooms }: BackOfficeParts,
): District {
  const rooms: readonly District[] = [
    createTickets({ ...ground, messaging, makePicture: makePhoto }),
    createStock(ground),
    createInstallations({ ...ground, makePicture: makePhoto }),
    createPersonalData({ ...ground, personRooms }),
    {
      routes: [...personRoutes({ ...ground, callSite }), ...disconnectRoutes({ ...ground, callSite })],
      finders: [personFinder],
    },
  ];
  return {
    routes: joined(rooms, "routes"),
    maintenance: joined(rooms, "maintenance"),
    finders: joined(rooms, "finders"),
    retention: joined(rooms, "retention"),
    async registerJobs() {
      for (const room of rooms) await room.registerJobs?.();
    },
  };
}

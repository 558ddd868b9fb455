/** The room of initiators: who signs the calls to a channel, and what happens when the channel refuses them. */
import type { District } from "../../ground/district.ts";
import type { InitiatorParts } from "./initiator.ts";
import { initiatorRoutes } from "./initiator-routes.ts";

export function createInitiators(parts: InitiatorParts): District {
  return { routes: initiatorRoutes(parts) };
}

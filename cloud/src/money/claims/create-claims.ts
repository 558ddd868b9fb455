/** The room of "I already paid": claims of customers, and money that comes in and may settle one. */
import type { District } from "../../ground/district.ts";
import type { AsyncParts } from "../channels/async-calls.ts";
import type { PurchaseParts } from "../purchases/intent-rows.ts";
import { claimDeskRoutes } from "./claim-desk-routes.ts";
import { claimRoutes } from "./claim-routes.ts";
import { type AskChannels, createClaiming } from "./claiming.ts";
import { enteredRoutes } from "./entered-routes.ts";
import { messageAddressRoutes } from "./message-address-routes.ts";

/** @param publicUrl where phones reach this hub */
export function createClaims(parts: PurchaseParts & AsyncParts, ask: AskChannels, publicUrl: string): District {
  const claiming = createClaiming(parts, ask);
  const routes = [
    ...claimRoutes(parts, claiming),
    ...claimDeskRoutes(parts),
    ...enteredRoutes(parts, ask),
    ...messageAddressRoutes({ ...parts, publicUrl }),
  ];
  return { routes, rpcHandlers: [claiming.rpcHandler] };
}

/** The room of "I already paid": claims of customers, and money that comes in and may settle one. */
import type { District } from "../../ground/district.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import type { AnnouncePaths } from "../channels/announce-paths.ts";
import type { AsyncParts } from "../channels/async-calls.ts";
import type { PurchaseParts } from "../purchases/purchase-rows.ts";
import { claimReviewRoutes } from "./claim-review-routes.ts";
import { claimRoutes } from "./claim-routes.ts";
import { type AskChannels, createClaiming } from "./claiming.ts";
import { enteredRoutes } from "./entered-routes.ts";
import { messageAddressRoutes } from "./message-address-routes.ts";
import { simInboxRoutes } from "./sim-inbox-routes.ts";
import { simInboxHandler } from "./sim-inboxes.ts";

/** @param publicUrl where phones reach this hub */
export function createClaims(
  parts: PurchaseParts & AsyncParts & { readonly publish: Publish; readonly announcePaths?: AnnouncePaths | undefined },
  ask: AskChannels,
  publicUrl: string,
): District {
  const claiming = createClaiming(parts, ask);
  const routes = [
    ...claimRoutes(parts, claiming),
    ...claimReviewRoutes(parts),
    ...enteredRoutes(parts, ask),
    ...messageAddressRoutes({ ...parts, publicUrl }),
    ...simInboxRoutes(parts),
  ];
  return { routes, rpcHandlers: [claiming.rpcHandler, simInboxHandler(parts)] };
}

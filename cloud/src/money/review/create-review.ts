/** The room of what a person should look at. */
import type { World } from "@karibu/protocol/world";
import type { District } from "../../ground/district.ts";
import type { ChannelKinds } from "../channels/channel-kinds.ts";
import { reviewRoutes } from "./review-routes.ts";

export function createReview(world: World, kinds: ChannelKinds): District {
  return { routes: reviewRoutes(world, kinds) };
}

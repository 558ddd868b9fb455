/** After a restore of the hub: what sites give back is taken, noted and shown. */
import type { Ground } from "../../ground/create-ground.ts";
import type { District } from "../../ground/district.ts";
import { restoredRoutes } from "./restored-routes.ts";
import { takeBackHandler } from "./take-back.ts";

export function createRestored(ground: Ground): District {
  return { routes: restoredRoutes(), rpcHandlers: [takeBackHandler(ground)] };
}

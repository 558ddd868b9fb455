/** After a restore of the hub: what sites give back is taken, noted and shown. */
import type { District } from "../../ground/district.ts";
import { forgetPayersJob } from "./forget-payers.ts";
import { erasedProjector } from "./project-erased.ts";
import { restoredRoutes } from "./restored-routes.ts";
import { revokedRoutes } from "./revoked-routes.ts";
import { type TakeBackParts, takeBackHandler } from "./take-back.ts";
import { tellRestoredLines } from "./tell-restored-lines.ts";
import { type RestoredSitesParts, tellRestoredSites } from "./tell-restored-sites.ts";

/** As long as ended sessions: nothing is given back any more by then (`take-back.ts`). */
const keptMs = 400 * 86_400_000;

export function createRestored(parts: TakeBackParts & RestoredSitesParts): District {
  return {
    routes: [...restoredRoutes(), ...revokedRoutes()],
    async start() {
      await tellRestoredLines(parts);
      await tellRestoredSites(parts);
    },
    projectors: [erasedProjector(parts.parties)],
    rpcHandlers: [takeBackHandler(parts)],
    maintenance: [forgetPayersJob(parts.database)],
    retention: [
      { table: "restored_rows", column: "at_ms", keptMs },
      { table: "restored_sites", column: "begun_at_ms", keptMs },
      { table: "revoked_again", column: "repeated_at_ms", keptMs },
    ],
  };
}

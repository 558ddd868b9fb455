/** The room of one person's data: taken along, and erased. */
import type { District } from "../../ground/district.ts";
import { leadDataRoutes } from "./lead-data-routes.ts";
import { type PersonalDataParts, personalDataRoutes } from "./personal-data-routes.ts";

export function createPersonalData(parts: PersonalDataParts): District {
  return { routes: [...personalDataRoutes(parts), ...leadDataRoutes(parts)] };
}

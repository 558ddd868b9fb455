/** The room that compares the books with the channels' statements. */
import type { District } from "../../ground/district.ts";
import type { WitnessParts } from "../questions/witnesses.ts";
import { reconciliationRoutes } from "./reconciliation-routes.ts";
import { statementRoutes } from "./statement-routes.ts";

export function createReconciliation(parts: WitnessParts): District {
  return { routes: [...statementRoutes(parts), ...reconciliationRoutes(parts.world)] };
}

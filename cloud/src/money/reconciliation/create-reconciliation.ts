/** The room that compares the books with the channels' statements. */
import type { District } from "../../ground/district.ts";
import type { StatementParts } from "./import-statement.ts";
import { reconciliationRoutes } from "./reconciliation-routes.ts";
import { statementRoutes } from "./statement-routes.ts";

export function createReconciliation(parts: StatementParts): District {
  return { routes: [...statementRoutes(parts), ...reconciliationRoutes(parts)] };
}

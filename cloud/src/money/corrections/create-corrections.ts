/** The room of corrections: what a person puts right in the books. */
import type { District } from "../../ground/district.ts";
import { correctionRoutes } from "./correction-routes.ts";
import type { CorrectionParts } from "./corrections.ts";

export function createCorrections(parts: CorrectionParts): District {
  return { routes: correctionRoutes(parts) };
}

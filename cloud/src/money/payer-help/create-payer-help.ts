/** The room of what staff do for a customer after a sale. */
import type { District } from "../../ground/district.ts";
import { type PayerHelpParts, payerHelpRoutes } from "./payer-help-routes.ts";

export function createPayerHelp(parts: PayerHelpParts): District {
  return { routes: payerHelpRoutes(parts) };
}

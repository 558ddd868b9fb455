/** The room of what was sold for cash at the sites, as their journals say it. */
import type { District } from "../../ground/district.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import type { Ledger } from "../ledger/post-entry.ts";
import { cashSaleRoutes } from "./cash-sale-routes.ts";
import type { SwitchParts } from "./cash-sale-rows.ts";
import { createCashSaleProjector } from "./project-cash-sales.ts";

export function createCashSales(
  parts: SwitchParts & { readonly envelope: Envelope; readonly ledger: Ledger },
): District {
  return { routes: cashSaleRoutes(parts), projectors: [createCashSaleProjector(parts)] };
}

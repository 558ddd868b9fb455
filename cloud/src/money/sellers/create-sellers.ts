/** The room of people who sell for cash at the sites, and of what their sites' journals say they sold. */
import type { District } from "../../ground/district.ts";
import type { Ledger } from "../ledger/post-entry.ts";
import { cashSaleRoutes } from "./cash-sale-routes.ts";
import { createCashSaleProjector } from "./project-cash-sales.ts";
import { sellerRoutes } from "./seller-routes.ts";
import type { SellerParts } from "./sellers.ts";

export function createSellers(parts: SellerParts & { readonly ledger: Ledger }): District {
  return {
    routes: [...sellerRoutes(parts), ...cashSaleRoutes()],
    projectors: [createCashSaleProjector(parts.world, parts.ledger)],
  };
}

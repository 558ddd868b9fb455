/** The room of people who sell for cash at the sites. What they sold is in `cash-sales`. */
import type { District } from "../../ground/district.ts";
import type { Ledger } from "../ledger/post-entry.ts";
import { sellerRoutes } from "./seller-routes.ts";
import type { SellerParts } from "./sellers.ts";

export function createSellers(parts: SellerParts & { readonly ledger: Ledger }): District {
  return { routes: sellerRoutes(parts) };
}

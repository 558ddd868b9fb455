/** The room of people who sell for cash at the sites. What they sold is in `cash-sales`. */
import type { Database } from "../../ground/db/database.ts";
import type { District } from "../../ground/district.ts";
import type { Ledger } from "../ledger/post-entry.ts";
import { sellerRoutes } from "./seller-routes.ts";
import type { SellerParts } from "./sellers.ts";
import { tellRestoredSellers } from "./tell-restored.ts";

export function createSellers(
  parts: SellerParts & { readonly ledger: Ledger; readonly database: Database },
): Required<Pick<District, "routes" | "start">> {
  return { routes: sellerRoutes(parts), start: () => tellRestoredSellers(parts) };
}

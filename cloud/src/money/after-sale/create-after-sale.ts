/** The room of what staff do for a customer after a sale. */
import type { District } from "../../ground/district.ts";
import { type AfterSaleParts, afterSaleRoutes } from "./after-sale-routes.ts";

export function createAfterSale(parts: AfterSaleParts): District {
  return { routes: afterSaleRoutes(parts) };
}

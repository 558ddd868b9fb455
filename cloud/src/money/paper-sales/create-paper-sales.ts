/** The room of what printed vouchers bring: booked at their first use, as cash that their batch answers for. */
import type { VoucherShop } from "../../catalogue/vouchers/batches.ts";
import type { District } from "../../ground/district.ts";
import type { BatchMoneyParts } from "./batch-money.ts";
import { paperSaleRoutes } from "./paper-sale-routes.ts";
import { createPaperSaleProjector } from "./project-paper-sales.ts";

export function createPaperSales(parts: BatchMoneyParts & VoucherShop): District {
  return { routes: paperSaleRoutes(parts), projectors: [createPaperSaleProjector(parts)] };
}

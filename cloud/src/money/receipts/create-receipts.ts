/** The room of receipts: money that came in, one row for each inflow. */
import type { District } from "../../ground/district.ts";
import { receiptRoutes } from "./receipt-routes.ts";

export function createReceipts(): District {
  return { routes: receiptRoutes() };
}

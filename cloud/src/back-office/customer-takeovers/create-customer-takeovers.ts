/** The room of customers who come from another system. */
import type { RouterReader } from "../../catalogue/takeover/read-source.ts";
import type { District } from "../../ground/district.ts";
import { type CustomerTakeoverParts, customerTakeoverRoutes } from "./customer-takeover-routes.ts";
import { createReadCustomers } from "./read-customers.ts";

export function createCustomerTakeovers(
  parts: Omit<CustomerTakeoverParts, "readCustomers"> & Pick<RouterReader, "call" | "readFile">,
): District {
  return { routes: customerTakeoverRoutes({ ...parts, readCustomers: createReadCustomers(parts) }) };
}

/** The room of stock. */
import type { Database } from "../../ground/db/database.ts";
import type { District } from "../../ground/district.ts";
import type { TicketParts } from "../tickets/tickets.ts";
import { askBackJob } from "./ask-back.ts";
import { stockRoutes } from "./stock-routes.ts";

export function createStock(parts: TicketParts & { readonly database: Database }): District {
  return { routes: stockRoutes(parts), maintenance: [askBackJob(parts)] };
}

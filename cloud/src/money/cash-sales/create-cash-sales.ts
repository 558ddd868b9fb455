/** The room of what was sold for cash at the sites, as their journals say it. */
import type { Parties } from "../../ground/amounts/parties.ts";
import type { Database } from "../../ground/db/database.ts";
import type { District } from "../../ground/district.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import type { Messaging } from "../../messaging/create-messaging.ts";
import type { Ledger } from "../ledger/post-entry.ts";
import { cashSaleMessageRoutes } from "./cash-sale-message.ts";
import { cashSaleRoutes } from "./cash-sale-routes.ts";
import type { SwitchParts } from "./cash-sale-rows.ts";
import { createCashSaleProjector } from "./project-cash-sales.ts";
import { retireCashSaleRows } from "./retire-cash-sale-rows.ts";

export function createCashSales(
  parts: SwitchParts & {
    readonly envelope: Envelope;
    readonly parties: Parties;
    readonly ledger: Ledger;
    readonly database: Database;
    /** Null: no message is sent. */
    readonly messaging: Messaging | null;
  },
): District {
  return {
    routes: [...cashSaleRoutes(parts), ...cashSaleMessageRoutes(parts)],
    projectors: [createCashSaleProjector(parts)],
    maintenance: [retireCashSaleRows(parts)],
  };
}

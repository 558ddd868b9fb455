/** People and shops that sell a provider's printed vouchers for a commission: what lies with each, what was sold and came back, and what each owes. */
import { sql } from "kysely";
import type { HubModule } from "../hub-module.ts";
import { bookUsedJob } from "./book-used.ts";
import { personalData } from "./personal-data.ts";
import { resellerRoutes } from "./reseller-routes.ts";

export const resellers = {
  personalData,
  accountOwners: (providerId) =>
    sql`select reseller_id as id, name, null as detail from resellers where provider_id = ${providerId}`,
  heldCodes: sql`select provider_id, batch_id, serial, sold_at_ms is not null as is_sold from reseller_vouchers`,
  // Also where it is off: codes that lie with resellers are used all the same, and nobody else books their sales.
  upkeep: (parts) => [bookUsedJob(parts)],
  open: (parts) => ({ routes: resellerRoutes(parts, parts.channels.kinds) }),
} satisfies HubModule;

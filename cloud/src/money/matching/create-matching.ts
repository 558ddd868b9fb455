/** The room that finds out whose money it is that nobody asked for. */
import type { Database } from "../../ground/db/database.ts";
import type { District } from "../../ground/district.ts";
import type { PurchaseParts } from "../purchases/purchase-rows.ts";
import { assignRoutes } from "./assign-routes.ts";
import { registerNamedMoney } from "./named-money.ts";
import { payAccountRoutes } from "./pay-account-routes.ts";
import type { PromptParts } from "./send-prompt.ts";
import { tryRoutes } from "./try-channel.ts";

export function createMatching(parts: PurchaseParts & PromptParts & { readonly database: Database }): District {
  return {
    routes: [...assignRoutes(parts), ...payAccountRoutes(parts.world), ...tryRoutes(parts)],
    registerJobs: () => registerNamedMoney(parts),
  };
}

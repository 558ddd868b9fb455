/** What another system knows, taken over: users, plans and codes of its router, then the switch of that router; and customers with their lines and credit. */
import type { HubModule } from "../hub-module.ts";
import { applyRoutes } from "./apply-routes.ts";
import { customerTakeoverRoutes } from "./customers/customer-takeover-routes.ts";
import { personalData } from "./customers/personal-data.ts";
import { createReadCustomers } from "./customers/read-customers.ts";
import { restShadowRuns } from "./shadow-rest.ts";
import { settleSwitches } from "./switch-outcome.ts";
import { switchRoutes } from "./switch-routes.ts";
import { takeoverRoutes } from "./takeover-routes.ts";
import { endWithdrawals } from "./withdraw.ts";

export const takeover = {
  permissions: ["takeovers.manage"],
  recurring: ["settle-takeovers"],
  personalData,
  // Lists that a withdrawal switched off, and its hub ended meanwhile: their codes are in customers' hands. And shadow runs, which go on at the site.
  upkeep({ callSite, ...ground }, isOn) {
    const parts = { ...ground, call: callSite };
    return [endWithdrawals(parts), restShadowRuns(parts, isOn)];
  },
  open({ callSite, priceCurrencies, ...ground }) {
    const parts = { ...ground, call: callSite };
    return {
      routes: [
        ...takeoverRoutes(parts),
        ...applyRoutes(parts, priceCurrencies),
        ...switchRoutes(parts),
        ...customerTakeoverRoutes({ ...parts, readCustomers: createReadCustomers(parts) }),
      ],
      maintenance: [settleSwitches(parts)],
    };
  },
} satisfies HubModule;

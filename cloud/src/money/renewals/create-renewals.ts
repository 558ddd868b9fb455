/** The room of packages that renew themselves from their customer's credit. */
import type { District } from "../../ground/district.ts";
import { renewalRoutes } from "./renewal-routes.ts";
import { type RenewalParts, registerRenewalJobs } from "./renewals.ts";

export function createRenewals(parts: RenewalParts): District {
  return {
    routes: renewalRoutes(parts),
    registerJobs: () => registerRenewalJobs(parts),
  };
}

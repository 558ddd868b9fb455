/** The room of packages that renew themselves from their customer's credit. */
import type { District } from "../../ground/district.ts";
import { renewalRoutes } from "./renewal-routes.ts";
import { type RenewalParts, registerRenewalJobs, sweepRenewals } from "./renewals.ts";

export interface RenewalsRoom extends District {
  /** Now and then: renews what a lost job would have renewed. @returns how many */
  sweep(): Promise<number>;
}

export function createRenewals(parts: RenewalParts): RenewalsRoom {
  return {
    routes: renewalRoutes(parts),
    registerJobs: () => registerRenewalJobs(parts),
    sweep: () => sweepRenewals(parts),
  };
}

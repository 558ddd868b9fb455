/** What providers pay the platform: plans, invoices, notices, and what is shut for who does not pay. */
import { sendToOutbox } from "../../ground/jobs/outbox.ts";
import type { HubModule } from "../hub-module.ts";
import { ownSubscriptionRoutes } from "./own-subscription-routes.ts";
import { personalData } from "./personal-data.ts";
import { platformBillingRoutes } from "./platform-billing-routes.ts";
import { publicPrices } from "./public-prices.ts";
import { beginNewProvider } from "./subscription-rows.ts";
import {
  platformBillingJob,
  platformInvoicePaidJob,
  providerOfPaid,
  registerBillingJobs,
  restBillingJob,
} from "./take-steps.ts";

export const platformBilling = {
  personalData,
  jobs: [platformInvoicePaidJob],
  isJobOver: async (tx, _name, data) => (await providerOfPaid(tx, data)) === null,
  recurring: ["platform-subscriptions"],
  publicPrices,
  onNewProvider: beginNewProvider,
  onPlatformInvoicePaid: (world, tx, invoiceId) => sendToOutbox(world)(tx, platformInvoicePaidJob, { invoiceId }),
  keepsArrears: true,
  upkeep: (parts, isOn) => (isOn ? [] : [restBillingJob(parts)]),
  open(ground) {
    const parts = { ...ground, kinds: ground.channels.kinds };
    return {
      routes: [...ownSubscriptionRoutes(parts), ...platformBillingRoutes(parts)],
      maintenance: [platformBillingJob(parts)],
      registerJobs: () => registerBillingJobs(parts),
    };
  },
} satisfies HubModule;

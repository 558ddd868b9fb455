/** Opens the money district: its rooms, and what other districts use of money. */
import type { Router } from "express";
import type { Sites } from "./fleet/sites/sites.ts";
import type { Ground } from "./ground/create-ground.ts";
import type { District } from "./ground/district.ts";
import type { Messaging } from "./messaging/create-messaging.ts";
import { expenseRoutes } from "./money/expenses/expense-routes.ts";
import { invoiceRoutes } from "./money/invoices/invoice-routes.ts";
import { messageAfterPayment, messageWhenRenewalStops } from "./money/messages/after-payment.ts";
import { createPayments, type Payments } from "./money/payments.ts";
import { cashSaleRoutes } from "./money/sellers/cash-sale-routes.ts";
import { createCashSaleProjector } from "./money/sellers/project-cash-sales.ts";
import { sellerRoutes } from "./money/sellers/seller-routes.ts";

export interface MoneyParts {
  readonly messaging: Messaging;
  readonly sites: Sites;
}

/** Simulators instead of the payment services' hosts. */
export interface ChannelUrls {
  readonly darajaBaseUrl: string | null;
  readonly pesapalBaseUrl?: string | null;
  readonly stripeBaseUrl?: string | null;
}

export interface Money extends District {
  readonly payments: Payments;
  /** Callbacks of payment services. Mount it at `/hooks`, before anything that reads bodies. */
  readonly hooks: Router;
}

const dayMs = 86_400_000;

export function openMoney(ground: Ground, { messaging, sites }: MoneyParts, urls: ChannelUrls): Money {
  const { world, publicUrl } = ground;
  const payments = createPayments(
    {
      ...ground,
      onPaid: messageAfterPayment(ground, messaging),
      onRenewalStopped: messageWhenRenewalStops(messaging),
      channelsChanged: sites.publishAll,
    },
    { ...urls, publicUrl },
  );
  const { kinds, ledger } = payments;
  return {
    payments,
    hooks: payments.hooks,
    routes: [
      ...payments.routes,
      ...expenseRoutes(world, kinds, ledger),
      ...invoiceRoutes(world, kinds, ledger),
      ...sellerRoutes({ ...ground, ledger }),
      ...cashSaleRoutes(),
    ],
    rpcHandlers: payments.rpcHandlers,
    projectors: [createCashSaleProjector(world, ledger)],
    retention: [{ table: "stray_callbacks", column: "received_at_ms", keptMs: 30 * dayMs }],
    registerJobs: payments.registerJobs,
  };
}

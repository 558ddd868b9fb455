/**
 * `GET /api/v1/reports/today`: the figures of the console's overview. "Today" begins at midnight in the provider's zone.
 * Money is the ledger's revenue, so that this page and the books agree (`sales.ts`).
 */

import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import { onlineNow } from "../catalogue/sessions/online-now.ts";
import { sitesUp } from "../fleet/link/site-links.ts";
import { sitesThere } from "../fleet/sites/site-is-there.ts";
import type { Tx } from "../ground/db/database.ts";
import { route } from "../ground/http/route.ts";
import { undecidedPurchases } from "../money/purchases/waiting.ts";
import { readProviderRow } from "../tenancy/providers/providers.ts";
import { readCashCents, readPendingCents, readRefundedCents, readSales } from "./sales/sales.ts";
import { startOfDay } from "./sales/start-of-day.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const todayView = z.object({
  fromMs: z.number().int(),
  currency: z.string(),
  takenCents: z.number().int(),
  /** Of it, taken in cash: a person or a batch of vouchers answers for it. */
  cashCents: z.number().int(),
  /** Refunds that were paid since midnight; not subtracted from `takenCents`. */
  givenBackCents: z.number().int(),
  /** Of everything sold so far, what nothing has proved yet; included in `takenCents` of the day when it was sold. */
  pendingCents: z.number().int(),
  payments: z.number().int(),
  /** Purchases that are neither paid nor failed yet, or that need review. */
  undecided: z.number().int(),
  online: z.number().int(),
  sites: z.number().int(),
  sitesConnected: z.number().int(),
  /** 24 figures, from midnight. */
  takenByHourCents: z.array(z.number().int()),
});

export function reportRoutes(world: World) {
  return [
    route({
      method: "GET",
      path: "/api/v1/reports/today",
      summary: "Figures since midnight, and the present state",
      permission: "reports.read",
      response: todayView,
      handle: ({ transact, providerId }) =>
        transact((tx) => readToday(tx, { providerId, nowMs: world.clock.wall().atMs })),
    }),
  ];
}

async function readToday(tx: Tx, { providerId, nowMs }: { providerId: string; nowMs: number }) {
  const provider = await readProviderRow(tx, providerId);
  const fromMs = startOfDay(nowMs, provider.utcOffsetMinutes);

  const of = { providerId, currency: provider.currency };
  const span = { fromMs, untilMs: fromMs + dayMs };
  const hours = await readSales(tx, of, span, hourMs);
  const takenByHourCents = new Array<number>(24).fill(0);
  for (const { step, soldCents } of hours) takenByHourCents[step] = soldCents;

  return {
    fromMs,
    currency: provider.currency,
    takenCents: takenByHourCents.reduce((sum, value) => sum + value, 0),
    cashCents: await readCashCents(tx, of, span),
    givenBackCents: await readRefundedCents(tx, of, span),
    pendingCents: await readPendingCents(tx, of),
    payments: hours.reduce((sum, { sales }) => sum + sales, 0),
    undecided: await count(tx, sql`select ${undecidedPurchases} as count`),
    online: await count(tx, sql`select ${onlineNow()} as count`),
    sites: await count(tx, sql`select ${sitesThere()} as count`),
    sitesConnected: await count(tx, sql`select ${sitesUp()} as count`),
    takenByHourCents,
  };
}

async function count(tx: Tx, query: ReturnType<typeof sql>): Promise<number> {
  const { rows } = await query.execute(tx);
  return Number((rows[0] as { count: number | string }).count);
}

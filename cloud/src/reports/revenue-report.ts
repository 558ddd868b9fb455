/**
 * Sales by month from the ledger: for one provider, and for each for platform admins, as `sales/sales.ts` counts them: also what nothing has proved
 * yet. Currencies are never added up.
 */
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import type { Tx } from "../ground/db/database.ts";
import { platformProviderId } from "../ground/http/actor.ts";
import { route } from "../ground/http/route.ts";
import { readMonths } from "./sales/months-of-sales.ts";

const monthView = z.object({
  /** `2026-11`, in the provider's time zone. */
  month: z.string(),
  currency: z.string(),
  takenCents: z.number().int(),
  payments: z.number().int(),
});
export const providerMonthView = monthView.extend({ providerId: z.string(), providerName: z.string() });

const span = z.object({ months: z.coerce.number().int().min(1).max(36).default(12) });

export function revenueRoutes(world: World) {
  const read = async (tx: Tx, { months }: z.output<typeof span>, not = "") => ({
    items: await readMonths(tx, world.clock.wall().atMs, { months, not }),
  });
  return [
    route({
      method: "GET",
      path: "/api/v1/reports/revenue",
      summary: "Sales of the provider, month by month",
      permission: "reports.read",
      query: span,
      response: z.object({ items: z.array(monthView) }),
      handle: ({ query, transact }) => transact((tx) => read(tx, query)),
    }),
    route({
      method: "GET",
      path: "/api/v1/platform/revenue",
      summary: "Sales of each provider, month by month (platform admin)",
      permission: "platform.read",
      as: "platform",
      query: span,
      response: z.object({ items: z.array(providerMonthView) }),
      // What providers pay for the platform is in its own books: it sells nothing to customers.
      handle: ({ query, transact }) => transact((tx) => read(tx, query, platformProviderId)),
    }),
  ];
}

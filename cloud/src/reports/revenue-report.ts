/**
 * Sales by month from the ledger: for one provider, and for each for platform admins, as `sales/sales.ts` counts them: also what nothing has proved
 * yet. Currencies are never added up.
 */
import type { World } from "@karibu/protocol/world";
import { type RawBuilder, sql } from "kysely";
import { z } from "zod";
import { bounded } from "../ground/amounts/bounds.ts";
import type { Tx } from "../ground/db/database.ts";
import { platformProviderId } from "../ground/http/actor.ts";
import { route } from "../ground/http/route.ts";
import { soldCount } from "./sales/sales.ts";

const dayMs = 86_400_000;

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

/** Newest month first, the current one included; then by the provider's name. A month without a sale has no row. @param span not: whose are left out */
async function readMonths(
  tx: Tx,
  nowMs: number,
  { months, not }: { readonly months: number; readonly not: string },
): Promise<z.input<typeof providerMonthView>[]> {
  const local = (atMs: RawBuilder<unknown>) =>
    sql`(to_timestamp((${atMs} + r.utc_offset_minutes * 60000) / 1000) at time zone 'UTC')`;
  const month = sql`to_char(${local(sql.ref("e.atMs"))}, 'YYYY-MM')`;
  // Of each provider's own month that runs now.
  const first = sql`to_char(${local(sql`${nowMs}::bigint`)} - make_interval(months => ${months - 1}::integer), 'YYYY-MM')`;
  // No month begins earlier, wherever it is.
  const yesterday = new Date(nowMs - dayMs);
  const sinceMs = Date.UTC(yesterday.getUTCFullYear(), yesterday.getUTCMonth() - (months - 1), 1) - dayMs;
  const { rows } = await sql<z.input<typeof providerMonthView>>`
    select e.provider_id, r.name as "providerName", ${month} as month, p.currency,
      ${bounded(sql`-sum(p.amount_cents)`)} as "takenCents", ${soldCount}::bigint as payments
    from ledger_entries e join ledger_postings p on p.provider_id = e.provider_id and p.entry_id = e.entry_id
    join providers r on r.provider_id = e.provider_id
    where p.account in ('revenue', 'discounts', 'pending') and e.provider_id <> ${not} and e.at_ms >= ${sinceMs}
      and ${month} >= ${first}
    group by 1, 2, 3, 4 order by 3 desc, 2, 1, 4`.execute(tx);
  return rows;
}

/** `/api/v1/own-sales`: what a member of staff has sold today over the counter. Everybody sees their own sales only. */
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import { type Route, route } from "../ground/http/route.ts";
import { startOfDay } from "./sales/start-of-day.ts";

const latestMax = 8;

export const ownSalesView = z.object({
  /** When today began, by the provider's clock. */
  fromMs: z.int(),
  currency: z.string(),
  sales: z.int(),
  /** Taken in cash; sales from a customer's credit brought none. */
  cashCents: z.int(),
  /** The newest first, a few of them. */
  latest: z.array(
    z.object({
      id: z.string(),
      planName: z.string(),
      amountCents: z.int(),
      siteName: z.string(),
      /** The end of the code that was given for it. Null: none was given. */
      codeEnd: z.string().nullable(),
      /** The customer's number, masked. Null: none was given. */
      phone: z.string().nullable(),
      createdAtMs: z.int(),
    }),
  ),
});

export function ownSalesRoute(world: World): Route {
  return route({
    method: "GET",
    path: "/api/v1/own-sales",
    summary: "What one has sold today over the counter, for cash or from customers' credit",
    permission: "payments.sell",
    response: ownSalesView,
    handle: ({ providerId, actor: { userId }, transact }) =>
      transact(async (tx) => {
        const { currency, utc_offset_minutes: offset } = await tx
          .selectFrom("providers")
          .select(["currency", "utc_offset_minutes"])
          .where("provider_id", "=", providerId)
          .executeTakeFirstOrThrow();
        const fromMs = startOfDay(world.clock.wall().atMs, offset);
        const sold = tx
          .selectFrom("intents")
          .innerJoin("channels", (join) =>
            join
              .onRef("channels.provider_id", "=", "intents.provider_id")
              .onRef("channels.channel_id", "=", "intents.channel_id"),
          )
          .where("intents.provider_id", "=", providerId)
          .where("intents.sold_by", "=", userId)
          .where("intents.created_at_ms", ">=", fromMs)
          .where("intents.state", "=", "paid");
        const sums = await sold
          .select([
            sql<number>`count(*)::int`.as("sales"),
            sql<number>`coalesce(sum(amount_cents) filter (where channels.kind = 'cash'), 0)::bigint`.as("cash"),
          ])
          .where("intents.currency", "=", currency)
          .executeTakeFirstOrThrow();
        const latest = await sold
          .innerJoin("sites", (join) =>
            join.onRef("sites.provider_id", "=", "intents.provider_id").onRef("sites.site_id", "=", "intents.site_id"),
          )
          .leftJoin("grants", (join) =>
            join
              .onRef("grants.provider_id", "=", "intents.provider_id")
              .onRef("grants.intent_id", "=", "intents.intent_id"),
          )
          .select(["intents.intent_id", "intents.plan_name", "intents.amount_cents", "intents.phone_masked"])
          .select(["intents.created_at_ms", "sites.name as site_name", "grants.code"])
          .where("intents.currency", "=", currency)
          .orderBy("intents.created_at_ms", "desc")
          .orderBy("intents.intent_id", "desc")
          .limit(latestMax)
          .execute();
        return {
          fromMs,
          currency,
          sales: sums.sales,
          cashCents: Number(sums.cash),
          latest: latest.map((row) => ({
            id: row.intent_id,
            planName: row.plan_name,
            amountCents: row.amount_cents,
            siteName: row.site_name,
            codeEnd: row.code?.slice(-4) ?? null,
            phone: row.phone_masked,
            createdAtMs: row.created_at_ms,
          })),
        };
      }),
  });
}

/** What a plan costs with a code, before anything is sold: for the portal (by its site), and for who sells over the counter. */
import { countryOfCurrency, normalisePhone } from "@karibu/protocol/phone-number";
import { isPastDate } from "@karibu/protocol/plan";
import { cents } from "@karibu/protocol/quantities";
import { type ReadOfferResult, readOffer } from "@karibu/protocol/rpc/read-offer";
import { serve } from "@karibu/protocol/rpc/rpc";
import { z } from "zod";
import { plansOnSale } from "../../catalogue/plans/plans.ts";
import { readSite } from "../../fleet/sites/sites.ts";
import type { Caller, RpcHandler } from "../../ground/agents/rpc-handler.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import { route } from "../../ground/http/route.ts";
import { currencyOfProvider } from "../../tenancy/providers/provider-country.ts";
import { orderProblem } from "./price/order-problems.ts";
import { type Order, priceOfOrder } from "./price/price-of-order.ts";
import type { PurchaseParts } from "./purchase-rows.ts";

type OfferParts = Pick<PurchaseParts, "world" | "channels" | "parties"> & { readonly database: Database };

const id = z.string().min(1).max(64);

export function offerRoutes(parts: OfferParts) {
  return [
    route({
      method: "POST",
      path: "/api/v1/payments/offer",
      summary: "What a plan costs at a site now, with a code or without; nothing is sold or reserved",
      permission: "payments.sell",
      body: z.strictObject({
        siteId: id,
        planId: id,
        code: z.string().max(40).optional(),
        phone: z.string().max(30).optional(),
      }),
      response: z.object({ priceCents: z.int(), usualCents: z.int(), currency: z.string() }),
      handle: async ({ body, providerId, actor, transact }) => {
        const { siteId, planId, code, phone = "" } = body;
        const offer = await transact(async (tx) => {
          await readSite(tx, siteId, "siteId");
          return offerOf(parts, tx, { providerId, siteId, planId, phone, code, soldBy: actor.userId });
        });
        if (offer.kind === "refused") throw orderProblem(offer.reason);
        const { priceCents, usualCents, currency } = offer;
        return { priceCents, usualCents, currency };
      },
    }),
  ];
}

export function offerHandler(parts: OfferParts): RpcHandler {
  return serve(readOffer, ({ planId, code, phone, channelId }, { providerId, siteId }: Caller) =>
    parts.database.asProvider(providerId, (tx) =>
      offerOf(parts, tx, {
        providerId,
        siteId,
        planId,
        phone,
        code,
        ...(channelId === undefined ? {} : { channelId }),
      }),
    ),
  );
}

async function offerOf(
  parts: OfferParts,
  tx: Tx,
  asked: Omit<Order, "party"> & { readonly planId: string; readonly phone: string },
): Promise<ReadOfferResult> {
  const { providerId } = asked;
  const [plan] = await plansOnSale(tx, providerId, [asked.planId]);
  if (plan === undefined || isPastDate(plan.terms, parts.world.clock.wall().atMs))
    return { kind: "refused", reason: "unknown-plan" };
  const currency = await currencyOfProvider(tx, providerId);
  const phone = normalisePhone(asked.phone, countryOfCurrency(currency));
  const party = phone === null ? null : parts.parties.ofPhone(providerId, phone);
  const priced = await priceOfOrder(parts, tx, { ...asked, party }, plan);
  if (priced.kind === "refused") return priced;
  const { offer, usualCents } = priced;
  return {
    kind: "offer",
    priceCents: cents(offer.priceCents),
    usualCents: cents(usualCents),
    currency: offer.currency,
  };
}

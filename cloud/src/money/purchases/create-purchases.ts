/** The room of purchases: from "this phone wants this plan" to the grant. */
import { getPurchaseState } from "@karibu/protocol/rpc/purchase-state";
import { offerRefusals } from "@karibu/protocol/rpc/read-offer";
import { serve } from "@karibu/protocol/rpc/rpc";
import { type StartPurchaseResult, startPurchase } from "@karibu/protocol/rpc/start-purchase";
import type { Caller } from "../../ground/agents/rpc-handler.ts";
import type { Database } from "../../ground/db/database.ts";
import type { District } from "../../ground/district.ts";
import { offerHandler, offerRoutes } from "./offer-doors.ts";
import { paymentRoutes } from "./payment-routes.ts";
import type { PurchaseParts } from "./purchase-rows.ts";
import { createPurchaseService, type Purchases } from "./start-purchase.ts";

export interface PurchasesRoom extends District {
  readonly purchases: Purchases;
}

/** @param firstAskMs the age of a request at which the channel is first asked about it */
export function createPurchases(
  parts: PurchaseParts & { readonly database: Database },
  firstAskMs: number,
): PurchasesRoom {
  const purchases = createPurchaseService(parts, firstAskMs);
  return {
    purchases,
    routes: [...paymentRoutes(parts.channels.kinds, parts, purchases), ...offerRoutes(parts)],
    rpcHandlers: [
      serve(startPurchase, async (params, { providerId, siteId }: Caller) => {
        const {
          idempotencyKey,
          planId,
          phone,
          returnUrl,
          channelId,
          spendsCredit = false,
          code,
          expectsCents,
        } = params;
        // Field by field: a purchase has more fields than a site may set (who sold it, how it is paid).
        const order = { planId, phone, spendsCredit, ...(returnUrl === undefined ? {} : { returnUrl }) };
        const chosen = channelId === undefined ? {} : { channelId };
        const offered = {
          ...(code === undefined ? {} : { code }),
          ...(expectsCents === undefined ? {} : { expectsCents }),
        };
        const request = {
          ...order,
          ...chosen,
          ...offered,
          providerId,
          siteId,
          idempotencyKey: `${siteId}/${idempotencyKey}`,
        };
        const result = await purchases.start(request);
        // Agents in the field know no other word for "nothing is sold online here", and the customer needs none.
        if (result.kind === "refused" && (result.reason === "not-selling" || result.reason === "customer-suspended"))
          return { kind: "refused", reason: "no-channel" };
        // Only an agent that sends a code or a price is answered so, and it knows the exact word.
        if (result.kind === "refused" && isOfferRefusal(result.reason))
          return { kind: "refused", reason: "no-channel", because: result.reason };
        return result as StartPurchaseResult;
      }),
      offerHandler(parts),
      serve(getPurchaseState, ({ purchaseId }, { providerId, siteId }: Caller) =>
        purchases.state(providerId, siteId, purchaseId),
      ),
    ],
  };
}

const isOfferRefusal = (reason: string): boolean => (offerRefusals as readonly string[]).includes(reason);

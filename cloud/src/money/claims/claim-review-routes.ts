/** The API of claims that wait for a person. */
import { sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { phoneField, readPhone } from "../../ground/http/phone-field.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { countryOfProvider } from "../../tenancy/providers/provider-country.ts";
import { type PurchaseParts, readPurchase } from "../purchases/purchase-rows.ts";
import { provenanceOf } from "../receipts/receipt-routes.ts";
import { type ClaimRow, isTurnedDownSql } from "./claim-log.ts";
import { linkClaim, lockClaim, moneyMeant, readClaim, reopenClaim, turnDownClaim } from "./claim-review.ts";
import { entryChannels } from "./enter-payment.ts";
import { entryChannel } from "./entered-routes.ts";

const id = z.string().min(1).max(128);
const params = z.object({ id });

export const claimView = z.object({
  id: z.string(),
  /** As typed; null: by phone and amount. */
  receipt: z.string().nullable(),
  /** As the customer says; with a receipt it decides nothing. */
  amountCents: z.int().nullable(),
  phone: z.string().nullable(),
  siteId: z.string().nullable(),
  /** The purchase that the customer means. */
  paymentId: z.string().nullable(),
  state: z.enum(["open", "asked", "settled", "refused"]),
  /** What came of it, for people. */
  outcome: z.string().nullable(),
  /** Why a person turned it down; null: nobody did. */
  turnedDown: z.string().nullable(),
  /** How often it was made; what the page repeats by itself does not count. */
  times: z.int(),
  createdAtMs: z.int(),
});

export const claimDetail = claimView.extend({
  /** Of the purchase that the customer means. */
  planName: z.string().nullable(),
  paymentState: z.string().nullable(),
  paymentAmountCents: z.int().nullable(),
  /** A channel can look it up, or has a list that is read. */
  canBeAsked: z.boolean(),
  /** Where money that a person saw can be entered for it. */
  channels: z.array(entryChannel),
  /** Money without an owner that it may mean. */
  money: z.array(
    z.object({
      receipt: z.string(),
      amountCents: z.int(),
      currency: z.string(),
      payer: z.string().nullable(),
      /** `told`: by callbacks alone; `entered`: by a person; what it gives counts against the hourly limit of unverified money. */
      provenance: z.enum(["proved", "told", "entered"]),
      bookedAtMs: z.int(),
    }),
  ),
});

const list = listOf({
  sort: { made: { by: sql.ref("createdAtMs"), kind: "number" } },
  default: "-made",
  tie: [sql.ref("claimId")],
  search: [sql.ref("receipt"), sql.ref("phoneMasked")],
});

export function claimReviewRoutes(parts: PurchaseParts) {
  const read = async (tx: Tx, providerId: string, claimId: string) =>
    detailOf(parts, tx, await readClaim(tx, providerId, claimId));
  return [
    route({
      method: "GET",
      path: "/api/v1/claims",
      summary: "Claims of customers who say that they paid, newest first",
      permission: "payments.read",
      query: list.query.extend({ state: claimView.shape.state.optional(), turnedDown: z.stringbool().optional() }),
      response: pageOf(claimView),
      handle: ({ query, providerId, transact }) =>
        transact((tx) => {
          const { state, turnedDown } = query;
          const rows = tx
            .selectFrom("payment_claims")
            .selectAll()
            .where("providerId", "=", providerId)
            .$if(state !== undefined, (is) => is.where("state", "=", state ?? "open"))
            .$if(turnedDown !== undefined, (is) => is.where(isTurnedDownSql, "=", turnedDown ?? false));
          return list.page(rows, query, viewOf);
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/claims/{id}",
      summary: "One claim: what is known of it, and money without an owner that it may mean",
      permission: "payments.read",
      params,
      response: claimDetail,
      handle: ({ params: { id: claimId }, providerId, transact }) => transact((tx) => read(tx, providerId, claimId)),
    }),
    route({
      method: "POST",
      path: "/api/v1/claims/{id}/link",
      summary: "Money that arrived is what this claim means: give it to the customer",
      permission: "payments.manage",
      notForSupport: "way-of-money",
      needsKey: true,
      params,
      /** With the customer's phone, where neither the claim nor the money says whose it is. */
      body: z.strictObject({ receipt: id, phone: phoneField.optional() }),
      response: z.object({ claim: claimDetail, paymentId: z.string().nullable() }),
      handle: ({ params: { id: claimId }, body, providerId, transactOnce }) =>
        transactOnce(async (tx) => {
          const claim = await lockClaim(tx, providerId, claimId);
          const phone =
            body.phone === undefined ? null : readPhone(body.phone, await countryOfProvider(tx, providerId));
          const paymentId = await linkClaim(parts, tx, claim, { receipt: body.receipt, phone });
          return { claim: await read(tx, providerId, claimId), paymentId };
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/claims/{id}/turn-down",
      summary: "Turn a claim down, with a reason; nothing is given",
      permission: "payments.manage",
      params,
      body: z.strictObject({ reason: z.string().trim().min(1).max(300) }),
      response: claimDetail,
      handle: ({ params: { id: claimId }, body, providerId, actor, transact }) =>
        transact(async (tx) => {
          const claim = await lockClaim(tx, providerId, claimId);
          await turnDownClaim(parts, tx, claim, { reason: body.reason, userId: actor.userId });
          return read(tx, providerId, claimId);
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/claims/{id}/reopen",
      summary: "Open a claim again that a person turned down",
      permission: "payments.manage",
      params,
      body: null,
      response: claimDetail,
      handle: ({ params: { id: claimId }, providerId, transact }) =>
        transact(async (tx) => {
          await reopenClaim(parts, tx, await lockClaim(tx, providerId, claimId));
          return read(tx, providerId, claimId);
        }),
    }),
  ];
}

async function detailOf(parts: PurchaseParts, tx: Tx, claim: ClaimRow): Promise<z.input<typeof claimDetail>> {
  const meant = claim.purchaseId === null ? undefined : await readPurchase(tx, claim.providerId, claim.purchaseId);
  const money = await moneyMeant(tx, claim);
  const channels = await entryChannels(parts, tx, claim.providerId);
  return {
    ...viewOf(claim),
    planName: meant?.planName ?? null,
    paymentState: meant?.state ?? null,
    paymentAmountCents: meant?.amountCents ?? null,
    canBeAsked: channels.some(({ canBeAsked }) => canBeAsked),
    channels,
    money: money.map((row) => ({
      receipt: row.receipt,
      amountCents: row.amountCents,
      currency: row.currency,
      payer: row.payerMasked,
      provenance: provenanceOf({ verified: row.corroborated, source: row.source }),
      bookedAtMs: row.bookedAtMs,
    })),
  };
}

const viewOf = (row: ClaimRow): z.input<typeof claimView> => ({
  id: row.claimId,
  receipt: row.receipt,
  amountCents: row.amountCents,
  phone: row.phoneMasked,
  siteId: row.siteId,
  paymentId: row.purchaseId,
  state: row.state,
  outcome: row.outcome,
  turnedDown: row.turnedDownReason,
  times: row.times,
  createdAtMs: row.createdAtMs,
});

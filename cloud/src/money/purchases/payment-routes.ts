/** The API of payments: list, view with evidence, start one. */

import { type RawBuilder, sql } from "kysely";
import { z } from "zod";
import { ofPhone } from "../../catalogue/customers/of-phone.ts";
import { bundleCodes } from "../../catalogue/grants/purchase-grant.ts";
import { siteNameOf } from "../../fleet/sites/site-names.ts";
import { readSite } from "../../fleet/sites/sites.ts";
import { amountCentsMax } from "../../ground/amounts/bounds.ts";
import type { Parties } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { Actor } from "../../ground/http/actor.ts";
import { notFound } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { exportRoute } from "../../ground/lists/export.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { spanFields, within } from "../../ground/lists/span.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { userNameOf, userNames } from "../../identity/users/user-names.ts";
import { offsetOfProvider } from "../../tenancy/providers/provider-offset.ts";
import type { ChannelKinds } from "../channels/channel-kinds.ts";
import { ofChannel } from "../channels/of-channel.ts";
import { enteredSource, readEntered } from "../evidence/entered.ts";
import type { EvidenceSource } from "../evidence/evidence.ts";
import { bodyIfReadable, selectStored } from "../evidence/evidence-rows.ts";
import { paymentDetail, paymentView, viewPayment } from "./payment-view.ts";
import { paymentWords } from "./payment-words.ts";
import { orderProblem } from "./price/order-problems.ts";
import { payerPhone } from "./purchase-rows.ts";
import type { Purchases } from "./start-purchase.ts";

const id = z.string().min(1).max(128);
export const paymentParams = z.object({ id });

/** What was sold over a counter, or from credit, went through no channel: nothing is said of what a channel confirmed. */
const asInFile = (payment: z.input<typeof paymentView>) => ({
  ...payment,
  verified: payment.channelKind === "cash" || payment.channelKind === "credit" ? null : payment.verified,
});

function ifPaid(cents: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`case when purchases.state in ('paid', 'paid_unreceipted') then ${cents} else 0 end`;
}

const list = listOf({
  sort: {
    made: { by: sql.ref("purchases.createdAtMs"), kind: "number" },
    amount: { by: sql.ref("purchases.amountCents"), kind: "number" },
  },
  default: "-made",
  tie: [sql.ref("purchases.purchaseId")],
  search: ["reference", "receipt", "plan_name", "phone_masked"].map((column) => sql.ref(`purchases.${column}`)),
  sums: {
    currency: sql.ref("purchases.currency"),
    amountCents: ifPaid(sql`purchases.amount_cents`),
    pendingCents: ifPaid(sql`purchases.pending_cents`),
    provedCents: ifPaid(sql`purchases.amount_cents - purchases.pending_cents`),
  },
});

const listQuery = list.query.extend({
  state: paymentView.shape.state.optional(),
  siteId: id.optional(),
  channelId: id.optional(),
  planId: id.optional(),
  /** Why it failed. */
  reason: z.string().max(60).optional(),
  ...spanFields,
  /** Those of the customer who has this number, or of numbers that end so (or begin so, for who may read customers). */
  phone: z.string().max(30).optional(),
  /** `true`: only those that are paid, and not proved yet. */
  pending: z.enum(["true", "false"]).optional(),
  /** `true`: only those that a person should review. */
  review: z.enum(["true", "false"]).optional(),
});

/** One payment as the API shows it, with the kinds of channels that this hub has. */
export function paymentDetailOf(kinds: ChannelKinds) {
  return paymentDetail.extend({ channelKind: kinds.nameSchema });
}

export function paymentRoutes(
  kinds: ChannelKinds,
  { envelope, parties }: { readonly envelope: Envelope; readonly parties: Parties },
  purchases: Purchases,
) {
  const view = paymentView.extend({ channelKind: kinds.nameSchema });
  const detail = paymentDetailOf(kinds);
  return [
    route({
      method: "GET",
      path: "/api/v1/payments",
      summary: "Payments, newest first",
      permission: "payments.read",
      query: listQuery,
      response: pageOf(view),
      handle: ({ query, providerId, actor, transact }) =>
        transact((tx) => listPayments(tx, parties, { providerId, actor }, query)),
    }),
    exportRoute({
      path: "/api/v1/payments/export",
      summary: "All payments as CSV, with the same filters as the list",
      permission: "payments.read",
      query: listQuery,
      columns: [
        ...(["createdAtMs", "reference", "receipt", "state", "amountCents", "currency", "refundedCents"] as const),
        ...(["planName", "phone", "siteName", "channelName", "soldBy", "verified", "reason"] as const),
        ...(["provenance", "pendingCents"] as const),
      ],
      words: paymentWords,
      offsetMinutes: offsetOfProvider,
      async page(tx, query, reader) {
        const page = await listPayments(tx, parties, reader, query);
        return { ...page, items: page.items.map(asInFile) };
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/payments/{id}",
      summary: "One payment, with its evidence and receipts",
      permission: "payments.read",
      reveals: "payments.read",
      params: paymentParams,
      response: detail,
      handle: ({ params, providerId, actor, transact, revealed }) =>
        transact(async (tx) => {
          const payment = await readPayment(envelope, tx, { providerId, actor }, params.id);
          const whole = mayReadNumber(actor) ? await wholeNumber(envelope, tx, providerId, params.id) : null;
          revealed(payment.code !== null || payment.moreCodes.length > 0 || whole !== null);
          return { ...payment, phone: whole ?? payment.phone };
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/payments/purchase",
      summary: "Sell a plan: ask a phone to pay for it, take cash for it, or pay it out of the customer's credit",
      permission: "payments.sell",
      notForSupport: "way-of-money",
      needsKey: true,
      body: z.strictObject({
        siteId: id,
        planId: id,
        phone: z
          .string()
          .min(1)
          .max(30)
          .optional()
          .describe("Only with `pay` = `cash` it may be left out: the answer has the code, and no message is sent."),
        /** Left out: the channel that the site sells through. `cash`: you took it. `credit`: out of the customer's credit. */
        pay: z
          .enum(["cash", "credit"])
          .optional()
          .describe("`credit` needs the permission `payments.manage` as well: it is the customer's money."),
        code: z.string().max(40).optional().describe("Of a promotion."),
        expectsCents: z
          .int()
          .min(0)
          .max(amountCentsMax)
          .optional()
          .describe("The price that the customer was told: refused where it is higher by now."),
        expectsCurrency: z
          .string()
          .regex(/^[A-Z]{3}$/)
          .optional()
          .describe("Of `expectsCents`: refused where the site sells in another one. Left out: the site's."),
      }),
      status: 201,
      response: z.object({ id: z.string(), state: paymentView.shape.state, payment: detail }),
      handle: async ({ body, providerId, actor, key, transact, auditTarget }) => {
        // A number that is typed is no proof of whose it is: who may only sell takes cash, or asks the phone.
        if (body.pay === "credit" && !actor.may("payments.manage")) throw orderProblem("credit-not-allowed");
        await transact((tx) => readSite(tx, body.siteId, "siteId"));
        const { pay, phone = null, code, expectsCents, expectsCurrency, ...wanted } = body;
        const result = await purchases.start({
          providerId,
          ...wanted,
          phone,
          ...(pay === undefined ? {} : { pay }),
          ...(code === undefined ? {} : { code }),
          ...(expectsCents === undefined ? {} : { expectsCents }),
          ...(expectsCurrency === undefined ? {} : { expectsCurrency }),
          soldBy: actor.userId,
          idempotencyKey: `api/${key}`,
        });
        if (result.kind === "refused") throw orderProblem(result.reason);
        auditTarget(result.purchaseId);
        const payment = await transact((tx) => readPayment(envelope, tx, { providerId, actor }, result.purchaseId));
        return { id: payment.id, state: payment.state, payment };
      },
    }),
  ];
}

interface Reader {
  readonly providerId: string;
  readonly actor: Pick<Actor, "userId" | "may" | "credential">;
}

async function listPayments(tx: Tx, parties: Parties, reader: Reader, query: z.output<typeof listQuery>) {
  const { state, siteId, channelId, planId, reason, phone, review, pending } = query;
  const { providerId } = reader;
  const ofNumber = phone === undefined ? null : await ofPhone(parties, tx, reader, phoneColumns, phone);
  const rows = purchases(tx, providerId)
    .$if(state !== undefined, (is) => is.where("purchases.state", "=", state ?? "paid"))
    .$if(siteId !== undefined, (is) => is.where("purchases.siteId", "=", siteId ?? ""))
    .$if(channelId !== undefined, (is) => is.where("purchases.channelId", "=", channelId ?? ""))
    .$if(phone !== undefined, (is) => is.where(ofNumber ?? sql<boolean>`false`))
    .$if(review !== undefined, (is) => is.where("purchases.review", review === "true" ? "is not" : "is", null))
    .$if(pending === "true", (is) => is.where("purchases.pendingCents", ">", 0))
    .$if(pending === "false", (is) => is.where("purchases.pendingCents", "=", 0))
    .$if(planId !== undefined, (is) => is.where("purchases.planId", "=", planId ?? ""))
    .$if(reason !== undefined, (is) => is.where(sql.ref("purchases.reason"), "=", reason ?? ""))
    .where(within(sql.ref("purchases.createdAtMs"), query));
  const view = (row: Parameters<typeof viewPayment>[0]) => ({ ...viewPayment(row, reader.actor), code: null });
  const { q, ...asked } = query;
  const byNumber = q === undefined ? null : await ofPhone(parties, tx, reader, phoneColumns, q);
  if (q === undefined || byNumber === null) return list.page(rows, query, view);
  const found = rows.where(sql<boolean>`(${list.contains(q)} or ${byNumber})`);
  return list.page(found, asked, view);
}

/** Who looks in for support sees no more of a customer than the page needs. */
const mayReadNumber = (actor: Pick<Actor, "credential" | "may">): boolean =>
  actor.credential.kind !== "impersonation" && actor.may("customers.numbers");

/** Null: it was bought without one, or the person was erased. */
async function wholeNumber(envelope: Envelope, tx: Tx, providerId: string, purchaseId: string): Promise<string | null> {
  const row = await tx
    .selectFrom("purchases")
    .select(["providerId", "purchaseId", "phoneSealed"])
    .where("providerId", "=", providerId)
    .where("purchaseId", "=", purchaseId)
    .executeTakeFirst();
  return row === undefined ? null : payerPhone(envelope, row);
}

/** With its evidence, receipts and refunds. Throws a Problem 404. */
export async function readPayment(
  envelope: Envelope,
  tx: Tx,
  { providerId, actor }: Reader,
  purchaseId: string,
): Promise<z.input<typeof paymentDetail>> {
  const row = await purchases(tx, providerId).where("purchases.purchaseId", "=", purchaseId).executeTakeFirst();
  if (row === undefined) throw notFound("payment");
  const moreCodes = row.terms.codes == null ? [] : await bundleCodes(tx, providerId, purchaseId);
  const receipts = await tx
    .selectFrom("receipts")
    .selectAll()
    .where("providerId", "=", providerId)
    .where("purchaseId", "=", purchaseId)
    .orderBy("bookedAtMs")
    .execute();
  const evidence = await selectStored(tx)
    .where("providerId", "=", providerId)
    .where((where) =>
      where.or([
        where("purchaseId", "=", purchaseId),
        // What reported its money before anybody knew what the money was for.
        where.and([
          where("purchaseId", "is", null),
          where("receipt", "in", ["", ...receipts.map((each) => each.receipt)]),
        ]),
      ]),
    )
    .orderBy("evidenceId")
    .limit(500)
    .execute();
  const entered = evidence.filter(({ source }) => source === enteredSource);
  const typed = new Map(entered.map((each) => [each.evidenceId, readEntered(bodyIfReadable(envelope, each))]));
  const typists = [...typed.values()].flatMap((each) => each?.enteredBy ?? []);
  const names = await userNames(tx, providerId, typists);
  const refunds = await tx
    .selectFrom("refunds")
    .select(["refundId", "method", "amountCents", "state", "problem", "reason", "createdAtMs"])
    .where("providerId", "=", providerId)
    .where("purchaseId", "=", purchaseId)
    .orderBy("createdAtMs", "desc")
    .orderBy("refundId", "desc")
    .limit(100)
    .execute();
  return {
    ...viewPayment({ ...row, moreCodes }, actor),
    refunds: refunds.map((each) => ({
      id: each.refundId,
      method: each.method,
      amountCents: each.amountCents,
      state: each.state,
      problem: each.problem,
      reason: each.reason,
      createdAtMs: each.createdAtMs,
    })),
    receipts: receipts.map((each) => ({
      receipt: each.receipt,
      amountCents: each.amountCents,
      planCents: each.planCents,
      creditCents: each.creditCents,
      bookedAtMs: each.bookedAtMs,
    })),
    evidence: evidence.map((each) => ({
      id: each.evidenceId,
      source: each.source,
      state: each.state,
      outcome: each.outcome,
      remoteAddress: each.remoteAddress,
      receivedAtMs: each.receivedAtMs,
      enteredBy: names.get(typed.get(each.evidenceId)?.enteredBy ?? "") ?? null,
      note: typed.get(each.evidenceId)?.note ?? null,
    })),
  };
}

const phoneColumns = { party: "purchases.phone_hash", masked: "purchases.phone_masked" };

/** The receipt that paid for it. */
const thatPaid = sql`from receipts r where r.provider_id = purchases.provider_id and r.purchase_id = purchases.purchase_id
  and r.receipt = purchases.receipt limit 1`;

function purchases(tx: Tx, providerId: string) {
  return tx
    .selectFrom("purchases")
    .leftJoin("grants", (join) =>
      join
        .onRef("grants.providerId", "=", "purchases.providerId")
        .onRef("grants.purchaseId", "=", "purchases.purchaseId"),
    )
    .selectAll("purchases")
    .select([
      "grants.grantId",
      "grants.code",
      ofChannel("purchases", "kind").as("kind"),
      ofChannel("purchases", "name").as("channelName"),
    ])
    .select([siteNameOf<string>("purchases").as("siteName"), userNameOf("purchases", "soldBy").as("sellerName")])
    .select([
      sql<EvidenceSource | null>`(select r.source ${thatPaid})`.as("receiptSource"),
      sql<string | null>`(select r.proved_by ${thatPaid})`.as("provedBy"),
    ])
    .select(
      sql<number>`(select coalesce(sum(r.amount_cents), 0) from refunds r where r.provider_id = purchases.provider_id
        and r.purchase_id = purchases.purchase_id and r.state = 'done')::bigint`.as("refundedCents"),
    )
    .where("purchases.providerId", "=", providerId);
}

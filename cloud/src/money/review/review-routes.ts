/** The API of the review list: money without an owner, payments for review, claims, refunds, unknown codes, unmatched callbacks. */

import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import { maskPhonesIn } from "../../ground/amounts/phone.ts";
import type { Tx } from "../../ground/db/database.ts";
import { notFound } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { pageOf } from "../../ground/lists/page.ts";
import type { ChannelKinds } from "../channels/channel-kinds.ts";
import { accountsLike, onlyCustomersLike } from "../matching/account-money.ts";
import { accountKey } from "../matching/account-text.ts";
import { accountsMeant } from "../matching/inflow-policy.ts";
import { unpaidLike } from "../purchases/known-purchases.ts";
import { clearReview } from "../purchases/review.ts";
import { purchaseHeldFor, receiptsNumbered } from "../receipts/known-receipts.ts";
import { markReviewed, reviewedKinds } from "./mark-reviewed.ts";
import { type ReviewRow, readReviewPage, reviewKinds, reviewQuery } from "./review-rows.ts";

const id = z.string().min(1).max(128);

export const reviewItem = z.object({
  kind: z.enum(reviewKinds),
  id: z.string(),
  what: z.string(),
  amountCents: z.int().nullable(),
  currency: z.string().nullable(),
  payer: z.string().nullable(),
  atMs: z.int(),
  /** Payments that this money could be for. */
  suggestions: z.array(
    z.object({ paymentId: z.string(), reference: z.string(), because: z.string(), payer: z.string().nullable() }),
  ),
  /** Of money without an owner: why it has none. */
  reason: z.string().nullable(),
  /** Account numbers of ours that were typed, or nearly. */
  accounts: z.array(
    z.object({
      number: z.string(),
      siteId: z.string().nullable(),
      planId: z.string().nullable(),
      because: z.string(),
      /** A site's number, and no source shows who paid: the payer's phone must be given with it. */
      needsPhone: z.boolean(),
    }),
  ),
});

export function reviewRoutes(world: World, kinds: ChannelKinds) {
  return [
    route({
      method: "GET",
      path: "/api/v1/review",
      summary: "What a person should look at, newest first",
      permission: "payments.read",
      query: reviewQuery,
      response: pageOf(reviewItem),
      handle: ({ query, providerId, transact }) =>
        transact(async (tx) => {
          const page = await readReviewPage(tx, providerId, query, world.clock.wall().atMs);
          const loose = await readLoose(world, tx, providerId, page.items);
          const shown = [];
          for (const { rail, ...item } of page.items) {
            const suggestions = await suggestionsFor(kinds, tx, providerId, { ...item, rail });
            shown.push({
              ...item,
              what: maskPhonesIn(item.what),
              suggestions,
              ...(loose.get(`${rail}/${item.id}`) ?? ownedOrNone),
            });
          }
          return { ...page, items: shown };
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/review/resolve",
      summary: "A person has looked at it: take it off the review list; it stays where it is kept",
      permission: "payments.manage",
      body: z.strictObject({
        kind: z.enum(reviewedKinds),
        id: z.string().min(1).max(300),
        note: z.string().trim().min(1).max(500),
      }),
      response: z.object({ kind: z.enum(reviewedKinds), id: z.string() }),
      handle: ({ body: { kind, id: item }, providerId, transact, auditTarget }) =>
        transact(async (tx) => {
          if (!(await markReviewed(world, tx, providerId, { kind, id: item })))
            throw notFound("item on the review list", "id");
          auditTarget(`${kind}/${item}`);
          return { kind, id: item };
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/payments/{id}/resolve",
      summary: "A person has looked at this payment: take it off the review list",
      permission: "payments.manage",
      params: z.object({ id }),
      body: z.strictObject({ note: z.string().trim().min(1).max(500) }),
      response: z.object({ id: z.string() }),
      handle: ({ params, providerId, transact }) =>
        transact(async (tx) => {
          const payment = { providerId, purchaseId: params.id };
          if (!(await clearReview(tx, world, payment, false))) throw notFound("payment");
          return { id: params.id };
        }),
    }),
  ];
}

/** Open payments that this money can be for: the one that it waits for, then those of the same payer or amount, the newest first. */
async function suggestionsFor(kinds: ChannelKinds, tx: Tx, providerId: string, row: ReviewRow) {
  const { rail, currency, amountCents } = row;
  if (row.kind !== "suspense" || rail === null || currency === null || amountCents === null) return [];
  const heldFor = (await purchaseHeldFor(tx, { providerId, rail, receipt: row.id })) ?? "";
  const found = await unpaidLike(
    tx,
    { providerId, kinds: kinds.onRail(rail), currency, amountCents, phoneMasked: row.payer ?? "", purchaseId: heldFor },
    { fromMs: row.atMs - 48 * 3_600_000, untilMs: row.atMs + 3_600_000 },
  );
  const why = (each: { readonly purchaseId: string; readonly phoneMasked: string | null }) => {
    if (each.purchaseId === heldFor) return "it waits for this payment";
    return each.phoneMasked !== null && each.phoneMasked === row.payer ? "the same payer" : "the same amount";
  };
  return found.map((each) => ({
    paymentId: each.purchaseId,
    reference: each.reference,
    payer: each.phoneMasked,
    because: why(each),
  }));
}

const ownedOrNone = { reason: null, accounts: [] };

/** By rail and receipt: why money has no owner, and which account numbers were meant by what was typed. */
async function readLoose(world: World, tx: Tx, providerId: string, items: readonly ReviewRow[]) {
  const receipts = items.filter(({ kind }) => ["suspense", "frozen", "amounts"].includes(kind)).map(({ id }) => id);
  if (receipts.length === 0) return new Map();
  const rows = await receiptsNumbered(tx, providerId, receipts);
  const typed = rows.flatMap((row) => (row.state === "suspense" ? accountKey(row.accountText ?? "") : []));
  const accounts = await accountsLike(tx, providerId, typed, true);
  const masked = rows.flatMap((row) => (row.payerHash === null ? (row.payerMasked ?? []) : []));
  const known = accounts.length === 0 ? new Map() : await onlyCustomersLike(world, tx, providerId, masked);
  return new Map(
    rows.map((row) => {
      const hasPayer = row.payerHash !== null || known.has(row.payerMasked ?? "");
      const typed = row.state === "suspense" ? (row.accountText ?? "") : "";
      const meant = accountsMeant(typed, accounts).slice(0, accountsShownMax);
      const shown = meant.map(({ account, because }) => ({
        number: account.number,
        siteId: account.siteId,
        planId: account.planId,
        because,
        needsPhone: account.party === null && !hasPayer,
      }));
      return [`${row.rail}/${row.receipt}`, { reason: row.note, accounts: shown }];
    }),
  );
}

const accountsShownMax = 5;

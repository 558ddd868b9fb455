/**
 * The rows of the review list: what waits in several tables, as one list. Each cause is read for itself, in the order of the list and no
 * further than the page needs: a flood of callbacks that fit nothing makes the list long, and neither slow nor deaf to other causes.
 */

import { type RawBuilder, sql } from "kysely";
import { z } from "zod";
import type { ReviewCause } from "../../ground/amounts/review-cause.ts";
import type { Tx } from "../../ground/db/database.ts";
import { countMax, listOf, type Page, type Total } from "../../ground/lists/list.ts";
import { spanFields, within } from "../../ground/lists/span.ts";
import { claimsForReview } from "../claims/waiting.ts";
import { unmatchedForReview, unreadForReview } from "../evidence/waiting.ts";
import { siteOfPurchase } from "../purchases/known-purchases.ts";
import { purchasesForReview } from "../purchases/waiting.ts";
import { receiptsForReview, twoAmountsForReview } from "../receipts/waiting.ts";
import { refundsForReview } from "../refunds/waiting.ts";

export const reviewKinds = [
  "payment",
  "suspense",
  "frozen",
  "amounts",
  "unmatched",
  "unread",
  "claim",
  "refund",
] as const;
type ReviewKind = (typeof reviewKinds)[number];

export interface ReviewRow {
  readonly kind: ReviewKind;
  readonly id: string;
  readonly what: string;
  readonly amountCents: number | null;
  readonly currency: string | null;
  readonly payer: string | null;
  readonly atMs: number;
  /** Of its receipt, which says what it can pay for. */
  readonly rail: string | null;
}

const list = listOf({
  sort: { at: { by: sql`item."atMs"`, kind: "number" } },
  default: "-at",
  tie: [sql`(item.kind || '/' || item.id)`],
  search: ["kind", "id", "what", "payer"].map((column) => sql.ref(`item.${column}`)),
});

const id = z.string().min(1).max(128);
export const reviewQuery = list.query.extend({
  /** Why it needs a person. */
  kind: z.enum(reviewKinds).optional(),
  /** Of the payment or the claim; what no site is known of is left out. */
  siteId: id.optional(),
  channelId: id.optional(),
  ...spanFields,
});

const causes = [
  purchasesForReview,
  receiptsForReview,
  twoAmountsForReview,
  unmatchedForReview,
  unreadForReview,
  claimsForReview,
  refundsForReview,
] as const satisfies readonly ReviewCause<ReviewKind>[];

const columns = sql`(kind, id, what, "amountCents", currency, payer, "atMs", rail, "siteId", "channelId")`;

/** One page of what needs a person, the newest first. */
export async function readReviewPage(
  tx: Tx,
  providerId: string,
  query: z.output<typeof reviewQuery>,
  nowMs: number,
): Promise<Page<ReviewRow>> {
  const { kind, siteId, channelId, count, ...asked } = query;
  const wanted = causes.filter(({ kinds }) => kind === undefined || kinds.some((each) => each === kind));
  const found = wanted.map((cause) =>
    tx
      .selectFrom(
        itemsOf(sql`(select * from (${cause.rows({ providerId, nowMs, siteOf: siteOfPurchase })}) item ${columns})`),
      )
      .$if(kind !== undefined, (is) => is.where("item.kind", "=", kind ?? "payment"))
      .$if(siteId !== undefined, (is) => is.where(sql<boolean>`item."siteId" = ${siteId ?? ""}`))
      .$if(channelId !== undefined, (is) => is.where(sql<boolean>`item."channelId" = ${channelId ?? ""}`))
      .where(within(sql`item."atMs"`, query)),
  );
  const pages = found.map((rows) => sql`(${list.cut(rows.selectAll(), asked)})`);
  const all = tx.selectFrom(itemsOf(sql`(${sql.join(pages, sql` union all `)})`)).selectAll();
  const page = await list.page(all, asked, (row) => row);
  if (count !== true) return page;
  const totals: (Total | null)[] = [];
  for (const rows of found) totals.push(await list.totalOf(rows.selectAll(), { ...asked, count }));
  return { ...page, total: inAll(totals) };
}

const itemsOf = (rows: RawBuilder<unknown>) => (rows as RawBuilder<ReviewRow>).as<"item">(sql.ref("item"));

function inAll(totals: readonly (Total | null)[]): Total {
  const sum = totals.reduce((all, total) => all + (total?.count ?? 0), 0);
  return { count: Math.min(sum, countMax), more: sum > countMax || totals.some((total) => total?.more === true) };
}

/** What needs review: payments in doubt, money in suspense, claims, unmatched callbacks. */
import type { reviewItem } from "@karibu/cloud/money/review/review-routes";
import type { z } from "zod";
import { type Page, post } from "../../hub/api.ts";
import { type Body, hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery, type Span } from "../../hub/list.ts";

export type ReviewItem = z.output<typeof reviewItem>;

export interface ReviewFilters extends Span {
  readonly kind?: string;
  readonly siteId?: string;
  readonly channelId?: string;
}

export const listReview = (query: ListQuery, filters: ReviewFilters): Promise<Page<ReviewItem>> =>
  getList("/api/v1/review", query, { ...filters });
export const assignReceipt = (
  receipt: string,
  owner: Body<"POST", "/api/v1/receipts/{receipt}/assign">,
  key: string,
): Promise<unknown> => post(hubPath("/api/v1/receipts/{receipt}/assign", { receipt }), owner, { key });
/** A person has reviewed it: it leaves the list. The hub keeps it. */
export const resolveReview = (
  item: Pick<Body<"POST", "/api/v1/review/resolve">, "kind" | "id">,
  note: string,
  key: string,
): Promise<unknown> => post("/api/v1/review/resolve", { kind: item.kind, id: item.id, note }, { key });
export const claimReceipt = (
  claim: Body<"POST", "/api/v1/payments/claims">,
  key: string,
): Promise<{ outcome: "settled" | "known" | "asked" | "noted"; paymentId: string | null }> =>
  post("/api/v1/payments/claims", claim, { key });

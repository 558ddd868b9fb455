import type { promotionView } from "@karibu/cloud/money/promotions/promotion-routes";
import type { z } from "zod";
import { get, type Page, post, put, remove } from "../../hub/api.ts";
import { type Body, hubPath } from "../../hub/hub-path.ts";
import { getList, wholeList } from "../../hub/list.ts";

export type Promotion = z.output<typeof promotionView>;

const path = "/api/v1/promotions";
const rules = "/api/v1/promotion-rules";
export const listPromotions = (): Promise<Page<Promotion>> => wholeList((query) => getList(path, query));
export const addPromotion = (promotion: Body<"POST", "/api/v1/promotions">): Promise<Promotion> =>
  post(path, promotion);
export const endPromotion = (promotionId: string): Promise<unknown> =>
  remove(hubPath("/api/v1/promotions/{promotionId}", { promotionId }));
/** Minor units; null: none is set. */
export const readFloor = async (): Promise<number | null> => (await get(rules)).floorCents;
export const saveFloor = (floorCents: number): Promise<unknown> => put(rules, { floorCents });

export interface OfferNow {
  readonly priceCents: number;
  readonly usualCents: number;
  readonly currency: string;
}
/** What a plan costs at a site now; nothing is sold by it. */
export const readOffer = (sale: {
  readonly siteId: string;
  readonly planId: string;
  readonly code?: string;
  readonly phone?: string;
}): Promise<OfferNow> => post("/api/v1/payments/offer", sale);

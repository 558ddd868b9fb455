/** Sellers at the sites: they sell for cash with a PIN, also while the hub is offline. */
import type { sellerView } from "@karibu/cloud/money/sellers/seller-routes";
import type { z } from "zod";
import { type Page, patch, post } from "../../hub/api.ts";
import { type Body, hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery } from "../../hub/list.ts";

export type Seller = z.output<typeof sellerView>;

const path = "/api/v1/sellers";
export const sellerPath = (sellerId: string) => hubPath("/api/v1/sellers/{sellerId}", { sellerId });
export const listSellers = (query: ListQuery): Promise<Page<Seller>> => getList(path, query);
export const addSeller = (seller: Body<"POST", "/api/v1/sellers">): Promise<Seller> => post(path, seller);
/** `sites` replaces all sites of the seller, each with how much cash the seller may hold there; null: no limit. */
export const changeSeller = (
  sellerId: string,
  change: Body<"PATCH", "/api/v1/sellers/{sellerId}">,
  etag: string | null,
): Promise<Seller> => patch(sellerPath(sellerId), change, { etag });
export const setPin = (sellerId: string, pin: string): Promise<Seller> =>
  post(hubPath("/api/v1/sellers/{sellerId}/pin", { sellerId }), { pin });
export const switchSeller = (sellerId: string, on: boolean): Promise<Seller> =>
  post(hubPath(`/api/v1/sellers/{sellerId}/${on ? "activate" : "disable"}`, { sellerId }));
export const moveCash = (
  sellerId: string,
  verb: "hand-in" | "pay-out",
  order: { siteId: string; amountCents: number; currency: string },
  key: string,
): Promise<{ owedCents: number }> => post(hubPath(`/api/v1/sellers/{sellerId}/${verb}`, { sellerId }), order, { key });

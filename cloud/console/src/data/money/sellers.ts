/** People who sell for cash at the sites, with a PIN, hub or no hub. */
import type { cashSaleView } from "@karibu/cloud/money/sellers/cash-sale-routes";
import type { ownFloatView } from "@karibu/cloud/money/sellers/own-float-route";
import type { sellerView } from "@karibu/cloud/money/sellers/seller-routes";
import type { z } from "zod";
import { get, getVersioned, type Page, patch, post, type Versioned } from "../../hub/api.ts";
import { listPath } from "../../hub/list.ts";

export type Seller = z.output<typeof sellerView>;
export type CashSale = z.output<typeof cashSaleView>;
export type OwnFloat = z.output<typeof ownFloatView>;

const at = (sellerId: string) => `/api/v1/sellers/${encodeURIComponent(sellerId)}`;
export const listSellers = (cursor: string | null): Promise<Page<Seller>> =>
  get(listPath("/api/v1/sellers", { limit: 50, cursor }));
export const addSeller = (seller: object): Promise<Seller> => post("/api/v1/sellers", seller);
export const readSeller = (sellerId: string): Promise<Versioned<Seller>> => getVersioned(at(sellerId));
/** `sites` are all of theirs, each with how much cash may be out there; null: no limit. */
export const changeSeller = (sellerId: string, change: object, etag: string | null): Promise<Seller> =>
  patch(at(sellerId), change, { etag });
export const setPin = (sellerId: string, pin: string): Promise<Seller> => post(`${at(sellerId)}/pin`, { pin });
export const switchSeller = (sellerId: string, on: boolean): Promise<Seller> =>
  post(`${at(sellerId)}/${on ? "activate" : "disable"}`);
export const moveCash = (
  sellerId: string,
  verb: "hand-in" | "pay-out",
  order: { siteId: string; amountCents: number; currency: string },
  key: string,
): Promise<{ owedCents: number }> => post(`${at(sellerId)}/${verb}`, order, { key });
export const listCashSales = (cursor: string | null): Promise<Page<CashSale>> =>
  get(listPath("/api/v1/cash-sales", { limit: 50, cursor }));
export const readOwnFloat = (): Promise<OwnFloat> => get("/api/v1/floats/own");

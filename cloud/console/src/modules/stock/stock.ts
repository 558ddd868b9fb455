/** Stock: kinds, places, things with serial numbers, and what went where. */
import type { stockKindView, stockPlaceView, stockStoreView } from "@karibu/cloud/modules/stock/kind-routes";
import type {
  equipmentView,
  receivedView,
  stockItemView,
  stockMovementView,
} from "@karibu/cloud/modules/stock/stock-routes";
import type { z } from "zod";
import { get, type Page, post } from "../../hub/api.ts";
import { type Body, hubPath, type Query } from "../../hub/hub-path.ts";
import { getList, type ListQuery } from "../../hub/list.ts";

export type StockKind = z.output<typeof stockKindView>;
export type StockStore = z.output<typeof stockStoreView>;
export type StockPlace = z.output<typeof stockPlaceView>;
export type StockItem = z.output<typeof stockItemView>;
export type StockMovement = z.output<typeof stockMovementView>;
export type WholeStockItem = StockItem & { readonly movements: readonly StockMovement[] };
export type Received = z.output<typeof receivedView>;
export type Equipment = z.output<typeof equipmentView>;

const path = "/api/v1/stock-items";
export const stockItemPath = (itemId: string) => hubPath("/api/v1/stock-items/{stockItemId}", { stockItemId: itemId });
export const listStockItems = (query: ListQuery, filters: Query<"/api/v1/stock-items">): Promise<Page<StockItem>> =>
  getList(path, query, filters);
export const listMovements = (query: ListQuery): Promise<Page<StockMovement>> =>
  getList("/api/v1/stock-movements", query);
export const readKinds = async (): Promise<readonly StockKind[]> => (await get("/api/v1/stock-kinds")).items;
export const addKind = (kind: Body<"POST", "/api/v1/stock-kinds">): Promise<StockKind> =>
  post("/api/v1/stock-kinds", kind);
export const readStores = async (): Promise<readonly StockStore[]> => (await get("/api/v1/stock-stores")).items;
export const addStore = (store: Body<"POST", "/api/v1/stock-stores">): Promise<StockStore> =>
  post("/api/v1/stock-stores", store);
export const readPlaces = (): Promise<{ readonly items: readonly StockPlace[]; readonly ownVan: string }> =>
  get("/api/v1/stock-places");
export const receiveStock = (order: Body<"POST", "/api/v1/stock-items/receive">, key: string): Promise<Received> =>
  post("/api/v1/stock-items/receive", order, { key });
export const moveItem = (
  itemId: string,
  order: Body<"POST", "/api/v1/stock-items/{stockItemId}/move">,
  key: string,
): Promise<StockItem> =>
  post(hubPath("/api/v1/stock-items/{stockItemId}/move", { stockItemId: itemId }), order, { key });
export const moveCounted = (order: Body<"POST", "/api/v1/stock-movements">, key: string): Promise<unknown> =>
  post("/api/v1/stock-movements", order, { key });
export const equipmentOf = async (customerId: string): Promise<readonly Equipment[]> =>
  (await get(hubPath("/api/v1/customers/{customerId}/equipment", { customerId }))).items;

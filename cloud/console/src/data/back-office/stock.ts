/** Stock: kinds, places, things with serial numbers, and what went where. */
import type { stockKindView, stockPlaceView, stockStoreView } from "@karibu/cloud/back-office/stock/kind-routes";
import type {
  equipmentView,
  receivedView,
  stockItemView,
  stockMovementView,
} from "@karibu/cloud/back-office/stock/stock-routes";
import type { z } from "zod";
import { get, type Page, post } from "../../hub/api.ts";
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
export const stockItemPath = (itemId: string) => `${path}/${encodeURIComponent(itemId)}`;
const itemsOf = async <Row>(from: string): Promise<readonly Row[]> =>
  (await get<{ readonly items: readonly Row[] }>(from)).items;

export const listStockItems = (
  query: ListQuery,
  filters: Readonly<Record<string, string | boolean | undefined>>,
): Promise<Page<StockItem>> => getList(path, query, filters);
export const listMovements = (query: ListQuery): Promise<Page<StockMovement>> =>
  getList("/api/v1/stock-movements", query);
export const readKinds = (): Promise<readonly StockKind[]> => itemsOf("/api/v1/stock-kinds");
export const addKind = (kind: object): Promise<StockKind> => post("/api/v1/stock-kinds", kind);
export const readStores = (): Promise<readonly StockStore[]> => itemsOf("/api/v1/stock-stores");
export const addStore = (store: object): Promise<StockStore> => post("/api/v1/stock-stores", store);
export const readPlaces = (): Promise<{ readonly items: readonly StockPlace[]; readonly ownVan: string }> =>
  get("/api/v1/stock-places");
export const receiveStock = (order: object, key: string): Promise<Received> => post(`${path}/receive`, order, { key });
export const moveItem = (itemId: string, order: object, key: string): Promise<StockItem> =>
  post(`${stockItemPath(itemId)}/move`, order, { key });
export const moveCounted = (order: object, key: string): Promise<unknown> =>
  post("/api/v1/stock-movements", order, { key });
export const equipmentOf = (customerId: string): Promise<readonly Equipment[]> =>
  itemsOf(`/api/v1/customers/${encodeURIComponent(customerId)}/equipment`);

/** A site's router: what it has, what was ordered at it, one change at many of them. */
import type { bulkView, bulkWithSites } from "@karibu/cloud/fleet/router-orders/bulk-routes";
import type { orderView } from "@karibu/cloud/fleet/router-orders/order-routes";
import type { connectionsView } from "@karibu/cloud/fleet/routers/connection-routes";
import type { figuresView } from "@karibu/cloud/fleet/routers/figure-routes";
import type { historyView } from "@karibu/cloud/fleet/routers/history-routes";
import type { logLineView, logWatchView } from "@karibu/cloud/fleet/routers/log-watch-routes";
import type * as lists from "@karibu/cloud/fleet/routers/router-lists";
import type { readingView } from "@karibu/cloud/fleet/routers/router-routes";
import type { RouterAction } from "@karibu/protocol/router/router-actions";
import type { z } from "zod";
import { get, type Page, post, put } from "../../hub/api.ts";
import { hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery, withQuery } from "../../hub/list.ts";

export type { RouterAction };
export type Reading = z.output<typeof readingView>;
export type Connections = z.output<typeof connectionsView>;
export type LogWatch = z.output<typeof logWatchView>;
export type WatchedLine = z.output<typeof logLineView>;
export type Figures = z.output<typeof figuresView>;
export type History = z.output<typeof historyView>;
export type HistoryPoint = History["points"][number];
export type Order = z.output<typeof orderView>;
export type Bulk = z.output<typeof bulkView>;
export type BulkWithSites = z.output<typeof bulkWithSites>;

/** A row with what an order that changes it says of it. */
type Named<View extends { readonly schema: z.ZodType }> = z.output<View["schema"]> & { readonly was: string };
export type RouterInterface = Named<typeof lists.interfaceRow>;
export type LogLine = Named<typeof lists.logRow>;
export type ApiCall = Named<typeof lists.apiCallRow>;
export type HotspotUser = Named<typeof lists.hotspotUserRow>;
export type UserProfile = Named<typeof lists.userProfileRow>;
export type HotspotHost = Named<typeof lists.hostRow>;
export type ActiveUser = Named<typeof lists.activeRow>;
export type Cookie = Named<typeof lists.cookieRow>;
export type Binding = Named<typeof lists.bindingRow>;
export type GardenHost = Named<typeof lists.gardenHostRow>;
export type GardenAddress = Named<typeof lists.gardenAddressRow>;
export type Lease = Named<typeof lists.leaseRow>;
export type PppSession = Named<typeof lists.pppActiveRow>;
export type Service = Named<typeof lists.serviceRow>;
export type WifiClient = Named<typeof lists.wifiClientRow>;
export type AccessPoint = Named<typeof lists.accessPointRow>;

/** One page of a list of the router, with how old it is. */
export function listAtRouter<Row>(
  siteId: string,
  list: string,
  query: ListQuery,
  isFresh: boolean,
): Promise<Page<Row> & { readonly reading: Reading }> {
  const filters = { fresh: isFresh };
  // Which list it is, the page says that knows its rows.
  const path = hubPath(`/api/v1/routers/{siteId}/${list as "leases"}`, { siteId });
  return getList(path, query, filters) as unknown as Promise<Page<Row> & { reading: Reading }>;
}

export const logWatchPath = "/api/v1/router-log-watch";
/** Of all routers. */
export const changeLogWatch = (isOn: boolean, topics: readonly string[]): Promise<LogWatch> =>
  put(logWatchPath, { isOn, topics });
export const listLogLines = (siteId: string, query: ListQuery): Promise<Page<WatchedLine>> =>
  getList("/api/v1/router-log-lines", query, { siteId });
/** Counted now, at the router. */
export const readConnections = (siteId: string): Promise<Connections> =>
  get(hubPath("/api/v1/routers/{siteId}/connections", { siteId }));
export const readFigures = (siteId: string, isFresh = false): Promise<Figures> =>
  get(withQuery(hubPath("/api/v1/routers/{siteId}/figures", { siteId }), { fresh: isFresh }));
export const readHistory = (siteId: string, fromMs: number, untilMs: number, name: string): Promise<History> =>
  get(withQuery(hubPath("/api/v1/routers/{siteId}/figures/history", { siteId }), { fromMs, untilMs, interface: name }));
/** Somebody looks: for a minute the hub asks the router's figures. */
export const watchRouter = (siteId: string): Promise<unknown> =>
  post(hubPath("/api/v1/routers/{siteId}/watch", { siteId }));

export const orderAtRouter = (siteId: string, action: RouterAction): Promise<Order> =>
  post(hubPath("/api/v1/routers/{siteId}/orders", { siteId }), { action });
export const orderManyAtRouter = (siteId: string, actions: readonly RouterAction[]): Promise<unknown> =>
  post(hubPath("/api/v1/routers/{siteId}/orders/many", { siteId }), { actions });
export const cancelOrder = (siteId: string, orderId: string): Promise<Order> =>
  post(hubPath("/api/v1/routers/{siteId}/orders/{orderId}/cancel", { siteId, orderId }));
export const listOrders = (
  siteId: string,
  query: ListQuery,
  filters: { readonly state?: string; readonly open?: boolean } = {},
): Promise<Page<Order>> => getList(hubPath("/api/v1/routers/{siteId}/orders", { siteId }), query, filters);

const bulksPath = "/api/v1/router-bulks";
export const startBulk = (bulk: {
  readonly siteIds: readonly string[];
  readonly action: RouterAction;
  readonly first: number;
  readonly pauseOnFailure: boolean;
}): Promise<Bulk> => post(bulksPath, bulk);
export const listBulks = (query: ListQuery): Promise<Page<Bulk>> => getList(bulksPath, query);
export const bulkPath = (bulkId: string) => hubPath("/api/v1/router-bulks/{bulkId}", { bulkId });
export const switchBulk = (bulkId: string, verb: "stop" | "resume"): Promise<Bulk> =>
  post(hubPath(`/api/v1/router-bulks/{bulkId}/${verb}`, { bulkId }));

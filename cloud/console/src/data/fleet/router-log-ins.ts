/** Passwords of some minutes for a router itself, and who was on it. */
import type {
  endedPasswordView,
  madePasswordView,
  routerLogInView,
  routerPasswordView,
} from "@karibu/cloud/fleet/router-log-ins/router-log-in-routes";
import type { RouterLogInLevel } from "@karibu/protocol/router/router-log-in";
import type { z } from "zod";
import { type Page, post } from "../../hub/api.ts";
import { hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery } from "../../hub/list.ts";

export type RouterPassword = z.output<typeof routerPasswordView>;
export type MadePassword = z.output<typeof madePasswordView>;
export type EndedPassword = z.output<typeof endedPasswordView>;
export type RouterLogIn = z.output<typeof routerLogInView>;

export const listRouterPasswords = (siteId: string, query: ListQuery): Promise<Page<RouterPassword>> =>
  getList(hubPath("/api/v1/routers/{siteId}/passwords", { siteId }), query);
export const listRouterLogIns = (siteId: string, query: ListQuery): Promise<Page<RouterLogIn>> =>
  getList(hubPath("/api/v1/routers/{siteId}/log-ins", { siteId }), query);
export const makeRouterPassword = (siteId: string, level: RouterLogInLevel): Promise<MadePassword> =>
  post(hubPath("/api/v1/routers/{siteId}/passwords", { siteId }), { level });
export const endRouterPassword = (siteId: string, passwordId: string): Promise<EndedPassword> =>
  post(hubPath("/api/v1/routers/{siteId}/passwords/{passwordId}/end", { siteId, passwordId }));

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
import { getList, type ListQuery } from "../../hub/list.ts";

export type RouterPassword = z.output<typeof routerPasswordView>;
export type MadePassword = z.output<typeof madePasswordView>;
export type EndedPassword = z.output<typeof endedPasswordView>;
export type RouterLogIn = z.output<typeof routerLogInView>;

const routerPath = (siteId: string) => `/api/v1/routers/${encodeURIComponent(siteId)}`;

export const listRouterPasswords = (siteId: string, query: ListQuery): Promise<Page<RouterPassword>> =>
  getList(`${routerPath(siteId)}/passwords`, query);
export const listRouterLogIns = (siteId: string, query: ListQuery): Promise<Page<RouterLogIn>> =>
  getList(`${routerPath(siteId)}/log-ins`, query);
export const makeRouterPassword = (siteId: string, level: RouterLogInLevel): Promise<MadePassword> =>
  post(`${routerPath(siteId)}/passwords`, { level });
export const endRouterPassword = (siteId: string, passwordId: string): Promise<EndedPassword> =>
  post(`${routerPath(siteId)}/passwords/${encodeURIComponent(passwordId)}/end`);

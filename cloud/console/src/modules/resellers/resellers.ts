/** Resellers: they sell printed vouchers for a commission. */
import type { handOverView, resellerView } from "@karibu/cloud/modules/resellers/reseller-routes";
import type { z } from "zod";
import { type Page, patch, post } from "../../hub/api.ts";
import { type Body, hubPath } from "../../hub/hub-path.ts";
import { getAll, getList, type ListQuery } from "../../hub/list.ts";

export type Reseller = z.output<typeof resellerView>;
export type HandOver = z.output<typeof handOverView>;

const path = "/api/v1/resellers";
export const resellerPath = (resellerId: string) => hubPath("/api/v1/resellers/{resellerId}", { resellerId });
export const listResellers = (query: ListQuery): Promise<Page<Reseller>> => getList(path, query);
export const addReseller = (reseller: Body<"POST", "/api/v1/resellers">): Promise<Reseller> => post(path, reseller);
export const changeReseller = (
  resellerId: string,
  change: Body<"PATCH", "/api/v1/resellers/{resellerId}">,
  etag: string | null,
): Promise<Reseller> => patch(resellerPath(resellerId), change, { etag });
export const listHandOvers = (resellerId: string): Promise<Page<HandOver>> =>
  getAll(hubPath("/api/v1/resellers/{resellerId}/hand-overs", { resellerId }));
export const handOver = (
  resellerId: string,
  order: Body<"POST", "/api/v1/resellers/{resellerId}/hand-overs">,
  key: string,
): Promise<HandOver> => post(hubPath("/api/v1/resellers/{resellerId}/hand-overs", { resellerId }), order, { key });
/** `codes` null: all that are out. */
export const settleHandOver = (
  resellerId: string,
  verb: "return" | "declare-sold",
  order: { readonly handOverId: string; readonly codes: readonly string[] | null; readonly disable?: boolean },
): Promise<HandOver> => post(hubPath(`/api/v1/resellers/{resellerId}/${verb}`, { resellerId }), order);
export const moveCash = (
  resellerId: string,
  verb: "hand-in" | "pay-out",
  order: { readonly amountCents: number; readonly currency: string },
  key: string,
): Promise<{ readonly balanceCents: number }> =>
  post(hubPath(`/api/v1/resellers/{resellerId}/${verb}`, { resellerId }), order, { key });

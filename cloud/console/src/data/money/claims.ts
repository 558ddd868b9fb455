/** Claims of customers who say that they paid, as a person decides about them. */
import type { claimDetail, claimView } from "@karibu/cloud/money/claims/claim-review-routes";
import type { z } from "zod";
import { get, type Page, post } from "../../hub/api.ts";
import { hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery } from "../../hub/list.ts";

export type Claim = z.output<typeof claimView>;
export type ClaimDetail = z.output<typeof claimDetail>;

const at = (id: string) => hubPath("/api/v1/claims/{id}", { id });
export const readClaim = (id: string): Promise<ClaimDetail> => get(at(id));
/** Those that a person turned down, the newest first. */
export const listTurnedDown = (query: ListQuery): Promise<Page<Claim>> =>
  getList("/api/v1/claims", { ...query, limit: 20 }, { turnedDown: true });
export const linkClaim = (
  id: string,
  what: { readonly receipt: string; readonly phone?: string },
  key: string,
): Promise<unknown> => post(hubPath("/api/v1/claims/{id}/link", { id }), what, { key });
export const turnDownClaim = (id: string, reason: string): Promise<ClaimDetail> =>
  post(hubPath("/api/v1/claims/{id}/turn-down", { id }), { reason });
export const reopenClaim = (id: string): Promise<ClaimDetail> => post(hubPath("/api/v1/claims/{id}/reopen", { id }));

/** Claims of customers who say that they paid, as a person decides about them. */
import type { claimDetail, claimView } from "@karibu/cloud/money/claims/claim-review-routes";
import type { z } from "zod";
import { get, type Page, post } from "../../hub/api.ts";

export type Claim = z.output<typeof claimView>;
export type ClaimDetail = z.output<typeof claimDetail>;

const at = (id: string) => `/api/v1/claims/${encodeURIComponent(id)}`;
export const readClaim = (id: string): Promise<ClaimDetail> => get(at(id));
/** Those that a person turned down, the newest first. */
export const listTurnedDown = (): Promise<Page<Claim>> => get("/api/v1/claims?turnedDown=true&limit=20");
export const linkClaim = (
  id: string,
  what: { readonly receipt: string; readonly phone?: string },
  key: string,
): Promise<unknown> => post(`${at(id)}/link`, what, { key });
export const turnDownClaim = (id: string, reason: string): Promise<ClaimDetail> =>
  post(`${at(id)}/turn-down`, { reason });
export const reopenClaim = (id: string): Promise<ClaimDetail> => post(`${at(id)}/reopen`);

import { type Page, post } from "../../hub/api.ts";
import type { Body } from "../../hub/hub-path.ts";
import { getList, type ListQuery, withQuery } from "../../hub/list.ts";

export interface CustomerCredit {
  readonly balanceCents: number;
  /** What of it open purchases hold. */
  readonly heldCents: number;
  /** What of it nothing has proved yet: it can be spent, and not paid out. */
  readonly toldCents: number;
  readonly owesCents: number;
  /** What of it came from another system: the next money that comes to the credit settles it. */
  readonly owesFromBeforeCents: number;
}

/** A line of its history. Amounts above zero came in. */
export interface CreditLine {
  readonly entryId: string;
  readonly kind: string;
  readonly paymentId: string | null;
  /** Of money that came by a channel. */
  readonly receipt: string | null;
  readonly atMs: number;
  readonly amountCents: number;
  readonly balanceCents: number;
  readonly currency: string;
}

const path = "/api/v1/credits";
export const creditPath = (phone: string, currency: string) => withQuery(path, { phone, currency });
export const topUpCredit = (topUp: Body<"POST", "/api/v1/credits">, key: string): Promise<CustomerCredit> =>
  post(path, topUp, { key });
export const listCreditLines = (query: ListQuery, phone: string, currency: string): Promise<Page<CreditLine>> =>
  getList("/api/v1/credits/history", query, { phone, currency });

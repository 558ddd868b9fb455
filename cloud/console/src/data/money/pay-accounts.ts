/** Account numbers that customers type at the paybill. */
import type { payAccountView } from "@karibu/cloud/money/matching/pay-account-routes";
import type { z } from "zod";
import { type Page, post, remove } from "../../hub/api.ts";
import { type Body, hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery } from "../../hub/list.ts";

export type PayAccount = z.output<typeof payAccountView>;

const path = "/api/v1/pay-accounts";
export const listPayAccounts = (query: ListQuery): Promise<Page<PayAccount>> => getList(path, { limit: 20, ...query });
export const addPayAccount = (account: Body<"POST", "/api/v1/pay-accounts">): Promise<{ number: string }> =>
  post(path, account);
export const removePayAccount = (number: string): Promise<unknown> =>
  remove(hubPath("/api/v1/pay-accounts/{accountNumber}", { accountNumber: number }));

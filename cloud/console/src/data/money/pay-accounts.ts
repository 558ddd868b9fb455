/** Numbers that people type as the account at the paybill. */
import type { payAccountView } from "@karibu/cloud/money/matching/pay-account-routes";
import type { z } from "zod";
import { get, type Page, post, remove } from "../../hub/api.ts";
import { listPath } from "../../hub/list.ts";

export type PayAccount = z.output<typeof payAccountView>;

const path = "/api/v1/pay-accounts";
export const listPayAccounts = (cursor: string | null): Promise<Page<PayAccount>> =>
  get(listPath(path, { limit: 20, cursor }));
export const addPayAccount = (account: object): Promise<{ number: string }> => post(path, account);
export const removePayAccount = (number: string): Promise<unknown> => remove(`${path}/${encodeURIComponent(number)}`);

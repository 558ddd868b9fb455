/** Customers' log-ins for hotspot and PPPoE, and who had an address. */
import type { accountView } from "@karibu/cloud/catalogue/accounts/account-routes";
import type { holderView } from "@karibu/cloud/catalogue/accounts/address-holder-routes";
import type { z } from "zod";
import { get, type Page, patch, post, remove } from "../../hub/api.ts";
import { getList, type ListQuery } from "../../hub/list.ts";

export type Account = z.output<typeof accountView>;
export type AddressHolder = z.output<typeof holderView>;

const path = "/api/v1/accounts";
export const accountPath = (accountId: string) => `${path}/${encodeURIComponent(accountId)}`;

interface AccountFilters {
  readonly customerId?: string;
  readonly siteId?: string;
  readonly service?: string;
  readonly billing?: string;
}

export const listAccounts = (query: ListQuery, filters: AccountFilters): Promise<Page<Account>> =>
  getList(path, { limit: 50, ...query }, { ...filters });
/** The answer holds the password that the hub made, once. */
export const addAccount = (account: object, key: string): Promise<Account & { readonly password: string | null }> =>
  post(path, account, { key });
export const changeAccount = (id: string, change: object, etag: string | null): Promise<Account> =>
  patch(accountPath(id), change, { etag });
export const renewPassword = (id: string, password: string | null): Promise<{ readonly password: string | null }> =>
  post(`${accountPath(id)}/set-password`, password === null ? {} : { password });
/** @param freeReason null: it is billed */
export const setBilling = (id: string, freeReason: string | null, key?: string): Promise<Account> =>
  post(
    `${accountPath(id)}/billing`,
    freeReason === null ? { billing: "subscription" } : { billing: "free", freeReason },
    key === undefined ? {} : { key },
  );
/** How many nobody pays for. */
export const countFree = async (): Promise<number> => {
  const page = await getList<Account>(path, { cursor: null, limit: 1, count: true }, { billing: "free" });
  return page.total?.count ?? 0;
};
export const removeAccount = (id: string): Promise<unknown> => remove(accountPath(id));

export const readHolders = (address: string, atMs: number): Promise<{ readonly items: readonly AddressHolder[] }> =>
  get(`/api/v1/address-holders?address=${encodeURIComponent(address)}&atMs=${atMs}`);

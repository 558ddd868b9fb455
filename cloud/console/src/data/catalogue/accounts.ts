/** Customers' log-ins for hotspot and PPPoE, and who had an address. */
import type { accountView } from "@karibu/cloud/catalogue/accounts/account-routes";
import type { holderView } from "@karibu/cloud/catalogue/sessions/address-holder-routes";
import type { z } from "zod";
import { get, type Page, patch, post, remove } from "../../hub/api.ts";
import { type Body, hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery, withQuery } from "../../hub/list.ts";

export type Account = z.output<typeof accountView>;
export type AddressHolder = z.output<typeof holderView>;

const path = "/api/v1/accounts";
export const accountPath = (accountId: string) => hubPath("/api/v1/accounts/{accountId}", { accountId });

interface AccountFilters {
  readonly customerId?: string;
  readonly siteId?: string;
  readonly service?: string;
  readonly billing?: string;
}

export const listAccounts = (query: ListQuery, filters: AccountFilters): Promise<Page<Account>> =>
  getList(path, { limit: 50, ...query }, { ...filters });
/** The answer holds the password that the hub made, once. */
export const addAccount = (
  account: Body<"POST", "/api/v1/accounts">,
  key: string,
): Promise<Account & { readonly password: string | null }> => post(path, account, { key });
export const changeAccount = (
  id: string,
  change: Body<"PATCH", "/api/v1/accounts/{accountId}">,
  etag: string | null,
): Promise<Account> => patch(accountPath(id), change, { etag });
export const renewPassword = (id: string, password: string | null): Promise<{ readonly password: string | null }> =>
  post(hubPath("/api/v1/accounts/{accountId}/set-password", { accountId: id }), password === null ? {} : { password });
/** @param freeReason null: it is billed */
export const setBilling = (id: string, freeReason: string | null, key?: string): Promise<Account> =>
  post(
    hubPath("/api/v1/accounts/{accountId}/billing", { accountId: id }),
    freeReason === null ? { billing: "subscription" } : { billing: "free", freeReason },
    key === undefined ? {} : { key },
  );
/** How many nobody pays for. */
export const countFree = async (): Promise<number> => {
  const page = await getList(path, { cursor: null, limit: 1, count: true }, { billing: "free" });
  return page.total?.count ?? 0;
};
export const removeAccount = (id: string): Promise<unknown> => remove(accountPath(id));

export const readHolders = (address: string, atMs: number): Promise<{ readonly items: readonly AddressHolder[] }> =>
  get(withQuery("/api/v1/address-holders", { address, atMs }));

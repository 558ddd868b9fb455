import type { disconnectedView } from "@karibu/cloud/back-office/person/disconnect-routes";
import type { customerView } from "@karibu/cloud/catalogue/customers/customer-routes";
import type { z } from "zod";
import { type Page, patch, post, remove } from "../../hub/api.ts";
import { type Body, hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery, type Span } from "../../hub/list.ts";

export type Customer = z.output<typeof customerView>;

const path = "/api/v1/customers";
export const customerPath = (customerId: string) => hubPath("/api/v1/customers/{customerId}", { customerId });

/** `q`: digits search for a phone; other text searches names, addresses and notes. */
export function listCustomers(
  { q = "", ...query }: ListQuery,
  filters: Span & { readonly siteId?: string },
): Promise<Page<Customer>> {
  const isPhone = /^\+?[\d\s-]{9,}$/.test(q);
  return isPhone
    ? getList(path, query, { ...filters, phone: q.replaceAll(/[\s-]/g, "") })
    : getList(path, { ...query, q }, { ...filters });
}
export const addCustomer = (customer: Body<"POST", "/api/v1/customers">, key: string): Promise<Customer> =>
  post(path, customer, { key });
export const changeCustomer = (
  id: string,
  change: Body<"PATCH", "/api/v1/customers/{customerId}">,
  etag: string | null,
): Promise<Customer> => patch(customerPath(id), change, { etag });
export const switchCustomer = (id: string, on: boolean): Promise<Customer> =>
  post(hubPath(`/api/v1/customers/{customerId}/${on ? "activate" : "deactivate"}`, { customerId: id }));
export const disconnectCustomer = (id: string): Promise<z.output<typeof disconnectedView>> =>
  post(hubPath("/api/v1/customers/{customerId}/disconnect", { customerId: id }));
export const removeCustomer = (id: string): Promise<unknown> => remove(customerPath(id));

import type { customerView } from "@karibu/cloud/catalogue/customers/customer-routes";
import type { z } from "zod";
import { get, type Page, patch, post, remove } from "../../hub/api.ts";
import { listPath } from "../../hub/list.ts";

export type Customer = z.output<typeof customerView>;

export const customerPath = (customerId: string) => `/api/v1/customers/${encodeURIComponent(customerId)}`;

/** Digits look for a phone, anything else for a name, an address or a note. */
export function listCustomers(cursor: string | null, typed: string, sort: string | null): Promise<Page<Customer>> {
  const isPhone = /^\+?[\d\s-]{9,}$/.test(typed);
  const phone = isPhone ? typed.replaceAll(/[\s-]/g, "") : null;
  return get(
    listPath("/api/v1/customers", { limit: 50, cursor, sort, phone, q: isPhone || typed === "" ? null : typed }),
  );
}
export const addCustomer = (customer: object): Promise<Customer> => post("/api/v1/customers", customer);
export const changeCustomer = (id: string, change: object, etag: string | null): Promise<Customer> =>
  patch(customerPath(id), change, { etag });
export const switchCustomer = (id: string, on: boolean): Promise<Customer> =>
  post(`${customerPath(id)}/${on ? "activate" : "deactivate"}`);
export const removeCustomer = (id: string): Promise<unknown> => remove(customerPath(id));

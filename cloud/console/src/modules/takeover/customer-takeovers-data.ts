/** Customers from another system: tried, taken over, undone. */
import type { customersPreview, customerTakeoverView } from "@karibu/cloud/modules/takeover/customers/takeover-views";
import type { z } from "zod";
import { getText, type Page, post } from "../../hub/api.ts";
import { type Body, hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery } from "../../hub/list.ts";

export type CustomersPreview = z.output<typeof customersPreview>;
/** What the columns of a CSV file say. */
export type FileColumns = NonNullable<CustomersPreview["columns"]>;
export type ColumnField = NonNullable<FileColumns["columns"][number]["field"]>;
export type DateOrder = NonNullable<FileColumns["dateOrder"]>;
export type CustomerTakeover = z.output<typeof customerTakeoverView>;
/** Made by the hub, told once. */
export interface NewPassword {
  readonly username: string;
  readonly password: string;
}

/** A file, or the site whose router is read; and what lines get that don't say it. */
export type CustomersChoice = Body<"POST", "/api/v1/customer-takeovers/preview">;

const path = "/api/v1/customer-takeovers";
export const exampleOfCustomers = (): Promise<string> => getText("/api/v1/customer-takeovers/example");
export const previewCustomers = (choice: CustomersChoice): Promise<CustomersPreview> =>
  post("/api/v1/customer-takeovers/preview", choice);
/** Exactly what the preview showed. */
export const takeCustomersOver = (
  choice: CustomersChoice,
  seen: string,
  key: string,
): Promise<CustomerTakeover & { readonly passwords: readonly NewPassword[] }> =>
  post(path, { ...choice, seen }, { key });
export const listCustomerTakeovers = (query: ListQuery): Promise<Page<CustomerTakeover>> => getList(path, query);
export const undoCustomerTakeover = (id: string, key: string): Promise<CustomerTakeover> =>
  post(hubPath("/api/v1/customer-takeovers/{customerTakeoverId}/undo", { customerTakeoverId: id }), undefined, { key });

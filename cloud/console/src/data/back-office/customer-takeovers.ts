/** Customers from another system: tried, taken over, undone. */
import type {
  customersPreview,
  customerTakeoverView,
} from "@karibu/cloud/back-office/customer-takeovers/takeover-views";
import type { z } from "zod";
import { getText, type Page, post } from "../../hub/api.ts";
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
export interface CustomersChoice {
  readonly file?: string;
  readonly fromSiteId?: string;
  readonly utcOffsetMinutes: number;
  readonly siteId: string;
  readonly planId?: string;
  readonly service: string;
  readonly autoRenew: boolean;
  readonly newPasswords: boolean;
  /** What each column of the file says; null: it is left out. Not there: as the hub knows or remembers. */
  readonly mapping?: readonly (ColumnField | null)[];
  readonly dateOrder?: DateOrder;
  /** Of a long file. */
  readonly part?: number;
  /** Of plans that are made, in cents. */
  readonly prices?: Readonly<Record<string, number>>;
}

const path = "/api/v1/customer-takeovers";
export const exampleOfCustomers = (): Promise<string> => getText(`${path}/example`);
export const previewCustomers = (choice: CustomersChoice): Promise<CustomersPreview> => post(`${path}/preview`, choice);
/** Exactly what the preview showed. */
export const takeCustomersOver = (
  choice: CustomersChoice,
  seen: string,
  key: string,
): Promise<CustomerTakeover & { readonly passwords: readonly NewPassword[] }> =>
  post(path, { ...choice, seen }, { key });
export const listCustomerTakeovers = (query: ListQuery): Promise<Page<CustomerTakeover>> => getList(path, query);
export const undoCustomerTakeover = (id: string, key: string): Promise<CustomerTakeover> =>
  post(`${path}/${encodeURIComponent(id)}/undo`, undefined, { key });

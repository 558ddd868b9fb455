/** One person's data: taken along as a file, and erased. */
import type { erasurePreview } from "@karibu/cloud/back-office/personal-data/personal-data-routes";
import type { z } from "zod";
import { getText, post } from "../../hub/api.ts";
import { type AnyPath, hubPath } from "../../hub/hub-path.ts";
import { withQuery } from "../../hub/list.ts";

export type ErasurePreview = z.output<typeof erasurePreview>;

/** Whose data: a customer's, or that of somebody whom a module knows. */
export interface DataSubject {
  readonly id: string;
  /** The page that shows many of them. */
  readonly list: string;
  /** @param numbers ids of numbers that they had before; null: those that the hub holds for theirs */
  readonly erasurePath: (numbers: readonly string[] | null) => AnyPath;
  readonly export: () => Promise<string>;
  readonly erase: (
    order: { readonly nameText: string; readonly numbers: readonly string[] },
    key: string,
  ) => Promise<unknown>;
}

export const dataOfCustomer = (customerId: string): DataSubject => ({
  id: customerId,
  list: "customers",
  erasurePath: (numbers) =>
    withQuery(hubPath("/api/v1/customers/{customerId}/erasure", { customerId }), {
      // With none of them it says so: a query that is left out means those that the hub holds for theirs.
      numbers: numbers === null ? null : numbers.join(",") || ",",
    }),
  export: () => getText(hubPath("/api/v1/customers/{customerId}/personal-data", { customerId })),
  erase: (order, key) => post(hubPath("/api/v1/customers/{customerId}/erase", { customerId }), order, { key }),
});

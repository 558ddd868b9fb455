/** One person's data: taken along as a file, and erased. */
import type { erasurePreview } from "@karibu/cloud/care/personal-data/personal-data-routes";
import type { z } from "zod";
import { getText, post } from "../../hub/api.ts";

export type ErasurePreview = z.output<typeof erasurePreview>;

const path = (customerId: string) => `/api/v1/customers/${encodeURIComponent(customerId)}`;
/** @param numbers ids of numbers that they had before; null: those that the hub holds for theirs */
export const erasurePath = (customerId: string, numbers: readonly string[] | null) =>
  `${path(customerId)}/erasure${numbers === null ? "" : `?numbers=${numbers.map(encodeURIComponent).join(",")}`}`;
export const exportPersonalData = (customerId: string): Promise<string> => getText(`${path(customerId)}/personal-data`);
export const eraseCustomer = (
  customerId: string,
  what: { readonly nameText: string; readonly numbers: readonly string[] },
  key: string,
): Promise<unknown> => post(`${path(customerId)}/erase`, what, { key });

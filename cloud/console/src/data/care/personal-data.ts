/** One person's data: taken along as a file, and erased. */
import type { erasurePreview } from "@karibu/cloud/care/personal-data/personal-data-routes";
import type { z } from "zod";
import { getText, post } from "../../hub/api.ts";

export type ErasurePreview = z.output<typeof erasurePreview>;

const path = (customerId: string) => `/api/v1/customers/${encodeURIComponent(customerId)}`;
export const erasurePath = (customerId: string) => `${path(customerId)}/erasure`;
export const exportPersonalData = (customerId: string): Promise<string> => getText(`${path(customerId)}/personal-data`);
export const eraseCustomer = (customerId: string, name: string, key: string): Promise<unknown> =>
  post(`${path(customerId)}/erase`, { nameText: name }, { key });

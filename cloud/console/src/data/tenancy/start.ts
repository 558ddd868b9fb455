/** What the set-up guide does that no other page does: test sales and sample data. */
import type { testSaleView } from "@karibu/cloud/catalogue/grants/try-sale-routes";
import type { z } from "zod";
import { post, remove } from "../../hub/api.ts";
import type { Body } from "../../hub/hub-path.ts";

export type TestSale = z.output<typeof testSaleView>;

export const makeTestSale = (sale: Body<"POST", "/api/v1/test-sales">, key: string): Promise<TestSale> =>
  post("/api/v1/test-sales", sale, { key });

export interface SampleData {
  readonly sites: number;
  readonly customers: number;
}

export const samplePath = "/api/v1/sample-data";
export const makeSamples = (): Promise<SampleData> => post(samplePath);
export const removeSamples = (): Promise<unknown> => remove(samplePath);

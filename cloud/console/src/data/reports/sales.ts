import type { saleView } from "@karibu/cloud/reports/sales/sale-routes";
import type { z } from "zod";
import type { Page } from "../../hub/api.ts";
import { getList, type ListQuery, type Span } from "../../hub/list.ts";

export type Sale = z.output<typeof saleView>;

export const listSales = (query: ListQuery, span: Span): Promise<Page<Sale>> =>
  getList("/api/v1/sales", query, { ...span });

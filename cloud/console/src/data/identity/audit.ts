import type { auditView } from "@karibu/cloud/identity/audit/audit-routes";
import type { z } from "zod";
import type { Page } from "../../hub/api.ts";
import { getList, type ListQuery } from "../../hub/list.ts";

export type AuditEntry = z.output<typeof auditView>;

export const listAudit = (
  query: ListQuery,
  filters: { readonly fromMs: number | null; readonly untilMs: number | null },
): Promise<Page<AuditEntry>> => getList("/api/v1/audit", query, filters);

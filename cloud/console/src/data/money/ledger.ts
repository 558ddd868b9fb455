import type { entryView } from "@karibu/cloud/money/ledger/ledger-routes";
import type { z } from "zod";
import { get, type Page } from "../../hub/api.ts";
import { getList, type ListQuery } from "../../hub/list.ts";

export type Entry = z.output<typeof entryView>;
export interface Balance {
  readonly account: string;
  readonly nature: string;
  readonly currency: string;
  readonly debitCents: number;
  readonly creditCents: number;
}
export interface StatementLine {
  readonly entryId: string;
  readonly key: string;
  readonly kind: string;
  readonly paymentId: string | null;
  readonly atMs: number;
  readonly amountCents: number;
  readonly balanceCents: number;
}

export const readTrialBalance = (): Promise<{ rows: readonly Balance[]; balanced: boolean }> =>
  get("/api/v1/ledger/trial-balance");
export const listEntries = (query: ListQuery): Promise<Page<Entry>> => getList("/api/v1/ledger/entries", query);
export const listStatementLines = (query: ListQuery, account: string, currency: string): Promise<Page<StatementLine>> =>
  getList("/api/v1/ledger/statement", query, { account, currency });

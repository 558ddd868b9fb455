import type { entryView } from "@karibu/cloud/money/ledger/ledger-routes";
import type { z } from "zod";
import { get, type Page } from "../../hub/api.ts";
import { getList, type ListQuery, type Span, withQuery } from "../../hub/list.ts";
import { locale } from "../../strings/strings.ts";

export type Entry = z.output<typeof entryView>;
export interface Balance {
  readonly account: string;
  /** Whose account it is; null: nobody's, or the owner is gone. */
  readonly name: string | null;
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
  /** Above zero: the account grew. Assets and expenses grow by debit, income and liabilities by credit. */
  readonly growthCents: number;
  /** What it has grown to with this posting. */
  readonly grownCents: number;
}

/** What was earned and spent in a time, in one currency. */
export interface Profit {
  readonly currency: string;
  readonly revenueCents: number;
  readonly refundsCents: number;
  readonly commissionCents: number;
  readonly venueSharesCents: number;
  readonly feesCents: number;
  readonly expensesCents: number;
  readonly writeOffsCents: number;
  readonly profitCents: number;
}

/** The balances at the end of a time; null: now. */
export const readTrialBalance = (untilMs: number | null): Promise<{ rows: readonly Balance[]; balanced: boolean }> =>
  // The hub counts up to and with this moment; ours is the first that is not meant.
  get(
    withQuery("/api/v1/ledger/trial-balance", { untilMs: untilMs === null ? null : untilMs - 1, language: locale() }),
  );
export const listEntries = (query: ListQuery, span: Span): Promise<Page<Entry>> =>
  getList("/api/v1/ledger/entries", query, { ...span, language: locale() });
export const profitPath = (span: Span) => withQuery("/api/v1/ledger/profit", { ...span });
/** The path of a CSV with every posting of a time. */
export const ledgerExport = (span: Span) => withQuery("/api/v1/ledger/export", { ...span });
export const listStatementLines = (query: ListQuery, account: string, currency: string): Promise<Page<StatementLine>> =>
  getList("/api/v1/ledger/statement", query, { account, currency });

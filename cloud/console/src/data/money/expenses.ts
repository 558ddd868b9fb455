import type { expenseView } from "@karibu/cloud/money/expenses/expense-routes";
import type { z } from "zod";
import { get, type Page, post } from "../../hub/api.ts";
import { type Body, hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery, withQuery } from "../../hub/list.ts";

export type Expense = z.output<typeof expenseView>;
/** Where an expense can be paid from, with its balances in the books. */
export interface FundingAccount {
  /** Null: the office's cash. */
  readonly channelId: string | null;
  readonly name: string;
  readonly balances: readonly { readonly currency: string; readonly balanceCents: number }[];
}

const path = "/api/v1/expenses";
interface Span {
  readonly fromDay: string;
  /** Not included. */
  readonly untilDay: string;
}
export const listExpenses = (query: ListQuery, span: Span): Promise<Page<Expense>> => getList(path, query, { ...span });
/** The path of a CSV, or a workbook, with the expenses of the time. */
export const expensesExport = (span: Span) => withQuery("/api/v1/expenses/export", { ...span });
export const readFundingAccounts = (): Promise<{ items: readonly FundingAccount[] }> =>
  get("/api/v1/expenses/paid-from");
export const addExpense = (expense: Body<"POST", "/api/v1/expenses">, key: string): Promise<Expense> =>
  post(path, expense, { key });
/** A person has looked at one that was larger than what the till held. */
export const resolveExpense = (id: string, note: string): Promise<Expense> =>
  post(hubPath("/api/v1/expenses/{id}/resolve", { id }), { note });
export const voidExpense = (id: string, key: string): Promise<Expense> =>
  post(hubPath("/api/v1/expenses/{id}/void", { id }), {}, { key });

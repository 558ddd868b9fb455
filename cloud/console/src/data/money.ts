/** What the money pages read and do. Every deed that moves money takes a key (`Idempotency-Key`). */
import type { expenseView } from "@karibu/cloud/money/expenses/expense-routes";
import type { invoiceView } from "@karibu/cloud/money/invoices/invoice-routes";
import type { floatView } from "@karibu/cloud/money/ledger/float-routes";
import type { entryView } from "@karibu/cloud/money/ledger/ledger-routes";
import type { refundView } from "@karibu/cloud/money/refunds/refund-routes";
import type { reviewItem } from "@karibu/cloud/money/review/review-routes";
import type { settingsView } from "@karibu/cloud/money/settings/money-settings-routes";
import type { z } from "zod";
import { get, type Page, patch, post, put } from "./api.ts";
import { listPath } from "./list-path.ts";

export type Refund = z.output<typeof refundView>;
export type ReviewItem = z.output<typeof reviewItem>;
export type Entry = z.output<typeof entryView>;
export type Expense = z.output<typeof expenseView>;
export type Invoice = z.output<typeof invoiceView>;
export type MoneySettings = z.output<typeof settingsView>;

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
export type Float = z.output<typeof floatView>;

const part = encodeURIComponent;
const page = <Row>(path: string, cursor: string | null, more = {}): Promise<Page<Row>> =>
  get(listPath(path, { limit: 50, cursor, ...more }));

export const listReview = (): Promise<Page<ReviewItem>> => get("/api/v1/review");
export const assignReceipt = (receipt: string, owner: object, key: string): Promise<unknown> =>
  post(`/api/v1/receipts/${part(receipt)}/assign`, owner, { key });
export const resolvePayment = (id: string, note: string, key: string): Promise<unknown> =>
  post(`/api/v1/payments/${part(id)}/resolve`, { note }, { key });
/** A person has looked: it leaves the list, and stays where it is kept. */
export const resolveReview = (item: Pick<ReviewItem, "kind" | "id">, note: string, key: string): Promise<unknown> =>
  post("/api/v1/review/resolve", { kind: item.kind, id: item.id, note }, { key });
export const claimReceipt = (
  claim: object,
  key: string,
): Promise<{ outcome: "settled" | "known" | "asked" | "noted"; paymentId: string | null }> =>
  post("/api/v1/payments/claims", claim, { key });

export const listRefunds = (cursor: string | null) => page<Refund>("/api/v1/refunds", cursor);
export const askRefund = (refund: object, key: string): Promise<Refund> => post("/api/v1/refunds", refund, { key });
export const approveRefund = (id: string, key: string): Promise<Refund> =>
  post(`/api/v1/refunds/${part(id)}/approve`, {}, { key });

/** What stands against a way of giving back is in `problem`. */
export interface RefundOptions {
  readonly leftCents: number;
  readonly currency: string;
  readonly methods: readonly { readonly method: Refund["method"]; readonly problem: string | null }[];
}
export const readRefundOptions = (of: {
  readonly paymentId?: string | null;
  readonly voucherId?: string | null;
}): Promise<RefundOptions> =>
  get(listPath("/api/v1/refunds/options", { paymentId: of.paymentId ?? null, voucherId: of.voucherId ?? null }));
export const retryRefund = (id: string, how: object, key: string): Promise<Refund> =>
  post(`/api/v1/refunds/${part(id)}/retry`, how, { key });
/** What a person has found out: `paid`, `not-paid`; or it is `given-up`. */
export const settleRefund = (id: string, said: object, key: string): Promise<Refund> =>
  post(`/api/v1/refunds/${part(id)}/resolve`, said, { key });

export const refuseRefund = (id: string, key: string): Promise<Refund> =>
  post(`/api/v1/refunds/${part(id)}/refuse`, {}, { key });

export const readTrialBalance = (): Promise<{ rows: readonly Balance[]; balanced: boolean }> =>
  get("/api/v1/ledger/trial-balance");
export const listEntries = (cursor: string | null) => page<Entry>("/api/v1/ledger/entries", cursor);
export const readAccount = (account: string, currency: string, cursor: string | null) =>
  page<StatementLine>("/api/v1/ledger/statement", cursor, { account, currency });

export const listExpenses = (cursor: string | null) => page<Expense>("/api/v1/expenses", cursor);
export const addExpense = (expense: object, key: string): Promise<Expense> =>
  post("/api/v1/expenses", expense, { key });
/** Where an expense can be paid from, and what the books have there. */
export interface Purse {
  /** Null: the office's till. */
  readonly channelId: string | null;
  readonly name: string;
  readonly balances: readonly { readonly currency: string; readonly balanceCents: number }[];
}
export const readPurses = (): Promise<{ items: readonly Purse[] }> => get("/api/v1/expenses/paid-from");
export const voidExpense = (id: string, key: string): Promise<Expense> =>
  post(`/api/v1/expenses/${part(id)}/void`, {}, { key });

export const listInvoices = (cursor: string | null) => page<Invoice>("/api/v1/invoices", cursor);
export const addInvoice = (invoice: object, key: string): Promise<Invoice> =>
  post("/api/v1/invoices", invoice, { key });
export const payInvoice = (id: string, how: "cash" | "credit", key: string): Promise<Invoice> =>
  post(`/api/v1/invoices/${part(id)}/pay`, { with: how }, { key });
export const voidInvoice = (id: string, key: string): Promise<Invoice> =>
  post(`/api/v1/invoices/${part(id)}/void`, {}, { key });

export const creditInvoice = (id: string, reason: string, key: string): Promise<Invoice> =>
  post(`/api/v1/invoices/${part(id)}/credit-note`, { reason }, { key });

export const topUpCredit = (topUp: object, key: string): Promise<{ balanceCents: number }> =>
  post("/api/v1/credits", topUp, { key });

export const listFloats = (cursor: string | null) => page<Float>("/api/v1/floats", cursor);
export const limitFloat = (userId: string, creditLimitCents: number): Promise<unknown> =>
  put(`/api/v1/floats/${part(userId)}/limit`, { creditLimitCents });
export const moveFloat = (
  userId: string,
  verb: "top-up" | "settle",
  amountCents: number,
  key: string,
): Promise<{ balanceCents: number }> => post(`/api/v1/floats/${part(userId)}/${verb}`, { amountCents }, { key });

export const moneySettingsPath = "/api/v1/money-settings";
export const changeMoneySettings = (change: object, etag: string | null): Promise<MoneySettings> =>
  patch(moneySettingsPath, change, { etag });

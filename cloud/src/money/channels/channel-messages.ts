/** What a channel sends, as plain values: readers of stored texts, callbacks, results of calls, statements. */
import type { DateOrder } from "../../ground/lists/date-order.ts";
import type { Read, ReadEvidence } from "../evidence/evidence.ts";
import type { Inflow } from "../evidence/inflow.ts";
import type { StoredAnswer } from "../evidence/stored-answer.ts";
import type { ChannelKeys } from "./key-fields.ts";

/** What an answer about an order must agree with. */
export interface ExpectedOrder {
  readonly reference: string;
  readonly currency: string;
  /** What was asked for, minor units: for answers that state no amount. */
  readonly amountCents: number;
}

/** Readers of stored texts. Pure: what was read wrong once can be read again. */
export interface ChannelReaders {
  readStart(answer: string): ReadEvidence;
  /** @param sinceRequestMs the age of the request when the answer came */
  readQuery(answer: string, sinceRequestMs: number, expected: ExpectedOrder): ReadEvidence;
  /** A callback about a payment request. Null: it sends none. */
  readonly readCallback: ((body: string) => Read<ReadEvidence>) | null;
  /** Money that came in by itself, by source: a confirmation, a row of its list. Null: it reports none. */
  readonly readInflow: ((source: string, body: string) => Read<Inflow>) | null;
  /** How long the channel wants no more queries, as this answer says; null: it does not say. */
  retryAfterMs(answer: StoredAnswer): number | null;
}

export interface ChannelCallbacks {
  /** The part of the address that its callbacks about prompts go to; null: it sends none. */
  readonly prompt: "s" | "m" | null;
  /** Confirmations of money that no request of ours asked for. The source names the reader of `readInflow`. */
  readonly confirmation: { readonly source: string } | null;
  /** The channel asks before it takes such money. */
  readonly validation: ((body: string, decide: DecideValidation) => Promise<CallbackAnswer>) | null;
  /** Payment notices. They carry nothing that we believe: they say which request to ask about now. */
  readonly notice: ((notice: RawNotice, nowMs: number) => ReadNotice) | null;
}

export type DecideValidation = (asked: {
  readonly shortcode: string | null;
  readonly accountText: string | null;
}) => Promise<"accept" | "other-shortcode" | "unknown-account">;

export interface CallbackAnswer {
  readonly status: number;
  readonly body: object;
}

export interface RawNotice {
  readonly body: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly signature: string | null;
  keys(): ChannelKeys;
}

export interface ReadNotice {
  /** The payment that it names: by the request's id, with the reference that we gave it if the notice has that too, or by its receipt. Null: none. */
  readonly about:
    | { readonly requestId: string; readonly reference?: string | null }
    | { readonly receipt: string }
    | null;
  /** It says that money went back: the list of refunds and disputes is read. */
  readonly returns?: true;
  /** Why it is not genuine; null: it is. */
  readonly refusal: string | null;
  readonly answer: CallbackAnswer;
}

/** The result of an asynchronous call. Parameters by key; the first of two equal keys counts. */
export interface CallResult {
  readonly code: string;
  readonly text: string;
  readonly transactionId: string | null;
  readonly parameters: ReadonlyMap<string, string>;
}

export interface ResultReaders {
  readResult(body: string): Read<CallResult>;
  readStatus(
    result: CallResult,
    asked: { readonly receipt: string; readonly shortcodes: readonly string[] },
  ): StatusVerdict;
  /** A code that is not listed as final says nothing: `unknown`. */
  readRefund(kind: "reversal" | "payout", result: CallResult): RefundVerdict;
  /** What the answer to a question about a payout says of it; `shortcodes`: whose money it was. */
  readPayoutStatus(
    result: CallResult,
    asked: { readonly amountCents: number; readonly shortcodes: readonly string[] },
  ): RefundVerdict;
  /** Does this stored code of a result say for sure that no money moved? */
  isFinalFailure(kind: "reversal" | "payout", code: string): boolean;
}

/** What a status query says of a receipt. */
export type StatusVerdict =
  | { readonly kind: "completed"; readonly inflow: Inflow }
  /** The money exists, but it did not come to the channel that was asked. `creditedTo`: the short code that got it. */
  | { readonly kind: "not-ours"; readonly why: string; readonly creditedTo: string }
  | { readonly kind: "failed"; readonly why: string }
  /** The channel does not know the receipt. In the first hour that proves nothing. */
  | { readonly kind: "no-such-receipt" }
  /** About the initiator or its short code: it says nothing about the receipt. */
  | { readonly kind: "config-error"; readonly why: string }
  | { readonly kind: "unknown"; readonly why: string };

export interface RefundVerdict {
  readonly kind: "done" | "failed" | "unknown";
  /** The channel's receipt of the money that went out. */
  readonly receipt: string | null;
  /** What the channel charged for it, minor units. */
  readonly chargeCents: number;
}

/** A line of a statement. */
export interface StatementLine {
  /** In the file, from 1. */
  readonly line: number;
  readonly receipt: string;
  /** `returned`: money that had been sent out came back. `other`: nothing moved (it failed, it was cancelled). */
  readonly kind: "inflow" | "reversal" | "charge" | "sweep" | "outflow" | "returned" | "other";
  /** Paid in, or withdrawn; never negative. */
  readonly amountCents: number;
  readonly completedAtMs: number;
  readonly accountText: string | null;
  /** As it stands there: a masked number, a till, a bank. */
  readonly payer: string | null;
  readonly linkedReceipt: string | null;
  /** Of an outflow: it went to a customer, and not to the bank or to another business. Left out: nobody knows. */
  readonly isToCustomer?: true;
  /** What the row did to the account, and what the statement says was there then; null: unreadable. Left out: no such column, or nothing moved. */
  readonly balance?: { readonly changeCents: number; readonly afterCents: number | null };
  /**
   * Which of the organisation's own accounts the row is of: where customers' money arrives, or another one. Left out: it does not say, as with
   * payouts and withdrawals in the layout that mixes accounts.
   */
  readonly account?: "selling" | "other";
  /** Of an outflow: the channel names it a withdrawal to the organisation's bank. */
  readonly isToBank?: true;
}

/** What the module of a channel's statements exports as `readStatement`. Throws nothing, and knows nothing of the hub. */
export type StatementReader = (content: StatementContent, how: HowToReadStatement) => ReadStatement;

/** What a person said of the file. */
export interface HowToReadStatement {
  /** Null: they were not asked. */
  readonly dateOrder: DateOrder | null;
}

/** A statement's file: the text of a CSV file, or the rows of a workbook. */
export type StatementContent = string | readonly (readonly string[])[];

export type ReadStatement =
  | {
      readonly layout: "portal" | "short";
      readonly lines: readonly StatementLine[];
      /** Whose statement it is, as its head says; null: the short layout has no head. */
      readonly shortcode: string | null;
      /** The time that it covers, as its head says; null: it does not say. `toMs` is its last second. */
      readonly period: { readonly fromMs: number; readonly toMs: number } | null;
      /** Its head names another account of the organisation's than the one where customers' money arrives: it says nothing about that. */
      readonly isOfOtherAccount: boolean;
    }
  /** `asks`: what a person has to say for it to be read. */
  | { readonly complaint: string; readonly asks?: "date-order" };

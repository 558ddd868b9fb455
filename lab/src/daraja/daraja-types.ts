/** Options, facts and operations of the simulated Daraja, as plain values. */
import type { HttpAnswer } from "./daraja-answers.ts";
import type { Initiators } from "./initiators.ts";
import type { Script } from "./scripted-phones.ts";

export interface DarajaApp {
  readonly consumerKey: string;
  readonly consumerSecret: string;
  readonly shortcode: string;
  readonly passkey: string;
  /** For a till: the number of its store, which signs requests. */
  readonly storeNumber?: string;
  /** What the phone shows as the payee. */
  readonly business: string;
}

export interface SimulatedDarajaOptions {
  readonly apps: readonly DarajaApp[];
  /** Posts a callback once, as the real Daraja does. HTTP status 0: nobody answered. */
  readonly deliver: (url: string, body: string) => Promise<Delivered>;
  /** Whether a paid push also sends a C2B confirmation, once URLs are registered. Default: after its callback. */
  readonly confirmsPush?: (success: Success) => "before" | "after" | "never";
  /** Which callbacks get lost. */
  readonly loses?: (prompt: Prompt) => boolean;
  /** How the callback is delivered for a phone without a script. Default: once. */
  readonly delivery?: (prompt: Prompt) => Script["callback"];
  readonly msisdnForm?: OrganisationOptions["msisdnForm"];
  readonly resultMs?: number;
  readonly pageRows?: number;
  /** How long a scripted phone takes. */
  readonly scriptedMs?: number;
  /** How long an unattended prompt stays on a phone before 1037. */
  readonly promptMs?: number;
  /** How late a late callback is. */
  readonly lateMs?: number;
  /** Minimum time between two STK queries of one app; a faster one gets 429. The real one allows 5 per minute. */
  readonly querySpacingMs?: number | (() => number);
  readonly tokenSeconds?: number;
  /** How long it takes to issue a token. */
  readonly tokenMs?: number;
  /** How the result of the n-th call with a result URL arrives. Default: plain. */
  readonly results?: OrganisationOptions["results"];
  readonly failsWith?: OrganisationOptions["failsWith"];
  /** The books of an earlier run. */
  readonly books?: DarajaBooks;
}

/** What survives a restart: everything except tokens and deliveries that are under way. */
export interface DarajaBooks extends OrganisationBooks {
  readonly format: 1;
  readonly prompts: readonly Prompt[];
  readonly successes: readonly Success[];
}

export interface OrganisationBooks {
  readonly reversals: readonly Reversal[];
  readonly payouts: readonly Payout[];
  /** Books of earlier runs lack it. */
  readonly returnedPayouts?: readonly ReturnedPayout[];
  readonly payoutIds: readonly string[];
  readonly registered: Readonly<Record<string, RegisteredUrls>>;
  /** Shortcodes whose list may be pulled. */
  readonly pulling: readonly string[];
}

/** Where C2B validations and confirmations of a shortcode go. */
export interface RegisteredUrls {
  readonly confirmation: string;
  readonly validation: string;
  readonly unreachable: "completed" | "cancelled";
  readonly version: "v1" | "v2";
}

export interface Delivered {
  readonly status: number;
  readonly body: string;
}

/** How a push ended. */
export interface Result {
  readonly code: string;
  readonly text: string;
  readonly receipt: string | null;
}

export interface Prompt {
  readonly merchantRequestId: string;
  readonly checkoutRequestId: string;
  readonly msisdn: string;
  readonly amount: number;
  readonly shortcode: string;
  readonly business: string;
  readonly accountReference: string;
  readonly description: string;
  readonly callbackUrl: string;
  /** East Africa Time, YYYYMMDDHHmmss. */
  readonly stamp: string;
  readonly openedAtMs: number;
  /** Null while the prompt is open. */
  result: Result | null;
  /** The person ignores the prompt; it ends by time-out. */
  ignored: boolean;
  /** HTTP status of each delivery of the callback. */
  readonly deliveries: number[];
}

/** A payment that moved money, by the simulator's own books. */
export interface Success {
  readonly receipt: string;
  readonly checkoutRequestId: string;
  readonly shortcode: string;
  readonly msisdn: string;
  readonly accountReference: string;
  readonly amount: number;
  readonly atMs: number;
  /** Left out: a customer at the paybill. */
  readonly transactionType?: string;
}

export interface OrganisationOptions {
  readonly apps: readonly DarajaApp[];
  readonly post: (url: string, body: string) => Promise<Delivered>;
  readonly later: (delayMs: number, work: () => Promise<unknown>) => void;
  readonly lateMs: number;
  readonly newReceipt: () => string;
  readonly successes: Success[];
  /** How long a result takes to arrive. */
  readonly resultMs?: number;
  /** Rows per page of the transaction list. */
  readonly pageRows?: number;
  /** How the result of the n-th such call arrives. Default: plain. `path`: of the call. */
  readonly results?: (call: number, path: string) => ResultBehaviour;
  /** With which code such a call ends without money moved. Null: it is carried out. Default: each is. */
  readonly failsWith?: (path: string) => string | null;
  /** How a confirmation shows the payer. Default: masked in version 2, hashed in version 1. */
  readonly msisdnForm?: "mask" | "hash" | "full";
  readonly hash: (text: string) => string;
  readonly books?: OrganisationBooks;
}

/**
 * How a result arrives. `plain`: after the answer. `before-answer`: before it. `queued`: after a notice to the queue time-out URL.
 * `odd`: codes as text, and a single parameter as a bare object. `refused`: the call gets HTTP 500 and no result comes. `lost`: no result comes.
 */
export type ResultBehaviour = "plain" | "before-answer" | "queued" | "odd" | "refused" | "lost";

export interface Reversal {
  readonly receipt: string;
  readonly original: string;
  readonly amount: number;
  readonly atMs: number;
}

export interface Payout {
  readonly receipt: string;
  /** The short code that paid. Books of earlier runs lack it. */
  readonly shortcode?: string;
  /** The name that its sender gave it. Books of earlier runs lack it. */
  readonly name?: string;
  readonly msisdn: string;
  readonly amount: number;
  readonly atMs: number;
}

/** A payout that its receiver never took: the money is with the short code again. */
export interface ReturnedPayout {
  readonly receipt: string;
  /** Of the payout. */
  readonly original: string;
  readonly amount: number;
  readonly atMs: number;
}

export interface Organisation {
  /** Null: this path belongs to no operation of the organisation. */
  request(
    path: string,
    app: DarajaApp,
    fields: Readonly<Record<string, unknown>>,
  ): Promise<HttpAnswer> | HttpAnswer | null;
  /** A person pays to a paybill from the M-Pesa menu. Null: the validation refused it. */
  payBill(payment: {
    shortcode: string;
    msisdn: string;
    amount: number;
    account: string;
    transactionType?: string | undefined;
    confirmation?: "once" | "twice" | "late" | "never";
  }): Promise<Success | null>;
  /** Sends the C2B confirmation of a paid push. */
  confirm(success: Success): Promise<void>;
  /** Two operators remove the registered addresses in the portal: new ones can be registered then. */
  forgetUrls(shortcode: string): void;
  /** The initiators that sign calls with a later result: tests refuse them here and read what they signed. */
  readonly initiators: Pick<Initiators, "refuse" | "signed">;
  /** The customer asks Safaricom for a reversal, and gets the money back: all that is left of it, or this amount. */
  reverse(original: string, amount?: number): Reversal | null;
  reversals(): readonly Reversal[];
  payouts(): readonly Payout[];
  /** Payouts that were ordered once more under their name since the start, and not made again. */
  repeatedPayouts(): readonly Payout[];
  /** Whoever should have got it never took it: once. Null: there is no such payout. */
  returnPayout(original: string): ReturnedPayout | null;
  returnedPayouts(): readonly ReturnedPayout[];
  books(): OrganisationBooks;
}

export interface DarajaRequest {
  readonly method: string;
  /** The path without its query. */
  readonly path: string;
  /** The query. Left out: a correct one. */
  readonly query?: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export interface SimulatedDaraja {
  request(request: DarajaRequest): Promise<HttpAnswer>;
  /** What the person does at the phone. Returns the result of the prompt; null when no prompt is open. */
  act(
    msisdn: string,
    action: { kind: "pay"; pin: string } | { kind: "cancel" } | { kind: "ignore" },
  ): Result | "ignored" | null;
  prompts(): readonly Prompt[];
  successes(): readonly Success[];
  readonly organisation: Organisation;
  books(): DarajaBooks;
  /** Resolves when all callbacks are delivered. */
  delivered(): Promise<void>;
}

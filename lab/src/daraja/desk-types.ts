/** What the simulated Daraja is told, and what can be seen of it, as plain values. */
import type { LabAnswer } from "./answers.ts";
import type { Initiators } from "./initiators.ts";
import type { Script } from "./scripted-phones.ts";

export interface DarajaApp {
  readonly consumerKey: string;
  readonly consumerSecret: string;
  readonly shortcode: string;
  readonly passkey: string;
  /** Of a till: the store's number, which signs for it. */
  readonly storeNumber?: string;
  /** What the phone shows as the payee. */
  readonly business: string;
}

export interface DeskOptions {
  readonly apps: readonly DarajaApp[];
  /** Posts a callback; HTTP status 0 when nobody answered. Never repeated: the real one isn't either. */
  readonly deliver: (url: string, body: string) => Promise<Delivered>;
  /** Which pushes have a C2B twin, once URLs are registered. Left out: all, after their callback. */
  readonly twin?: (success: Success) => "before" | "after" | "never";
  /** Which callbacks get lost. */
  readonly loses?: (prompt: Prompt) => boolean;
  /** How the callback of a phone that a person (or a test) holds is delivered. Left out: once. */
  readonly delivery?: (prompt: Prompt) => Script["callback"];
  readonly msisdnForm?: OrgOptions["msisdnForm"];
  readonly resultMs?: number;
  readonly pageRows?: number;
  /** How long a scripted phone takes. */
  readonly scriptedMs?: number;
  /** How long an unattended prompt stays on a phone before 1037. */
  readonly promptMs?: number;
  /** How late a late callback is. */
  readonly lateMs?: number;
  /** Least time between two questions of one app; below it 429. The real one allows 5 a minute, one at a time. */
  readonly questionSpacingMs?: number | (() => number);
  readonly tokenSeconds?: number;
  /** How long a token takes to be issued. */
  readonly tokenMs?: number;
  /** How the result of the n-th call with a result URL comes; left out: plainly. */
  readonly results?: OrgOptions["results"];
  /** Of an earlier life. */
  readonly books?: DarajaBooks;
}

/** What outlives a restart, as plain values: everything but log-ins of apps and what is under way at that moment. */
export interface DarajaBooks extends OrgBooks {
  readonly format: 1;
  readonly prompts: readonly Prompt[];
  readonly successes: readonly Success[];
}

export interface OrgBooks {
  readonly reversals: readonly Reversal[];
  readonly payouts: readonly Payout[];
  readonly payoutIds: readonly string[];
  readonly registered: Readonly<Record<string, RegisteredUrls>>;
  /** Shortcodes whose list may be pulled. */
  readonly pulling: readonly string[];
}

/** Where a shortcode's C2B payments are told. */
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
  /** null while the prompt is open. */
  result: Result | null;
  /** The person looked away; the prompt runs into its time-out. */
  ignored: boolean;
  /** HTTP status of each delivery of the callback. */
  readonly deliveries: number[];
}

/** Money that really moved, for reconciliation. */
export interface Success {
  readonly receipt: string;
  readonly checkoutRequestId: string;
  readonly shortcode: string;
  readonly msisdn: string;
  readonly accountReference: string;
  readonly amount: number;
  readonly atMs: number;
}

export interface OrgOptions {
  readonly apps: readonly DarajaApp[];
  readonly post: (url: string, body: string) => Promise<Delivered>;
  readonly later: (delayMs: number, work: () => Promise<unknown>) => void;
  readonly lateMs: number;
  readonly newReceipt: () => string;
  readonly successes: Success[];
  /** How long a result takes. */
  readonly resultMs?: number;
  /** Rows of a page of the list. */
  readonly pageRows?: number;
  /** How the result of the n-th such call comes; left out: plainly. */
  readonly results?: (call: number) => ResultMood;
  /** How a confirmation shows the payer; left out: masked in version 2, hashed in version 1. */
  readonly msisdnForm?: "mask" | "hash" | "full";
  readonly hash: (text: string) => string;
  readonly books?: OrgBooks;
}

/**
 * How a result comes: plainly; before the call is answered; after a note that it waits in a queue; with codes as text and the
 * only parameter as a bare object; or not at all, because the call is refused with HTTP 500.
 */
export type ResultMood = "plain" | "before-answer" | "queued" | "odd" | "refused";

export interface Reversal {
  readonly receipt: string;
  readonly original: string;
  readonly amount: number;
  readonly atMs: number;
}

export interface Payout {
  readonly receipt: string;
  readonly msisdn: string;
  readonly amount: number;
  readonly atMs: number;
}

export interface OrgDesk {
  /** Null: the path is none of its. */
  request(
    path: string,
    app: DarajaApp,
    fields: Readonly<Record<string, unknown>>,
  ): Promise<LabAnswer> | LabAnswer | null;
  /** A person pays a paybill from the M-Pesa menu. Null: validation said no. */
  payBill(payment: {
    shortcode: string;
    msisdn: string;
    amount: number;
    account: string;
    tell?: "once" | "twice" | "late" | "never";
  }): Promise<Success | null>;
  /** The confirmation of money that a push brought. */
  twin(success: Success): Promise<void>;
  /** Who signs calls with a later result: told here to be refused, and asked here what they signed. */
  readonly initiators: Pick<Initiators, "refuse" | "signed">;
  /** The customer calls Safaricom: the money goes back. */
  reverse(original: string): Reversal | null;
  reversals(): readonly Reversal[];
  payouts(): readonly Payout[];
  books(): OrgBooks;
}

export interface LabRequest {
  readonly method: string;
  /** Path without query. */
  readonly path: string;
  /** The query alone; left out: as it should be. */
  readonly query?: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export interface Desk {
  request(request: LabRequest): Promise<LabAnswer>;
  /** What the person at the phone does. Says what became of it; null when no prompt is open. */
  act(
    msisdn: string,
    action: { kind: "pay"; pin: string } | { kind: "cancel" } | { kind: "ignore" },
  ): Result | "ignored" | null;
  prompts(): readonly Prompt[];
  successes(): readonly Success[];
  readonly org: OrgDesk;
  books(): DarajaBooks;
  /** Resolves when no callback is on its way. */
  delivered(): Promise<void>;
}

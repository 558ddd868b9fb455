/** What the simulated Daraja is told, and what can be seen of it, as plain values. */
import type { LabAnswer } from "./answers.ts";
import type { Result } from "./callback-body.ts";
import type { OrgDesk, OrgOptions } from "./org-desk.ts";
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
}

export interface Delivered {
  readonly status: number;
  readonly body: string;
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
  /** Resolves when no callback is on its way. */
  delivered(): Promise<void>;
}

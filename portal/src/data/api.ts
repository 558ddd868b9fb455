/** The agent's API as functions. They never throw: a failure is a value, and the page has a sentence for it. */
import type {
  ClaimView,
  DeviceHint,
  LogIn,
  LogOut,
  OfferView,
  PortalState,
  Problem,
  PurchaseView,
  Redeemed,
} from "@karibu/protocol/portal-api";
import type { Platform } from "./platform.ts";
import type { Trouble } from "./trouble.ts";

export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly trouble: Trouble };

export interface Api {
  state(): Promise<Answer<PortalState>>;
  startPurchase(purchase: {
    idempotencyKey: string;
    planId: string;
    phone: string;
    channelId?: string;
    code?: string;
    expectsCents?: number;
  }): Promise<Answer<PurchaseView>>;
  /** What the plan costs with this code. */
  tryCode(wanted: { planId: string; code: string; phone: string; channelId?: string }): Promise<Answer<OfferView>>;
  purchase(purchaseId: string): Promise<Answer<PurchaseView>>;
  /** Where news of it comes from, as server-sent events. */
  eventsUrl(purchaseId: string): string;
  /** "I already paid." */
  claim(claim: { receipt?: string; amountCents?: number; phone: string }): Promise<Answer<ClaimView>>;
  redeem(code: string, pin?: string): Promise<Answer<Redeemed>>;
  logIn(request: { grantId?: string; by?: "page" }): Promise<Answer<LogIn>>;
  logOut(): Promise<Answer<LogOut>>;
  /** Asks the hotspot to log this phone out. Its answer can't be read across origins; `state` shows the result. */
  visitLogOut(url: string): Promise<void>;
  /** Posts the one-time log-in to the hotspot. Its answer can't be read across origins; `state` shows the result. */
  postLogIn(logIn: Extract<LogIn, { kind: "post" }>): Promise<void>;
}

export interface ApiOptions {
  readonly platform: Platform;
  readonly hint: DeviceHint;
  /** Where the hotspot sends the browser after log-in: back to this page. */
  readonly homeUrl: string;
  readonly fetch: typeof fetch;
}

export function createApi({ platform, hint, homeUrl, fetch }: ApiOptions): Api {
  const hintQuery = new URLSearchParams(hint as Record<string, string>).toString();
  return {
    state: () => ask(`/api/state?${hintQuery}`, null, 8000),
    purchase: (purchaseId) => ask(purchaseUrl(purchaseId, ""), null, 12_000),
    eventsUrl: (purchaseId) => purchaseUrl(purchaseId, "/events"),
    startPurchase: (purchase) => ask("/api/purchases", { ...hint, ...purchase }, 20_000),
    tryCode: (wanted) => ask("/api/offers", { ...hint, ...wanted }, 12_000),
    claim: (claim) => ask("/api/claims", { ...hint, ...claim }, 20_000),
    redeem: (code, pin) => ask("/api/vouchers/redeem", { ...hint, code, ...(pin ? { pin } : {}) }, 15_000),
    logIn: (request) => ask("/api/log-in", { ...hint, ...request }, 15_000),
    logOut: () => ask("/api/log-out", { ...hint }, 15_000),
    async visitLogOut(url) {
      await bounded(8000, (signal) => fetch(url, { mode: "no-cors", signal })).catch(() => null);
    },
    async postLogIn({ url, username, password }) {
      const body = new URLSearchParams({ username, password, dst: homeUrl });
      await bounded(8000, (signal) => fetch(url, { method: "POST", mode: "no-cors", body, signal })).catch(() => null);
    },
  };

  function purchaseUrl(purchaseId: string, of: string): string {
    return `/api/purchases/${encodeURIComponent(purchaseId)}${of}?${hintQuery}`;
  }

  async function ask<T>(path: string, body: object | null, deadlineMs: number): Promise<Answer<T>> {
    try {
      const { response, value } = await bounded(deadlineMs, async (signal) => {
        const options: RequestInit =
          body === null
            ? { signal, credentials: "same-origin" }
            : {
                signal,
                credentials: "same-origin",
                method: "POST",
                headers: { "content-type": "application/json" },
                body: JSON.stringify(body),
              };
        const response = await fetch(path, options);
        return { response, value: (await response.json()) as unknown };
      });
      if (response.ok) return { ok: true, value: value as T };
      const problem = value as Partial<Problem>;
      return {
        ok: false,
        trouble: {
          code: problem.code ?? "fault",
          field: problem.field ?? null,
          retryAfterSeconds: problem.retryAfterSeconds ?? null,
        },
      };
    } catch {
      return { ok: false, trouble: { code: "unreachable", field: null, retryAfterSeconds: null } };
    }
  }

  /** The oldest browsers can't take a request back: then its answer is not waited for. */
  async function bounded<T>(deadlineMs: number, work: (signal: AbortSignal | null) => Promise<T>): Promise<T> {
    const abort = typeof AbortController === "undefined" ? null : new AbortController();
    let timer = { cancel() {} };
    const late = new Promise<never>((_, reject) => {
      timer = platform.after(deadlineMs, () => {
        abort?.abort();
        reject(new Error("no answer in time"));
      });
    });
    try {
      return await Promise.race([work(abort?.signal ?? null), late]);
    } finally {
      timer.cancel();
    }
  }
}

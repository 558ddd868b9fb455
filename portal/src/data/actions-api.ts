/** What the agent's API does for a customer. Like all of it, it never throws. */
import type { ClaimView, LogIn, LogOut, OfferView, PurchaseView, Redeemed } from "@karibu/protocol/portal-api";
import type { Answer, Api } from "./api.ts";
import type { Arrival } from "./hint.ts";

export interface ActionsApi {
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

/** `homeUrl`: where the hotspot sends the browser after log-in, back to this page. */
export function createActionsApi(
  { ask, bounded, hintQuery }: Api,
  { hint, homeUrl, fetch }: Pick<Arrival, "hint"> & { readonly homeUrl: string; readonly fetch: typeof window.fetch },
): ActionsApi {
  return {
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
}

/**
 * What a customer does: sends a code, follows a purchase, goes online, leaves. No part of the first view: until it is there, the page shows what is
 * for sale, and the store keeps a code that was typed.
 */
import type { LogIn, PortalState, PurchaseView } from "@karibu/protocol/portal-api";
import type { ActionsApi } from "./actions-api.ts";
import type { Actions, Following, Store } from "./store.ts";
import type { Trouble } from "./trouble.ts";

const connectSecondTryMs = 12_000;
const connectGiveUpMs = 30_000;
const leaveGiveUpMs = 15_000;

export function createActions(store: Store, api: ActionsApi): Actions {
  const { arrival, platform, portal, route, following, connecting, busy, trouble, codeText, pinText, paid } = store;
  const { refresh, hear, goTo } = store;
  /** Purchases that the customer left before payment, and purchases that are complete on this page. */
  const dismissed = new Map<string, "left" | "over">();
  /** The hotspot was asked to log this phone out, and the agent still counts it as online. */
  let leavingSinceMs: number | null = null;

  return {
    heard,
    askPurchase,
    watchConnecting,
    tryAgain,
    stopWaiting,
    resume,
    take,
    enter: (way) => enter(way, null),
    redeem,
    logIn,
    logOut,
    chooseChannel,
  };

  function heard(state: PortalState, isFirst: boolean): void {
    const { online, purchase, available } = state;
    if (leavingSinceMs !== null) watchLeaving(online !== null, leavingSinceMs);
    // The agent says online, but the router has just redirected this phone: the router is right.
    if (isFirst && arrival.isRedirect && online !== null) void logIn(null);
    else if (online !== null && connecting.value !== null && busy.value === null) finishOnline();
    // After a reload the page resumes an open purchase. A purchase that the customer stopped waiting for is resumed once its
    // package has arrived: it is paid.
    if (purchase === null || online !== null || following.value !== null || connecting.value !== null) return;
    const isHere = available.some((one) => one.grantId === purchase.grantId);
    const usable = purchase.grantId === null || isHere;
    if (purchase.state === "failed" || (purchase.state === "paid" && !usable)) return;
    const dismissal = dismissed.get(purchase.purchaseId);
    if (dismissal === "over" || (dismissal === "left" && (purchase.state !== "paid" || !isHere))) return;
    follow(purchase);
  }

  function follow(purchase: NonNullable<PortalState["purchase"]>): void {
    const { ageSeconds, ...view } = purchase;
    const sinceMs = platform.monotonicMs() - (ageSeconds ?? 0) * 1000;
    // The next answer says whether the phone goes online without a tap. A button shown until then would vanish.
    following.value = { view: { ...view, logIn: { kind: "wait" } }, phone: null, sinceMs };
  }

  /** The phone is online: clears the purchase and the form. */
  function finishOnline(): void {
    connecting.value = null;
    trouble.value = null;
    codeText.value = "";
    pinText.value = "";
    if (following.value !== null) {
      paid.value = following.value.view;
      // The grant was faster than the receipt, which the hub is being asked for.
      if (paid.value.receipt === null) platform.after(1500, hear);
      dismissed.set(following.value.view.purchaseId, "over");
      following.value = null;
    }
    route.value = { name: "auto" };
  }

  /** First of all in a poll, because the customer is looking at it. */
  async function askPurchase(): Promise<void> {
    const open = following.value;
    if (open !== null && connecting.value === null && open.view.state !== "failed") await followPurchase(open);
  }

  async function followPurchase(open: Following): Promise<void> {
    const answer = await api.purchase(open.view.purchaseId);
    if (following.value?.view.purchaseId !== open.view.purchaseId) return; // the customer has left it meanwhile
    if (!answer.ok) {
      if (answer.trouble.code === "not-found") following.value = null;
      return;
    }
    following.value = { ...following.value, view: answer.value };
    if (answer.value.state === "paid" && answer.value.logIn !== null)
      await enter(answer.value.logIn, answer.value.grantId);
  }

  function stopWaiting(): void {
    if (following.value !== null) {
      const { purchaseId, state } = following.value.view;
      dismissed.set(purchaseId, state === "paid" ? "over" : "left");
    }
    following.value = null;
    connecting.value = null;
    goTo({ name: "shop" });
  }

  function tryAgain(): void {
    const planId = following.value?.view.planId;
    stopWaiting();
    if (planId !== undefined) goTo({ name: "buy", planId });
  }

  function resume(): void {
    const open = portal.value?.purchase ?? null;
    if (open === null) return;
    dismissed.delete(open.purchaseId);
    follow(open);
    goTo({ name: "auto" });
    refresh();
  }

  function take(view: PurchaseView, phone: string | null = null): void {
    dismissed.delete(view.purchaseId);
    following.value = { view, phone, sinceMs: platform.monotonicMs() };
    goTo({ name: "auto" });
    refresh();
  }

  async function redeem(): Promise<void> {
    if (busy.value !== null) return;
    const code = codeText.value.trim();
    busy.value = "redeem";
    trouble.value = null;
    let answer = await api.redeem(code, pinText.value.trim());
    // Others type codes, too: the same code is sent again when it is this phone's turn.
    while (!answer.ok && answer.trouble.code === "one-moment") {
      const { trouble: wait } = answer;
      trouble.value = { where: "redeem", trouble: wait };
      await new Promise<void>((resolve) => platform.after((wait.retryAfterSeconds ?? 1) * 1000, resolve));
      answer = await api.redeem(code, pinText.value.trim());
    }
    trouble.value = null;
    busy.value = null;
    if (!answer.ok) trouble.value = { where: "redeem", trouble: answer.trouble };
    else await enter(answer.value.logIn, null);
  }

  async function logIn(grantId: string | null): Promise<void> {
    if (busy.value !== null) return;
    busy.value = "log-in";
    trouble.value = null;
    const answer = await api.logIn(grantId === null ? {} : { grantId });
    busy.value = null;
    if (answer.ok) return enter(answer.value, grantId);
    trouble.value = { where: "log-in", trouble: answer.trouble };
    if (connecting.value !== null) connecting.value = { ...connecting.value, trouble: answer.trouble };
  }

  async function logOut(): Promise<void> {
    if (busy.value !== null) return;
    busy.value = "log-out";
    trouble.value = null;
    const bought = portal.value?.purchase ?? null;
    const answer = await api.logOut();
    if (!answer.ok) return leftOrNot(answer.trouble);
    // What was bought stays here, and does not bring the phone online again by itself.
    if (bought !== null) dismissed.set(bought.purchaseId, "over");
    paid.value = null;
    leavingSinceMs = platform.monotonicMs();
    if (answer.value.url !== undefined) await api.visitLogOut(answer.value.url);
    refresh();
  }

  function watchLeaving(isOnline: boolean, sinceMs: number): void {
    if (!isOnline) leftOrNot(null);
    else if (platform.monotonicMs() - sinceMs >= leaveGiveUpMs) {
      leftOrNot({ code: "router-refused", field: null, retryAfterSeconds: null });
    }
  }

  function leftOrNot(failed: Trouble | null): void {
    leavingSinceMs = null;
    busy.value = null;
    if (failed !== null) trouble.value = { where: "log-out", trouble: failed };
    else route.value = { name: "auto" };
  }

  function chooseChannel(next: string): void {
    platform.keep("channel", next);
    store.channelId.value = next;
    trouble.value = null;
  }

  /** Logs in as the agent says, then waits until the agent sees this phone online. */
  async function enter(way: LogIn, grantId: string | null, postedAgain = false): Promise<void> {
    if (way.kind === "wait") return;
    const sinceMs = platform.monotonicMs();
    const base = { sinceMs, grantId, postedAgain };
    if (way.kind === "refused") {
      connecting.value = {
        ...base,
        way: "done",
        trouble: { code: way.reason, field: null, retryAfterSeconds: null },
      };
      return;
    }
    connecting.value = { ...base, way: way.kind, trouble: null };
    if (way.kind === "post") await api.postLogIn(way);
    refresh();
  }

  async function watchConnecting(): Promise<void> {
    const current = connecting.value;
    if (current === null || current.trouble !== null || busy.value !== null) return;
    const waitedMs = platform.monotonicMs() - current.sinceMs;
    if (waitedMs >= connectGiveUpMs || (current.postedAgain && waitedMs >= connectSecondTryMs)) {
      connecting.value = { ...current, trouble: { code: "router-refused", field: null, retryAfterSeconds: null } };
    } else if (waitedMs >= connectSecondTryMs && !current.postedAgain) {
      const answer = await api.logIn({ ...(current.grantId === null ? {} : { grantId: current.grantId }), by: "page" });
      if (connecting.value !== current) return;
      if (answer.ok) await enter(answer.value, current.grantId, true);
    }
  }
}

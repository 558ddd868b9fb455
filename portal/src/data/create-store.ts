/** The store: polls the agent, and notices a lost connection. What the customer does is in `actions.ts`, whose script comes after the first view. */

import type { PortalState, PurchaseView } from "@karibu/protocol/portal-api";
import type { LanguageNames, LoadWords, Spoken } from "../strings/strings.ts";
import type { Answer, Api } from "./api.ts";
import type { Arrival } from "./hint.ts";
import { pageOf, type Route } from "./page-policy.ts";
import type { Platform } from "./platform.ts";
import { pollDelayMs } from "./poll-policy.ts";
import { createPreferences } from "./preferences.ts";
import { computed, signal } from "./signals.ts";
import type { Actions, Connecting, Following, Store } from "./store.ts";

export function createStore(options: {
  api: Api;
  platform: Platform;
  arrival: Arrival;
  languages: LanguageNames;
  phoneLanguages: readonly string[];
  /** The first language. `loadWords` loads another one. */
  first: Spoken;
  loadWords: LoadWords;
}): Store {
  const { api, platform, arrival } = options;
  const portal = signal<PortalState | null>(null);
  const portalAtMs = signal(0);
  const contact = signal<"opening" | "here" | "lost">("opening");
  const route = signal<Route>({ name: "auto" });
  const following = signal<Following | null>(null);
  const connecting = signal<Connecting | null>(null);
  const busy = signal<Store["busy"]["value"]>(null);
  const trouble = signal<Store["trouble"]["value"]>(null);
  const phoneText = signal(platform.recall("phone") ?? "");
  const promoText = signal("");
  const deal: Store["deal"] = signal(null);
  const codeText = signal("");
  const pinText = signal(arrival.pin ?? "");
  const nowMs = signal(platform.monotonicMs());
  const isTold = signal(false);
  const paid = signal<Pick<PurchaseView, "receipt" | "grantId" | "creditLeftCents"> | null>(null);
  const channelId = signal(platform.recall("channel"));
  const channels = computed(() => {
    const all = portal.value?.channels ?? [];
    return all.length > 1 ? all : [];
  });
  const channel = computed(() => channels.value.find((one) => one.channelId === channelId.value) ?? null);
  const preferences = createPreferences({ ...options, portal, channel });
  const page = computed(() =>
    pageOf({
      contact: contact.value,
      portal: portal.value,
      route: route.value,
      purchase: following.value?.view ?? null,
      isConnecting: connecting.value !== null,
    }),
  );
  const isActionWanted = signal(false);
  let actions: Actions | null = null;
  let misses = 0;
  let answers = 0;
  /** There was news while a poll was under way. */
  let isStale = false;
  let timer: { cancel(): void } | null = null;
  let round: Promise<void> | null = null;

  return {
    portal,
    portalAtMs,
    contact,
    route,
    following,
    connecting,
    busy,
    trouble,
    phoneText,
    channels,
    channel,
    channelId,
    promoText,
    deal,
    codeText,
    pinText,
    nowMs,
    isTold,
    paid,
    ...preferences,
    page,
    arrival,
    platform,
    api,
    start,
    refresh,
    hear,
    goTo,
    redeem,
    join,
    isActionWanted,
  };

  function start(): void {
    tick();
    refresh();
  }

  function tick(): void {
    nowMs.value = platform.monotonicMs();
    platform.after(1000, tick);
  }

  function refresh(): void {
    timer?.cancel();
    timer = null;
    if (round !== null) return;
    isStale = false;
    const again = () => {
      round = null;
      if (isStale) return refresh();
      const delayMs = pollDelayMs({
        isVisible: platform.isVisible(),
        misses,
        isTold: isTold.value,
        page: page.value.name,
        isConnecting: connecting.value !== null || busy.value === "log-out" || following.value?.view.state === "paid",
        isShut: portal.value?.buying === "hub-away",
      });
      timer = platform.after(delayMs, refresh);
    };
    // Not `finally`: Chrome has it from 63 on.
    round = oneRound().then(again, (error: unknown) => {
      again();
      throw error;
    });
  }

  function hear(): void {
    isStale = round !== null;
    refresh();
  }

  async function oneRound(): Promise<void> {
    await actions?.askPurchase();
    takeState(await api.state());
    await actions?.watchConnecting();
  }

  function takeState(answer: Answer<PortalState>): void {
    if (!answer.ok) {
      misses++;
      if (misses >= 2 || contact.value === "opening") contact.value = "lost";
      return;
    }
    misses = 0;
    portalAtMs.value = platform.monotonicMs();
    nowMs.value = portalAtMs.value;
    portal.value = answer.value;
    contact.value = "here";
    const isFirst = ++answers === 1;
    if (isFirst && arrival.code !== undefined) {
      codeText.value = arrival.code;
      route.value = { name: "shop" }; // where a refusal is shown
      redeem();
    } else actions?.heard(answer.value, isFirst);
  }

  function redeem(): void {
    if (busy.value !== null) return;
    if (codeText.value.trim() === "") {
      trouble.value = { where: "redeem", trouble: { code: "bad-request", field: "code", retryAfterSeconds: null } };
      return;
    }
    if (actions === null) {
      trouble.value = null;
      busy.value = "redeem";
      isActionWanted.value = true;
    } else void actions.redeem();
  }

  function join(joined: Actions): void {
    actions = joined;
    if (isActionWanted.value) {
      isActionWanted.value = false;
      busy.value = null;
      redeem();
    } else if (portal.value !== null) actions.heard(portal.value, answers === 1);
    if (following.value !== null) refresh(); // the last poll asked nothing of it
  }

  function goTo(next: Route): void {
    trouble.value = null;
    route.value = next;
  }
}

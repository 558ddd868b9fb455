/** Begins a purchase. Only the page that asks for the number needs it: it is no part of the first view. */
import { countryOfCurrency, normalisePhone } from "@karibu/protocol/phone-number";
import type { ActionsApi } from "./actions-api.ts";
import type { Actions, Store } from "./store.ts";
import type { Trouble } from "./trouble.ts";

const startTriesMax = 4;

/** @returns what buys a plan; with a discount code that is not priced yet, its first call asks for the price */
export function createBuying(
  store: Store,
  actions: Pick<Actions, "take">,
  api: ActionsApi,
): (planId: string) => Promise<void> {
  const { platform, busy, portal, trouble, deal } = store;
  /** The idempotency key of the current purchase. It is kept until the hub answers, so a second tap is the same purchase. */
  let openKey: { key: string; of: string } | null = null;

  return async (planId) => {
    if (busy.value !== null) return;
    const phone = normalisePhone(store.phoneText.value, countryOfCurrency(portal.value?.site.currency));
    if (phone === null) return refuse("bad-phone", "phone");
    const channelId = store.channel.value?.channelId;
    if (channelId === undefined && store.channels.value.length > 0) return refuse("bad-request", "channelId");
    platform.keep("phone", store.phoneText.value);
    busy.value = "buy";
    trouble.value = null;
    const code = store.promoText.value;
    const way = { planId, phone, ...(channelId === undefined ? {} : { channelId }) };
    const promo = dealName(planId, code);
    const isDeal = code.trim() !== "";
    if (isDeal && deal.value?.of !== promo) {
      // The new price is shown first. Another tap pays it.
      const told = await api.tryCode({ ...way, code });
      busy.value = null;
      if (told.ok) deal.value = { ...told.value, of: promo };
      else trouble.value = { where: "buy", trouble: told.trouble };
      return;
    }
    const expectsCents = isDeal
      ? deal.value?.priceCents
      : portal.value?.plans.find((plan) => plan.planId === planId)?.priceCents;
    const of = `${promo} ${phone} ${channelId}`;
    if (openKey?.of !== of) openKey = { key: platform.newKey(), of };
    const idempotencyKey = openKey.key;
    const order = {
      idempotencyKey,
      ...way,
      ...(expectsCents === undefined ? {} : { expectsCents }),
      ...(isDeal ? { code } : {}),
    };
    let answer = await api.startPurchase(order);
    for (let tries = 1; tries < startTriesMax && !answer.ok && isUnclear(answer.trouble); tries++) {
      await new Promise<void>((resolve) => platform.after(1500 * tries, resolve));
      answer = await api.startPurchase(order);
    }
    busy.value = null;
    if (!answer.ok) {
      trouble.value = { where: "buy", trouble: answer.trouble };
      // Kept while nobody knows the outcome: an answer was lost, or the site itself said no and did not ask the hub, which tells nothing of a try
      // before. Then the price is not asked anew either: a code that this very purchase may have used would be refused.
      if (!isUnclear(answer.trouble) && !/^(hub-away|slow-down|fault)$/.test(answer.trouble.code)) {
        openKey = null;
        deal.value = null;
      }
      store.refresh();
      return;
    }
    openKey = null;
    actions.take(answer.value, phone);
  };

  function refuse(code: "bad-phone" | "bad-request", field: string): void {
    trouble.value = { where: "buy", trouble: { code, field, retryAfterSeconds: null } };
  }
}

/** It is unknown whether the request arrived: the same key may be sent again. */
function isUnclear({ code }: Trouble): boolean {
  return code === "hub-slow" || code === "unreachable";
}

/** Names a plan with a code: what the hub said of another pair does not count. */
export const dealName = (planId: string, code: string): string => `${planId} ${code.trim()}`;

/** A hub beside Stripe and Pesapal, where customers pay on pages of theirs: its own HTTP reaches them, and they tell it in bytes. */
import { anyEngine } from "@karibu/cloud/ground/db/test-databases";
import type { HttpCall } from "@karibu/cloud/ground/http-client/http-call";
import { keysAccepted, useHub } from "@karibu/cloud/test-hub";
import { expect } from "vitest";
import { createSimulatedPesapal, pesapalKeys } from "../pesapal/simulated-pesapal.ts";
import { createSimulatedStripe, stripeKeys } from "../stripe/simulated-stripe.ts";

export function useCardPages() {
  const pages = {
    /** Of Stripe's webhook, as a person entered it there. */
    webhook: "",
    /** The next order is made, and its answer is lost. */
    isLost: false,
  };
  const http: HttpCall = async (call) => {
    const { hostname, pathname } = new URL(call.url);
    const owner = hostname === "api.stripe.com" ? stripe : hostname.endsWith("pesapal.com") ? pesapal : null;
    if (owner === null) return keysAccepted(call);
    const answer = await owner.request(call);
    const isOrder = call.method === "POST" && /SubmitOrderRequest$|checkout\/sessions$/.test(pathname);
    if (!isOrder || !pages.isLost) return answer;
    pages.isLost = false;
    throw new Error("the answer is lost");
  };
  const hub = useHub(anyEngine, { http });
  const deliver = async (url: string, body: string, headers: Record<string, string> = {}) => {
    const { pathname } = new URL(url);
    const sent = { method: "POST", body, headers: { "Content-Type": "application/json", ...headers } };
    expect((await fetch(hub.url() + pathname, sent)).status).toBe(200);
  };
  const stripe = createSimulatedStripe(hub.world, {
    deliver: ({ body, signature }) => deliver(pages.webhook, body, { "Stripe-Signature": signature }),
  });
  const pesapal = createSimulatedPesapal(hub.world, ({ url, body }) => deliver(url, body));
  const owners = {
    stripe: {
      keys: { kind: "stripe", ...stripeKeys },
      orders: () =>
        stripe.sessions().map((each) => ({ reference: each.client_reference_id, cents: each.amount_total })),
      async pay(reference: string) {
        stripe.decide(reference, "pay");
        await stripe.notify(reference, ["checkout.session.completed"]);
      },
      async giveBack(reference: string) {
        stripe.refundInDashboard(reference);
        await stripe.notify(reference, ["charge.refunded"]);
      },
    },
    pesapal: {
      keys: { kind: "pesapal", ...pesapalKeys },
      orders: () => pesapal.orders().map(({ reference, amount }) => ({ reference, cents: amount * 100 })),
      pay: (reference: string) => pesapal.decide(reference, "pay"),
      giveBack: (reference: string) => pesapal.decide(reference, "reverse"),
    },
  } as const;
  return { hub, pages, deliver, stripe, pesapal, owners };
}

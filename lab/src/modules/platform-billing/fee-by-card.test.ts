/** The platform's fee, paid on the pages of Stripe and Pesapal; with the hub's own HTTP, and simulated channels that answer in bytes. */
import { anyEngine } from "@karibu/cloud/ground/db/test-databases";
import type { HttpCall } from "@karibu/cloud/ground/http-client/http-call";
import { keysAccepted, useHub } from "@karibu/cloud/test-hub";
import { describe, expect, test, vi } from "vitest";
import { createSimulatedPesapal, pesapalKeys } from "../../pesapal/simulated-pesapal.ts";
import { createSimulatedStripe, stripeKeys } from "../../stripe/simulated-stripe.ts";

const patience = { timeout: 20_000, interval: 30 };

describe("the platform's fee, paid on a page of the channel's own", { timeout: 90_000 }, () => {
  const http: HttpCall = async (call) => {
    const { hostname } = new URL(call.url);
    const owner = hostname === "api.stripe.com" ? stripe : hostname.endsWith("pesapal.com") ? pesapal : null;
    return owner === null ? keysAccepted(call) : owner.request(call);
  };
  const hub = useHub(anyEngine, { http });
  /** Of Stripe's webhook, as a person entered it there. */
  let webhook = "";
  const deliver = async (url: string, body: string, headers: Record<string, string> = {}) => {
    const { pathname } = new URL(url);
    const sent = { method: "POST", body, headers: { "Content-Type": "application/json", ...headers } };
    expect((await fetch(hub.url() + pathname, sent)).status).toBe(200);
  };
  const stripe = createSimulatedStripe(hub.world, {
    deliver: ({ body, signature }) => deliver(webhook, body, { "Stripe-Signature": signature }),
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
    },
    pesapal: {
      keys: { kind: "pesapal", ...pesapalKeys },
      orders: () => pesapal.orders().map(({ reference, amount }) => ({ reference, cents: amount * 100 })),
      pay: (reference: string) => pesapal.decide(reference, "pay"),
    },
  } as const;
  let keys = 0;
  const keyed = () => ({ "Idempotency-Key": `fee-key-${++keys}` });

  test("[TEN-06] a provider pays the platform's fee at Stripe and at Pesapal, where the platform has nothing else", async () => {
    const admin = await hub.adminToken();
    const call = async (method: string, path: string, token: string, body?: object) => {
      const answer = await hub.call(method, `/api/v1${path}`, {
        token,
        headers: keyed(),
        ...(body === undefined ? {} : { body }),
      });
      expect(answer.status, `${path}: ${answer.text}`).toBeLessThan(300);
      return answer.body;
    };
    const plan = { name: "Small", priceCents: 100_000, trialDays: 0 };
    const { items } = await call("POST", "/platform/billing/plans", admin, plan);
    for (const kind of ["stripe", "pesapal"] as const) {
      const { token } = await hub.makeProvider(`Soko ${kind}`);
      await call("POST", "/platform-subscription/plan", token, { planId: items.at(-1).planId });
      const made = await call("POST", "/channels", admin, { ...owners[kind].keys, environment: "sandbox" });
      if (kind === "stripe") webhook = made.noticeUrl;
      const own = () => call("GET", "/platform-subscription", token);
      const { charges, ways } = await own();
      expect(ways).toContainEqual({ channelId: made.id, name: expect.any(String), paysBy: "page" });
      const [{ id, state }] = charges;
      expect(state).toBe("issued");
      const order = { phone: "0712000900", channelId: made.id };
      const paid = await call("POST", `/platform-subscription/charges/${id}/pay`, token, order);
      expect(paid).toMatchObject({ state: "prompted", payAt: expect.stringContaining("https://") });
      const { reference, cents } = owners[kind].orders().at(-1) as { reference: string; cents: number };
      expect(cents).toBe(100_000);
      await owners[kind].pay(reference);
      await vi.waitFor(async () => expect((await own()).charges[0].state).toBe("paid"), patience);
      expect((await own()).subscription).toMatchObject({ state: "active", owedCents: 0 });
    }
  });
});

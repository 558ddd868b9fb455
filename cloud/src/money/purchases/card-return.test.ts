import { expect, test } from "vitest";
import { engineSuite } from "../../ground/db/test-databases.ts";
import type { HttpCall } from "../../ground/http-client/http-call.ts";
import { keysAccepted, useHub } from "../../test-hub.ts";

const stripe = { kind: "stripe", environment: "sandbox", secretKey: "sk_test_1", webhookSecret: "whsec_1" };
const sessions: URLSearchParams[] = [];
/** Stripe's own page for one payment: https://docs.stripe.com/api/checkout/sessions/create. */
const http: HttpCall = async (request) => {
  if (!new URL(request.url).pathname.endsWith("/checkout/sessions")) return keysAccepted(request);
  sessions.push(new URLSearchParams(request.body ?? ""));
  const session = { id: "cs_1", object: "checkout.session", url: "https://checkout.stripe.test/cs_1" };
  return { status: 200, body: JSON.stringify(session) };
};

engineSuite("a customer who pays by card", (engine) => {
  const hub = useHub(engine, { http });

  async function openShop(name: string) {
    const { token, providerId } = await hub.makeProvider(name);
    const post = async (path: string, body: object) => (await hub.call("POST", `/api/v1${path}`, { token, body })).body;
    const { siteId } = (await post("/sites", { name: "Kiosk" })).site;
    const { planId } = await post("/plans", { name: "Day", priceCents: 5300, terms: {} });
    const { id } = await post("/channels", stripe);
    expect(id).toEqual(expect.any(String));
    const startPurchase = hub.hub().money.rpcHandlers.find(({ method }) => method === "start-purchase");
    return {
      buy: (from: object) =>
        startPurchase?.answer(
          { providerId, siteId },
          { idempotencyKey: "k1", planId, phone: "0712345678", ...from },
          new AbortController().signal,
        ),
    };
  }

  test("[PAY-17] comes back from Stripe to the portal of the site where the purchase began", async () => {
    const shop = await openShop("Card");
    sessions.length = 0;
    await shop.buy({ returnUrl: "http://10.5.50.1/" });
    const back = "http://hub.test/hooks/back?to=http%3A%2F%2F10.5.50.1%2F";
    expect(sessions.map((session) => [session.get("success_url"), session.get("cancel_url")])).toEqual([[back, back]]);
  });

  test("[PAY-17] comes back to the hub's own page where the site sent no address, or a stranger's", async () => {
    for (const from of [{}, { returnUrl: "https://evil.example/" }]) {
      const shop = await openShop(`Card-${sessions.length}-${Object.keys(from)}`);
      sessions.length = 0;
      await shop.buy(from);
      expect(sessions.map((session) => session.get("success_url"))).toEqual(["http://hub.test/hooks/back"]);
    }
  });
});

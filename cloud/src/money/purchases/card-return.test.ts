import { expect, test } from "vitest";
import { engineSuite } from "../../ground/db/test-databases.ts";
import type { HttpCall } from "../../ground/http-client/http-call.ts";
import { keysAccepted, useHub } from "../../test-hub.ts";
import { openKiosk } from "../../test-kiosk.ts";

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
    const { planId, post, asSite } = await openKiosk(hub, name, { name: "Day", priceCents: 5300, terms: {} });
    expect((await post("/channels", stripe)).body.id).toEqual(expect.any(String));
    const order = { idempotencyKey: "k1", planId, phone: "0712345678" };
    return { buy: (from: object) => asSite("start-purchase", { ...order, ...from }) };
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

/** The answer to a new order is lost, and the customer pays it: the channel's notice names the order by our reference. */
import { createHmac } from "node:crypto";
import { expect, test, vi } from "vitest";
import { engineSuite } from "../../ground/db/test-databases.ts";
import type { HttpCall } from "../../ground/http-client/http-call.ts";
import { useHub } from "../../test-hub.ts";
import { openKiosk } from "../../test-kiosk.ts";

const patience = { timeout: 30_000, interval: 30 };
const webhookSecret = "whsec_1";
const keysOf = {
  stripe: { kind: "stripe", environment: "sandbox", secretKey: "sk_test_1", webhookSecret },
  pesapal: { kind: "pesapal", environment: "sandbox", consumerKey: "key", consumerSecret: "secret" },
};

/** Both make the order and never answer; they answer questions. Another order of the same price was paid by somebody else. */
function channelOwners() {
  const made: { reference: string }[] = [];
  const referenceOf = (id: string) => (id.endsWith("other") ? "SOMEBODY" : (made.at(-1)?.reference ?? ""));
  const http: HttpCall = async ({ url, body = "" }) => {
    const say = (fields: object) => ({ status: 200, body: JSON.stringify(fields) });
    const { pathname, searchParams } = new URL(url);
    if (pathname.endsWith("/RequestToken")) return say({ token: "t", status: "200" });
    if (pathname.endsWith("/RegisterIPN")) return say({ ipn_id: "ipn", error: null, status: "200" });
    if (pathname === "/v1/balance") return say({});
    if (pathname === "/v1/checkout/sessions" || pathname.endsWith("/SubmitOrderRequest")) {
      const reference = pathname.startsWith("/v1")
        ? new URLSearchParams(body).get("client_reference_id")
        : JSON.parse(body).id;
      made.push({ reference: String(reference) });
      throw new Error("the answer is lost");
    }
    if (pathname.startsWith("/v1/checkout/sessions/")) {
      const id = pathname.split("/").at(-1) ?? "";
      const paid = { payment_status: "paid", status: "complete", payment_intent: `pi_${id}`, amount_total: 5000 };
      return say({ id, client_reference_id: referenceOf(id), currency: "kes", ...paid });
    }
    if (pathname.endsWith("/GetTransactionStatus")) {
      const merchant_reference = referenceOf(searchParams.get("orderTrackingId") ?? "");
      return say({ amount: 50, currency: "KES", merchant_reference, status_code: 1, status: "200" });
    }
    throw new Error(`nobody answers ${pathname}`);
  };
  return { http, reference: () => made.at(-1)?.reference ?? "" };
}

engineSuite("an order whose answer was lost", (engine) => {
  const owners = channelOwners();
  const hub = useHub(engine, { http: owners.http });
  let keys = 0;

  async function buyAt(kind: keyof typeof keysOf) {
    const day = { name: "Day", priceCents: 5000, terms: {} };
    const { planId, post, read, asSite } = await openKiosk(hub, `${kind} ${++keys}`, day);
    const { noticeUrl } = (await post("/channels", keysOf[kind])).body;
    const params = { idempotencyKey: `buy-${++keys}`, planId, phone: "0712345678" };
    const { purchaseId } = (await asSite("start-purchase", params)) as { purchaseId: string };
    const payment = () => read(`/payments/${purchaseId}`);
    // The order was sent, and nothing came back.
    expect((await payment()).state).toBe("unknown");
    await vi.waitFor(async () => expect((await payment()).state).toBe("unknown"), patience);
    const notify = async (id: string): Promise<void> => {
      const reference = owners.reference();
      if (kind === "pesapal") {
        const body = { OrderTrackingId: id, OrderMerchantReference: reference, OrderNotificationType: "IPNCHANGE" };
        expect((await hub.call("POST", new URL(noticeUrl).pathname, { body })).status).toBe(200);
        return;
      }
      const object = { id, client_reference_id: reference };
      const body = { id: `evt_${++keys}`, type: "checkout.session.completed", data: { object } };
      const stamp = Math.floor(hub.world.clock.wall().atMs / 1000);
      const hash = createHmac("sha256", webhookSecret)
        .update(`${stamp}.${JSON.stringify(body)}`)
        .digest("hex");
      const headers = { "stripe-signature": `t=${stamp},v1=${hash}` };
      expect((await hub.call("POST", new URL(noticeUrl).pathname, { body, headers })).status).toBe(200);
    };
    const asked = () =>
      hub
        .database()
        .asPlatform("test", (tx) =>
          tx.selectFrom("purchases").select("questions").where("purchaseId", "=", purchaseId).executeTakeFirstOrThrow(),
        );
    return { payment, notify, asked };
  }

  test.each([
    ["stripe", "cs_own"],
    ["pesapal", "order-own"],
  ] as const)("[PAY-02] at %s is paid by its notice", async (kind, id) => {
    const { payment, notify } = await buyAt(kind);
    await notify(id);
    await vi.waitFor(async () => expect(await payment()).toMatchObject({ state: "paid", verified: true }), patience);
  });

  test.each([
    ["stripe", "cs_other", "cs_own"],
    ["pesapal", "order-other", "order-own"],
  ] as const)(
    "[PROVED-ONLY] at %s is not paid by somebody else's order, which does not hide its own either",
    async (kind, others, own) => {
      const { payment, notify, asked } = await buyAt(kind);
      await notify(others);
      await vi.waitFor(async () => expect((await asked()).questions).toBe(1), patience);
      expect((await payment()).state).toBe("unknown");
      hub.moveClock(60_000);
      await notify(own);
      await vi.waitFor(async () => expect((await payment()).state).toBe("paid"), patience);
    },
  );
});

/** Airtel Money and MTN MoMo through a whole hub: the prompt, the message about it, the question that proves it, and what is never guessed. */
import { engineSuite } from "@karibu/cloud/ground/db/test-databases";
import type { HttpCall } from "@karibu/cloud/ground/http-client/http-call";
import { sureAskerOf } from "@karibu/cloud/test-asking";
import { useHub } from "@karibu/cloud/test-hub";
import { expect, test, vi } from "vitest";
import { airtelKeys, createSimulatedAirtel } from "../airtel/simulated-airtel.ts";
import { createSimulatedMtn, mtnKeys } from "../mtn/simulated-mtn.ts";
import { realWorld } from "../world/real-world.ts";

const patience = { timeout: 30_000, interval: 50 };

engineSuite("mobile money", (engine) => {
  const airtel = createSimulatedAirtel(realWorld());
  const mtn = createSimulatedMtn(realWorld(), "sandbox");
  const http: HttpCall = async (call) => {
    if (/^https:\/\/openapi\.airtel(kenya\.com|\.ug)\//.test(call.url)) return airtel.request(call);
    if (call.url.startsWith("https://sandbox.momodeveloper.mtn.com/")) return mtn.request(call);
    throw new Error(`nobody answers ${call.url}`);
  };
  const hub = useHub(engine, { http });
  let count = 0;

  async function openShop(kind: "airtel-money" | "mtn-momo") {
    const { token, providerId } = await hub.makeProvider(`${kind} ${++count}`, kind === "airtel-money" ? "KES" : "UGX");
    const send = sureAskerOf(hub, () => token);
    const read = async (path: string) => (await hub.call("GET", `/api/v1${path}`, { token })).body;
    const isAirtel = kind === "airtel-money";
    const { siteId } = (await send("POST", "/sites", { name: "Kiosk" })).site;
    const { planId } = await send("POST", "/plans", { name: "Day", priceCents: 100_000, terms: {} });
    const keys = isAirtel ? airtelKeys : mtnKeys;
    const channel = await send("POST", "/channels", {
      kind,
      environment: isAirtel ? "production" : "sandbox",
      ...keys,
    });
    const handlerOf = (name: string) => hub.hub().money.rpcHandlers.find(({ method }) => method === name);
    const ask = (name: string, params: object) =>
      handlerOf(name)?.answer({ providerId, siteId }, params, new AbortController().signal) as Promise<never>;
    return {
      channel,
      read,
      send,
      async buy(more: object = {}): Promise<{ purchaseId: string }> {
        const phone = isAirtel ? `07331${10_000 + count}` : `07721${10_000 + count}`;
        return ask("start-purchase", { idempotencyKey: `buy-${++count}`, planId, phone, ...more });
      },
      giveCredit: (phone: string, amountCents: number) => send("POST", "/credits", { phone, amountCents }),
      stateOf: (purchaseId: string): Promise<{ state: string; reason: string | null; receipt: string | null }> =>
        ask("purchase-state", { purchaseId }),
      payment: (id: string) => read(`/payments/${id}`),
      verify: (id: string) => send("POST", `/payments/${id}/verify`),
    };
  }
  type Shop = Awaited<ReturnType<typeof openShop>>;
  const becomes = (shop: Shop, id: string, expected: object) =>
    vi.waitFor(async () => expect(await shop.stateOf(id)).toMatchObject(expected), patience);

  test("[PAY-22] Airtel Money: the notice is a reason to ask, and the enquiry proves the payment", async () => {
    const shop = await openShop("airtel-money");
    expect(shop.channel).toMatchObject({ kind: "airtel-money", name: "Airtel Money KE", sells: true });
    const { purchaseId } = await shop.buy();
    await becomes(shop, purchaseId, { state: "prompted" });
    const asked = airtel.payments().at(-1);
    expect(asked).toMatchObject({
      amount: 1000,
      currency: "KES",
      country: "KE",
      msisdn: expect.stringMatching(/^733/),
    });
    const notice = airtel.decide(asked?.id ?? "", "TS");
    const { pathname } = new URL(shop.channel.noticeUrl);
    expect((await hub.call("POST", pathname, { body: JSON.parse(notice) })).status).toBe(200);
    await becomes(shop, purchaseId, { state: "paid", receipt: expect.stringMatching(/^MP26/) });
    expect(await shop.payment(purchaseId)).toMatchObject({ provenance: "proved", amountCents: 100_000 });
  });

  test("[PAY-22] [PAY-12] Airtel Money: where credit pays a part, the enquiry proves the rest, which is what was asked for", async () => {
    const shop = await openShop("airtel-money");
    const phone = "0733123456";
    await shop.giveCredit(phone, 30_000);
    const { purchaseId } = await shop.buy({ phone, spendsCredit: true });
    await becomes(shop, purchaseId, { state: "prompted" });
    const asked = airtel.payments().at(-1);
    expect(asked?.amount).toBe(700);
    const notice = airtel.decide(asked?.id ?? "", "TS");
    await hub.call("POST", new URL(shop.channel.noticeUrl).pathname, { body: JSON.parse(notice) });
    await becomes(shop, purchaseId, { state: "paid" });
    expect((await shop.payment(purchaseId)).receipts).toMatchObject([{ amountCents: 70_000, creditCents: 0 }]);
  });

  test("[PAY-22] Airtel Money: a notice that says paid opens nothing while the enquiry does not", async () => {
    const shop = await openShop("airtel-money");
    const { purchaseId } = await shop.buy();
    await becomes(shop, purchaseId, { state: "prompted" });
    const id = airtel.payments().at(-1)?.id ?? "";
    const lie = { transaction: { id, status_code: "TS", airtel_money_id: "MP26FORGED" } };
    await hub.call("POST", new URL(shop.channel.noticeUrl).pathname, { body: lie });
    airtel.decide(id, "TF", "DP00800001007");
    await hub.call("POST", new URL(shop.channel.noticeUrl).pathname, { body: lie });
    await becomes(shop, purchaseId, { state: "failed", reason: "no-funds", receipt: null });
  });

  test("[PAY-22] Airtel Money: a request whose answer was lost is asked about by our name of it", async () => {
    const shop = await openShop("airtel-money");
    airtel.loseNextAnswer();
    const { purchaseId } = await shop.buy();
    await becomes(shop, purchaseId, { state: "prompted" });
    const notice = airtel.decide(airtel.payments().at(-1)?.id ?? "", "TS");
    await hub.call("POST", new URL(shop.channel.noticeUrl).pathname, { body: JSON.parse(notice) });
    await becomes(shop, purchaseId, { state: "paid" });
  });

  test("[PAY-22] Airtel Money: a refusal of the set-up is the merchant's problem, and no customer's", async () => {
    const shop = await openShop("airtel-money");
    airtel.refuseNext("DP00800001010");
    const { purchaseId } = await shop.buy();
    await becomes(shop, purchaseId, { state: "failed", reason: "merchant-problem" });
  });

  test.each(["POST", "PUT"])(
    "[PAY-22] MTN MoMo: its callback (%s) tells, and the status query proves",
    async (method) => {
      const shop = await openShop("mtn-momo");
      const { purchaseId } = await shop.buy();
      await becomes(shop, purchaseId, { state: "prompted" });
      const asked = mtn.requests().at(-1);
      expect(asked).toMatchObject({ amount: "1000", currency: "EUR", phone: expect.stringMatching(/^256772/) });
      const { url, body } = mtn.decide(asked?.externalId ?? "", "SUCCESSFUL");
      const answer = await hub.call(method, new URL(url ?? "").pathname, { body: JSON.parse(body) });
      expect(answer.status).toBe(200);
      await becomes(shop, purchaseId, { state: "paid", receipt: asked?.financialTransactionId });
      await shop.verify(purchaseId);
      await vi.waitFor(
        async () => expect(await shop.payment(purchaseId)).toMatchObject({ provenance: "proved" }),
        patience,
      );
    },
  );

  test("[PAY-22] MTN MoMo: a reason in either of its forms has its word; one that is not listed is no verdict", async () => {
    const shop = await openShop("mtn-momo");
    const say = async (reason: string | object) => {
      const { purchaseId } = await shop.buy();
      await becomes(shop, purchaseId, { state: "prompted" });
      const { url, body } = mtn.decide(mtn.requests().at(-1)?.externalId ?? "", "FAILED", reason);
      await hub.call("POST", new URL(url ?? "").pathname, { body: JSON.parse(body) });
      return purchaseId;
    };
    await becomes(shop, await say("APPROVAL_REJECTED"), { state: "failed", reason: "cancelled" });
    await becomes(shop, await say({ code: "PAYER_LIMIT_REACHED", message: "" }), {
      state: "failed",
      reason: "limit",
    });
    await becomes(shop, await say("SOMETHING_NEW"), { state: "unknown" });
  });

  test("[PAY-22] [PLN-04] a channel moves the currency of its country: nobody is sent to it for a price in another one, and prices can be in its own", async () => {
    const shop = await openShop("airtel-money");
    expect(await shop.read("/currencies")).toEqual({ items: [{ currency: "KES" }] });
    await shop.send("POST", "/channels", {
      kind: "airtel-money",
      environment: "production",
      ...airtelKeys,
      country: "UG",
    });
    expect(await shop.read("/currencies")).toEqual({ items: [{ currency: "KES" }, { currency: "UGX" }] });
    const { purchaseId } = await shop.buy();
    await becomes(shop, purchaseId, { state: "prompted" });
    expect(airtel.payments().at(-1)).toMatchObject({ country: "KE", currency: "KES" });
    const day = { name: "Day in Uganda", priceCents: 300_000, currency: "UGX", terms: {} };
    expect(await shop.send("POST", "/plans", day)).toMatchObject({ currency: "UGX" });
  });

  test("[PAY-22] a channel of a country that MTN is not in is refused by name, and so is a hub that it can't call", async () => {
    const { token } = await hub.makeProvider("Elsewhere");
    const add = (changes: object) =>
      hub.call("POST", "/api/v1/channels", { token, body: { kind: "mtn-momo", ...mtnKeys, ...changes } });
    const elsewhere = await add({ environment: "sandbox", country: "KE" });
    expect(elsewhere).toMatchObject({ status: 400, body: { field: "country" } });
    expect(await add({ environment: "production" })).toMatchObject({ status: 422, body: { code: "public-url" } });
  });
});

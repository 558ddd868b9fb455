/** Promotions and discount codes by HTTP: at the counter, by the phone's prompt, in the books, and against who tries words. */
import { sql } from "kysely";
import { beforeAll, expect, test } from "vitest";
import { engineSuite } from "../../ground/db/test-databases.ts";
import { lockWaits, whileHeld } from "../../ground/db/test-locks.ts";
import type { HttpCall } from "../../ground/http-client/http-call.ts";
import { askerOf } from "../../test-asking.ts";
import { keysAccepted, ownerPassword, type TestProvider, useHub } from "../../test-hub.ts";

let prompts = 0;
/** Daraja: takes every prompt, and refuses those to this number. */
const refusing = "254712999999";
const asked: { amount: number; id: string; callback: string }[] = [];
const http: HttpCall = async (request) => {
  if (!request.url.includes("processrequest")) return keysAccepted(request);
  const { Amount, PartyA, CallBackURL } = JSON.parse(String(request.body));
  if (String(PartyA) === refusing)
    return { status: 400, body: '{"errorCode":"400.002.02","errorMessage":"Bad Request - Invalid PhoneNumber"}' };
  const id = `ws_CO_${++prompts}`;
  asked.push({ amount: Amount, id, callback: new URL(CallBackURL).pathname });
  return { status: 200, body: JSON.stringify({ ResponseCode: "0", CheckoutRequestID: id }) };
};

engineSuite("[PLN-12] promotions", (engine) => {
  const hub = useHub(engine, { http });
  let provider: TestProvider;
  let siteId = "";
  let planId = "";

  const call = askerOf(hub, () => provider.token);
  const promote = async (body: object) => {
    const made = await call("POST", "/promotions", {
      name: "Half",
      gift: { kind: "percent", permille: 500 },
      ...body,
    });
    expect(made.status, made.text).toBe(201);
    return made.body.promotionId as string;
  };
  const buy = (more: object) => call("POST", "/payments/purchase", { siteId, planId, ...more });
  const usesOf = async (id: string) => {
    const { used, reserved } = (await call("GET", `/promotions/${id}`)).body;
    return { used, reserved };
  };
  const callBack = async (prompt: { id: string; callback: string; amount: number }, ResultCode = 0) => {
    const Item = [
      { Name: "Amount", Value: prompt.amount },
      { Name: "MpesaReceiptNumber", Value: `QP${prompt.id.replace(/\D/g, "").padStart(8, "A")}` },
    ];
    const paid = ResultCode === 0 ? { CallbackMetadata: { Item } } : {};
    const stkCallback = { CheckoutRequestID: prompt.id, MerchantRequestID: "m", ResultCode, ResultDesc: "", ...paid };
    expect((await hub.call("POST", prompt.callback, { body: { Body: { stkCallback } } })).status).toBe(200);
  };
  const stateOf = async (id: string) => (await call("GET", `/payments/${id}`)).body.state;

  beforeAll(async () => {
    provider = await hub.makeProvider("Promoter");
    siteId = (await call("POST", "/sites", { name: "Kiosk" })).body.site.siteId;
    const plan = { name: "Day", priceCents: 5000, terms: { validitySeconds: 86_400, dataBytes: 1_000_000_000 } };
    planId = (await call("POST", "/plans", plan)).body.planId;
    const channel = { environment: "sandbox", consumerKey: "key", consumerSecret: "secret", passkey: "passkey" };
    await call("POST", "/channels", { ...channel, kind: "mpesa-paybill", shortcode: "600100" });
  });

  test("a code halves what the counter takes; the books keep the usual price and the discount apart, and figures say what came in", async () => {
    const id = await promote({ code: "karibu-50" });
    const sold = await buy({ pay: "cash", code: " Karibu 50 " });
    expect([sold.status, sold.body.payment.amountCents], sold.text).toEqual([201, 2500]);
    expect(await usesOf(id)).toEqual({ used: 1, reserved: 0 });
    const balance = async (account: string) =>
      (await call("GET", `/ledger/statement?account=${account}`)).body.items.reduce(
        (sum: number, row: { growthCents: number }) => sum + row.growthCents,
        0,
      );
    expect([await balance("revenue"), await balance("discounts"), await balance("cash")]).toEqual([5000, 2500, 2500]);
    const [profit] = (await call("GET", "/ledger/profit")).body.items;
    expect(profit).toMatchObject({ revenueCents: 2500, discountsCents: 2500, profitCents: 2500 });
    expect((await call("GET", "/home")).body).toMatchObject({
      sales: { todayCents: 2500, todaySales: 1 },
      plans: { today: [{ planName: "Day", payments: 1, takenCents: 2500 }] },
    });
    expect(await call("POST", "/payments/offer", { siteId, planId, code: "KARIBU50" })).toMatchObject({
      body: { priceCents: 2500, usualCents: 5000, currency: "KES" },
    });
  });

  test("of many at once exactly as many get it as there are uses, by prompt as over the counter", async () => {
    const id = await promote({ code: "THREE", usesMax: 3 });
    const bought = await Promise.all(
      Array.from({ length: 8 }, (_, index) => buy({ phone: `07130000${10 + index}`, code: "three" })),
    );
    const statuses = bought.map(({ status, body }) => (status === 201 ? "bought" : body.code)).sort();
    expect(statuses).toEqual([...Array(3).fill("bought"), ...Array(5).fill("code-used-up")]);
    expect(await usesOf(id)).toEqual({ used: 0, reserved: 3 });
    expect(asked.slice(-3).map(({ amount }) => amount)).toEqual([25, 25, 25]);
    // The waiting page names what the phone asks for, and not the usual price.
    const { id: purchaseId } = bought.find(({ status }) => status === 201)!.body;
    const waiting = await hub.hub().money.purchases.state(provider.providerId, siteId, purchaseId);
    expect(waiting).toMatchObject({ state: "prompted", priceCents: 2500 });
  });

  test("a use comes back when the money fails, is used when it comes, and a late payment is honoured", async () => {
    const id = await promote({ code: "ONLYONE", usesMax: 1 });
    const first = await buy({ phone: "0714000001", code: "ONLYONE" });
    const prompt = asked.at(-1)!;
    expect(await buy({ phone: "0714000002", code: "ONLYONE" })).toMatchObject({
      status: 409,
      body: { code: "code-used-up" },
    });
    await callBack(prompt, 1032);
    await expect.poll(() => stateOf(first.body.id), { timeout: 20_000 }).toBe("failed");
    expect(await usesOf(id)).toEqual({ used: 0, reserved: 0 });
    const second = await buy({ phone: "0714000002", code: "ONLYONE" });
    expect(second.status, second.text).toBe(201);
    await callBack(asked.at(-1)!);
    await expect.poll(() => stateOf(second.body.id), { timeout: 20_000 }).toBe("paid");
    expect(await usesOf(id)).toEqual({ used: 1, reserved: 0 });
  });

  test("a prompt that never left gives its use back at once", async () => {
    const id = await promote({ code: "LOST1", usesMax: 1 });
    await buy({ phone: refusing, code: "LOST1" });
    expect(await usesOf(id)).toEqual({ used: 0, reserved: 0 });
  });

  test("limits of a phone hold, and a code for new customers refuses who has bought before", async () => {
    await promote({ code: "ONCEEACH", perPhoneMax: 1 });
    await promote({ code: "NEWHERE", audience: "new" });
    const cash = async (code: string, phone?: string) =>
      (await buy({ pay: "cash", code, ...(phone === undefined ? {} : { phone }) })).body.code ?? "sold";
    expect(await cash("NEWHERE", "0715000001")).toBe("sold");
    expect(await cash("NEWHERE", "0715000001")).toBe("bad-code");
    expect(await cash("ONCEEACH", "0715000002")).toBe("sold");
    expect(await cash("ONCEEACH", "0715000002")).toBe("code-used-up");
    expect(await cash("ONCEEACH")).toBe("code-used-up"); // without a number nobody can count
  });

  test("extra data and time are sold for the usual price, and no discount is booked", async () => {
    await promote({ code: "MORE", gift: { kind: "extra", seconds: 3600, dataBytes: 500_000_000 } });
    const { payment } = (await buy({ pay: "cash", code: "MORE" })).body;
    expect(payment.amountCents).toBe(5000);
    const grant = await hub
      .database()
      .asProvider(provider.providerId, (tx) =>
        tx.selectFrom("grants").select("terms").where("grantId", "=", payment.grantId).executeTakeFirstOrThrow(),
      );
    expect(grant.terms).toMatchObject({ validitySeconds: 90_000, dataBytes: 1_500_000_000 });
  });

  const fedOf = (id: string) =>
    hub
      .database()
      .asProvider(provider.providerId, (tx) =>
        tx
          .selectFrom("feed_rows")
          .select("body")
          .where("kind", "=", "promotion")
          .where("key", "=", id)
          .executeTakeFirst(),
      );

  test("for everybody: the sites hear of it, the price list shows it, and who was shown a lower price is asked for no more", async () => {
    const id = await promote({ name: "Happy hour", gift: { kind: "amount", amountCents: 1000, currency: "KES" } });
    const fed = () => fedOf(id);
    expect((await fed())?.body).toMatchObject({ name: "Happy hour", floorCents: null });
    expect(JSON.stringify(await fed())).not.toContain("code");
    expect((await buy({ pay: "cash", expectsCents: 4000 })).body.payment.amountCents).toBe(4000);
    await call("PUT", "/promotion-rules", { floorCents: 4500 });
    expect((await fed())?.body).toMatchObject({ floorCents: 4500 });
    expect(await buy({ pay: "cash", expectsCents: 4000 })).toMatchObject({
      status: 409,
      body: { code: "price-changed" },
    });
    expect((await buy({ pay: "cash", expectsCents: 4500 })).body.payment.amountCents).toBe(4500);
    await call("DELETE", `/promotions/${id}`);
    await call("PUT", "/promotion-rules", { floorCents: 0 });
    expect((await fed())?.body ?? null).toBeNull();
    expect((await buy({ pay: "cash" })).body.payment.amountCents).toBe(5000);
  });

  test("one that is deleted while the lowest price is set is told to no site again", async () => {
    if (engine === "embedded") return; // one transaction at a time
    const id = await promote({ name: "Ended", gift: { kind: "amount", amountCents: 1000, currency: "KES" } });
    const waiting = (count: number) =>
      expect.poll(() => lockWaits(hub.database()), { timeout: 20_000 }).toBeGreaterThanOrEqual(count);
    const answers: Promise<{ status: number }>[] = [];
    const lock = (tx: Parameters<Parameters<typeof whileHeld>[2]>[0]) =>
      sql`select from feed_scopes where provider_id = ${provider.providerId} and scope = 'provider' for update`.execute(
        tx,
      );
    await whileHeld(hub.database(), provider.providerId, lock, async () => {
      answers.push(call("DELETE", `/promotions/${id}`));
      await waiting(1);
      // It reads which promotions there are before the deletion is committed.
      answers.push(call("PUT", "/promotion-rules", { floorCents: 0 }));
      await waiting(2);
    });
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([204, 200]);
    expect((await fedOf(id))?.body ?? null).toBeNull();
  });

  test("a day's limit begins anew with the provider's day", async () => {
    await promote({ code: "DAILY2", perDayMax: 2 });
    const cash = async () => (await buy({ pay: "cash", code: "DAILY2" })).body.code ?? "sold";
    expect([await cash(), await cash(), await cash()]).toEqual(["sold", "sold", "code-used-up"]);
    hub.moveClock(86_400_000);
    provider = { ...provider, token: await hub.logIn(provider.ownerEmail, ownerPassword) };
    expect(await cash()).toBe("sold");
  });

  test("who tries words is stopped, and sees of a code that is there no more than of one that is not", async () => {
    await promote({ code: "SECRET9", siteIds: [siteId], fromMs: Date.now() + 40 * 86_400_000 });
    const offer = (code: string) => call("POST", "/payments/offer", { siteId, planId, code });
    const [there, none] = [(await offer("SECRET9")).body, (await offer("NOSUCH9")).body];
    expect({ ...there, requestId: "" }).toEqual({ ...none, requestId: "" });
    const answers = [];
    for (let tries = 0; tries < 12; tries++) answers.push((await offer(`GUESS${tries}`)).status);
    expect(answers.slice(-2)).toEqual([429, 429]);
  });

  test("limits need a code, a code stands once, and only who may set prices reads it", async () => {
    const make = (body: object) =>
      call("POST", "/promotions", { name: "X", gift: { kind: "percent", permille: 100 }, ...body });
    expect((await make({ usesMax: 1 })).body).toMatchObject({ field: "code" });
    expect((await make({ code: "ABCD", untilMs: 5, fromMs: 9 })).body).toMatchObject({ field: "untilMs" });
    expect((await make({ code: "AB" })).body).toMatchObject({ field: "code" });
    expect((await make({ code: "KARIBU50" })).status).toBe(409);
    expect((await make({ code: "ABCD", planIds: ["none"] })).body).toMatchObject({ field: "planIds.0" });
    const reader = (await call("POST", "/tokens", { name: "r", scopes: ["plans.read"], password: ownerPassword })).body;
    if (reader.token !== undefined) {
      const seen = (await call("GET", "/promotions", undefined, reader.token)).body.items;
      expect(seen.every(({ code }: { code: string | null }) => code === null)).toBe(true);
    }
  });
});

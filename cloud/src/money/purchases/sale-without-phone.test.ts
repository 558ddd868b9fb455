/** A customer without a phone buys over the counter for cash: the code is the answer, no message is sent, and every list copes. */
import { expect, test } from "vitest";
import { enginesOfThisRun } from "../../ground/db/test-databases.ts";
import { hubSuite } from "../../test-hub.ts";
import { openKiosk } from "../../test-kiosk.ts";

hubSuite("a counter sale without a phone", { on: enginesOfThisRun }, (hub) => {
  async function openShop(name: string) {
    const { post, get, sell } = await openKiosk(hub, name);
    const sender = { kind: "africastalking", name: "AT", username: "sandbox", apiKey: "the-key" };
    expect((await post("/message-senders", sender)).status).toBe(201);
    return { post, get, sell };
  }

  test("[PAY-18] [PLN-07] nobody buys what ended at a date", async () => {
    const { post, sell } = await openShop("Pastdate");
    const nowMs = hub.world.clock.wall().atMs;
    const of = async (validUntilMs: number) =>
      (await post("/plans", { name: `Until ${validUntilMs}`, priceCents: 2000, terms: { validUntilMs } })).body.planId;
    expect((await sell({ planId: await of(nowMs), pay: "cash" })).body.code).toBe("unknown-plan");
    expect((await sell({ planId: await of(nowMs + 3_600_000), pay: "cash" })).status).toBe(201);
  });

  test("[PAY-18] [BEY-07] it is paid, its code opens it, nobody gets a message, and lists, search, CSV and books show it", async () => {
    const { get, sell } = await openShop("Nophone");
    const first = await sell({ pay: "cash" });
    expect(first).toMatchObject({ status: 201, body: { state: "paid", payment: { phone: null } } });
    const { payment } = first.body;
    expect(payment.code).toMatch(/^[2-9B-DF-HJKMNP-TV-Z]{8}$/);
    // The next customer without one is another customer.
    const second = (await sell({ pay: "cash" })).body.payment;
    expect(second.id).not.toBe(payment.id);

    expect((await get("/messages")).body.items).toEqual([]);
    const { items } = (await get("/payments")).body;
    expect(items.map(({ id, phone }: { id: string; phone: null }) => [id, phone])).toEqual([
      [second.id, null],
      [payment.id, null],
    ]);
    expect((await get(`/payments/${payment.id}`)).body).toMatchObject({ phone: null, receipts: [{}] });
    const csv = await get("/payments/export");
    expect([csv.status, csv.text.split("\r\n").length]).toEqual([200, 4]);
    expect(csv.text).not.toContain("null");
    // A code that looks like a phone number is offered as one, too.
    expect((await get(`/search?q=${payment.code}`)).body.items).toContainEqual(
      expect.objectContaining({ kind: "payment", id: payment.id, phone: null }),
    );
    expect((await get(`/grants/${payment.grantId}`)).body).toMatchObject({ state: "waiting" });
    expect((await get("/review")).body.items).toEqual([]);
    const lines = (await get("/ledger/statement?account=cash")).body.items;
    expect(lines).toHaveLength(2);
    expect((await get("/own-sales")).body).toMatchObject({
      sales: 2,
      cashCents: 4000,
      latest: [{ id: second.id, phone: null, codeEnd: second.code.slice(-4) }, { id: payment.id }],
    });
  });

  test("[PAY-18] only cash goes without a number, and the refusal names the field", async () => {
    const { sell } = await openShop("Onlycash");
    for (const order of [{}, { pay: "credit" }])
      expect(await sell(order)).toMatchObject({ status: 400, body: { code: "phone-needed", field: "phone" } });
    expect(await sell({ pay: "cash", phone: "12" })).toMatchObject({ status: 400, body: { code: "bad-phone" } });
  });

  test("[PAY-15] its code is sent later to a number that is given then; it is refunded in cash, and into credit only of somebody's number", async () => {
    const { post, get, sell } = await openShop("Later");
    const { id } = (await sell({ pay: "cash" })).body.payment;
    expect(await post(`/payments/${id}/send`, {})).toMatchObject({ status: 409, body: { code: "phone-hidden" } });
    expect((await post(`/payments/${id}/send`, { phone: "0733000444" })).status).toBe(202);
    expect((await get("/messages")).body.items).toHaveLength(1);
    const refund = { paymentId: id, reason: "The Wi-Fi was down", amountCents: 500, revoke: true };
    expect(await post("/refunds", { ...refund, method: "credit" })).toMatchObject({
      status: 400,
      body: { field: "phone" },
    });
    const credited = await post("/refunds", { ...refund, method: "credit", phone: "0733000444" });
    expect(credited).toMatchObject({ status: 201, body: { state: "done" } });
    expect((await get("/credits?phone=0733000444")).body.balanceCents).toBe(500);
    expect((await post("/refunds", { ...refund, method: "cash" })).body).toMatchObject({ state: "done" });
  });
});

/** Customers as the office knows them, and what they are told by text message. */
import { beforeAll, expect, test, vi } from "vitest";
import { engineSuite } from "../../ground/db/test-databases.ts";
import type { HttpRequest } from "../../ground/http-client/http-call.ts";
import { advanta } from "../../messaging/test-gateway.ts";
import { askerOf } from "../../test-asking.ts";
import { useHub } from "../../test-hub.ts";

const patience = { timeout: 20_000 };

engineSuite("customers", (engine) => {
  const sent: { mobile: string; message: string }[] = [];
  let isRefusing = false;
  /** A gateway of the Advanta family. */
  const gateway = async ({ body = "{}" }: HttpRequest) => {
    sent.push(JSON.parse(body));
    const answer = isRefusing
      ? { "response-code": 1003, "response-description": "Invalid mobile" }
      : { "respose-code": 200, messageid: sent.length };
    return { status: 200, body: JSON.stringify({ responses: [answer] }) };
  };
  const hub = useHub(engine, { http: gateway });
  let token = "";
  let providerId = "";
  const call = askerOf(hub, () => token);

  beforeAll(async () => {
    ({ token, providerId } = await hub.makeProvider("Mwangaza"));
    await call("POST", "/message-senders", advanta);
  }, 60_000);

  test("[CUS-01] a customer is added, found by phone, changed and deleted; what is wrong is named", async () => {
    const made = await call("POST", "/customers", { name: "Achieng Otieno", phone: "0711 000 001", note: "room 4" });
    expect(made).toMatchObject({
      status: 201,
      body: { name: "Achieng Otieno", phone: "254711000001", active: true },
    });
    const path = `/customers/${made.body.customerId}`;
    expect((await call("GET", "/customers?phone=%2B254711000001")).body.items).toEqual([made.body]);
    const changed = await call("PATCH", path, { name: "Achieng", email: "achieng@mail.test" });
    expect(changed.body).toMatchObject({ name: "Achieng", email: "achieng@mail.test", note: "room 4" });
    expect((await call("GET", path)).body).toEqual(changed.body);
    const again = await call("POST", "/customers", { name: "Another", phone: "0711000001" });
    expect([again.status, again.body.field]).toEqual([409, "phone"]);
    const typo = await call("POST", "/customers", { name: "Another", phone: "0711-00" });
    expect([typo.status, typo.body.field]).toEqual([400, "phone"]);
    expect((await call("DELETE", path)).status).toBe(204);
  });

  test("[CUS-02] a customer is switched off and on again, and the list tells them apart", async () => {
    const { customerId } = (await call("POST", "/customers", { name: "Wanjiru", phone: "0711000002" })).body;
    const listed = async (active: boolean) => {
      const { items } = (await call("GET", `/customers?q=wanjiru&active=${active}`)).body;
      return items.map((one: { customerId: string }) => one.customerId);
    };
    expect((await call("POST", `/customers/${customerId}/deactivate`)).body.active).toBe(false);
    expect([await listed(true), await listed(false)]).toEqual([[], [customerId]]);
    expect((await call("POST", `/customers/${customerId}/activate`)).body.active).toBe(true);
    expect([await listed(true), await listed(false)]).toEqual([[customerId], []]);
  });

  test("[CUS-02] who is suspended is off: what they bought is held back at its site, nothing is sold to them, and all goes on afterwards", async () => {
    const { siteId } = (await call("POST", "/sites", { name: "Harbour" })).body.site;
    const { planId } = (await call("POST", "/plans", { name: "A month", priceCents: 100000, terms: {} })).body;
    const phone = "0711000020";
    const { customerId } = (await call("POST", "/customers", { name: "Kamau", phone })).body;
    const buy = (of = phone) => call("POST", "/payments/purchase", { siteId, planId, phone: of, pay: "cash" });
    const bought = [await buy(), await buy("0711000021")].map(({ status }) => status);
    expect(bought).toEqual([201, 201]);
    const held = async () => (await grantsAt(siteId)).map(({ grant: { suspended } }) => suspended !== undefined).sort();
    expect(await held()).toEqual([false, false]);
    await call("POST", `/customers/${customerId}/deactivate`);
    expect(await held()).toEqual([false, true]);
    expect((await buy()).body).toMatchObject({ status: 409, code: "customer-suspended", field: "phone" });
    // Another number, and back: the hold goes with the number.
    await call("PATCH", `/customers/${customerId}`, { phone: "0711000022" });
    expect(await held()).toEqual([false, false]);
    await call("PATCH", `/customers/${customerId}`, { phone });
    expect(await held()).toEqual([false, true]);
    await call("POST", `/customers/${customerId}/activate`);
    expect(await held()).toEqual([false, false]);
    await call("PATCH", `/customers/${customerId}`, { active: false });
    expect(await held()).toEqual([false, true]);
    await call("DELETE", `/customers/${customerId}`);
    expect(await held()).toEqual([false, false]);
    expect((await buy()).status).toBe(201);
  });

  /** What the site's feed says of grants. */
  const grantsAt = (siteId: string) =>
    hub.database().asProvider(providerId, async (tx) => {
      const rows = await tx
        .selectFrom("feed_rows")
        .select("body")
        .where("scope", "=", `site:${siteId}`)
        .where("kind", "=", "grant")
        .execute();
      return rows.map(({ body }) => body as { grant: { suspended?: object } });
    });

  test("[CUS-02] a customer whose site was deleted is still changed and switched off; nobody moves to such a site", async () => {
    const { siteId } = (await call("POST", "/sites", { name: "Closed down" })).body.site;
    const { customerId } = (await call("POST", "/customers", { name: "Njeri", phone: "0711000009", siteId })).body;
    await call("DELETE", `/sites/${siteId}`);
    const path = `/customers/${customerId}`;
    expect((await call("PATCH", path, { note: "moved away" })).body).toMatchObject({ note: "moved away", siteId });
    expect((await call("POST", `${path}/deactivate`)).body).toMatchObject({ active: false, phone: "254711000009" });
    expect((await call("PATCH", path, { siteId })).body).toMatchObject({ status: 404, field: "siteId" });
    expect((await call("PATCH", path, { siteId: null, phone: null })).body).toMatchObject({
      siteId: null,
      phone: null,
    });
  });

  test("what two people change of a customer at the same time stays, and one of two gets a number", async () => {
    const make = async (name: string) => (await call("POST", "/customers", { name, phone: null })).body.customerId;
    const [one, other] = [await make("Atieno"), await make("Odhiambo")];
    for (let round = 0; round < 5; round++) {
      const [note, email] = [`note ${round}`, `round-${round}@mail.test`];
      await Promise.all([call("PATCH", `/customers/${one}`, { note }), call("PATCH", `/customers/${one}`, { email })]);
      expect((await call("GET", `/customers/${one}`)).body).toMatchObject({ note, email });
      const phone = `071100010${round}`;
      const taken = await Promise.all([one, other].map((id) => call("PATCH", `/customers/${id}`, { phone })));
      expect(taken.map(({ status }) => status).sort()).toEqual([200, 409]);
      expect(taken.find(({ status }) => status === 409)?.body).toMatchObject({ code: "phone-taken", field: "phone" });
    }
  });

  test("[CUS-13] a deleted customer is gone from every list, stays in the books, and may come again", async () => {
    const order = { name: "Juma", phone: "0711000003" };
    const { customerId } = (await call("POST", "/customers", order)).body;
    await call("POST", "/credits", { phone: order.phone, amountCents: 5000 });
    expect((await call("DELETE", `/customers/${customerId}`)).status).toBe(204);
    expect((await call("GET", `/customers/${customerId}`)).status).toBe(404);
    expect((await call("GET", "/customers?phone=0711000003")).body.items).toEqual([]);
    expect((await call("GET", "/credits?phone=0711000003")).body).toMatchObject({ balanceCents: 5000 });
    const kept = await hub
      .database()
      .asProvider(providerId, (tx) =>
        tx
          .selectFrom("customers")
          .select(["name", "active", "deletedAtMs"])
          .where("customerId", "=", customerId)
          .executeTakeFirst(),
      );
    expect(kept).toMatchObject({ active: false, deletedAtMs: expect.any(Number) });
    const back = await call("POST", "/customers", order);
    expect([back.status, back.body.customerId === customerId]).toEqual([201, false]);
  });

  test("[CUS-10] [MSG-03] what a customer was told is listed by their phone; what failed is sent again", async () => {
    isRefusing = true;
    await call("POST", "/messages", { phone: "0711000004", text: "The mast is repaired." });
    await call("POST", "/messages", { phone: "0711000005", text: "For somebody else." });
    const messages = async () => (await call("GET", "/messages?phone=0711000004")).body.items;
    await vi.waitFor(
      async () => expect(await messages()).toMatchObject([{ state: "failed", problem: "1003 Invalid mobile" }]),
      patience,
    );
    isRefusing = false;
    const [{ id }] = await messages();
    expect((await call("POST", `/messages/${id}/resend`)).body).toEqual({ queued: true });
    await vi.waitFor(
      async () => expect(await messages()).toMatchObject([{ id, state: "accepted", tries: 2 }]),
      patience,
    );
    expect(sent.filter(({ mobile }) => mobile === "254711000004").map(({ message }) => message)).toEqual([
      "The mast is repaired.",
      "The mast is repaired.",
    ]);
  });

  test("[VOU-06] [BEY-22] a voucher's code is sent by SMS, and again; its trace tells who used it where, in order", async () => {
    const { site } = (await call("POST", "/sites", { name: "Market square" })).body;
    const { planId } = (await call("POST", "/plans", { name: "1 hour", priceCents: 2000, terms: {} })).body;
    const { batchId } = (await call("POST", "/vouchers/batches", { planId, quantity: 2, siteId: site.siteId })).body;
    const voucherId = `${batchId}.1`;
    const { code } = (await call("GET", `/vouchers/${voucherId}`)).body;
    for (let time = 0; time < 2; time++)
      expect((await call("POST", `/vouchers/${voucherId}/send`, { phone: "0711000006" })).status).toBe(202);
    const texts = () => sent.filter(({ mobile }) => mobile === "254711000006").map(({ message }) => message);
    await vi.waitFor(() => expect(texts()).toHaveLength(2), patience);
    expect(new Set(texts())).toEqual(
      new Set([
        `Mwangaza: your code for 1 hour is ${code.slice(0, 5)}-${code.slice(5)}. Join the Wi-Fi and type it on the log-in page.`,
      ]),
    );
    await use({ batchId, serial: 1, siteId: site.siteId });
    await call("POST", `/vouchers/${batchId}.0/disable`);
    const steps = async (serial: number) => (await call("GET", `/vouchers/${batchId}.${serial}/trace`)).body.items;
    const place = { siteId: site.siteId, siteName: "Market square" };
    expect(await steps(1)).toMatchObject([
      { what: "made", detail: "1 hour" },
      ...Array(2).fill({
        what: "sent",
        phone: expect.stringMatching(/^2547\*+006$/),
        state: expect.stringMatching(/^(accepted|delivered)$/),
      }),
      { what: "started", ...place, untilMs: laterMs + 3_600_000 },
      { what: "session", ...place, detail: "AA:BB:CC:DD:EE:01", usedBytes: 30, untilMs: laterMs + 60_000 },
    ]);
    expect((await steps(0)).map(({ what }: { what: string }) => what)).toEqual(["made", "disabled"]);
    const refused = await call("POST", `/vouchers/${batchId}.0/send`, { phone: "0711000006" });
    expect([refused.status, refused.body.code]).toEqual([409, "voucher-over"]);
    expect((await call("GET", `/vouchers/${batchId}.7/trace`)).status).toBe(404);
  });

  const laterMs = Date.now() + 3_600_000;

  /** As the site's journal tells it. */
  async function use({ batchId, serial, siteId }: { batchId: string; serial: number; siteId: string }) {
    const ids = { providerId, siteId, grantId: `v.${batchId}.${serial}` };
    const said = { epoch: "e", receivedAtMs: laterMs };
    await hub.database().asProvider(providerId, async (tx) => {
      await tx
        .insertInto("voucher_redemptions")
        .values({ ...ids, batchId, serial, epoch: "e", seq: 1 })
        .execute();
      await tx
        .insertInto("grant_starts")
        .values({
          ...ids,
          ...said,
          seq: 1,
          origin: "voucher",
          planName: "1 hour",
          startedAtMs: laterMs,
          endsAtMs: laterMs + 3_600_000,
          validUntilMs: null,
        })
        .execute();
      await tx
        .insertInto("sessions")
        .values({
          ...ids,
          sessionKey: "s1",
          username: "code",
          mac: "AA:BB:CC:DD:EE:01",
          receivedAtMs: laterMs,
          startedAtMs: laterMs,
          stoppedAtMs: laterMs + 60_000,
          inputBytes: 10,
          outputBytes: 20,
        })
        .execute();
    });
  }
});

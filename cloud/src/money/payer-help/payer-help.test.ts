/** What staff do for the customer of a payment, over HTTP. */

import { expect, test } from "vitest";
import type { Party } from "../../ground/amounts/parties.ts";
import { hubSuite, ownerPassword } from "../../test-hub.ts";

hubSuite("after a sale", (hub) => {
  let keys = 0;

  async function openShop(name: string) {
    const { token, providerId } = await hub.makeProvider(name);
    const as = (who: string) => (path: string, body: object | null) =>
      hub.call("POST", path, { token: who, body, headers: { "Idempotency-Key": `key-${++keys}` } });
    const post = as(token);
    const { siteId } = (await post("/api/v1/sites", { name: "Kiosk" })).body.site;
    const plan = { name: "1 hour", priceCents: 2000, terms: { validitySeconds: 3600 } };
    const { planId } = (await post("/api/v1/plans", plan)).body;
    const sell = async (seller = post) => {
      const order = { siteId, planId, phone: "0722000333", pay: "cash" };
      return (await seller("/api/v1/payments/purchase", order)).body.payment;
    };
    const addSender = () =>
      post("/api/v1/message-senders", { kind: "africastalking", name: "AT", username: "sandbox", apiKey: "the-key" });
    const messages = async () => (await hub.call("GET", "/api/v1/messages", { token })).body.items;
    const get = async (path: string) => hub.call("GET", path, { token });
    return { token, providerId, post, as, sell, addSender, messages, get };
  }

  test("a counter sale knows its seller, site and code; the code is sent again, and not twice for one key", async () => {
    const { token, post, sell, addSender, messages, get } = await openShop("Again");
    const sold = await sell();
    expect(sold).toMatchObject({ soldBy: expect.any(String), siteName: "Kiosk", channelKind: "cash" });
    const path = `/api/v1/payments/${sold.id}/send`;
    expect(await post(path, {})).toMatchObject({ status: 409, body: { code: "no-sender" } });
    expect((await addSender()).status).toBe(201);
    expect(await post(path, {})).toMatchObject({ status: 202, body: { queued: true, code: sold.code } });
    const again = { token, body: { phone: "0733000444" }, headers: { "Idempotency-Key": "the-same" } };
    await hub.call("POST", path, again);
    await hub.call("POST", path, again);
    expect((await messages()).map(({ to }: { to: string }) => to)).toHaveLength(2);
    expect((await post(`/api/v1/payments/${sold.id}/code`, null)).body).toEqual({ code: sold.code });
    const { items } = (await get("/api/v1/audit?limit=50")).body;
    expect(JSON.stringify(items)).toContain("/api/v1/payments/{id}/send");
  });

  test("a seller sends the codes of their own sales again, to the phone that bought, and no other", async () => {
    const { token, as, post, sell, addSender } = await openShop("Sellers");
    const call = (method: string, path: string, body: object) => hub.call(method, path, { token, body });
    await addSender();
    const email = `seller-${++keys}@shop.test`;
    const user = { name: "Sela", email, password: ownerPassword, role: "seller" };
    const { userId } = (await post("/api/v1/users", user)).body;
    await call("PUT", `/api/v1/floats/${userId}/limit`, { creditLimitCents: 5000 });
    const seller = as(await hub.logIn(email, ownerPassword));
    const foreign = await sell();
    expect(await seller(`/api/v1/payments/${foreign.id}/send`, {})).toMatchObject({ status: 403 });
    const own = await sell(seller);
    const path = `/api/v1/payments/${own.id}/send`;
    expect((await seller(path, {})).status).toBe(202);
    expect((await seller(path, { phone: "0733000444" })).status).toBe(403);
  });

  test("[PAY-18] the code of a counter sale stands on no receipt, and who reads payments and books alone never sees it", async () => {
    const { token, as, post, sell, get } = await openShop("Codes");
    const sold = await sell();
    expect(sold.code).toMatch(/^[2-9B-DF-HJKMNP-TV-Z]{8}$/);
    expect([sold.reference, sold.receipt]).not.toContain(sold.code);
    expect((await get(`/api/v1/payments/${sold.id}`)).body.code).toBe(sold.code);
    const permissions = ["payments.read", "ledger.read", "provider.read"];
    const { role } = (await post("/api/v1/roles", { name: "Books", permissions })).body;
    const email = `books-${++keys}@shop.test`;
    await post("/api/v1/users", { name: "Baraka", email, password: ownerPassword, role });
    const reader = await hub.logIn(email, ownerPassword);
    for (const path of [
      "/api/v1/payments",
      `/api/v1/payments/${sold.id}`,
      "/api/v1/payments/export",
      "/api/v1/ledger/entries",
      "/api/v1/ledger/export",
      "/api/v1/receipts",
      `/api/v1/search?q=${sold.reference}`,
    ]) {
      const answer = await hub.call("GET", path, { token: reader });
      expect([path, answer.status, answer.text.includes(sold.code)]).toEqual([path, 200, false]);
      if (/export/.test(path)) expect((await hub.call("GET", path, { token })).text).not.toContain(sold.code);
    }
    expect((await hub.call("GET", `/api/v1/payments/${sold.id}`, { token: reader })).body).toMatchObject({
      code: null,
      codeEnd: sold.code.slice(-4),
    });
    expect((await as(reader)(`/api/v1/payments/${sold.id}/code`, null)).status).toBe(403);
    // Who has the code in hand finds its sale.
    expect((await get(`/api/v1/search?q=${sold.code.toLowerCase()}`)).body.items).toEqual([
      expect.objectContaining({ kind: "payment", id: sold.id, isExact: true }),
    ]);
  });

  test("[MSG-03] no choice of Idempotency-Key walks around the limit: a prefix of an earlier key is another request", async () => {
    const { token, sell, addSender, messages } = await openShop("Prefixes");
    await addSender();
    const sold = await sell();
    const before = (await messages()).length;
    const send = (key: string) =>
      hub.call("POST", `/api/v1/payments/${sold.id}/send`, {
        token,
        body: {},
        headers: { "Idempotency-Key": key },
      });
    expect((await send("a/b/c/d/e/f/g/h")).status).toBe(202);
    for (const key of ["a/b/c/d/e/f/g", "a/b/c/d/e/f", "a/b/c/d/e", "a/b/c/d"])
      expect((await send(key)).status).toBe(202);
    expect(await send("a/b/c")).toMatchObject({ status: 429, body: { code: "sent-too-often" } });
    expect((await messages()).length).toBe(before + 5);
  });

  test("[PAY-18] who may send messages and read no codes sends one, and is not told it", async () => {
    const { as, post, sell, addSender } = await openShop("Messengers");
    await addSender();
    const sold = await sell();
    const permissions = ["payments.sell", "payments.read", "messages.manage"];
    const { role } = (await post("/api/v1/roles", { name: "Messengers", permissions })).body;
    const email = `messenger-${++keys}@shop.test`;
    await post("/api/v1/users", { name: "Mosi", email, password: ownerPassword, role });
    const messenger = as(await hub.logIn(email, ownerPassword));
    const path = `/api/v1/payments/${sold.id}/send`;
    const sent = await messenger(path, {});
    expect([sent.status, sent.body]).toEqual([202, { queued: true, code: null }]);
    const elsewhere = await messenger(path, { phone: "0733000444" });
    expect(elsewhere.body, "it could be their own").toMatchObject({ status: 403, code: "codes-not-allowed" });
  });

  test("[PAY-18] [TEN-03] a sold code reaches nobody by a message, a new code or another phone who may not read it: not support access, no program", async () => {
    const { token, providerId, as, post, sell, addSender, messages } = await openShop("Doors");
    await addSender();
    const sold = await sell();
    const of = `/api/v1/payments/${sold.id}`;
    expect((await post(`${of}/send`, { phone: "0733000444" })).status).toBe(202);
    const [message] = await messages();
    const reads = async (who: string) => (await hub.call("GET", `/api/v1/messages/${message.id}`, { token: who })).text;
    expect(await reads(token)).toContain(sold.code);
    const asAdmin = await hub.adminToken();
    const visit = async (readOnly: boolean) => {
      const body = { reason: "they asked for help", readOnly };
      return (await hub.call("POST", `/api/v1/providers/${providerId}/impersonate`, { token: asAdmin, body })).body
        .token;
    };
    const scopes = ["messages.read", "messages.manage", "payments.sell", "payments.read"];
    const wanted = { name: "till", scopes, password: ownerPassword };
    const other = { name: "Pendo", email: "pendo@doors.test", password: ownerPassword, role: "owner" };
    await post("/api/v1/users", other);
    const program = (await as(await hub.logIn(other.email, ownerPassword))("/api/v1/tokens", wanted)).body.token;
    const [looking, changing] = [await visit(true), await visit(false)];
    const notAllowed = { status: 403, code: "codes-not-allowed" };
    for (const who of [changing, program]) {
      expect(JSON.parse(await reads(who))).toMatchObject(notAllowed);
      expect((await as(who)(`${of}/send`, { phone: "0733000444" })).body).toMatchObject(notAllowed);
      expect((await as(who)(`${of}/send`, {})).body).toEqual({ queued: true, code: null });
    }
    expect((await as(changing)(`${of}/code`, null)).body).toMatchObject(notAllowed);
    expect((await as(program)(`${of}/code`, null)).status).toBe(403);
    expect(await reads(looking)).not.toContain(sold.code);
    for (const path of ["code", "send"])
      expect((await as(looking)(`${of}/${path}`, path === "code" ? null : {})).status).toBe(403);
  });

  test("a code is sent again five times a day at most for a sale, and two hundred times an hour in all; the answer says so", async () => {
    const { token, providerId, post, sell, addSender, messages } = await openShop("Often");
    await addSender();
    const sold = await sell();
    const path = `/api/v1/payments/${sold.id}/send`;
    const first = { token, body: { phone: "0733000444" }, headers: { "Idempotency-Key": "the-first" } };
    expect((await hub.call("POST", path, first)).status).toBe(202);
    for (let sent = 1; sent < 5; sent++) expect((await post(path, {})).status).toBe(202);
    const before = (await messages()).length;
    const refused = await post(path, {});
    expect(refused).toMatchObject({ status: 429, body: { code: "sent-too-often" } });
    expect(refused.body.detail).toContain("5 times in 24 hours");
    // The first request repeated is no further message.
    expect((await hub.call("POST", path, first)).status).toBe(202);
    expect((await messages()).length).toBe(before);
    const nowMs = hub.world.clock.wall().atMs;
    await hub.database().asProvider(providerId, async (tx) => {
      const sealed = Buffer.from("x");
      const rows = Array.from({ length: 200 }, (_, index) => ({
        providerId,
        messageId: `m${index}`,
        template: "paid",
        state: "accepted" as const,
        ...{
          eventKey: `payment/p${index}/again/k/paid/h`,
          toSealed: sealed,
          toHash: "h" as Party,
          toMasked: "07",
        },
        textSealed: sealed,
        senderId: null,
        remoteId: null,
        problem: null,
        createdAtMs: nowMs,
        changedAtMs: nowMs,
      }));
      await tx.insertInto("messages").values(rows).execute();
    });
    const other = await sell();
    const full = await post(`/api/v1/payments/${other.id}/send`, {});
    expect(full).toMatchObject({ status: 429, body: { code: "sent-too-often" } });
    expect(full.body.detail).toContain("200 codes in an hour");
  });

  test("what can't be done has a name: no site, nothing left, no payment", async () => {
    const { post, sell, get } = await openShop("Names");
    const sold = await sell();
    const devices = `/api/v1/payments/${sold.id}/devices`;
    expect(await post(devices, { mac: "aa-bb-cc-dd-ee-01" })).toMatchObject({
      status: 503,
      body: { code: "site-away" },
    });
    expect(await get(devices)).toMatchObject({ status: 503, body: { code: "site-away" } });
    expect(await post(devices, { mac: "phone" })).toMatchObject({ status: 400, body: { field: "mac" } });
    const refund = { paymentId: sold.id, method: "cash", reason: "does not want it", revoke: true };
    expect((await post("/api/v1/refunds", refund)).status).toBeLessThan(300);
    for (const [path, body] of [
      ["code", null],
      ["send", {}],
      ["devices", { mac: "AA:BB:CC:DD:EE:01" }],
    ] as const)
      expect(await post(`/api/v1/payments/${sold.id}/${path}`, body)).toMatchObject({
        status: 409,
        body: { code: "grant-revoked" },
      });
    expect((await get(devices)).body).toEqual({ problem: "grant-revoked", devices: null });
    expect((await post("/api/v1/payments/none/code", null)).status).toBe(404);
  });
});

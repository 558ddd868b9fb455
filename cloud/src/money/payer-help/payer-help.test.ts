/** What staff do for the customer of a payment, over HTTP. */

import { expect, test } from "vitest";
import type { Party } from "../../ground/amounts/parties.ts";
import { keyedAskerOf } from "../../test-asking.ts";
import { hubSuite, ownerPassword } from "../../test-hub.ts";
import { openKiosk } from "../../test-kiosk.ts";

hubSuite("after a sale", (hub) => {
  async function openShop(name: string) {
    const kiosk = await openKiosk(hub, name);
    const sender = { kind: "africastalking", name: "AT", username: "sandbox", apiKey: "the-key" };
    return {
      ...kiosk,
      sell: async (by?: string) => (await kiosk.sell({ phone: "0722000333", pay: "cash" }, by)).body.payment,
      addSender: () => kiosk.post("/message-senders", sender),
      messages: async () => (await kiosk.read("/messages")).items,
      /** Posts with this key. */
      keyed: (path: string, body: object, key: string) => keyedAskerOf(hub, () => kiosk.token)("POST", path, body, key),
    };
  }

  test("a counter sale knows its seller, site and code; the code is sent again, and not twice for one key", async () => {
    const { keyed, post, sell, addSender, messages, read } = await openShop("Again");
    const sold = await sell();
    expect(sold).toMatchObject({ soldBy: expect.any(String), siteName: "Kiosk", channelKind: "cash" });
    const path = `/payments/${sold.id}/send`;
    expect(await post(path, {})).toMatchObject({ status: 409, body: { code: "no-sender" } });
    expect((await addSender()).status).toBe(201);
    expect(await post(path, {})).toMatchObject({ status: 202, body: { queued: true, code: sold.code } });
    await keyed(path, { phone: "0733000444" }, "the-same");
    await keyed(path, { phone: "0733000444" }, "the-same");
    expect((await messages()).map(({ to }: { to: string }) => to)).toHaveLength(2);
    expect((await post(`/payments/${sold.id}/code`, null)).body).toEqual({ code: sold.code });
    const { items } = await read("/audit?limit=50");
    expect(JSON.stringify(items)).toContain("/api/v1/payments/{id}/send");
  });

  test("a seller sends the codes of their own sales again, to the phone that bought, and no other", async () => {
    const { ask, post, hire, sell, addSender } = await openShop("Sellers");
    await addSender();
    const { userId, token: seller } = await hire("seller", "Sela");
    await ask("PUT", `/floats/${userId}/limit`, { creditLimitCents: 5000 });
    const foreign = await sell();
    expect(await post(`/payments/${foreign.id}/send`, {}, seller)).toMatchObject({ status: 403 });
    const own = await sell(seller);
    const path = `/payments/${own.id}/send`;
    expect((await post(path, {}, seller)).status).toBe(202);
    expect((await post(path, { phone: "0733000444" }, seller)).status).toBe(403);
  });

  test("[PAY-18] the code of a counter sale stands on no receipt, and who reads payments and books alone never sees it", async () => {
    const { post, sell, get, read, hireFor } = await openShop("Codes");
    const sold = await sell();
    expect(sold.code).toMatch(/^[2-9B-DF-HJKMNP-TV-Z]{8}$/);
    expect([sold.reference, sold.receipt]).not.toContain(sold.code);
    expect((await get(`/payments/${sold.id}`)).body.code).toBe(sold.code);
    const { token: reader } = await hireFor(["payments.read", "ledger.read", "provider.read"]);
    for (const path of [
      "/payments",
      `/payments/${sold.id}`,
      "/payments/export",
      "/ledger/entries",
      "/ledger/export",
      "/receipts",
      `/search?q=${sold.reference}`,
    ]) {
      const answer = await get(path, reader);
      expect([path, answer.status, answer.text.includes(sold.code)]).toEqual([path, 200, false]);
      if (/export/.test(path)) expect((await get(path)).text).not.toContain(sold.code);
    }
    const codeEnd = sold.code.slice(-4);
    expect(await read(`/payments/${sold.id}`, reader)).toMatchObject({ code: null, codeEnd });
    expect((await post(`/payments/${sold.id}/code`, null, reader)).status).toBe(403);
    // Who has the code in hand finds its sale; a code that looks like a phone number is offered as one, too.
    expect((await get(`/search?q=${sold.code.toLowerCase()}`)).body.items).toContainEqual(
      expect.objectContaining({ kind: "payment", id: sold.id, isExact: true }),
    );
  });

  test("[MSG-03] no choice of Idempotency-Key walks around the limit: a prefix of an earlier key is another request", async () => {
    const { keyed, sell, addSender, messages } = await openShop("Prefixes");
    await addSender();
    const sold = await sell();
    const before = (await messages()).length;
    const send = (key: string) => keyed(`/payments/${sold.id}/send`, {}, key);
    expect((await send("a/b/c/d/e/f/g/h")).status).toBe(202);
    for (const key of ["a/b/c/d/e/f/g", "a/b/c/d/e/f", "a/b/c/d/e", "a/b/c/d"])
      expect((await send(key)).status).toBe(202);
    expect(await send("a/b/c")).toMatchObject({ status: 429, body: { code: "sent-too-often" } });
    expect((await messages()).length).toBe(before + 5);
  });

  test("[PAY-18] who may send messages and read no codes sends one, and is not told it", async () => {
    const { post, sell, addSender, hireFor } = await openShop("Messengers");
    await addSender();
    const sold = await sell();
    const { token: messenger } = await hireFor(["payments.sell", "payments.read", "messages.manage"]);
    const path = `/payments/${sold.id}/send`;
    const sent = await post(path, {}, messenger);
    expect([sent.status, sent.body]).toEqual([202, { queued: true, code: null }]);
    const elsewhere = await post(path, { phone: "0733000444" }, messenger);
    expect(elsewhere.body, "it could be their own").toMatchObject({ status: 403, code: "codes-not-allowed" });
  });

  test("[PAY-18] [TEN-03] a sold code reaches nobody by a message, a new code or another phone who may not read it: not support access, no program", async () => {
    const { token, providerId, get, post, hire, sell, addSender, messages } = await openShop("Doors");
    await addSender();
    const sold = await sell();
    const of = `/payments/${sold.id}`;
    expect((await post(`${of}/send`, { phone: "0733000444" })).status).toBe(202);
    const [message] = await messages();
    const reads = async (who: string) => (await get(`/messages/${message.id}`, who)).text;
    expect(await reads(token)).toContain(sold.code);
    const asAdmin = await hub.adminToken();
    const visit = async (readOnly: boolean) => {
      const why = { reason: "they asked for help", readOnly };
      return (await post(`/providers/${providerId}/impersonate`, why, asAdmin)).body.token;
    };
    const scopes = ["messages.read", "messages.manage", "payments.sell", "payments.read"];
    const wanted = { name: "till", scopes, password: ownerPassword };
    const program = (await post("/tokens", wanted, (await hire("owner", "Pendo")).token)).body.token;
    const [looking, changing] = [await visit(true), await visit(false)];
    const notAllowed = { status: 403, code: "codes-not-allowed" };
    for (const who of [changing, program]) {
      expect(JSON.parse(await reads(who))).toMatchObject(notAllowed);
      expect((await post(`${of}/send`, { phone: "0733000444" }, who)).body).toMatchObject(notAllowed);
      expect((await post(`${of}/send`, {}, who)).body).toEqual({ queued: true, code: null });
    }
    expect((await post(`${of}/code`, null, changing)).body).toMatchObject(notAllowed);
    expect((await post(`${of}/code`, null, program)).status).toBe(403);
    expect(await reads(looking)).not.toContain(sold.code);
    for (const path of ["code", "send"])
      expect((await post(`${of}/${path}`, path === "code" ? null : {}, looking)).status).toBe(403);
  });

  test("a code is sent again five times a day at most for a sale, and two hundred times an hour in all; the answer says so", async () => {
    const { providerId, keyed, post, sell, addSender, messages } = await openShop("Often");
    await addSender();
    const sold = await sell();
    const path = `/payments/${sold.id}/send`;
    const first = () => keyed(path, { phone: "0733000444" }, "the-first");
    expect((await first()).status).toBe(202);
    const atOnce = await Promise.all(Array.from({ length: 8 }, () => post(path, {})));
    expect(atOnce.map(({ status }) => status).sort()).toEqual([202, 202, 202, 202, 429, 429, 429, 429]);
    const before = (await messages()).length;
    const refused = await post(path, {});
    expect(refused).toMatchObject({ status: 429, body: { code: "sent-too-often" } });
    expect(refused.body.detail).toContain("5 times in 24 hours");
    // The first request repeated is no further message.
    expect((await first()).status).toBe(202);
    expect((await messages()).length).toBe(before);
    const nowMs = hub.world.clock.wall().atMs;
    await hub.database().asProvider(providerId, async (tx) => {
      const sealed = Buffer.from("x");
      const rows = Array.from({ length: 193 }, (_, index) => ({
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
    const others = [await sell(), await sell(), await sell(), await sell()];
    const last = await Promise.all(others.map(({ id }) => post(`/payments/${id}/send`, {})));
    expect(last.map(({ status }) => status).sort(), "the last two of them, of those who ask at once").toEqual([
      ...[202, 202, 429, 429],
    ]);
    const full = last.find(({ status }) => status === 429) as (typeof last)[0];
    expect(full).toMatchObject({ status: 429, body: { code: "sent-too-often" } });
    expect(full.body.detail).toContain("200 codes in an hour");
  });

  test("what can't be done has a name: no site, nothing left, no payment", async () => {
    const { post, sell, get } = await openShop("Names");
    const sold = await sell();
    const devices = `/payments/${sold.id}/devices`;
    expect(await post(devices, { mac: "aa-bb-cc-dd-ee-01" })).toMatchObject({
      status: 503,
      body: { code: "site-away" },
    });
    expect(await get(devices)).toMatchObject({ status: 503, body: { code: "site-away" } });
    expect(await post(devices, { mac: "phone" })).toMatchObject({ status: 400, body: { field: "mac" } });
    const refund = { paymentId: sold.id, method: "cash", reason: "does not want it", revoke: true };
    expect((await post("/refunds", refund)).status).toBeLessThan(300);
    for (const [path, body] of [
      ["code", null],
      ["send", {}],
      ["devices", { mac: "AA:BB:CC:DD:EE:01" }],
    ] as const)
      expect(await post(`/payments/${sold.id}/${path}`, body)).toMatchObject({
        status: 409,
        body: { code: "grant-revoked" },
      });
    expect((await get(devices)).body).toEqual({ problem: "grant-revoked", devices: null });
    expect((await post("/payments/none/code", null)).status).toBe(404);
  });
});

import { generateKeyPairSync } from "node:crypto";
import { longTest } from "@karibu/protocol/test-long-run";
import { expect, test, vi } from "vitest";
import { engineSuite } from "../../ground/db/test-databases.ts";
import { sendToOutbox } from "../../ground/jobs/outbox.ts";
import { keysAccepted, ownerPassword, useHub } from "../../test-hub.ts";

const keys = { passkey: "the-passkey", consumerKey: "the-consumer-key", consumerSecret: "the-consumer-secret" };
const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const certificate = publicKey.export({ type: "spki", format: "pem" }) as string;
const patience = { timeout: 60_000, interval: 50 };
const channel = { kind: "mpesa-paybill", shortcode: "600123", environment: "sandbox", ...keys };

engineSuite("the API of payments", (engine) => {
  /** Whether Daraja can be reached. */
  let isAway = false;
  const hub = useHub(engine, {
    http: async (request) => {
      if (isAway) throw new Error("nobody answers");
      return keysAccepted(request);
    },
  });

  async function makeShop(name: string) {
    isAway = false;
    const { token, providerId } = await hub.makeProvider(name);
    const site = await hub.call("POST", "/api/v1/sites", { token, body: { name: "Kiosk" } });
    const plans = await hub.call("GET", "/api/v1/plans", { token });
    const plan = plans.body.items.find((each: { priceCents: number }) => each.priceCents > 0);
    return {
      token,
      providerId,
      siteId: site.body.site.siteId as string,
      planId: plan.planId as string,
      priceCents: plan.priceCents,
    };
  }

  test("[PAY-17] a channel's keys go in and never come out; it can be renamed and switched off", async () => {
    const { token } = await makeShop("Keys");
    const made = await hub.call("POST", "/api/v1/channels", { token, body: channel });
    expect(made).toMatchObject({ status: 201, body: { kind: "mpesa-paybill", shortcode: "600123", active: true } });
    const path = `/api/v1/channels/${made.body.id}`;
    const off = await hub.call("PATCH", path, { token, body: { active: false, name: "Front desk" } });
    expect(off.body).toMatchObject({ active: false, name: "Front desk" });
    const listed = await hub.call("GET", "/api/v1/channels", { token });
    expect(listed.body.items).toHaveLength(1);
    const one = await hub.call("GET", path, { token });
    for (const { text } of [made, off, listed, one]) {
      for (const key of Object.values(keys)) expect(text).not.toContain(key);
    }
  });

  test("the channel that a site sells through is told as it was chosen, and put back", async () => {
    const { token, siteId } = await makeShop("Chosen");
    const made = await hub.call("POST", "/api/v1/channels", { token, body: channel });
    const path = `/api/v1/sites/${siteId}/channel`;
    expect((await hub.call("GET", path, { token })).body).toEqual({ channelId: null });
    await hub.call("PUT", path, { token, body: { channelId: made.body.id } });
    const chosen = await hub.call("GET", path, { token });
    expect(chosen.body).toEqual({ channelId: made.body.id });
    await hub.call("PUT", path, { token, body: { channelId: null } });
    const headers = { "If-Match": chosen.headers.get("etag") as string };
    expect((await hub.call("PUT", path, { token, headers, body: { channelId: null } })).status).toBe(412);
    expect((await hub.call("GET", path, { token })).body).toEqual({ channelId: null });
    expect((await hub.call("GET", "/api/v1/sites/none/channel", { token })).status).toBe(404);
  });

  test("[PAY-17] a site is told how its customers pay: by phone, or on the page of the channel that was chosen for it", async () => {
    const { token, siteId, providerId } = await makeShop("Pages");
    const paysBy = async () => {
      const row = await hub
        .database()
        .asProvider(providerId, (tx) =>
          tx.selectFrom("feed_rows").select("body").where("kind", "=", "site").executeTakeFirstOrThrow(),
        );
      return (row.body as unknown as { paysBy: string }).paysBy;
    };
    const choose = (channelId: string | null) =>
      hub.call("PUT", `/api/v1/sites/${siteId}/channel`, { token, body: { channelId } });
    const stripe = { kind: "stripe", environment: "sandbox", secretKey: "sk_test_1", webhookSecret: "whsec_1" };
    const made = await hub.call("POST", "/api/v1/channels", { token, body: stripe });
    expect(await paysBy()).toBe("page");
    await hub.call("POST", "/api/v1/channels", { token, body: channel });
    expect(await paysBy()).toBe("phone"); // the newest sells
    await choose(made.body.id);
    expect(await paysBy()).toBe("page");
    await choose(null);
    expect(await paysBy()).toBe("phone");
  });

  test("[PAY-17] a site is told the ways to pay, one for each wallet, and a purchase goes by the one that the customer chose", async () => {
    const { token, siteId, providerId, planId } = await makeShop("Wallets");
    const siteRow = async () => {
      const row = await hub
        .database()
        .asProvider(providerId, (tx) =>
          tx.selectFrom("feed_rows").select("body").where("kind", "=", "site").executeTakeFirstOrThrow(),
        );
      return row.body as unknown as { channels: { channelId: string; name: string; paysBy: string }[] };
    };
    const stripe = { kind: "stripe", environment: "sandbox", secretKey: "sk_test_1", webhookSecret: "whsec_1" };
    const cards = (await hub.call("POST", "/api/v1/channels", { token, body: stripe })).body.id;
    const older = (await hub.call("POST", "/api/v1/channels", { token, body: channel })).body.id;
    const second = { ...channel, name: "Second paybill", shortcode: "600777" };
    const mpesa = (await hub.call("POST", "/api/v1/channels", { token, body: second })).body.id;
    expect((await siteRow()).channels).toEqual([
      { channelId: mpesa, name: "M-Pesa", paysBy: "phone" },
      { channelId: cards, name: "Card", paysBy: "page" },
    ]);
    const startPurchase = hub.hub().money.rpcHandlers.find(({ method }) => method === "start-purchase");
    let count = 0;
    const buy = async (channelId?: string) => {
      const params = {
        idempotencyKey: `chosen-${++count}`,
        planId,
        phone: `071234500${count}`,
        ...(channelId === undefined ? {} : { channelId }),
      };
      const answer = (await startPurchase?.answer({ providerId, siteId }, params, new AbortController().signal)) as {
        kind: string;
        purchaseId: string;
      };
      if (answer.kind === "refused") return answer;
      const { body } = await hub.call("GET", `/api/v1/payments/${answer.purchaseId}`, { token });
      return body.payment?.channelId ?? body.channelId;
    };
    expect(await buy()).toBe(mpesa); // an older agent
    expect(await buy(cards)).toBe(cards);
    expect(await buy(older)).toEqual({ kind: "refused", reason: "no-channel" });
    await hub.call("PUT", `/api/v1/sites/${siteId}/channel`, { token, body: { channelId: cards } });
    expect((await siteRow()).channels.map(({ channelId }) => channelId)).toEqual([cards]);
    expect(await buy(mpesa)).toEqual({ kind: "refused", reason: "no-channel" });
  });

  test("checking a channel's keys says what is wrong", async () => {
    const { token } = await makeShop("Check");
    isAway = true;
    const made = await hub.call("POST", "/api/v1/channels", { token, body: channel });
    const checked = await hub.call("POST", `/api/v1/channels/${made.body.id}/check`, { token });
    expect(checked).toMatchObject({ status: 200, body: { ok: false, message: expect.stringContaining("token") } });
  });

  test.each([
    ["shortcode", { ...channel, shortcode: "12" }],
    ["environment", { ...channel, environment: "moon" }],
    ["passkey", { ...channel, passkey: "" }],
    ["kind", { ...channel, kind: "gold" }],
  ])("a channel with a bad %s is refused by that name", async (field, body) => {
    const { token } = await makeShop(`Bad-${field}`);
    expect(await hub.call("POST", "/api/v1/channels", { token, body })).toMatchObject({
      status: 400,
      body: { field },
    });
  });

  test("a purchase without a channel, for an unknown site, plan or phone is refused by name", async () => {
    const { token, siteId, planId } = await makeShop("Refusals");
    const buy = (changes: object) =>
      hub.call("POST", "/api/v1/payments/purchase", {
        token,
        body: { siteId, planId, phone: "0712345678", ...changes },
        headers: { "idempotency-key": JSON.stringify(changes) },
      });
    expect(await buy({})).toMatchObject({ status: 422, body: { code: "no-channel" } });
    await hub.call("POST", "/api/v1/channels", { token, body: channel });
    expect(await buy({ phone: "12" })).toMatchObject({ status: 400, body: { field: "phone" } });
    expect(await buy({ planId: "none" })).toMatchObject({ status: 404, body: { field: "planId" } });
    expect(await buy({ siteId: "none" })).toMatchObject({ status: 404, body: { field: "siteId" } });
    expect(await buy({ siteId: 5 })).toMatchObject({ status: 400, body: { field: "siteId" } });
  });

  test("[PAY-18] payments are listed, filtered and viewed with their evidence; another provider sees none", async () => {
    const { token, siteId, planId, priceCents } = await makeShop("Lists");
    await hub.call("POST", "/api/v1/channels", { token, body: channel });
    const buy = (phone: string, key: string) =>
      hub.call("POST", "/api/v1/payments/purchase", {
        token,
        body: { siteId, planId, phone },
        headers: { "idempotency-key": key },
      });
    // Daraja is out of reach, so nothing was sent: that is known to be a failure.
    isAway = true;
    const first = await buy("0712345678", "once");
    expect(first).toMatchObject({ status: 201, body: { state: "failed", payment: { reason: "not-sent" } } });
    const again = await buy("0712345678", "once");
    expect(again.body.id).toBe(first.body.id);
    const second = await buy("0712345679", "twice");

    const page = await hub.call("GET", "/api/v1/payments?limit=1", { token });
    expect(page.body.items).toMatchObject([{ id: second.body.id, phone: "2547***679", amountCents: priceCents }]);
    const rest = await hub.call("GET", `/api/v1/payments?limit=1&cursor=${page.body.nextCursor}`, { token });
    expect(rest.body).toMatchObject({ items: [{ id: first.body.id }], nextCursor: null });
    expect((await hub.call("GET", "/api/v1/payments?state=paid", { token })).body.items).toEqual([]);
    expect((await hub.call("GET", "/api/v1/payments?review=true", { token })).body.items).toEqual([]);
    expect(await hub.call("GET", "/api/v1/payments?state=gone", { token })).toMatchObject({
      body: { field: "state" },
    });

    const one = await hub.call("GET", `/api/v1/payments/${first.body.id}`, { token });
    expect(one.body).toMatchObject({
      state: "failed",
      receipts: [],
      evidence: [{ source: "push-answer", state: "done", outcome: "failed: not-sent" }],
    });
    expect(one.body.phone, "an owner calls back who bought").toBe("254712345678");
    const manager = { email: "lists-manager@shop.test", name: "Mosi", role: "manager", password: ownerPassword };
    await hub.call("POST", "/api/v1/users", { token, body: manager });
    const shared = await hub.logIn(manager.email, ownerPassword);
    const theirs = await hub.call("GET", `/api/v1/payments/${first.body.id}`, { token: shared });
    expect(theirs.body.phone).toBe("2547***678");
    expect(theirs.text).not.toContain("254712345678");

    const verified = await hub.call("POST", `/api/v1/payments/${first.body.id}/verify`, { token });
    expect(verified).toMatchObject({ status: 200, body: { asked: false, payment: { id: first.body.id } } });

    const other = await makeShop("Other");
    expect((await hub.call("GET", "/api/v1/payments", other)).body.items).toEqual([]);
    expect((await hub.call("GET", `/api/v1/payments/${first.body.id}`, other)).status).toBe(404);
    expect((await hub.call("POST", `/api/v1/payments/${first.body.id}/verify`, other)).status).toBe(404);
  });

  longTest(
    "[PAY-08] the owner is told once by letter that an initiator's password runs out, and again for a new one",
    async () => {
      const { token, providerId } = await makeShop("Initiator");
      const initiator = { initiatorName: "karibu", initiatorPassword: "secret-1", certificate };
      const made = await hub.call("POST", "/api/v1/channels", { token, body: { ...channel, ...initiator } });
      expect(made.status).toBe(201);
      const letters = () =>
        hub.letters().filter(({ to, subject }) => to === "initiator@provider.test" && /M-Pesa password/.test(subject));
      const sweep = async () => {
        const swept = await hub
          .database()
          .asPlatform("sweep", (tx) =>
            sendToOutbox(hub.world)(tx, "payments.sweep", { at: hub.world.clock.wall().atMs }),
          );
        return swept;
      };
      const age = (days: number) =>
        hub.database().asProvider(providerId, (tx) =>
          tx
            .updateTable("channels")
            .set({ passwordSetAtMs: hub.world.clock.wall().atMs - days * 86_400_000 })
            .where("providerId", "=", providerId)
            .execute(),
        );
      await age(76);
      await sweep();
      await vi.waitFor(
        () => expect(letters()).toMatchObject([{ subject: expect.stringContaining("14 days") }]),
        patience,
      );
      await sweep();
      await age(90);
      await sweep();
      await vi.waitFor(() => expect(letters()).toHaveLength(2), patience);
      expect(letters()[1]?.subject).toContain("has run out");
    },
  );

  test("the ledger of a provider without income is empty", async () => {
    const { token } = await makeShop("Empty");
    for (const path of ["/api/v1/ledger/entries", "/api/v1/ledger/accounts"]) {
      expect(await hub.call("GET", path, { token })).toMatchObject({
        status: 200,
        body: { items: [], nextCursor: null },
      });
    }
  });
});

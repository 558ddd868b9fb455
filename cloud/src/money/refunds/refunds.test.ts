/** Refunds through the API, on both engines: what was given back ends, and what was used is worth what is left of it. */
import { sql } from "kysely";
import { describe, expect, test, vi } from "vitest";
import type { Tx } from "../../ground/db/database.ts";
import { isAbsent, oneEngine } from "../../ground/db/test-databases.ts";
import { useHub } from "../../test-hub.ts";

const hourMs = 3_600_000;

describe.each(oneEngine)("%s", (engine) => {
  describe.skipIf(isAbsent(engine))("refunds", () => {
    const hub = useHub(engine);
    let keys = 0;

    async function openShop(name: string) {
      const { token, providerId, ownerEmail } = await hub.makeProvider(name);
      const site = await hub.call("POST", "/api/v1/sites", { token, body: { name: "Kiosk" } });
      const siteId = site.body.site.siteId as string;
      const terms = { validitySeconds: 36_000 };
      const plan = await hub.call("POST", "/api/v1/plans", {
        token,
        body: { name: "Ten hours", priceCents: 5000, terms },
      });
      const planId = (plan.body.planId ?? plan.body.plan?.planId) as string;
      const post = (path: string, body: object = {}) =>
        hub.call("POST", path, { token, body, headers: { "idempotency-key": `key-${++keys}` } });
      const buy = async () =>
        (await post("/api/v1/payments/purchase", { siteId, planId, phone: "0712345678", pay: "cash" })).body
          .id as string;
      const refund = (body: object) => post("/api/v1/refunds", { method: "cash", reason: "did not work", ...body });
      const rules = (body: object) => hub.call("PATCH", "/api/v1/money-settings", { token, body });
      const inDatabase = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => hub.database().asProvider(providerId, work);
      /** What sites are told: the grant as its feed row has it. */
      const fedGrant = async (paymentId: string) => {
        const rows = (await inDatabase((tx) =>
          tx.selectFrom("feed_rows").select("body").where("kind", "=", "grant").execute(),
        )) as { body: { purchaseId: string; grant: { grantId: string; revokedAtMs: number | null } } }[];
        return rows.find(({ body }) => body.purchaseId === paymentId)?.body.grant;
      };
      /** As its site's journal would tell it. */
      const use = async (grantId: string, origin: string, forMs: number) => {
        const nowMs = hub.world.clock.wall().atMs;
        await inDatabase((tx) =>
          tx
            .insertInto("grant_starts")
            .values({
              provider_id: providerId,
              grant_id: grantId,
              site_id: siteId,
              origin,
              plan_name: "Ten hours",
              started_at_ms: nowMs - forMs,
              ends_at_ms: nowMs - forMs + 10 * hourMs,
              valid_until_ms: null,
              epoch: "e",
              seq: ++keys,
              received_at_ms: nowMs,
            } as never)
            .execute(),
        );
      };
      return { token, providerId, ownerEmail, siteId, planId, post, buy, refund, rules, inDatabase, fedGrant, use };
    }

    test("[PAY-15] an unused package: all of it is given back, once, and its site is told that it is over", async () => {
      const shop = await openShop("Unused");
      const paymentId = await shop.buy();
      expect((await shop.fedGrant(paymentId))?.revokedAtMs).toBeNull();
      expect(await shop.refund({ paymentId })).toMatchObject({
        status: 201,
        body: { state: "done", amountCents: 5000 },
      });
      expect((await shop.fedGrant(paymentId))?.revokedAtMs).toEqual(expect.any(Number));
      expect(await shop.refund({ paymentId })).toMatchObject({ status: 409, body: { code: "too-much" } });
    });

    // The embedded engine has one connection: there nobody else can hold anything.
    test.skipIf(engine === "embedded")(
      "[PAY-15] what can be refunded is read while others change the payment, the voucher and their refunds: a read waits for nobody",
      async () => {
        const shop = await openShop("Readers");
        const paymentId = await shop.buy();
        const options = (query: string) =>
          hub.call("GET", `/api/v1/refunds/options?${query}`, { token: shop.token }).then(({ status }) => status);
        const batch = (
          await shop.post("/api/v1/vouchers/batches", { planId: shop.planId, quantity: 1, siteId: shop.siteId })
        ).body.batchId as string;
        const vouchers = async () =>
          (await hub.call("GET", `/api/v1/vouchers?batchId=${batch}`, { token: shop.token })).body.items;
        await vi.waitFor(async () => expect(await vouchers()).toHaveLength(1), { timeout: 20_000 });
        const { voucherId } = (await vouchers())[0];
        const answered = await shop.inDatabase(async (tx) => {
          await sql`select from intents where intent_id = ${paymentId} for update`.execute(tx);
          await sql`select from receipts where intent_id = ${paymentId} for update`.execute(tx);
          await sql`select from voucher_batches where batch_id = ${batch} for update`.execute(tx);
          await sql`select pg_advisory_xact_lock(hashtextextended(${`voucher/${shop.providerId}/${voucherId}`}, 0))`.execute(
            tx,
          );
          return Promise.all([options(`paymentId=${paymentId}`), options(`voucherId=${voucherId}`)]);
        });
        expect(answered).toEqual([200, 200]);
      },
      60_000,
    );

    test("[PAY-15] a used package: its unused part, or nothing, or what a person says, as the provider rules", async () => {
      const shop = await openShop("Used");
      const paymentId = await shop.buy();
      await shop.use((await shop.fedGrant(paymentId))?.grantId ?? "", "purchase", 5 * hourMs);
      await shop.rules({ refundUsed: "refuse" });
      expect(await shop.refund({ paymentId })).toMatchObject({
        status: 409,
        body: { code: "used", field: "paymentId" },
      });
      expect((await shop.fedGrant(paymentId))?.revokedAtMs).toBeNull();
      await shop.rules({ refundUsed: "unused-part" });
      expect(await shop.refund({ paymentId, amountCents: 5000 })).toMatchObject({ body: { code: "too-much" } });
      expect(await shop.refund({ paymentId, revoke: false })).toMatchObject({ body: { code: "must-end" } });
      const half = await shop.refund({ paymentId });
      expect(half.status).toBe(201);
      expect([2400, 2500]).toContain(half.body.amountCents); // the seconds of this test may cost a shilling
      expect((await shop.fedGrant(paymentId))?.revokedAtMs).toEqual(expect.any(Number));
      // Asked for a second time, the unused part is not unused twice.
      expect(await shop.refund({ paymentId })).toMatchObject({ status: 409, body: { code: "used" } });
      expect(await shop.refund({ paymentId, amountCents: 100 })).toMatchObject({ status: 409 });
      const other = await shop.buy();
      await shop.use((await shop.fedGrant(other))?.grantId ?? "", "purchase", 9 * hourMs);
      await shop.rules({ refundUsed: "any" });
      expect(await shop.refund({ paymentId: other, revoke: false })).toMatchObject({ body: { amountCents: 5000 } });
      expect((await shop.fedGrant(other))?.revokedAtMs).toBeNull();
    });

    test("[PAY-15] two persons: nothing is sent and nothing ends before the second one says yes; no leaves all as it was", async () => {
      const shop = await openShop("Two");
      await shop.rules({ twoPersonRefunds: true });
      const email = "second@two.test";
      const password = "another-long-password";
      await shop.post("/api/v1/users", { email, name: "Second", role: "accountant", password });
      const second = await hub.logIn(email, password);
      const decide = (token: string, id: string, word: "approve" | "refuse") =>
        hub.call("POST", `/api/v1/refunds/${id}/${word}`, {
          token,
          headers: { "idempotency-key": `key-${++keys}` },
        });
      const paymentId = await shop.buy();
      const asked = await shop.refund({ paymentId });
      expect(asked).toMatchObject({ status: 201, body: { state: "asked" } });
      expect((await shop.fedGrant(paymentId))?.revokedAtMs).toBeNull();
      expect(await decide(shop.token, asked.body.id, "approve")).toMatchObject({ body: { code: "second-person" } });
      expect(await decide(second, asked.body.id, "refuse")).toMatchObject({ status: 200, body: { state: "refused" } });
      expect(await decide(second, asked.body.id, "approve")).toMatchObject({ status: 409, body: { code: "decided" } });
      expect((await shop.fedGrant(paymentId))?.revokedAtMs).toBeNull();
      const again = await shop.refund({ paymentId, amountCents: 5000 });
      // Used between the two: what was asked is more than what is left.
      await shop.use((await shop.fedGrant(paymentId))?.grantId ?? "", "purchase", 5 * hourMs);
      expect(await decide(second, again.body.id, "approve")).toMatchObject({ status: 409, body: { code: "too-much" } });
      await decide(shop.token, again.body.id, "refuse");
      const part = await shop.refund({ paymentId, amountCents: 2000 });
      expect(await decide(second, part.body.id, "approve")).toMatchObject({ status: 200, body: { state: "done" } });
      expect((await shop.fedGrant(paymentId))?.revokedAtMs).toEqual(expect.any(Number));
    });

    test("[PAY-15] two persons and all that is left of it: what is used until the second one says yes comes off", async () => {
      const shop = await openShop("Left");
      await shop.rules({ twoPersonRefunds: true });
      const password = "another-long-password";
      await shop.post("/api/v1/users", { email: "second@left.test", name: "Second", role: "accountant", password });
      const second = await hub.logIn("second@left.test", password);
      const paymentId = await shop.buy();
      const asked = await shop.refund({ paymentId });
      expect(asked).toMatchObject({ status: 201, body: { state: "asked", amountCents: 5000 } });
      await shop.use((await shop.fedGrant(paymentId))?.grantId ?? "", "purchase", 5 * hourMs);
      const agreed = await hub.call("POST", `/api/v1/refunds/${asked.body.id}/approve`, {
        token: second,
        headers: { "idempotency-key": "second" },
      });
      expect(agreed).toMatchObject({ status: 200, body: { state: "done" } });
      expect([2400, 2500]).toContain(agreed.body.amountCents);
      const { items } = (await hub.call("GET", "/api/v1/ledger/accounts", { token: shop.token })).body;
      const given = items.find(({ account }: { account: string }) => account === "refunds");
      expect(given).toMatchObject({ balanceCents: agreed.body.amountCents });
    });

    test("[PAY-15] [VOU-04] a voucher that was given back is off at every site that has its batch, and stays off", async () => {
      const shop = await openShop("Voucher");
      const batch = await shop.post("/api/v1/vouchers/batches", {
        planId: shop.planId,
        quantity: 3,
        siteId: shop.siteId,
      });
      const batchId = (batch.body.batchId ?? batch.body.batch?.batchId) as string;
      const vouchers = await hub.call("GET", `/api/v1/vouchers?batchId=${batchId}`, { token: shop.token });
      const [first, used] = vouchers.body.items as { voucherId: string }[];
      const { voucherId } = first as { voucherId: string };
      expect(await shop.refund({ voucherId, method: "payout" })).toMatchObject({
        status: 422,
        body: { field: "method" },
      });
      expect(await shop.refund({ voucherId, method: "credit" })).toMatchObject({
        status: 400,
        body: { field: "phone" },
      });
      expect(await shop.refund({ voucherId: "none.1" })).toMatchObject({ status: 404, body: { field: "voucherId" } });
      const done = await shop.refund({ voucherId, method: "credit", phone: "0712345678" });
      expect(done).toMatchObject({
        status: 201,
        body: { state: "done", amountCents: 5000, voucherId, paymentId: null },
      });
      const fed = (await shop.inDatabase((tx) =>
        tx.selectFrom("feed_rows").select(["key", "body"]).where("kind", "=", "voucher").execute(),
      )) as { key: string; body: unknown }[];
      expect(fed).toMatchObject([{ key: voucherId.split(".").at(-1), body: { state: "disabled" } }]);
      expect(await shop.post(`/api/v1/vouchers/${voucherId}/enable`)).toMatchObject({
        status: 409,
        body: { code: "refunded" },
      });
      expect(await shop.refund({ voucherId })).toMatchObject({ status: 409 });

      const usedId = (used as { voucherId: string }).voucherId;
      const serial = Number(usedId.split(".").at(-1));
      await shop.use(`v.${usedId}`, "voucher", 5 * hourMs);
      await shop.inDatabase((tx) =>
        tx
          .insertInto("voucher_redemptions")
          .values({
            provider_id: shop.providerId,
            batch_id: batchId,
            serial,
            site_id: shop.siteId,
            grant_id: `v.${usedId}`,
            epoch: "e",
            seq: 1,
          } as never)
          .execute(),
      );
      const part = await shop.refund({ voucherId: usedId });
      expect([2400, 2500]).toContain(part.body.amountCents);
    });

    test("a refund names one thing, has a key, and another provider's is not found", async () => {
      const shop = await openShop("Mine");
      const other = await openShop("Theirs");
      const paymentId = await shop.buy();
      expect(await shop.refund({})).toMatchObject({ status: 400, body: { field: "paymentId" } });
      expect(await shop.refund({ paymentId, voucherId: "x.1" })).toMatchObject({ status: 400 });
      expect(await other.refund({ paymentId })).toMatchObject({ status: 404, body: { field: "paymentId" } });
      const keyless = await hub.call("POST", "/api/v1/refunds", {
        token: shop.token,
        body: { paymentId, method: "cash", reason: "x" },
      });
      expect(keyless).toMatchObject({ status: 400, body: { field: "Idempotency-Key" } });
    });
  });
});

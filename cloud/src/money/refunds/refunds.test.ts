/** Refunds through the API, on both engines: what was given back ends, and what was used is worth what is left of it. */

import { longTest } from "@karibu/protocol/test-long-run";
import { sql } from "kysely";
import { describe, expect, test, vi } from "vitest";
import { playProcess } from "../../fleet/link/test-processes.ts";
import { engineSuite } from "../../ground/db/test-databases.ts";
import { sendToOutbox } from "../../ground/jobs/outbox.ts";
import { useHub } from "../../test-hub.ts";
import { openKiosk } from "../../test-kiosk.ts";
import { transferEntry } from "../ledger/entries.ts";
import { createLedgerWriter } from "../ledger/post-entry.ts";
import { sweepJob } from "../sweep/money-sweep.ts";

const hourMs = 3_600_000;

engineSuite("refunds", (engine) => {
  const hub = useHub(engine);
  let keys = 0;

  async function openShop(name: string) {
    const tenHours = { name: "Ten hours", priceCents: 5000, terms: { validitySeconds: 36_000 } };
    const kiosk = await openKiosk(hub, name, tenHours);
    const { token, providerId, ownerEmail, siteId, planId, post, inDatabase } = kiosk;
    const buy = async () => (await kiosk.sell({ phone: "0712345678", pay: "cash" })).body.id as string;
    const refund = (body: object) => post("/refunds", { method: "cash", reason: "did not work", ...body });
    const rules = (body: object) => kiosk.ask("PATCH", "/money-settings", body);
    /** What sites are told: the grant as its feed row has it. */
    const fedGrant = async (paymentId: string) => {
      const rows = (await inDatabase((tx) =>
        tx.selectFrom("feed_rows").select("body").where("kind", "=", "grant").execute(),
      )) as { body: { purchaseId: string; grant: { grantId: string; revokedAtMs: number | null } } }[];
      return rows.find(({ body }) => body.purchaseId === paymentId)?.body.grant;
    };
    /** As its site's journal would tell it. */
    const use = async (grantId: string, origin: string, forMs: number, at: string = siteId) => {
      const nowMs = hub.world.clock.wall().atMs;
      await inDatabase((tx) =>
        tx
          .insertInto("grant_starts")
          .values({
            providerId,
            grantId,
            siteId: at,
            origin,
            planName: "Ten hours",
            startedAtMs: nowMs - forMs,
            endsAtMs: nowMs - forMs + 10 * hourMs,
            validUntilMs: null,
            epoch: "e",
            seq: ++keys,
            receivedAtMs: nowMs,
          } as never)
          .execute(),
      );
    };
    /** A printed code was sold for cash: who is refunded has bought. */
    const declareSold = async (voucherId: string) =>
      expect((await post(`/vouchers/${voucherId}/declare-sold`)).status).toBe(201);
    const shop = { token, providerId, ownerEmail, siteId, planId, post, buy, refund, declareSold };
    return { ...shop, rules, inDatabase, fedGrant, use };
  }

  test("[PAY-15] a printed code has one name: by none with zeros before its number is it refunded once more, or switched on again", async () => {
    const shop = await openShop("Many names");
    const { batchId } = (await shop.post("/vouchers/batches", { planId: shop.planId, quantity: 2 })).body;
    await shop.declareSold(`${batchId}.0`);
    expect((await shop.refund({ voucherId: `${batchId}.0`, method: "cash" })).status).toBe(201);
    for (const voucherId of [`${batchId}.00`, `${batchId}.000000`]) {
      expect(await shop.refund({ voucherId, method: "cash" })).toMatchObject({ status: 404 });
      for (const verb of ["enable", "declare-sold"])
        expect((await shop.post(`/vouchers/${voucherId}/${verb}`)).status, verb).toBe(404);
    }
  });

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

  test("[PAY-15] given back as credit, it is the credit of who bought it, also where another one paid", async () => {
    const shop = await openShop("Paid by another");
    const paymentId = await shop.buy();
    await shop.inDatabase((tx) =>
      tx
        .updateTable("receipts")
        .set({ payerHash: "another" as never })
        .where("purchaseId", "=", paymentId)
        .execute(),
    );
    expect(await shop.refund({ paymentId, method: "credit" })).toMatchObject({ status: 201, body: { state: "done" } });
    const whose = await shop.inDatabase((tx) =>
      tx
        .selectFrom("purchases as p")
        .innerJoin("ledger_entries as e", "e.purchaseId", "p.purchaseId")
        .innerJoin("ledger_postings as l", "l.entryId", "e.entryId")
        .select(["l.party", "l.amountCents", "p.phoneHash as buyer"])
        .where("l.account", "=", "credit")
        .execute(),
    );
    expect(whose).toEqual([{ party: whose[0]?.buyer, amountCents: -5000, buyer: expect.any(String) }]);
  });

  describe("[PAY-15] of what a site that is away could have given", () => {
    /** An agent of the shop's site, as its links leave it: `told` of its journal, of which `has` has arrived. */
    async function agentOf(
      shop: Awaited<ReturnType<typeof openShop>>,
      link: { here: boolean; told: number; has: number },
    ) {
      const { providerId, siteId } = shop;
      await hub.database().asPlatform("test", (tx) => playProcess(tx, "p"));
      await shop.inDatabase(async (tx) => {
        await sql`insert into agents (provider_id, site_id, public_key, enrolled_at_ms) values (${providerId}, ${siteId}, ${`key-${siteId}`}, 1)
            on conflict do nothing`.execute(tx);
        await sql`insert into journal_epochs (provider_id, site_id, epoch, begun_at_ms, last_seq) values (${providerId}, ${siteId}, 'e', 1, ${link.has})
            on conflict (provider_id, site_id, epoch) do update set last_seq = excluded.last_seq`.execute(tx);
        await sql`insert into site_links (provider_id, site_id, process_id, link_id, last_heard_at_ms, told_epoch, told_seq)
            values (${providerId}, ${siteId}, ${link.here ? "p" : null}, 'l', 1764000000000, 'e', ${link.told})
            on conflict (provider_id, site_id) do update set process_id = excluded.process_id, told_seq = excluded.told_seq`.execute(
          tx,
        );
      });
    }
    /** One whole sweep, as every few minutes. */
    async function sweep(): Promise<void> {
      await hub.database().asPlatform("test", (tx) => sendToOutbox(hub.world)(tx, sweepJob, {}));
      const due = () =>
        hub
          .database()
          .asPlatform("test", (tx) =>
            tx
              .selectFrom("job_outbox")
              .select("jobId")
              .where("name", "=", sweepJob)
              .where("runAtMs", "<=", Date.now())
              .execute(),
          );
      await vi.waitFor(async () => expect(await due()).toEqual([]), { timeout: 30_000 });
    }
    const refundOf = async (shop: Awaited<ReturnType<typeof openShop>>, id: string) =>
      (await hub.call("GET", "/api/v1/refunds", { token: shop.token })).body.items.find(
        (one: { id: string }) => one.id === id,
      );

    test("nothing is given back while it is silent; unused, it goes on by itself when its journal is here", async () => {
      const shop = await openShop("Away");
      await agentOf(shop, { here: false, told: 7, has: 7 });
      const paymentId = await shop.buy();
      const kiosk = { siteId: shop.siteId, name: "Kiosk", heardAtMs: 1764000000000 };
      const options = await hub.call("GET", `/api/v1/refunds/options?paymentId=${paymentId}`, { token: shop.token });
      expect(options.body).toMatchObject({ leftCents: 5000, silentSites: [kiosk] });
      const asked = await shop.refund({ paymentId });
      expect(asked).toMatchObject({
        status: 201,
        body: { state: "asked", goesOnWhenHeard: true, silentSites: [kiosk], approvedBy: null },
      });
      expect((await shop.fedGrant(paymentId))?.revokedAtMs).toBeNull();
      expect(await shop.refund({ paymentId }), "what waits is not given twice").toMatchObject({ status: 409 });
      await sweep();
      expect(await refundOf(shop, asked.body.id)).toMatchObject({ state: "asked" });
      // It is back, and has told of three records of nine: what it did is not known yet.
      await agentOf(shop, { here: true, told: 9, has: 3 });
      await sweep();
      expect(await refundOf(shop, asked.body.id)).toMatchObject({ state: "asked" });
      await agentOf(shop, { here: true, told: 9, has: 9 });
      await sweep();
      expect(await refundOf(shop, asked.body.id)).toMatchObject({
        state: "done",
        amountCents: 5000,
        silentSites: [],
      });
      expect((await shop.fedGrant(paymentId))?.revokedAtMs).toEqual(expect.any(Number));
    });

    test("used there, it is refused when the site tells, and the package goes on", async () => {
      const shop = await openShop("Used away");
      await shop.rules({ refundUsed: "refuse" });
      await agentOf(shop, { here: false, told: 0, has: 0 });
      const paymentId = await shop.buy();
      const asked = await shop.refund({ paymentId });
      expect(asked.body).toMatchObject({ state: "asked" });
      await shop.use((await shop.fedGrant(paymentId))?.grantId ?? "", "purchase", hourMs);
      await agentOf(shop, { here: true, told: 2, has: 2 });
      await sweep();
      expect(await refundOf(shop, asked.body.id)).toMatchObject({
        state: "refused",
        problem: "It was used: by the money rules nothing of it is refunded.",
      });
      expect((await shop.fedGrant(paymentId))?.revokedAtMs).toBeNull();
    });

    longTest(
      "a site whose device was revoked is waited for a week longer and no more: what it did is not known, and the refund says so",
      async () => {
        const shop = await openShop("Stolen");
        await agentOf(shop, { here: false, told: 7, has: 7 });
        const first = (await shop.refund({ paymentId: await shop.buy() })).body;
        expect(first).toMatchObject({ goesOnWhenHeard: true, silentSites: [{ name: "Kiosk", waitedUntilMs: null }] });
        await shop.post(`/sites/${shop.siteId}/revoke`);
        const untilMs = hub.world.clock.wall().atMs + 7 * 24 * hourMs;
        await sweep();
        expect(await refundOf(shop, first.id)).toMatchObject({
          state: "asked",
          goesOnWhenHeard: true,
          silentSites: [{ name: "Kiosk", waitedUntilMs: expect.any(Number) }],
        });
        const second = (await shop.refund({ paymentId: await shop.buy() })).body;
        const { waitedUntilMs } = second.silentSites[0];
        expect(second).toMatchObject({ state: "asked", goesOnWhenHeard: true });
        expect(Math.abs(waitedUntilMs - untilMs)).toBeLessThan(60_000);
        // A week later nobody waits for it, and what was decided without it keeps that.
        await shop.inDatabase((tx) =>
          sql`update agents set revoked_at_ms = revoked_at_ms - ${7 * 24 * hourMs}::bigint`.execute(tx),
        );
        await sweep();
        const given = { state: "done", amountCents: 5000, silentSites: [{ siteId: shop.siteId, name: "Kiosk" }] };
        for (const { id } of [first, second]) expect(await refundOf(shop, id)).toMatchObject(given);
        const third = (await shop.refund({ paymentId: await shop.buy() })).body;
        expect(third).toMatchObject({ ...given, goesOnWhenHeard: false });
        // Enrolled again, and away once more, it is a site that will be heard.
        await shop.inDatabase((tx) => tx.updateTable("agents").set({ revokedAtMs: null }).execute());
        expect((await shop.refund({ paymentId: await shop.buy() })).body).toMatchObject({ state: "asked" });
      },
    );

    test("a site that was deleted holds up nobody's money for longer than a week", async () => {
      const shop = await openShop("Deleted");
      await agentOf(shop, { here: false, told: 7, has: 7 });
      const asked = (await shop.refund({ paymentId: await shop.buy() })).body;
      expect(asked).toMatchObject({ state: "asked", goesOnWhenHeard: true });
      const gone = await hub.call("DELETE", `/api/v1/sites/${shop.siteId}`, { token: shop.token });
      expect(gone.status, gone.text).toBeLessThan(300);
      await shop.inDatabase((tx) =>
        sql`update agents set revoked_at_ms = revoked_at_ms - ${7 * 24 * hourMs}::bigint`.execute(tx),
      );
      await sweep();
      expect(await refundOf(shop, asked.id)).toMatchObject({ state: "done", silentSites: [{ name: "Kiosk" }] });
    });

    longTest(
      "hundreds that wait for a dead site, and one that can't be decided, keep no other provider's refund waiting",
      async () => {
        const away = { here: false, told: 7, has: 7 };
        const heard = { here: true, told: 7, has: 7 };
        const ask = async (name: string) => {
          const shop = await openShop(name);
          await agentOf(shop, away);
          const { id } = (await shop.refund({ paymentId: await shop.buy() })).body;
          return { shop, id };
        };
        const crowd = await ask("Crowd");
        await crowd.shop.inDatabase((tx) =>
          sql`insert into refunds select (jsonb_populate_record(r, jsonb_build_object('refund_id', 'copy-' || n, 'idempotency_key', 'copy-' || n))).*
            from refunds r cross join generate_series(1, 200) n where r.provider_id = ${crowd.shop.providerId}`.execute(
            tx,
          ),
        );
        const broken = await ask("Broken");
        // Its entry stands in the books, and nobody knows why.
        const writer = createLedgerWriter({ world: hub.world, onCredit: async () => {} });
        const entry = transferEntry(`refund:${broken.id}`, "refund", {
          from: "cash",
          to: "refunds",
          amountCents: 1,
          currency: "KES",
        });
        const cause = { providerId: broken.shop.providerId, purchaseId: null, party: null };
        await broken.shop.inDatabase((tx) => writer.post(tx, cause, entry));
        const other = await ask("Other");
        for (const { shop } of [broken, other]) await agentOf(shop, heard);
        await sweep();
        expect(await refundOf(other.shop, other.id)).toMatchObject({ state: "done" });
        expect(await refundOf(broken.shop, broken.id)).toMatchObject({ state: "asked" });
        for (const { shop } of [crowd, broken])
          await shop.inDatabase((tx) => tx.updateTable("refunds").set({ state: "refused" }).execute());
      },
    );

    test("another person may decide before, and the refund keeps which sites were silent then; who asked may not", async () => {
      const shop = await openShop("Risk");
      await agentOf(shop, { here: false, told: 1, has: 1 });
      const asked = await shop.refund({ paymentId: await shop.buy() });
      const approve = (token: string) =>
        hub.call("POST", `/api/v1/refunds/${asked.body.id}/approve`, {
          token,
          headers: { "idempotency-key": `risk-${++keys}` },
        });
      expect(await approve(shop.token)).toMatchObject({ status: 403, body: { code: "second-person" } });
      const password = "another-long-password";
      await shop.post("/users", { email: "second@risk.test", name: "Second", role: "accountant", password });
      expect(await approve(await hub.logIn("second@risk.test", password))).toMatchObject({
        status: 200,
        body: { state: "done", silentSites: [{ name: "Kiosk" }] },
      });
    });

    test("a voucher that its home site could have given waits too; where used ones are given back whole, nothing does", async () => {
      const shop = await openShop("Paper away");
      await agentOf(shop, { here: false, told: 1, has: 1 });
      const { siteId, planId } = shop;
      const batch = (await shop.post("/vouchers/batches", { planId, quantity: 2, siteId })).body.batchId as string;
      const vouchers = async () =>
        (await hub.call("GET", `/api/v1/vouchers?batchId=${batch}`, { token: shop.token })).body.items;
      await vi.waitFor(async () => expect(await vouchers()).toHaveLength(2), { timeout: 20_000 });
      const [one, other] = await vouchers();
      for (const { voucherId } of [one, other]) await shop.declareSold(voucherId);
      expect((await shop.refund({ voucherId: one.voucherId })).body).toMatchObject({
        state: "asked",
        goesOnWhenHeard: true,
      });
      await shop.rules({ refundUsed: "any" });
      expect((await shop.refund({ voucherId: other.voucherId })).body).toMatchObject({
        state: "done",
        silentSites: [],
      });
    });
  });

  // The embedded engine has one connection: there nobody else can hold anything.
  test.skipIf(engine === "embedded")(
    "[PAY-15] what can be refunded is read while others change the payment, the voucher and their refunds: a read waits for nobody",
    async () => {
      const shop = await openShop("Readers");
      const paymentId = await shop.buy();
      const options = (query: string) =>
        hub.call("GET", `/api/v1/refunds/options?${query}`, { token: shop.token }).then(({ status }) => status);
      const batch = (await shop.post("/vouchers/batches", { planId: shop.planId, quantity: 1, siteId: shop.siteId }))
        .body.batchId as string;
      const vouchers = async () =>
        (await hub.call("GET", `/api/v1/vouchers?batchId=${batch}`, { token: shop.token })).body.items;
      await vi.waitFor(async () => expect(await vouchers()).toHaveLength(1), { timeout: 20_000 });
      const { voucherId } = (await vouchers())[0];
      const answered = await shop.inDatabase(async (tx) => {
        await sql`select from purchases where purchase_id = ${paymentId} for update`.execute(tx);
        await sql`select from receipts where purchase_id = ${paymentId} for update`.execute(tx);
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

  test("[PAY-15] what was used at the site where the package went counts, too, whether or not it began where it was bought", async () => {
    const shop = await openShop("Moved");
    const site = await hub.call("POST", "/api/v1/sites", { token: shop.token, body: { name: "Lodge" } });
    const lodge = site.body.site.siteId as string;
    const leftCents = async (paymentId: string) =>
      (await hub.call("GET", `/api/v1/refunds/options?paymentId=${paymentId}`, { token: shop.token })).body.leftCents;
    const buyAndMove = async () => {
      const paymentId = await shop.buy();
      const { grantId = "" } = (await shop.fedGrant(paymentId)) ?? {};
      await shop.inDatabase((tx) =>
        sql`insert into grant_leases (provider_id, grant_id, lease_id, number, site_id, from_site_id, moved_at_ms, terms)
            values (${shop.providerId}, ${grantId}, ${`${grantId}.2`}, 2, ${lodge}, ${shop.siteId}, 1, '{}'::jsonb)`.execute(
          tx,
        ),
      );
      return { paymentId, grantId };
    };
    const unused = await buyAndMove();
    expect(await leftCents(unused.paymentId)).toBe(5000);
    await shop.use(`${unused.grantId}.2`, "purchase", 10 * hourMs, lodge);
    expect(await leftCents(unused.paymentId)).toBe(0);
    // It began where it was bought, went elsewhere and came back: each had it under another name.
    const back = await buyAndMove();
    await shop.use(back.grantId, "purchase", hourMs);
    expect(await leftCents(back.paymentId)).toBeGreaterThan(4000);
    await shop.use(`${back.grantId}.1`, "purchase", 5 * hourMs, lodge);
    expect(await leftCents(back.paymentId)).toBeLessThan(4000);
    // Another grant's lease is none of its own.
    await shop.use(`${back.grantId}0.1`, "purchase", 10 * hourMs, lodge);
    expect(await leftCents(back.paymentId)).toBeGreaterThan(0);
  });

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

  test("[PAY-15] a used package that staff paused: the time of the pause is not used, while it lasts and after it", async () => {
    const shop = await openShop("Paused");
    await shop.rules({ refundUsed: "unused-part" });
    const left = async (paymentId: string) =>
      (await hub.call("GET", `/api/v1/refunds/options?paymentId=${paymentId}`, { token: shop.token })).body;
    const paused = async (isOver: boolean) => {
      const paymentId = await shop.buy();
      const grantId = (await shop.fedGrant(paymentId))?.grantId ?? "";
      const change = (word: string) =>
        shop.post(`/sites/${shop.siteId}/grants/${grantId}/${word}`, { reason: "A quarrel" });
      await shop.use(grantId, "purchase", 8 * hourMs);
      expect((await change("pause")).status).toBe(200);
      // It was paused after two of its ten hours, six hours ago.
      await shop.inDatabase((tx) =>
        tx
          .updateTable("grant_changes")
          .set((row) => ({ pausedAtMs: row("pausedAtMs", "-", 6 * hourMs) }))
          .where("grantId", "=", grantId)
          .execute(),
      );
      if (isOver) expect((await change("resume")).status).toBe(200);
      return paymentId;
    };
    for (const isOver of [false, true]) {
      const paymentId = await paused(isOver);
      expect(JSON.stringify(await left(paymentId))).toMatch(/(3900|4000)/);
      const back = await shop.refund({ paymentId });
      expect([3900, 4000], isOver ? "goes on" : "paused").toContain(back.body.amountCents);
    }
  });

  test("[PAY-15] two persons: nothing is sent and nothing ends before the second one says yes; no leaves all as it was", async () => {
    const shop = await openShop("Two");
    await shop.rules({ twoPersonRefunds: true });
    const email = "second@two.test";
    const password = "another-long-password";
    await shop.post("/users", { email, name: "Second", role: "accountant", password });
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
    await shop.post("/users", { email: "second@left.test", name: "Second", role: "accountant", password });
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

  test("[PAY-15] [VOU-21] a voucher whose money another system's books have: given back, it lowers no revenue here; that system owes it", async () => {
    const shop = await openShop("Elsewhere");
    const order = { planId: shop.planId, quantity: 1, siteId: shop.siteId, booking: "elsewhere" };
    const { body: made } = await shop.post("/vouchers/batches", order);
    const batchId = (made.batchId ?? made.batch?.batchId) as string;
    const { body } = await hub.call("GET", `/api/v1/vouchers?batchId=${batchId}`, { token: shop.token });
    const { voucherId } = body.items[0] as { voucherId: string };
    // It was in use in the other system when the provider came over: somebody had bought it there.
    await shop.inDatabase((tx) =>
      sql`insert into listed_codes (provider_id, batch_id, serial, hash, code_hidden, more)
          values (${shop.providerId}, ${batchId}, 0, 'hash', 'hidden', '{"use": {}}')`.execute(tx),
    );
    expect(await shop.refund({ voucherId, method: "cash" })).toMatchObject({ status: 201, body: { state: "done" } });
    const { items } = (await hub.call("GET", "/api/v1/ledger/accounts", { token: shop.token })).body;
    const balances = items.map((one: { account: string; balanceCents: number }) => [one.account, one.balanceCents]);
    expect(Object.fromEntries(balances)).toEqual({ cash: -5000, "taken-over": 5000 });
  });

  test("[PAY-15] [VOU-04] a voucher that was given back is off at every site that has its batch, and stays off", async () => {
    const shop = await openShop("Voucher");
    const batch = await shop.post("/vouchers/batches", {
      planId: shop.planId,
      quantity: 3,
      siteId: shop.siteId,
    });
    const batchId = (batch.body.batchId ?? batch.body.batch?.batchId) as string;
    const vouchers = await hub.call("GET", `/api/v1/vouchers?batchId=${batchId}`, { token: shop.token });
    const [first, used] = vouchers.body.items as { voucherId: string }[];
    const { voucherId } = first as { voucherId: string };
    await shop.declareSold(voucherId);
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
    expect(await shop.post(`/vouchers/${voucherId}/enable`)).toMatchObject({
      status: 409,
      body: { code: "refunded" },
    });
    // Who lists codes sees which of them stay off.
    const listed = await hub.call("GET", `/api/v1/vouchers?batchId=${batchId}`, { token: shop.token });
    const isRefunded = listed.body.items.map((one: { isRefunded: boolean }) => one.isRefunded);
    expect(isRefunded).toEqual([true, false, false]);
    expect(await shop.refund({ voucherId })).toMatchObject({ status: 409 });

    const usedId = (used as { voucherId: string }).voucherId;
    const serial = Number(usedId.split(".").at(-1));
    await shop.use(`v.${usedId}`, "voucher", 5 * hourMs);
    await shop.inDatabase((tx) =>
      tx
        .insertInto("voucher_redemptions")
        .values({
          providerId: shop.providerId,
          batchId,
          serial,
          siteId: shop.siteId,
          grantId: `v.${usedId}`,
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

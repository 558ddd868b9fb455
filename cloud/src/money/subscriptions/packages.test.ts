/** Packages that renew themselves from credit, through the API and real jobs, on both engines. */
import { longTest } from "@karibu/protocol/test-long-run";
import { sql } from "kysely";
import { describe, expect, test, vi } from "vitest";
import type { Tx } from "../../ground/db/database.ts";
import { engineSuite } from "../../ground/db/test-databases.ts";
import { sendToOutbox } from "../../ground/jobs/outbox.ts";
import { advanta } from "../../messaging/test-gateway.ts";
import { ownerPassword, useHub } from "../../test-hub.ts";
import { openClaimShop } from "../claims/test-claim-shop.ts";
import { holdCredit } from "../ledger/credit-holds.ts";
import { transferEntry } from "../ledger/entries.ts";
import { createLedgerWriter } from "../ledger/post-entry.ts";
import type { PurchaseRow } from "../purchases/purchase-rows.ts";
import type { Purchases } from "../purchases/start-purchase.ts";
import { proveUnapplied } from "../receipts/unapplied.ts";
import { keyOf, promptKey, wakePrompted } from "./package-prompts.ts";
import { readPackage, setPackage } from "./package-rows.ts";
import { renewPackage } from "./packages.ts";
import type { PackageRow } from "./subscription.ts";
import { lookJob } from "./subscription-job-names.ts";
import { wakeSubscriptions } from "./subscription-jobs.ts";

const hourMs = 3_600_000;
/** For one fact, on however slow a machine. */
const patience = { timeout: 120_000, interval: 50 };

engineSuite("renewal from credit", { timeout: 400_000 }, (engine) => {
  const hub = useHub(engine);
  let keys = 0;

  /** It is noon where this provider is, so that phones may be asked. */
  const makeNoon = (providerId: string) => makeHour(providerId, 12);
  const makeHour = (providerId: string, hour: number) => {
    const now = new Date(hub.world.clock.wall().atMs);
    const minutes = hour * 60 - now.getUTCHours() * 60 - now.getUTCMinutes();
    const query = sql`update providers set utc_offset_minutes = ${minutes} where provider_id = ${providerId}`;
    return hub.database().asPlatform("test", (tx) => query.execute(tx));
  };

  async function openShop(name: string) {
    const { providerId, ownerEmail, token: first } = await hub.makeProvider(name);
    let token = first;
    /** A log-in lives an hour of the clock that this test moves. */
    const logInAnew = async () => {
      token = await hub.logIn(ownerEmail, ownerPassword);
    };
    const site = await hub.call("POST", "/api/v1/sites", { token, body: { name: "Kiosk" } });
    const siteId = site.body.site.siteId as string;
    const body = { name: "Two hours", priceCents: 5000, terms: { validitySeconds: 7200 } };
    const plan = await hub.call("POST", "/api/v1/plans", { token, body });
    const planId = (plan.body.planId ?? plan.body.plan?.planId) as string;
    const phone = "0712345678";
    const post = (path: string, given: object = {}) =>
      hub.call("POST", path, { token, body: given, headers: { "idempotency-key": `key-${++keys}` } });
    const topUp = (amountCents: number) => post("/api/v1/credits", { phone, amountCents });
    const renew = () => post("/api/v1/subscriptions", { phone, planId, siteId });
    const inDatabase = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => hub.database().asProvider(providerId, work);
    const bought = () =>
      inDatabase((tx) => tx.selectFrom("grants").selectAll().orderBy("createdAtMs").orderBy("grantId").execute());
    /** The newest of so many grants, once the renewal itself knows that it has bought it: before that it has yet to plan its next look. */
    const boughtBy = async (id: string, times: number) => {
      await vi.waitFor(async () => {
        const grants = await bought();
        expect(grants).toHaveLength(times);
        expect((await look(id)).lastPaymentId).toBe(grants.at(-1)?.purchaseId);
      }, patience);
      return (await bought()).at(-1) as Awaited<ReturnType<typeof bought>>[number];
    };
    const look = async (id: string) => (await hub.call("GET", `/api/v1/subscriptions/${id}`, { token })).body;
    const credit = async () =>
      (await hub.call("GET", `/api/v1/credits?phone=${phone}`, { token })).body.balanceCents as number;
    /** Its site tells that it runs since so long ago. */
    const start = (grantId: string, forMs: number, at: string = siteId) => {
      const startedAtMs = hub.world.clock.wall().atMs - forMs;
      return inDatabase((tx) =>
        tx
          .insertInto("grant_starts")
          .values({
            providerId,
            grantId,
            siteId: at,
            origin: "purchase",
            planName: "Two hours",
            startedAtMs,
            endsAtMs: startedAtMs + 2 * hourMs,
            validUntilMs: null,
            epoch: "e",
            seq: ++keys,
            receivedAtMs: startedAtMs,
          } as never)
          .execute(),
      );
    };
    return {
      token: () => token,
      providerId,
      logInAnew,
      siteId,
      planId,
      phone,
      post,
      topUp,
      renew,
      inDatabase,
      bought,
      boughtBy,
      look,
      credit,
      start,
    };
  }
  /** The queue looks at what is due: after the clock was moved nobody else tells it. */
  const wake = () =>
    hub.database().asPlatform("wake", (tx) => sendToOutbox(hub.world)(tx, "maintenance.nothing", { n: ++keys }));

  test("[PAY-12] [PAY-16] what an open prompt holds stops no package: it is bought once the prompt has ended", async () => {
    const shop = await openShop("Held");
    const { providerId } = shop;
    const ledger = createLedgerWriter({ world: hub.world, onCredit: wakeSubscriptions(hub.world) });
    const party = hub.hub().parties.ofPhone(providerId, "254712345678");
    await shop.topUp(5000);
    await shop.inDatabase((tx) => holdCredit(tx, { providerId, party, currency: "KES" }, "prompt-1", 4900));
    const { subscriptionId: id } = (await shop.renew()).body;
    await vi.waitFor(async () => expect((await shop.look(id)).problem).toBe("no-credit"), patience);
    expect(await shop.look(id)).toMatchObject({ state: "active" });
    expect(await shop.bought()).toEqual([]);
    await shop.inDatabase((tx) => ledger.endHold(tx, { providerId, purchaseId: "prompt-1", party }));
    await wake();
    await shop.boughtBy(id, 1);
    expect(await shop.credit()).toBe(0);
  });

  longTest(
    "[PAY-16] [PLN-12] a promotion for everybody is in the package's price: credit that covers it buys",
    async () => {
      const shop = await openShop("Offered");
      const half = { name: "Half", gift: { kind: "percent", permille: 500 } };
      expect((await shop.post("/api/v1/promotions", half)).status).toBe(201);
      await shop.topUp(2500);
      const { subscriptionId: id } = (await shop.renew()).body;
      await shop.boughtBy(id, 1);
      expect(await shop.credit()).toBe(0);
    },
  );

  longTest(
    "[PAY-16] one that went to another site before its first use is renewed at its end there, and its devices are those of the lease",
    async () => {
      const shop = await openShop("Moved");
      const { body } = await hub.call("POST", "/api/v1/sites", { token: shop.token(), body: { name: "Lodge" } });
      const lodge = body.site.siteId as string;
      await shop.topUp(10_000);
      const { subscriptionId: id } = (await shop.renew()).body;
      const first = await shop.boughtBy(id, 1);
      const leaseId = `${first.grantId}.1`;
      await shop.inDatabase((tx) =>
        sql`insert into grant_leases (provider_id, grant_id, lease_id, number, site_id, from_site_id, moved_at_ms, terms)
          values (${shop.providerId}, ${first.grantId}, ${leaseId}, 1, ${lodge}, ${shop.siteId}, 1, '{}'::jsonb)`.execute(
          tx,
        ),
      );
      await shop.start(leaseId, 3 * hourMs, lodge); // over by now
      hub.moveClock(10 * 60_000);
      await shop.logInAnew();
      await wake();
      const second = await shop.boughtBy(id, 2);
      expect(second.renewsGrantId).toBe(leaseId);
    },
  );

  test("[PAY-16] [BEY-21] what staff paused is not over while it waits: nothing is bought in its place", async () => {
    const shop = await openShop("Waits");
    await shop.topUp(10_000);
    const { subscriptionId: id } = (await shop.renew()).body;
    const first = await shop.boughtBy(id, 1);
    await shop.start(first.grantId, hourMs);
    const path = `/api/v1/sites/${shop.siteId}/grants/${first.grantId}/pause`;
    expect((await shop.post(path, { reason: "A quarrel" })).status).toBe(200);
    hub.moveClock(2 * hourMs);
    await shop.logInAnew();
    await wake();
    const nowMs = hub.world.clock.wall().atMs;
    await vi.waitFor(async () => expect((await shop.look(id)).nextLookMs).toBeGreaterThan(nowMs), patience);
    expect(await shop.bought()).toHaveLength(1);
    expect(await shop.credit()).toBe(5000);
  });

  test("[PAY-12] [PAY-16] [CUS-06] [CUS-12] [PAY-13] bought at once, again before it ends, on the same devices; then it waits for money and goes on with it", async () => {
    const shop = await openShop("Renew");
    await shop.post("/api/v1/message-senders", advanta);
    await shop.topUp(10_000);
    const made = await shop.renew();
    expect(made).toMatchObject({ status: 201, body: { state: "active", phone: "2547***678" } });
    const { subscriptionId: id } = made.body;
    const first = await shop.boughtBy(id, 1);
    await shop.start(first.grantId, hourMs);
    hub.moveClock(30 * 60_000);
    await shop.logInAnew();
    await wake();
    await vi.waitFor(
      async () => expect((await shop.look(id)).nextLookMs).toBeGreaterThan(Date.now() + 30 * 60_000),
      patience,
    );
    expect(await shop.bought()).toHaveLength(1);

    hub.moveClock(21 * 60_000); // nine minutes before the end
    await shop.logInAnew();
    await wake();
    const second = await shop.boughtBy(id, 2);
    expect(second).toMatchObject({ renewsGrantId: first.grantId });
    const fed = await shop.inDatabase((tx) =>
      tx.selectFrom("feed_rows").select("body").where("kind", "=", "grant").where("key", "=", second.grantId).execute(),
    );
    expect(fed).toMatchObject([{ body: { renewsGrantId: first.grantId } }]);
    expect(await shop.credit()).toBe(0);

    await shop.start(second.grantId, 3 * hourMs); // over by now
    hub.moveClock(10 * 60_000);
    await shop.logInAnew();
    await wake();
    await vi.waitFor(async () => expect(await shop.look(id)).toMatchObject({ state: "over" }), patience);
    const { body: reminders } = await hub.call("GET", "/api/v1/messages?template=renewal-stopped", {
      token: shop.token(),
    });
    expect(reminders.items).toMatchObject([{ to: "2547***678" }]);
    await shop.topUp(2000); // not enough
    await wake();
    expect(await shop.bought()).toHaveLength(2);
    await shop.topUp(3000);
    await vi.waitFor(async () => expect(await shop.bought()).toHaveLength(3), patience);
    await vi.waitFor(
      async () => expect(await shop.look(id)).toMatchObject({ state: "active", problem: null }),
      patience,
    );
    expect(await shop.credit()).toBe(0);
  });

  longTest(
    "[PAY-16] [RTR-01] a package at a site that was deleted is bought no more: nobody could use it",
    async () => {
      const shop = await openShop("Gone");
      await shop.topUp(10_000);
      const { subscriptionId: id } = (await shop.renew()).body;
      const first = await shop.boughtBy(id, 1);
      await shop.start(first.grantId, 3 * hourMs); // over by now
      expect((await hub.call("DELETE", `/api/v1/sites/${shop.siteId}`, { token: shop.token() })).status).toBe(204);
      hub.moveClock(30 * 60_000);
      await shop.logInAnew();
      await wake();
      await vi.waitFor(
        async () => expect(await shop.look(id)).toMatchObject({ state: "ended", problem: "not-sold" }),
        patience,
      );
      expect([(await shop.bought()).length, await shop.credit()]).toEqual([1, 5000]);
    },
  );

  longTest(
    "[PAY-16] while the provider is shut nobody is told to pay for a package; open again it goes on from credit",
    async () => {
      const shop = await openShop("Shut");
      await shop.post("/api/v1/message-senders", advanta);
      await shop.topUp(5000);
      const { subscriptionId: id } = (await shop.renew()).body;
      const first = await shop.boughtBy(id, 1);
      await shop.start(first.grantId, 3 * hourMs); // over by now
      const become = (state: "active" | "suspended") =>
        hub
          .database()
          .asPlatform("test", (tx) =>
            tx
              .updateTable("providers")
              .set({ state, sellsUntilMs: null })
              .where("providerId", "=", shop.providerId)
              .execute(),
          );
      await become("suspended");
      const before = (await shop.look(id)).nextLookMs;
      hub.moveClock(30 * 60_000);
      await wake();
      const nextLook = () =>
        shop.inDatabase((tx) =>
          tx
            .selectFrom("subscriptions")
            .select(["nextLookMs", "notedPhase", "prompts"])
            .where("subscriptionId", "=", id)
            .executeTakeFirstOrThrow(),
        );
      await vi.waitFor(async () => expect((await nextLook()).nextLookMs).toBeGreaterThan(before + hourMs), patience);
      expect(await nextLook()).toMatchObject({ notedPhase: "active", prompts: 0 });
      await become("active");
      hub.moveClock(hourMs);
      await shop.logInAnew();
      const told = await hub.call("GET", "/api/v1/messages?template=renewal-stopped", { token: shop.token() });
      expect(told.body.items).toEqual([]);
      await shop.topUp(5000);
      await shop.boughtBy(id, 2);
    },
  );

  test("[PAY-16] what was asked for twice is one, what was switched off stays off, what was taken back ends it", async () => {
    const shop = await openShop("Off");
    const first = await shop.renew();
    await vi.waitFor(async () => expect((await shop.look(first.body.subscriptionId)).state).toBe("over"), patience);
    expect((await shop.renew()).body.subscriptionId).toBe(first.body.subscriptionId);
    expect((await shop.post(`/api/v1/subscriptions/${first.body.subscriptionId}/cancel`)).status).toBe(200);
    await shop.topUp(20_000);
    expect(await shop.look(first.body.subscriptionId)).toMatchObject({ state: "ended", problem: "switched-off" });
    expect(await shop.bought()).toHaveLength(0);

    await shop.renew();
    const grant = await shop.boughtBy(first.body.subscriptionId, 1);
    const given = await shop.post("/api/v1/refunds", {
      paymentId: grant.purchaseId,
      method: "credit",
      reason: "no",
    });
    expect(given).toMatchObject({ status: 201, body: { state: "done" } });
    hub.moveClock(2 * hourMs);
    await shop.logInAnew();
    await wake();
    await vi.waitFor(
      async () =>
        expect(await shop.look(first.body.subscriptionId)).toMatchObject({
          state: "ended",
          problem: "taken-back",
        }),
      patience,
    );
    expect(await shop.bought()).toHaveLength(1);
    await shop.renew();
    await vi.waitFor(async () => expect(await shop.bought()).toHaveLength(2), patience);
  });

  test("[PAY-12] [PAY-16] [MSG-01] the customer is told of the prompt once; one whose answer is lost is not repeated, and the package waits for money", async () => {
    const shop = await openClaimShop(hub, "Prompted");
    const phone = "0712345678";
    await makeNoon(shop.providerId);
    await shop.post("/credits", { phone, amountCents: 500 });
    const { subscriptionId: id } = (
      await shop.post("/subscriptions", { phone, planId: shop.planId, siteId: shop.siteId })
    ).body;
    const rows = () => shop.inDatabase((tx) => tx.selectFrom("purchases").selectAll().execute());
    await vi.waitFor(
      async () => expect(await rows()).toMatchObject([{ state: "unknown", askedCents: 1500 }]),
      patience,
    );
    const messages = async (template: string) => (await shop.read(`/messages?template=${template}`)).items;
    expect(await messages("renewal-prompt")).toMatchObject([{ to: "2547***678" }]);
    expect(await shop.read(`/subscriptions/${id}`)).toMatchObject({
      state: "active",
      problem: "prompted",
      prompts: 1,
    });
    hub.moveClock(16 * 60_000);
    await wake();
    await vi.waitFor(
      async () => expect(await shop.read(`/subscriptions/${id}`)).toMatchObject({ state: "over" }),
      patience,
    );
    expect(await messages("renewal-stopped")).toMatchObject([{ to: "2547***678" }]);
    expect(await messages("renewal-prompt")).toHaveLength(1);
    expect(await rows()).toHaveLength(1);
    // A provider that does not want it: the package waits for money at once, as it always did.
    await shop.send("PATCH", "/money-settings", { renewalPromptsMax: 0 });
    const other = { phone: "0712345679", planId: shop.planId, siteId: shop.siteId };
    const second = (await shop.post("/subscriptions", other)).body;
    await vi.waitFor(
      async () =>
        expect(await shop.read(`/subscriptions/${second.subscriptionId}`)).toMatchObject({
          state: "over",
          prompts: 0,
        }),
      patience,
    );
    expect(await rows()).toHaveLength(1);
  });

  longTest(
    "[PAY-12] [PAY-16] while another prompt stands on the phone, none is tried for a package, and nobody is told that one comes",
    async () => {
      const shop = await openClaimShop(hub, "Asked already");
      const phone = "0712345681";
      await makeNoon(shop.providerId);
      const bought = { phone, planId: shop.planId, siteId: shop.siteId };
      expect((await shop.post("/payments/purchase", bought)).status).toBeLessThan(300);
      const made = await shop.post("/subscriptions", bought);
      const id = made.body.subscriptionId;
      const [first] = await shop.inDatabase((tx) => tx.selectFrom("purchases").selectAll().execute());
      // It was looked at: the next look is when the prompt of before can't stand there any more.
      await vi.waitFor(async () => {
        const [row] = await shop.inDatabase((tx) => tx.selectFrom("subscriptions").selectAll().execute());
        expect(row?.nextLookMs).toBeGreaterThan((first?.createdAtMs ?? 0) + 50_000);
      }, patience);
      expect(await shop.read(`/subscriptions/${id}`)).toMatchObject({ state: "active", prompts: 0, problem: null });
      expect((await shop.read("/messages?template=renewal-prompt")).items).toEqual([]);
      hub.moveClock(61_000);
      await wake();
      await vi.waitFor(
        async () => expect(await shop.read(`/subscriptions/${id}`)).toMatchObject({ prompts: 1, problem: "prompted" }),
        patience,
      );
      expect((await shop.read("/messages?template=renewal-prompt")).items).toHaveLength(1);
    },
  );

  test("[PAY-16] what a prompt pays for goes on from the package before, so that its devices have it", async () => {
    const shop = await openClaimShop(hub, "Prompted again");
    const [phone, planId, siteId] = ["0712345678", shop.planId, shop.siteId];
    await makeNoon(shop.providerId);
    await shop.post("/credits", { phone, amountCents: 2000 });
    await shop.post("/subscriptions", { phone, planId, siteId });
    const rows = () => shop.inDatabase((tx) => tx.selectFrom("purchases").selectAll().orderBy("createdAtMs").execute());
    await vi.waitFor(async () => expect(await rows()).toMatchObject([{ state: "paid" }]), patience);
    const [grant] = await shop.inDatabase((tx) => tx.selectFrom("grants").select("grantId").execute());
    const nowMs = hub.world.clock.wall().atMs;
    await shop.inDatabase((tx) =>
      tx
        .insertInto("grant_starts")
        .values({
          ...{ providerId: shop.providerId, grantId: grant?.grantId, siteId, origin: "purchase", planName: "1 hour" },
          ...{ startedAtMs: nowMs - hourMs, endsAtMs: nowMs + 120_000, validUntilMs: null },
          ...{ epoch: "e", seq: ++keys, receivedAtMs: nowMs },
        } as never)
        .execute(),
    );
    hub.moveClock(61_000);
    await wake();
    await vi.waitFor(
      async () => expect(await rows()).toMatchObject([{}, { state: "unknown", renewsGrantId: grant?.grantId }]),
      patience,
    );
  });

  test("[PAY-16] one that was bought out of credit by a process that died before it noted that goes on from there: no phone is asked for it again", async () => {
    const shop = await openClaimShop(hub, "Died");
    const phone = "0712345670";
    await makeNoon(shop.providerId);
    await shop.post("/credits", { phone, amountCents: 2000 });
    const { subscriptionId } = (await shop.post("/subscriptions", { phone, planId: shop.planId, siteId: shop.siteId }))
      .body;
    const { providerId } = shop;
    const bought = () => shop.inDatabase((tx) => tx.selectFrom("purchases").select(["purchaseId", "state"]).execute());
    const noted = async () => (await shop.read(`/subscriptions/${subscriptionId}`)).lastPaymentId;
    await vi.waitFor(async () => expect(await noted()).toEqual(expect.any(String)), patience);
    const [first] = await bought();
    // What the process wrote last is undone; the sweep looks again.
    await shop.inDatabase(async (tx) => {
      await tx.updateTable("subscription_packages").set({ lastPurchaseId: null }).execute();
      await sendToOutbox(hub.world)(tx, lookJob, { providerId, subscriptionId }, { singletonKey: "again" });
    });
    await vi.waitFor(async () => expect(await noted()).toBe(first?.purchaseId), patience);
    expect(await bought()).toMatchObject([{ state: "paid" }]);
    expect((await shop.read("/messages?template=renewal-prompt")).items).toEqual([]);
    expect(await shop.read(`/subscriptions/${subscriptionId}`)).toMatchObject({ state: "active", prompts: 0 });
  });

  describe("two processes look at one package at the same moment", () => {
    /** The provider is shut, so that its own jobs let the package be; what one process has found out, it still has to do. */
    async function openRace(name: string) {
      const shop = await openClaimShop(hub, name);
      const { providerId, planId, siteId } = shop;
      const order = { planId, siteId, phone: "0712345671" };
      const shut = (salesStoppedAtMs: number | null) =>
        hub
          .database()
          .asPlatform("test", (tx) =>
            tx.updateTable("providers").set({ salesStoppedAtMs }).where("providerId", "=", providerId).execute(),
          );
      // Made at night, when no phone is asked: it waits for money.
      await makeHour(providerId, 2);
      const { subscriptionId } = (await shop.post("/subscriptions", order)).body;
      const problem = async () => (await shop.read(`/subscriptions/${subscriptionId}`)).problem;
      await vi.waitFor(async () => expect(await problem()).toBe("no-credit"), patience);
      await shut(1);
      await makeHour(providerId, 12);
      const { purchases, channels } = hub.hub().money;
      const due = () =>
        hub
          .database()
          .asPlatform("test", (tx) =>
            tx
              .selectFrom("job_outbox")
              .select("jobId")
              .where("name", "like", "%subscription%")
              .where("runAtMs", "<=", hub.world.clock.wall().atMs)
              .execute(),
          );
      const parts = {
        ...{ world: hub.world, envelope: hub.envelope, parties: hub.hub().parties, database: hub.database() },
        ...{ jobs: { send: sendToOutbox(hub.world) } as never, kinds: channels.kinds },
      };
      return {
        ...shop,
        order,
        row: () => shop.inDatabase((tx) => readPackage(tx, subscriptionId)) as Promise<PackageRow>,
        purchases,
        bought: () => shop.inDatabase((tx) => tx.selectFrom("purchases").select("idempotencyKey").execute()),
        topUp: async () => {
          await shop.post("/credits", { phone: order.phone, amountCents: 2000 });
          await vi.waitFor(async () => expect(await due()).toEqual([]), patience);
        },
        /** One process decides; the other one does this before it is done. */
        async decideWhile(asksPhone: boolean, meanwhile: () => Promise<void>) {
          await shut(null);
          const start: Purchases["start"] = async (request) => {
            await meanwhile();
            return purchases.start(request);
          };
          await renewPackage({ ...parts, purchases: { start } }, { providerId, subscriptionId, asksPhone });
        },
      };
    }

    test("[PAY-12] [PAY-16] MONEY-ONCE: no phone is asked for what credit has bought by then", async () => {
      const race = await openRace("Credit first");
      const key = keyOf(await race.row());
      await race.decideWhile(true, async () => {
        await race.topUp();
        await vi.waitFor(async () => expect(await race.bought()).toEqual([{ idempotencyKey: key }]), patience);
      });
      expect(await race.bought()).toEqual([{ idempotencyKey: key }]);
    });

    test("[PAY-12] [PAY-16] MONEY-ONCE: credit buys nothing while a phone may pay for the same", async () => {
      const race = await openRace("Phone first");
      // More than the prompt holds: the rest would do for the whole price as well.
      await race.topUp();
      await race.topUp();
      const row = await race.row();
      const first = promptKey(row, 1);
      await race.decideWhile(false, async () => {
        await race.inDatabase((tx) => setPackage(hub.world, tx, row, { prompts: 1 }, {}));
        const asked = await race.purchases.start({
          providerId: race.providerId,
          ...race.order,
          spendsCredit: true,
          idempotencyKey: first,
        });
        expect(asked).toMatchObject({ kind: "started" });
      });
      expect(await race.bought()).toEqual([{ idempotencyKey: first }]);
    });
  });

  longTest(
    "[PAY-16] a package that its customer bought at the Wi-Fi page while it stood still is gone on with: no phone is asked for a second one",
    async () => {
      const shop = await openClaimShop(hub, "By hand");
      const { providerId, siteId, planId, inDatabase } = shop;
      const phone = "0712345671";
      await makeNoon(providerId);
      await shop.post("/credits", { phone, amountCents: 2000 });
      const { subscriptionId } = (await shop.post("/subscriptions", { phone, planId, siteId })).body;
      const row = () =>
        inDatabase((tx) =>
          tx
            .selectFrom("subscription_packages")
            .select(["lastPurchaseId", "problem"])
            .where("subscriptionId", "=", subscriptionId)
            .executeTakeFirstOrThrow(),
        );
      await vi.waitFor(async () => expect((await row()).lastPurchaseId).not.toBeNull(), patience);
      await inDatabase((tx) =>
        sql`insert into grant_starts (provider_id, grant_id, site_id, origin, plan_name, started_at_ms, ends_at_ms, epoch, seq, received_at_ms)
          select provider_id, grant_id, site_id, 'purchase', plan_name, created_at_ms, created_at_ms + 3600000, 'e', 1, 1
          from grants`.execute(tx),
      );
      hub.moveClock(10 * hourMs); // ten in the evening: no phone is asked
      await wake();
      await vi.waitFor(async () => expect((await row()).problem).toBe("no-credit"), patience);
      const bought = await hub
        .hub()
        .money.purchases.start({ providerId, siteId, planId, phone, pay: "cash", idempotencyKey: "by-hand" });
      if (bought.kind !== "started") throw new Error(bought.reason);
      // It was asked for before the package's own, and paid late: what opened last counts.
      await inDatabase((tx) =>
        tx.updateTable("purchases").set({ createdAtMs: 1 }).where("purchaseId", "=", bought.purchaseId).execute(),
      );
      hub.moveClock(10 * hourMs); // eight in the morning
      await wake();
      await vi.waitFor(
        async () => expect(await row()).toEqual({ lastPurchaseId: bought.purchaseId, problem: null }),
        patience,
      );
      const count = (tx: Tx) => tx.selectFrom("purchases").select("state").execute();
      expect(await inDatabase(count)).toEqual([{ state: "paid" }, { state: "paid" }]);
    },
  );

  test("[PAY-16] of two packages that were paid at the same moment the second is gone on with before a third is bought", async () => {
    const shop = await openShop("Together");
    const { providerId, siteId, planId, phone } = shop;
    await shop.topUp(5000);
    const { subscriptionId: id } = (await shop.renew()).body;
    const first = await shop.boughtBy(id, 1);
    const { purchases } = hub.hub().money;
    const order = { providerId, siteId, planId, phone, pay: "cash", idempotencyKey: "second" } as const;
    const second = await purchases.start(order);
    if (second.kind !== "started") throw new Error(second.reason);
    // As where the callbacks of both come in together: what is paid in one transaction opens in one millisecond.
    await shop.inDatabase((tx) =>
      tx
        .updateTable("grants")
        .set({ createdAtMs: first.createdAtMs })
        .where("purchaseId", "=", second.purchaseId)
        .execute(),
    );
    await shop.topUp(5000);
    await shop.start(first.grantId, 3 * hourMs);
    hub.moveClock(hourMs / 2);
    await shop.logInAnew();
    await wake();
    await vi.waitFor(async () => expect((await shop.look(id)).lastPaymentId).not.toBe(first.purchaseId), patience);
    expect((await shop.look(id)).lastPaymentId).toBe(second.purchaseId);
    expect(await shop.credit()).toBe(5000);
    // Over as well: neither is gone on with again.
    const grants = await shop.bought();
    await shop.start(grants.find((one) => one.purchaseId === second.purchaseId)?.grantId ?? "", 3 * hourMs);
    hub.moveClock(hourMs / 2);
    await wake();
    await shop.boughtBy(id, 3);
    expect(await shop.credit()).toBe(0);
  });

  longTest(
    "[PAY-16] staff cancel a package and start it again while its phone is asked: the phone is asked no second time, and goes on when that is paid",
    async () => {
      const shop = await openClaimShop(hub, "Anew");
      const { providerId, siteId, planId, inDatabase } = shop;
      await makeNoon(providerId);
      const order = { phone: "0712345672", planId, siteId };
      const { subscriptionId } = (await shop.post("/subscriptions", order)).body;
      const rows = () => inDatabase((tx) => tx.selectFrom("purchases").selectAll().execute());
      await vi.waitFor(async () => expect(await rows()).toMatchObject([{ state: "unknown" }]), patience);
      const [asked] = await rows();
      await shop.post(`/subscriptions/${subscriptionId}/cancel`);
      await shop.post("/subscriptions", order);
      const read = () => shop.read(`/subscriptions/${subscriptionId}`);
      await vi.waitFor(
        async () => expect((await read()).nextLookMs).toBeGreaterThan(hub.world.clock.wall().atMs + 30_000),
        patience,
      );
      expect(await rows()).toHaveLength(1);
      // As the booker does it.
      await inDatabase(async (tx) => {
        await tx.updateTable("purchases").set({ state: "paid" }).execute();
        await sql`insert into grants (provider_id, grant_id, site_id, purchase_id, origin, plan_name, terms, phone_hash, unverified, created_at_ms)
          select provider_id, 'late', site_id, purchase_id, 'purchase', plan_name, terms, phone_hash, false, created_at_ms
          from purchases`.execute(tx);
        await wakePrompted(hub.world)(tx, asked as PurchaseRow);
      });
      await vi.waitFor(
        async () => expect(await read()).toMatchObject({ state: "active", lastPaymentId: asked?.purchaseId }),
        patience,
      );
      expect(await rows()).toHaveLength(1);
    },
  );

  test("[PAY-16] one whose credit was only told, and is more than may be trusted, is bought as soon as that is proved", async () => {
    const shop = await openShop("Told");
    const { token, providerId, inDatabase } = shop;
    const limit = { token: token(), body: { unverifiedCentsMax: 0 } };
    expect((await hub.call("PATCH", "/api/v1/money-settings", limit)).status).toBe(200);
    await shop.topUp(5000);
    const receipt = await inDatabase(async (tx) => {
      const party = hub.hub().parties.ofPhone(providerId, "254712345678");
      // Its entry is what the top-up has posted.
      const { entryId } = await tx.selectFrom("ledger_entries").select("entryId").executeTakeFirstOrThrow();
      return tx
        .insertInto("receipts")
        .values({
          ...{
            providerId,
            rail: "mpesa",
            receipt: "TOLD5000",
            channelId: "paybill",
            purchaseId: null,
          },
          ...{ amountCents: 5000, planCents: 0, creditCents: 5000, currency: "KES", entryId, party },
          ...{ bookedAtMs: hub.world.clock.wall().atMs, state: "credit" },
        } as never)
        .returningAll()
        .executeTakeFirstOrThrow();
    });
    const { subscriptionId: id } = (await shop.renew()).body;
    const waits = async () => {
      const row = (tx: Tx) => tx.selectFrom("subscription_packages").select(["tries", "problem"]).executeTakeFirst();
      expect(await inDatabase(row)).toEqual({ tries: 1, problem: "no-credit" });
    };
    await vi.waitFor(waits, patience);
    const jobs = { send: sendToOutbox(hub.world) };
    await inDatabase((tx) => proveUnapplied({ world: hub.world, jobs } as never, tx, receipt as never, "pull"));
    await shop.boughtBy(id, 1);
    expect(await shop.credit()).toBe(0);
  });

  // Two transactions at one time: the embedded engine runs one after the other.
  longTest.skipIf(engine === "embedded")(
    "[PAY-16] money that is being booked while the credit is found too little renews as soon as it is there",
    async () => {
      const shop = await openShop("Skew");
      await shop.topUp(5000);
      const { subscriptionId: id } = (await shop.renew()).body;
      const first = await shop.boughtBy(id, 1);
      await shop.start(first.grantId, hourMs);
      let isFound = false;
      const posted = Promise.withResolvers<void>();
      const booking = shop.inDatabase(async (tx) => {
        const fromParty = hub.hub().parties.ofPhone(shop.providerId, "254712345678");
        const move = { from: "credit", to: "cash", fromParty } as const;
        const ledger = createLedgerWriter({ world: hub.world, onCredit: wakeSubscriptions(hub.world) });
        const entry = transferEntry("late", "top-up", { ...move, amountCents: 5000, currency: "KES" });
        await ledger.post(tx, { providerId: shop.providerId, purchaseId: null, party: null }, entry);
        posted.resolve();
        while (!isFound) await sql`select pg_sleep(0.05)`.execute(tx); // open, and not idle
      });
      await posted.promise;
      try {
        hub.moveClock(51 * 60_000); // nine minutes before the end
        await shop.logInAnew();
        await wake();
        await vi.waitFor(async () => expect((await shop.look(id)).state).toBe("over"), patience);
      } finally {
        isFound = true;
        await booking;
      }
      await vi.waitFor(async () => expect(await shop.bought()).toHaveLength(2), patience);
      expect(await shop.credit()).toBe(0);
    },
  );

  test("a renewal names what is wrong with it; lists find it by phone; another provider sees none", async () => {
    const shop = await openShop("List");
    const other = await openShop("Else");
    const made = await shop.renew();
    expect(await shop.post("/api/v1/subscriptions", { phone: "12" })).toMatchObject({
      status: 400,
    });
    const { planId, siteId, phone } = shop;
    const post = (changes: object) => shop.post("/api/v1/subscriptions", { planId, siteId, phone, ...changes });
    expect(await post({ phone: "1234567" })).toMatchObject({ status: 400, body: { field: "phone" } });
    expect(await post({ planId: other.planId })).toMatchObject({ status: 404, body: { field: "planId" } });
    expect(await post({ siteId: other.siteId })).toMatchObject({ status: 404, body: { field: "siteId" } });
    const found = await hub.call("GET", "/api/v1/subscriptions?phone=0712345678", { token: shop.token() });
    expect(found.body.items).toMatchObject([{ subscriptionId: made.body.subscriptionId }]);
    expect((await hub.call("GET", "/api/v1/subscriptions", { token: other.token() })).body.items).toEqual([]);
    expect(
      (await hub.call("GET", `/api/v1/subscriptions/${made.body.subscriptionId}`, { token: other.token() })).status,
    ).toBe(404);
    expect((await other.post(`/api/v1/subscriptions/${made.body.subscriptionId}/cancel`)).status).toBe(404);
  });

  test("[PAY-16] a phone that the hub of before a restore may have asked for a package is asked a quarter of an hour after it, and not before", async () => {
    const shop = await openClaimShop(hub, "Restored");
    const phone = "0712345673";
    await makeNoon(shop.providerId);
    const nowMs = hub.world.clock.wall().atMs;
    const restored = { generation: "packages", backUpAtMs: nowMs - hourMs, restoredAtMs: nowMs - 60_000 };
    const asPlatform = (work: (tx: Tx) => Promise<unknown>) => hub.database().asPlatform("test", work);
    // From here on for all tests: this one is the last.
    await asPlatform((tx) => tx.insertInto("restores").values(restored).execute());
    const { subscriptionId } = (await shop.post("/subscriptions", { phone, planId: shop.planId, siteId: shop.siteId }))
      .body;
    const read = async () => {
      const row = (tx: Tx) =>
        tx
          .selectFrom("subscriptions")
          .select(["prompts", "nextLookMs"])
          .where("subscriptionId", "=", subscriptionId)
          .executeTakeFirstOrThrow();
      return shop.inDatabase(row);
    };
    await vi.waitFor(async () => expect((await read()).nextLookMs).toBeGreaterThan(nowMs + 13 * 60_000), patience);
    expect(await read()).toMatchObject({ prompts: 0 });
    hub.moveClock(15 * 60_000);
    await wake();
    await vi.waitFor(async () => expect(await read()).toMatchObject({ prompts: 1 }), patience);
  });

  test("[PAY-12] [PAY-16] MONEY-ONCE: after a restore no credit buys a second time what its site is about to give back", async () => {
    const shop = await openShop("Given back");
    await shop.topUp(10_000);
    const { subscriptionId: id } = (await shop.renew()).body;
    const first = await shop.boughtBy(id, 1);
    await shop.start(first.grantId, 3 * hourMs);
    hub.moveClock(1000);
    const nowMs = hub.world.clock.wall().atMs;
    const restored = { generation: "given back", backUpAtMs: nowMs - hourMs, restoredAtMs: nowMs };
    await hub.database().asPlatform("test", (tx) => tx.insertInto("restores").values(restored).execute());
    hub.moveClock(10 * 60_000);
    await shop.inDatabase((tx) =>
      sendToOutbox(hub.world)(
        tx,
        lookJob,
        { providerId: shop.providerId, subscriptionId: id },
        { singletonKey: "now" },
      ),
    );
    const look = (tx: Tx) => tx.selectFrom("subscriptions").select("nextLookMs").executeTakeFirstOrThrow();
    const againMs = nowMs + 15 * 60_000;
    await vi.waitFor(async () => expect(await shop.inDatabase(look)).toEqual({ nextLookMs: againMs }), patience);
    expect(await shop.bought()).toHaveLength(1);
    expect(await shop.credit()).toBe(5000);
  });
});

import { engineSuite, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { createPgBossQueue } from "@karibu/cloud/ground/jobs/pg-boss-queue";
import { isLongRun, longTest } from "@karibu/protocol/test-long-run";
import type { World } from "@karibu/protocol/world";
import { expect, test } from "vitest";
import { eventually, openChannel, openShop, quickAsk, readBooks, type Shop } from "./payments-hub.ts";
import { startPayments, usePayments } from "./test-payments-town.ts";

engineSuite("a purchase", (engine) => {
  const town = usePayments(engine, {});
  const { database } = town;

  let key = 0;
  const books = (shop: Shop) => readBooks(database.current(), shop.providerId);
  async function newShop(): Promise<Shop> {
    const shop = await openShop(database.current());
    await openChannel(town.hub, database.current(), shop.providerId);
    return shop;
  }
  async function buy(shop: Shop, phone: string) {
    const result = await town.hub.payments.purchases.start({ ...shop, phone, idempotencyKey: `key-${++key}` });
    if (result.kind !== "started") throw new Error(`refused: ${result.reason}`);
    return result;
  }
  /** What the books say once the condition holds: read again, for one reading is several statements. */
  async function settled(shop: Shop, check: (now: Awaited<ReturnType<typeof books>>) => void) {
    await eventually(() => books(shop), check);
    return books(shop);
  }
  const promptOf = async (shop: Shop) => {
    const { purchases } = await books(shop);
    return town.daraja.prompts().find((prompt) => prompt.accountReference === purchases.at(-1)?.reference)!;
  };
  const post = (url: string, body: string) =>
    fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  const forged = (requestId: string, receipt: string, amount: number) =>
    JSON.stringify({
      Body: {
        stkCallback: {
          MerchantRequestID: "1",
          CheckoutRequestID: requestId,
          ResultCode: 0,
          ResultDesc: "ok",
          CallbackMetadata: {
            Item: [
              { Name: "Amount", Value: amount },
              { Name: "MpesaReceiptNumber", Value: receipt },
            ],
          },
        },
      },
    });

  const paidOnce = { clearing: 5000, revenue: -5000 };

  test("[PAY-01] [PAY-06] [CUS-08] is paid on the phone, and becomes one receipt, one entry, one grant in the site's feed", async () => {
    const shop = await newShop();
    const started = await buy(shop, "0712 345 678");
    expect(started.state).toMatchObject({ state: "prompted" });
    const prompt = await promptOf(shop);
    expect(prompt).toMatchObject({ amount: 50, msisdn: "254712345678", business: "Baraka WiFi" });
    town.daraja.act("254712345678", { kind: "pay", pin: "1234" });
    // Paid and corroborated by a question of our own.
    const after = await settled(shop, (now) =>
      expect(now.purchases[0]).toMatchObject({ state: "paid", corroborated: true }),
    );
    const success = town.daraja.successes().at(-1)!;
    expect(after.receipts).toMatchObject([
      { receipt: success.receipt, amountCents: 5000, planCents: 5000, creditCents: 0 },
    ]);
    expect(after.accounts).toEqual(paidOnce);
    // If a query was answered before the callback was processed, it has a separate entry, which this one settles.
    expect(after.entries.filter(({ kind }) => kind === "receipt")).toHaveLength(1);
    expect(after.grants).toHaveLength(1);
    expect(after.grantsFed).toMatchObject([
      {
        key: after.grants[0]!.grantId,
        body: {
          purchaseId: started.purchaseId,
          grant: { planName: "1 hour", unverified: false, terms: { validitySeconds: 3600 } },
        },
      },
    ]);
    const state = await town.hub.payments.purchases.state(shop.providerId, shop.siteId, started.purchaseId);
    expect(state).toEqual({
      state: "paid",
      reason: null,
      receipt: success.receipt,
      grantId: after.grants[0]!.grantId,
    });
    expect(town.hub.events.filter((event) => event.id === started.purchaseId).map((event) => event.action)).toEqual(
      expect.arrayContaining(["sending", "prompted", "paid"]),
    );
  });

  test.each([
    ["[PAY-19] cancelled", "0700000002", "cancelled"],
    ["wrong PIN", "0700000003", "wrong-pin"],
    ["no funds", "0700000004", "no-funds"],
    ["unreachable", "0700000005", "unreachable"],
    ["push refused", "0700000014", "merchant-problem"],
  ])("that fails says why: %s", async (_, phone, reason) => {
    const shop = await newShop();
    const { purchaseId } = await buy(shop, phone);
    await eventually(
      () => town.hub.payments.purchases.state(shop.providerId, shop.siteId, purchaseId),
      (state) => expect(state).toMatchObject({ state: "failed", reason }),
    );
    expect(await books(shop)).toMatchObject({ receipts: [], grants: [], accounts: {} });
  });

  test("[PAY-03] whose callback is lost is found out by asking; the receipt stays open in the books", async () => {
    const shop = await newShop();
    await buy(shop, "0700000006");
    const after = await settled(shop, (now) => expect(now.purchases[0]).toMatchObject({ state: "paid_unreceipted" }));
    expect(after.grants).toHaveLength(1);
    expect(after.accounts).toEqual({ unreceipted: 5000, revenue: -5000 });
  });

  test.each([
    ["the callback comes twice at once", "0700000007"],
    ["the callback comes before the push is answered", "0700000009"],
    ["the push's answer is lost", "0700000010"],
    ["the callback's shape is odd", "0700000012"],
    ["it is reported as cancelled and then paid", "0700000015"],
    ["the callback comes late, after the question", "0700000008"],
  ])("is booked once when %s", async (_, phone) => {
    const shop = await newShop();
    await buy(shop, phone);
    const after = await settled(shop, (now) =>
      expect(now.purchases[0]).toMatchObject({ state: "paid", corroborated: true, unreceipted: false }),
    );
    expect(after.receipts).toHaveLength(1);
    expect(after.grants).toHaveLength(1);
    expect(after.accounts).toEqual(paidOnce);
  });

  test("with a code that no table lists stays unknown, and is never shown as failed", async () => {
    const shop = await newShop();
    await buy(shop, "0700000013");
    const told = (now: Awaited<ReturnType<typeof books>>) =>
      now.evidence.filter((row) => row.state === "done").map((row) => row.source);
    const after = await settled(shop, (now) =>
      expect(told(now)).toEqual(expect.arrayContaining(["stk-callback", "stk-query"])),
    );
    expect(after).toMatchObject({ purchases: [{ state: "unknown" }], grants: [], receipts: [] });
  });

  test.each(["7777", "2029"])(
    "[PAY-19] that ends with code %s is soon said to be answered: no PIN is asked for, and it is asked about",
    async (code) => {
      const shop = await newShop();
      const { purchaseId } = await buy(shop, `071111${code}`);
      await eventually(
        () => town.hub.payments.purchases.state(shop.providerId, shop.siteId, purchaseId),
        (state) => expect(state).toMatchObject({ state: "unknown", reason: null, promptAnswered: true }),
      );
      const after = await settled(shop, (now) =>
        expect(now.evidence.map(({ source }) => source)).toContain("stk-query"),
      );
      expect(after).toMatchObject({ purchases: [{ state: "unknown" }], grants: [], receipts: [] });
    },
  );

  test("[PAY-19] that M-Pesa had no time for says so, in the nearest word of older agents and in its own", async () => {
    const shop = await newShop();
    const { purchaseId } = await buy(shop, "0711110026");
    await eventually(
      () => town.hub.payments.purchases.state(shop.providerId, shop.siteId, purchaseId),
      (state) => expect(state).toMatchObject({ state: "failed", reason: "not-sent", because: "system-busy" }),
    );
  });

  test("is not opened by a forged callback with another amount, nor by one with another request id", async () => {
    const shop = await newShop();
    await buy(shop, "0712000111");
    const { callbackUrl, checkoutRequestId } = await promptOf(shop);
    await post(callbackUrl, forged(checkoutRequestId, "QAAAAAAAA1", 1));
    await post(callbackUrl, forged("ws_CO_other", "QAAAAAAAA2", 50));
    await eventually(
      () => books(shop),
      (now) =>
        expect(now.evidence.filter((row) => row.source === "stk-callback" && row.state === "done")).toHaveLength(2),
    );
    expect(await books(shop)).toMatchObject({
      purchases: [{ state: "unknown" }],
      grants: [],
      receipts: [],
      accounts: {},
    });
    // And the real one still pays.
    town.daraja.act("254712000111", { kind: "pay", pin: "1234" });
    await eventually(
      () => books(shop),
      (now) => expect(now).toMatchObject({ purchases: [{ state: "paid" }], accounts: paidOnce }),
    );
  });

  test("[PAY-02] a callback replayed a hundred times and more changes nothing", async () => {
    const shop = await newShop();
    await buy(shop, "0712000222");
    const { callbackUrl, checkoutRequestId } = await promptOf(shop);
    const body = forged(checkoutRequestId, "QBBBBBBBB1", 50);
    for (let round = 0; round < (isLongRun ? 50 : 5); round++) {
      const answers = await Promise.all(Array.from({ length: 20 }, () => post(callbackUrl, body)));
      for (const answer of answers) expect(await answer.json()).toEqual({ ResultCode: 0, ResultDesc: "Accepted" });
    }
    await eventually(
      () => books(shop),
      (now) => expect(now).toMatchObject({ purchases: [{ state: "paid" }], accounts: paidOnce, grants: [{}] }),
    );
    expect((await books(shop)).receipts).toHaveLength(1);
  }, 240_000);

  test("unmatched callbacks are stored with their reason and answered as the channel expects; a body over 64 KB is refused", async () => {
    const shop = await newShop();
    await buy(shop, "0712000333");
    const { callbackUrl } = await promptOf(shop);
    const channelUrl = callbackUrl.replace(/\/s\/.*/, "");
    const ok = { ResultCode: 0, ResultDesc: "Accepted" };
    expect(await (await post(callbackUrl, "not json \0")).json()).toEqual(ok);
    expect(await (await post(`${channelUrl}/s/ffff`, "{}")).json()).toEqual(ok);
    expect(await (await post(`${town.hub.url}/hooks/k/ffff/s/ffff`, "{}")).json()).toEqual(ok);
    expect((await post(callbackUrl, "x".repeat(70_000))).status).toBe(413);
    expect((await fetch(`${town.hub.url}/hooks/elsewhere`)).status).toBe(404);
    await eventually(
      () => books(shop),
      (now) => {
        const outcomes = now.evidence.filter((row) => row.state === "unmatched").map((row) => row.outcome);
        expect(outcomes.sort()).toEqual(["not a genuine message: not JSON", "unknown purchase token"]);
      },
    );
    const unmatched = await database
      .current()
      .asPlatform("test", (tx) =>
        tx.selectFrom("unmatched_callbacks").select(["reason", "path"]).orderBy("unmatchedId").execute(),
      );
    expect(unmatched.at(-1)?.reason).toBe("unknown channel token");
    expect(unmatched.at(-1)?.path).not.toContain("ffff");
  });

  test("is the same one for the same key, and is refused by name otherwise", async () => {
    const shop = await newShop();
    const request = { ...shop, phone: "0712000444", idempotencyKey: "same" };
    const [first, second] = await Promise.all([
      town.hub.payments.purchases.start(request),
      town.hub.payments.purchases.start(request),
    ]);
    expect(second).toMatchObject({ kind: "started", purchaseId: (first as { purchaseId: string }).purchaseId });
    expect((await books(shop)).purchases).toHaveLength(1);
    const hasty = { ...request, phone: "0712000446" };
    const both = await Promise.all(
      ["left", "right"].map((hand) => town.hub.payments.purchases.start({ ...hasty, idempotencyKey: hand })),
    );
    expect(both.map((result) => result.kind).sort()).toEqual(["refused", "started"]);
    const start = (changes: object) =>
      town.hub.payments.purchases.start({ ...request, idempotencyKey: `other-${++key}`, ...changes });
    expect(await start({})).toEqual({ kind: "refused", reason: "prompt-already-open" });
    expect(await start({ phone: "12" })).toEqual({ kind: "refused", reason: "bad-phone" });
    expect(await start({ planId: "none" })).toEqual({ kind: "refused", reason: "unknown-plan" });
    const poor = await openShop(database.current());
    expect(await start({ ...poor, phone: "0712000445" })).toEqual({ kind: "refused", reason: "no-channel" });
  });

  test("[PAY-08] neither keys nor phone numbers nor path secrets stand in the tables in clear", async () => {
    const shop = await newShop();
    await buy(shop, "0712000555");
    const { callbackUrl } = await promptOf(shop);
    const [, token, secret] = /\/k\/(\w+)\/s\/(\w+)$/.exec(callbackUrl)!;
    const { purchases } = await books(shop);
    const channels = await database
      .current()
      .asProvider(shop.providerId, (tx) => tx.selectFrom("channels").selectAll().execute());
    const text = JSON.stringify([purchases, channels], (_, value) =>
      value?.type === "Buffer" ? Buffer.from(value.data).toString("latin1") : value,
    );
    for (const hidden of [token!, secret!, "254712000555", "lab-passkey", "lab-consumer"]) {
      expect(text).not.toContain(hidden);
    }
  });

  test("[BEY-09] LEDGER-ZERO: the database itself refuses an entry that does not sum to zero, and any change to one", async () => {
    const shop = await newShop();
    const write = (amounts: number[]) =>
      database.current().asProvider(shop.providerId, async (tx) => {
        const base = { providerId: shop.providerId, entryId: `e${++key}` };
        await tx
          .insertInto("ledger_entries")
          .values({ ...base, entryKey: base.entryId, kind: "receipt", purchaseId: null, atMs: 1 })
          .execute();
        for (const [line, amountCents] of amounts.entries()) {
          await tx
            .insertInto("ledger_postings")
            .values({ ...base, line, account: "revenue", party: null, currency: "KES", amountCents })
            .execute();
        }
      });
    await expect(write([5, -4])).rejects.toThrow("does not sum to zero");
    await expect(write([])).rejects.toThrow("does not sum to zero");
    await write([5, -5]);
    const addLine = database.current().asProvider(shop.providerId, (tx) =>
      tx
        .insertInto("ledger_postings")
        .values({
          providerId: shop.providerId,
          entryId: `e${key}`,
          line: 2,
          account: "revenue",
          party: null,
          currency: "KES",
          amountCents: 1,
        })
        .execute(),
    );
    await expect(addLine).rejects.toThrow("does not sum to zero");
    const change = database
      .current()
      .asProvider(shop.providerId, (tx) => tx.updateTable("ledger_postings").set({ amountCents: 9 }).execute());
    await expect(change).rejects.toThrow(/permission denied/);
  });
});

engineSuite("a hub with other settings", (engine) => {
  const database = useDatabase(engine);

  test("with the production queue: paid, and one grant", async () => {
    const jobs = (world: World) => createPgBossQueue(world, database.current());
    const { hub, shop, books } = await startPayments(database.current(), {}, { jobs });
    for (const [index, phone] of ["0700000001", "0700000007", "0700000006"].entries()) {
      await hub.payments.purchases.start({ ...shop, phone, idempotencyKey: `k${index}` });
    }
    await eventually(books, (now) => {
      expect(now.purchases.map((row) => row.state).sort()).toEqual(["paid", "paid", "paid_unreceipted"]);
      expect(now.accounts).toEqual({ clearing: 10_000, unreceipted: 5000, revenue: -15_000 });
    });
  }, 60_000);

  test("[PAY-03] a push that is answered after its first status query is queried again", async () => {
    const ask = { ...quickAsk, agesMs: [1, 1, 1] };
    const { hub, shop, books } = await startPayments(database.current(), { tokenMs: 500 }, { ask });
    await hub.payments.purchases.start({ ...shop, phone: "0700000006", idempotencyKey: "slow" });
    await eventually(books, (now) => expect(now.purchases[0]).toMatchObject({ state: "paid_unreceipted" }));
  });

  longTest(
    "above the hourly limit of unverified money a callback's payment is queried before anything opens",
    async () => {
      // Questions are answered until the first purchase is corroborated; the others are then on their own.
      let spacingMs = 0;
      const paced = { querySpacingMs: () => spacingMs };
      const { hub, shop, books } = await startPayments(database.current(), paced, { unverifiedCentsMax: 5000 });
      await hub.payments.purchases.start({ ...shop, phone: "0700000001", idempotencyKey: "k1" });
      await eventually(books, (now) => expect(now.purchases[0]).toMatchObject({ state: "paid", corroborated: true }));
      spacingMs = 60_000;
      for (const phone of ["0700000007", "0700000012"]) {
        await hub.payments.purchases.start({ ...shop, phone, idempotencyKey: phone });
      }
      await eventually(books, ({ evidence }) =>
        expect(evidence.filter((row) => row.state === "parked")).toHaveLength(1),
      );
      const now = await books();
      expect(now.grants).toHaveLength(2);
      // The money is in the books all the same.
      expect(now.accounts).toEqual({ clearing: 15_000, revenue: -10_000, suspense: -5000 });
    },
  );
});

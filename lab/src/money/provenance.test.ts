/**
 * Money keeps how it is known on every way through the books: only what the channel said when asked, its list or its statement
 * proves it. Here an attacker knows the address of confirmations, and sends some about money that never moved.
 */
import { engineSuite, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { longTest } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { callbackBody } from "../daraja/callback-body.ts";
import type { DarajaOptions } from "../daraja/daraja-http.ts";
import { sampleApp } from "../daraja/sample-app.ts";
import { eventually, proveAnswers, silentAsk } from "./payments-hub.ts";
import { initiator, startPayments } from "./test-payments-town.ts";

const hourMs = 3_600_000;
const forged = "UKF0000001";
const payer = "254712000900";

engineSuite("money that only a callback has reported", { timeout: 300_000 }, (engine) => {
  const database = useDatabase(engine);
  async function openTown(unverifiedCentsMax = 1_000_000) {
    const options: DarajaOptions = { msisdnForm: "full", resultMs: 20, confirmsPush: () => "never" };
    const hubOptions = { ask: silentAsk, unverifiedCentsMax };
    const town = await startPayments(database.current(), options, hubOptions, initiator);
    const { daraja, hub, shop, providerId, channelId, register, books } = town;
    const registeredAt = () => daraja.books().registered[sampleApp.shortcode]?.confirmation;
    // A look at the channel's list in that moment may renew the token that this goes with: then it is asked once more.
    for (let tries = 0; registeredAt() === undefined && tries < 5; tries++) await register();
    await proveAnswers(database.current(), providerId, channelId);
    const confirmationUrl = registeredAt() ?? "";
    const post = (url: string, body: string) =>
      fetch(url, { method: "POST", body, headers: { "content-type": "application/json" } });
    const receiptOf = async (receipt: string) => (await books()).receipts.find((each) => each.receipt === receipt);
    return {
      shop,
      books,
      hub,
      daraja,
      receiptOf,
      /** A confirmation of money that never moved. It is in suspense, for its account is nobody's. */
      async forge(receipt = forged, amount = 50, account = "nobody", saidAt = "20261121120000") {
        const told = {
          TransactionType: "Pay Bill",
          TransID: receipt,
          TransTime: saidAt,
          TransAmount: `${amount}.00`,
          BusinessShortCode: sampleApp.shortcode,
          BillRefNumber: account,
          MSISDN: payer,
          FirstName: "JANE",
        };
        expect((await post(confirmationUrl, JSON.stringify(told))).status).toBe(200);
        await eventually(
          () => receiptOf(receipt),
          (row) => expect(row).toBeDefined(),
        );
      },
      claim: (receipt: string) => hub.rpc("claim-payment", shop, { receipt, phone: payer }),
      buy: async (key: string, pay?: "credit") => {
        const how = pay === undefined ? {} : { pay };
        return hub.payments.purchases.start({ ...shop, phone: payer, idempotencyKey: key, ...how });
      },
      callBack(receipt: string) {
        const prompt = daraja.prompts().at(-1);
        if (prompt === undefined) throw new Error("no prompt");
        return post(prompt.callbackUrl, callbackBody(prompt, { code: "0", text: "ok", receipt }));
      },
      /** Time passes for a receipt and what it bought. */
      async age(ms: number) {
        await database.current().asProvider(providerId, async (tx) => {
          await tx
            .updateTable("receipts")
            .set((set) => ({ bookedAtMs: set("bookedAtMs", "-", ms) }))
            .execute();
        });
      },
      /** A statement that has this receipt of 50 shillings, with the account that was typed. */
      statement(receipt: string, account: string, from = payer) {
        const head =
          "Receipt No,Completion Time,Details,Transaction Status,Paid In (KSHs),Withdrawn (KSHs),Balance (KSHs)";
        const line = `${receipt},21/11/2026 10:00:00,Pay Bill from ${from} - JANE Acc. ${account},Completed,50.00,,50.00`;
        return hub.reconcile(providerId, channelId, [head, line, ""].join("\r\n"));
      },
      /** A statement of the whole day of this moment, without a payment. */
      async emptyStatement(atMs: number) {
        const day = new Date(atMs + 3 * hourMs).toISOString().slice(0, 10);
        const head = "Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn";
        const period = `Time Period:,From ${day} 00:00:00 To ${day} 23:59:59`;
        return hub.reconcile(providerId, channelId, [`Short Code:,${sampleApp.shortcode}`, period, head].join("\n"));
      },
      list: (query: string) => hub.read(providerId, `/api/v1/payments?${query}`),
      profit: () => hub.read(providerId, "/api/v1/ledger/profit"),
      pull: () => hub.pull(providerId, channelId),
      sweep: () => hub.sweep(),
      async disproved(receipt: string) {
        await this.age(2 * hourMs);
        await hub.sweep();
        await eventually(
          () => receiptOf(receipt),
          (row) => expect(row).toMatchObject({ state: "disproved" }),
        );
      },
    };
  }

  test("[PAY-04] [BEY-06] a forged confirmation assigned by staff stays told: what it opened is unverified, is no revenue, and is revoked when the channel denies it", async () => {
    const town = await openTown();
    await town.forge();
    const bought = await town.buy("one");
    if (bought.kind !== "started") throw new Error(bought.reason);
    await town.hub.assign(town.shop.providerId, forged, { paymentId: bought.purchaseId });
    const told = await town.books();
    expect(told.purchases).toMatchObject([{ state: "paid", receipt: forged, corroborated: false, pendingCents: 5000 }]);
    expect(told.grantsFed).toMatchObject([{ body: { grant: { unverified: true } } }]);
    expect(told.pendingCents).toBe(5000);
    expect(await town.list("pending=true")).toMatchObject({
      items: [{ id: bought.purchaseId, provenance: "told", verified: false, pendingCents: 5000 }],
    });
    expect(await town.list("pending=false")).toMatchObject({ items: [] });
    await town.disproved(forged);
    expect(await town.list("pending=true")).toMatchObject({ items: [] });
    const { purchases, grants, accounts, pendingCents } = await town.books();
    expect(purchases).toMatchObject([{ state: "disproved", pendingCents: 0 }]);
    expect(grants).toMatchObject([{ revokedAtMs: expect.any(Number) }]);
    expect({ accounts, pendingCents }).toEqual({ accounts: {}, pendingCents: 0 });
  });

  test("[PAY-04] [BEY-07] money that the channel denied is reported again: its claim is not settled, the channel is asked, and a person hears of it", async () => {
    const town = await openTown();
    await town.forge();
    await town.disproved(forged);
    const answers = () =>
      database
        .current()
        .asProvider(town.shop.providerId, (tx) =>
          tx.selectFrom("channel_calls").select("state").where("subject", "=", forged).execute(),
        );
    const wasAsked = (times: number) =>
      eventually(answers, (calls) => expect(calls).toEqual(Array(times).fill({ state: "done" })));
    const { length: before } = await answers();
    expect(await town.claim(forged)).toMatchObject({ kind: "asked" });
    await wasAsked(before + 1);
    await town.forge(forged, 50, "somebody");
    const review = () => town.hub.read(town.shop.providerId, "/api/v1/review?kind=unread");
    await eventually(review, (page) =>
      expect(page).toMatchObject({ items: [{ what: expect.stringContaining(`${forged}: reported again`) }] }),
    );
    await wasAsked(before + 2);
    // It is there after all: whose it is, the claim says.
    await town.statement(forged, "nobody");
    expect(await town.claim(forged)).toMatchObject({ kind: "settled" });
  });

  test("[PAY-04] [BEY-06] a callback and a confirmation of one receipt are two reports and no proof; its line in the statement is", async () => {
    const town = await openTown();
    await town.buy("one");
    await town.callBack(forged);
    await eventually(town.books, ({ purchases }) => expect(purchases).toMatchObject([{ state: "paid" }]));
    const reference = town.daraja.prompts()[0]?.accountReference ?? "";
    await town.forge(forged, 50, reference);
    const twice = await eventually(town.books, ({ evidence }) =>
      expect(evidence.filter(({ source, state }) => source === "c2b-confirmation" && state === "done")).toHaveLength(1),
    );
    expect(twice.purchases).toMatchObject([{ state: "paid", corroborated: false }]);
    expect(twice.receipts).toMatchObject([{ corroborated: false, provedBy: null }]);
    expect(twice.pendingCents).toBe(5000);
    expect(await town.profit()).toMatchObject({ items: [{ revenueCents: 0, pendingCents: 5000, profitCents: 0 }] });
    await town.statement(forged, reference);
    const proved = await town.books();
    expect(proved.purchases).toMatchObject([{ state: "paid", corroborated: true, pendingCents: 0 }]);
    expect(proved.receipts).toMatchObject([{ corroborated: true, provedBy: "statement" }]);
    expect(proved.pendingCents).toBe(0);
    expect(proved.entries.map(({ kind }) => kind)).toEqual(["receipt", "proof"]);
    expect(await town.profit()).toMatchObject({
      items: [{ revenueCents: 5000, pendingCents: 0, profitCents: 5000 }],
    });
    expect(await town.list("")).toMatchObject({ items: [{ provenance: "proved", pendingCents: 0 }] });
  });

  test("[PAY-04] [BEY-06] credit from a forged confirmation and a claim is spent within the hourly limit only, and what it bought is revoked with it", async () => {
    const town = await openTown(7000);
    await town.forge(forged, 60);
    expect(await town.claim(forged)).toMatchObject({ kind: "settled" });
    const credited = await town.books();
    expect(credited.receipts).toMatchObject([{ state: "credit", creditCents: 6000, corroborated: false }]);
    const bought = await town.buy("from-credit", "credit");
    expect(bought).toMatchObject({ kind: "started" });
    const told = await town.books();
    expect(told.purchases).toMatchObject([{ state: "paid", corroborated: false, pendingCents: 5000 }]);
    expect(told.grantsFed).toMatchObject([{ body: { grant: { unverified: true } } }]);
    // The limit of 70 shillings has no room for a second package from such credit.
    await town.forge("UKF0000002", 60);
    await town.claim("UKF0000002");
    expect(await town.buy("again", "credit")).toMatchObject({ kind: "refused", reason: "no-credit" });
    await town.disproved(forged);
    const over = await eventually(town.books, ({ purchases }) =>
      expect(purchases).toMatchObject([{ state: "disproved" }]),
    );
    expect(over.grants).toMatchObject([{ revokedAtMs: expect.any(Number) }]);
    expect(over.pendingCents).toBe(0);
    expect(over.accounts.revenue).toBeUndefined();
    expect(over.accounts.debts).toBeUndefined();
  });

  test("[PAY-04] [BEY-06] credit that only a confirmation reported pays a package: when the list proves the money, the package is proved and is revenue", async () => {
    const town = await openTown();
    const paid = await town.daraja.organisation.payBill({
      shortcode: sampleApp.shortcode,
      msisdn: payer,
      amount: 60,
      account: payer,
      confirmation: "once",
    });
    const receipt = paid?.receipt ?? "";
    await eventually(town.books, ({ receipts }) => expect(receipts).toMatchObject([{ receipt }]));
    if ((await town.receiptOf(receipt))?.state === "suspense") await town.claim(receipt);
    expect(await town.buy("from-credit", "credit")).toMatchObject({ kind: "started" });
    expect(await town.books()).toMatchObject({ pendingCents: 5000, purchases: [{ corroborated: false }] });
    await town.pull();
    const proved = await eventually(town.books, ({ purchases }) =>
      expect(purchases).toMatchObject([{ state: "paid", corroborated: true, pendingCents: 0 }]),
    );
    expect(proved.grantsFed).toMatchObject([{ body: { grant: { unverified: false } } }]);
    expect(proved).toMatchObject({ pendingCents: 0, accounts: { clearing: 6000, revenue: -5000, credit: -1000 } });
    expect(proved.receipts.find((each) => each.receipt === receipt)).toMatchObject({ provedBy: "pull" });
  });

  test("[PAY-04] [BEY-06] a forged receipt paid, the real one was spent as credit: its proof counts for one purchase, and the other falls with the forged one", async () => {
    const town = await openTown();
    expect(await town.buy("first")).toMatchObject({ kind: "started" });
    await town.callBack(forged);
    await eventually(town.books, ({ purchases }) => expect(purchases).toMatchObject([{ receipt: forged }]));
    const [first] = (await town.books()).purchases;
    town.daraja.act(payer, { kind: "pay", pin: "1234" });
    const real = town.daraja.prompts().at(-1)?.result?.receipt ?? "";
    await eventually(
      () => town.receiptOf(real),
      (row) => expect(row).toMatchObject({ planCents: 0, creditCents: 5000 }),
    );
    expect(await town.buy("from-credit", "credit")).toMatchObject({ kind: "started" });
    await town.pull();
    const ofFirst = ({ purchases }: Awaited<ReturnType<typeof town.books>>) =>
      purchases.find(({ purchaseId }) => purchaseId === first?.purchaseId);
    const another = ({ purchases }: Awaited<ReturnType<typeof town.books>>) =>
      purchases.find(({ purchaseId }) => purchaseId !== first?.purchaseId);
    const proved = await eventually(town.books, (books) =>
      expect(ofFirst(books)).toMatchObject({ corroborated: true }),
    );
    expect(ofFirst(proved)).toMatchObject({ state: "paid", receipt: real });
    expect(another(proved)).toMatchObject({ state: "paid", corroborated: false, pendingCents: 5000 });
    expect(proved).toMatchObject({ pendingCents: 5000, accounts: { clearing: 10_000, revenue: -10_000 } });
    await town.disproved(forged);
    const over = await eventually(town.books, (books) => expect(another(books)).toMatchObject({ state: "disproved" }));
    expect(ofFirst(over)).toMatchObject({ state: "paid", receipt: real, corroborated: true });
    expect(over).toMatchObject({ pendingCents: 0, accounts: { clearing: 5000, revenue: -5000 } });
  });

  longTest(
    "[PAY-02] [BEY-06] forged parts paid a price, and the whole price is proved beside them: that is credit, and proves nothing of the parts",
    async () => {
      const town = await openTown();
      await town.buy("one");
      const reference = town.daraja.prompts()[0]?.accountReference ?? "";
      await town.forge(forged, 30, reference);
      await town.forge("UKF0000002", 20, reference);
      const told = await eventually(town.books, ({ purchases }) =>
        expect(purchases).toMatchObject([{ state: "paid" }]),
      );
      expect(told).toMatchObject({ pendingCents: 5000, purchases: [{ corroborated: false }] });
      await town.statement("UKR0000001", reference);
      const proved = await town.books();
      expect(await town.receiptOf("UKR0000001")).toMatchObject({ creditCents: 5000, provedBy: "statement" });
      expect(proved.purchases).toMatchObject([{ state: "paid", corroborated: false, pendingCents: 5000 }]);
      expect(proved.pendingCents).toBe(5000);
      await town.disproved(forged);
      await town.disproved("UKF0000002");
      const over = await eventually(town.books, ({ purchases }) =>
        expect(purchases).toMatchObject([{ state: "disproved", pendingCents: 0 }]),
      );
      expect(over).toMatchObject({ pendingCents: 0, accounts: { clearing: 5000, credit: -5000 } });
    },
  );

  test("[PAY-04] [BEY-07] a forged confirmation does not say whose money it is that the statement proved: who forged it can't claim it", async () => {
    const town = await openTown();
    await town.statement(forged, "nobody", "2547****001");
    expect(await town.receiptOf(forged)).toMatchObject({ state: "suspense", corroborated: true });
    await town.forge(forged, 50);
    await eventually(town.books, ({ evidence }) =>
      expect(evidence.filter(({ source, state }) => source === "c2b-confirmation" && state === "done")).toHaveLength(1),
    );
    expect(await town.claim(forged)).toMatchObject({ kind: "refused", reason: "another-payer" });
    expect(await town.receiptOf(forged)).toMatchObject({ state: "suspense", payerHash: null });
  });

  longTest(
    "[PAY-04] [BEY-08] a forged confirmation does not choose its day: one that says it was paid years ago, or will be, is missing on the statement of today",
    async () => {
      const town = await openTown();
      for (const [receipt, saidAt] of [
        [forged, "20200101120000"],
        ["UKF0000002", "20990101120000"],
      ] as const) {
        await town.forge(receipt, 50, "nobody", saidAt);
        const row = await town.receiptOf(receipt);
        const { differences } = await town.emptyStatement(row?.bookedAtMs ?? 0);
        expect(differences).toContainEqual(expect.objectContaining({ receipt, what: "not-on-statement" }));
      }
    },
  );

  longTest(
    "[PAY-04] [BEY-06] money claimed for a purchase of yesterday counts for the hour in which it opened something",
    async () => {
      const town = await openTown(7000);
      const bought = await town.buy("yesterday");
      if (bought.kind !== "started") throw new Error(bought.reason);
      await database.current().asProvider(town.shop.providerId, (tx) =>
        tx
          .updateTable("purchases")
          .set((set) => ({ createdAtMs: set("createdAtMs", "-", 24 * hourMs), state: "failed" }))
          .execute(),
      );
      await town.forge();
      expect(await town.claim(forged)).toMatchObject({ kind: "settled", purchaseId: bought.purchaseId });
      await town.forge("UKF0000002");
      expect(await town.claim("UKF0000002")).toMatchObject({ kind: "asked" });
      expect((await town.books()).grants).toHaveLength(1);
    },
  );
});

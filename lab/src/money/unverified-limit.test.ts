/** The hourly limit of unverified money is reached: more money is booked in suspense, and gets its owner when it is proved. */
import { testParties } from "@karibu/cloud/ground/amounts/test-parties";
import { json } from "@karibu/cloud/ground/db/json";
import { engineSuite, realWorld, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { createEnvelope } from "@karibu/cloud/ground/secrets/envelope";
import { withBody } from "@karibu/cloud/money/evidence/test-evidence";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { inLongRunAll, longTest } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import type { DarajaOptions } from "../daraja/daraja-http.ts";
import { sampleApp } from "../daraja/sample-app.ts";
import { statementCsv } from "../daraja/statement.ts";
import { eventually, startHub } from "./payments-hub.ts";
import { initiator, masterKey, startPayments } from "./test-payments-town.ts";

const envelope = createEnvelope(realWorld().random, [masterKey]);

/** The sources that verify a payment: the channel's list, its answer about the receipt, or its statement. */
const witnesses = ["list", "status", "statement"] as const;

engineSuite("while the hourly limit of unverified money is reached", (engine) => {
  const database = useDatabase(engine);

  /** @param options `asks`: the channel has an initiator. `readsLists`: the hub pulls lists by itself, else only the test does. */
  async function openTown(
    options: DarajaOptions & { asks?: boolean; readsLists?: boolean; unverifiedCentsMax?: number } = {},
  ) {
    const { asks = false, readsLists = false, unverifiedCentsMax = 0, ...darajaOptions } = options;
    const all = { msisdnForm: "full", resultMs: 20, ...darajaOptions } as const;
    const town = await startPayments(database.current(), all, { unverifiedCentsMax }, asks ? initiator : {});
    const { daraja, hub, shop, channelId, register, books } = town;
    const { providerId, siteId, planId } = shop;
    await register();
    if (!readsLists) {
      await database.current().asProvider(providerId, (tx) =>
        tx
          .updateTable("channels")
          .set({ settings: json({ initiatorName: "karibu", registered: true, pulls: false }) as never })
          .execute(),
      );
    }
    const place = { providerId, siteId, planId, createdAtMs: 1 };
    await database.current().asProvider(providerId, (tx) =>
      tx
        .insertInto("pay_accounts")
        .values({ ...place, accountKey: "SHOP7", accountNumber: "shop 7", kind: "site" })
        .execute(),
    );
    const { organisation, successes } = daraja;
    let phones = 0;
    const pay = async (account: string, confirmation: "once" | "never" = "once", amount = 50) => {
      const msisdn = `2547110001${String(++phones).padStart(2, "0")}`;
      return (await organisation.payBill({ shortcode: sampleApp.shortcode, msisdn, amount, account, confirmation }))!
        .receipt;
    };
    const judged = () =>
      eventually(books, ({ evidence }) => expect(evidence.filter(({ state }) => state === "new")).toEqual([]));
    const statement = (layout: "portal" | "short" = "portal") =>
      hub.reconcile(providerId, channelId, statementCsv(layout, successes(), organisation));
    const prove = async (witness: (typeof witnesses)[number]) => {
      if (witness === "list") await hub.pull(providerId, channelId);
      if (witness === "statement") await statement();
      if (witness === "status") await hub.sweep(); // asks about what waits to be proved
    };
    return { ...shop, daraja, hub, shop, channelId, pay, books, judged, statement, prove };
  }

  const receiptOf = (receipts: { receipt: string }[], receipt: string) =>
    receipts.find((each) => each.receipt === receipt);

  test.each(inLongRunAll(witnesses, (witness) => witness === "list"))(
    "[PAY-04] [BEY-06] [BEY-09] a payment at an account number stands in suspense at once; the %s proves it, it buys its plan once, and the other rows are booked as well",
    async (witness) => {
      // The hub queries the receipt's status at once: Daraja does not know it yet.
      let isKnown = false;
      const town = await openTown({ asks: witness === "status", results: () => (isKnown ? "plain" : "refused") });
      const held = await town.pay("shop 7");
      const before = await eventually(town.books, ({ receipts }) =>
        expect(receipts).toMatchObject([{ receipt: held, state: "suspense", suspenseCents: 5000, creditCents: 0 }]),
      );
      expect(before.accounts).toEqual({ clearing: 5000, suspense: -5000 });
      expect(before.grants).toEqual([]);
      isKnown = true;
      const later = await town.pay("nobody's", "never", 10);
      await town.prove(witness);
      const proved = await eventually(town.books, ({ receipts }) =>
        expect(receiptOf(receipts, held)).toMatchObject({ state: "booked", corroborated: true, planCents: 5000 }),
      );
      expect(proved.purchases).toMatchObject([{ state: "paid", receipt: held, corroborated: true }]);
      await town.statement();
      await town.hub.pull(town.providerId, town.channelId);
      await eventually(town.books, ({ receipts }) =>
        expect(receiptOf(receipts, later)).toMatchObject({ state: "suspense", corroborated: true }),
      );
      await town.judged();
      const after = await town.books();
      expect(after.grants).toHaveLength(1);
      expect(after.purchases).toHaveLength(1);
      expect({ ...after.accounts, fees: 0 }).toMatchObject({ revenue: -5000, suspense: -1000 });
    },
  );

  test("[PAY-04] where the channel has a list, the hub pulls it at once for money that waits to be proved", async () => {
    const town = await openTown({ readsLists: true });
    const receipt = await town.pay("shop 7");
    const { entries } = await eventually(town.books, ({ receipts }) =>
      expect(receipts).toMatchObject([{ receipt, state: "booked", corroborated: true, planCents: 5000 }]),
    );
    expect(entries.map(({ kind }) => kind)).toEqual(["suspense", "assignment"]);
  });

  /** The rows that an earlier release left: a purchase, its parked confirmation, and no receipt. */
  async function leaveUnbooked(town: Awaited<ReturnType<typeof openTown>>, receipt: string, state: "new" | "parked") {
    const place = { providerId: town.providerId, channelId: town.channelId };
    const times = { createdAtMs: Date.now(), sentAtMs: Date.now(), changedAtMs: Date.now() };
    const fact = {
      ...place,
      evidenceId: "left",
      purchaseId: "left",
      source: "c2b-confirmation",
      naturalKey: receipt,
      bodyHash: "left",
      receivedAtMs: 1,
      state,
      receipt,
      outcome: state === "new" ? null : "asked first: too much is unverified",
    };
    const confirmation = { TransID: receipt, TransAmount: "50.00", BusinessShortCode: sampleApp.shortcode };
    await database.current().asProvider(town.providerId, async (tx) => {
      await tx
        .insertInto("purchases")
        .values({
          ...place,
          ...times,
          purchaseId: "left",
          siteId: town.siteId,
          planId: town.planId,
          planName: "1 hour",
          terms: json(unlimitedTerms),
          amountCents: 5000,
          currency: "KES",
          reference: "LEFT2345",
          phoneHash: testParties.ofPhone(town.providerId, "254711000101"),
          phoneMasked: "2547***101",
          phoneSealed: Buffer.from("x"),
          idempotencyKey: `inflow/mpesa/${receipt}`,
          secretHash: "left",
          state: "created",
        })
        .execute();
      await tx
        .insertInto("evidence")
        .values(withBody(envelope, fact, JSON.stringify(confirmation)))
        .execute();
    });
  }

  test("[PAY-04] a list that names money which an earlier release had kept without a receipt books it, and all rows after it", async () => {
    const town = await openTown();
    const first = await town.pay("shop 7", "never");
    await leaveUnbooked(town, first, "parked");
    const others = [
      await town.pay("x", "never", 10),
      await town.pay("shop 7", "never"),
      await town.pay("y", "never", 20),
    ];
    await town.hub.pull(town.providerId, town.channelId);
    await eventually(town.books, ({ receipts }) =>
      expect(receipts.map(({ receipt }) => receipt).sort()).toEqual([first, ...others].sort()),
    );
    await town.judged();
    const { receipts, grants, purchases, accounts } = await town.books();
    expect(receipts.map(({ state }) => state).sort()).toEqual(["booked", "booked", "suspense", "suspense"]);
    expect(receiptOf(receipts, first)).toMatchObject({ purchaseId: "left", corroborated: true });
    expect(purchases.map(({ state }) => state)).toEqual(["paid", "paid"]);
    expect(grants).toHaveLength(2);
    expect(accounts).toEqual({ clearing: 13_000, revenue: -10_000, suspense: -3000 });
  });

  test("[BEY-09] what an earlier release had kept without a receipt is in suspense as soon as this one has started", async () => {
    const town = await openTown();
    const receipt = await town.pay("shop 7", "never");
    await leaveUnbooked(town, receipt, "new"); // as the migration leaves it
    const next = await startHub(database.current(), town.daraja, { masterKey, unverifiedCentsMax: 0 });
    const { accounts } = await eventually(town.books, ({ receipts }) =>
      expect(receipts).toMatchObject([{ receipt, state: "suspense", purchaseId: "left" }]),
    );
    expect(accounts).toEqual({ clearing: 5000, suspense: -5000 });
    await next.stop();
    await town.statement();
    expect((await town.books()).purchases).toMatchObject([{ purchaseId: "left", state: "paid" }]);
  });

  test("[PAY-04] [BEY-08] a payment at an account number keeps no day from being closed, and no later line of the statement from the books", async () => {
    const town = await openTown();
    const first = await town.pay("shop 7");
    await town.judged();
    const later = await town.pay("elsewhere", "never", 10);
    expect(await town.statement()).toMatchObject({ found: 1, differences: [] });
    const { receipts } = await town.books();
    expect(receiptOf(receipts, first)).toMatchObject({ state: "booked" });
    expect(receiptOf(receipts, later)).toMatchObject({ state: "suspense" });
  });

  test("[PAY-02] [BEY-05] a prompt's callback and its confirmation are in suspense for their purchase, and are paid once when the statement contains them", async () => {
    // Daraja answers one query, and then none for a minute: the first purchase gets the answer.
    let spacingMs = 0;
    const town = await openTown({ querySpacingMs: () => spacingMs, confirmsPush: () => "after" });
    const buy = async (phone: string) => {
      const started = await town.hub.payments.purchases.start({ ...town.shop, phone, idempotencyKey: phone });
      if (started.kind !== "started") throw new Error(`refused: ${started.reason}`);
      return started.purchaseId;
    };
    await buy("0700000001");
    await eventually(town.books, ({ grants }) => expect(grants).toHaveLength(1));
    spacingMs = 60_000;
    const purchaseId = await buy("0700000001".replace("1", "7"));
    const held = await eventually(town.books, ({ evidence, receipts }) => {
      const mine = evidence.filter((row) => row.purchaseId === purchaseId);
      expect(
        mine
          .filter(({ state }) => state === "parked")
          .map(({ source }) => source)
          .sort(),
      ).toEqual(["c2b-confirmation", "stk-callback"]);
      expect(receipts.filter((row) => row.purchaseId === purchaseId)).toMatchObject([
        { state: "suspense", suspenseCents: 5000, corroborated: false },
      ]);
    });
    expect(held.grants).toHaveLength(1);
    expect(held.accounts.suspense).toBe(-5000);
    await town.statement();
    const { receipts, purchases, grants, accounts } = await town.books();
    const mine = receipts.find((row) => row.purchaseId === purchaseId);
    expect(mine).toMatchObject({
      state: "booked",
      suspenseCents: 0,
      planCents: 5000,
      corroborated: true,
      note: null,
    });
    expect(purchases.find((row) => row.purchaseId === purchaseId)).toMatchObject({
      state: "paid",
      corroborated: true,
      receipt: mine?.receipt,
    });
    expect(grants).toHaveLength(2);
    expect(accounts).toMatchObject({ revenue: -10_000 });
    expect(accounts.suspense).toBeUndefined();
  });

  test("[BEY-07] a claim gets nothing more while the limit is reached: the hub queries the channel, and then grants it", async () => {
    const town = await openTown({ asks: true, results: () => "refused" });
    const [atAccount, elsewhere] = [await town.pay("shop 7"), await town.pay("nobody's")];
    await eventually(town.books, ({ receipts }) => expect(receipts).toHaveLength(2));
    const claim = (receipt: string, phone: string) => town.hub.rpc("claim-payment", town.shop, { receipt, phone });
    expect(await claim(atAccount, "0711000101")).toEqual({ kind: "asked" });
    expect(await claim(elsewhere, "0711000102")).toEqual({ kind: "asked" });
    expect(await town.hub.rpc("claim-payment", town.shop, { amountCents: 5000, phone: "0711000102" })).toEqual({
      kind: "asked",
    });
    expect(await town.books()).toMatchObject({ grants: [], purchases: [], accounts: { suspense: -10_000 } });
    await town.statement();
    const { receipts, grants, accounts } = await town.books();
    expect(receiptOf(receipts, atAccount)).toMatchObject({ state: "booked", corroborated: true });
    // Two plans have this price, so the money becomes credit.
    expect(receiptOf(receipts, elsewhere)).toMatchObject({ state: "credit", corroborated: true });
    expect(grants).toHaveLength(1);
    expect(accounts).toMatchObject({ revenue: -5000, credit: -5000 });
    expect(accounts.suspense).toBeUndefined();
    expect(await claim(atAccount, "0711000101")).toMatchObject({ kind: "settled" });
  });

  longTest("[BEY-06] a person may assign it to an owner; the purchase that waited for it gets nothing", async () => {
    const town = await openTown({ querySpacingMs: 60_000 });
    const receipt = await town.pay("shop 7");
    await eventually(town.books, ({ receipts }) => expect(receipts).toMatchObject([{ state: "suspense" }]));
    expect(await town.hub.review(town.providerId)).toMatchObject([
      { kind: "suspense", id: receipt, amountCents: 5000, reason: "too much is unverified" },
    ]);
    await town.hub.assign(town.providerId, receipt, { accountNumber: "shop 7" });
    const { receipts, grants } = await town.books();
    expect(receipts).toMatchObject([{ state: "booked", corroborated: false, planCents: 5000, note: null }]);
    expect(grants).toHaveLength(1);
    await town.statement();
    expect((await town.books()).receipts).toMatchObject([{ state: "booked", corroborated: true }]);
    expect((await town.books()).grants).toHaveLength(1);
  });
});

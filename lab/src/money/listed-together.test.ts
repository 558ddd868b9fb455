/**
 * A channel's list tells of many payments at once: those are booked and proved together. What comes of it must be what comes of taking them one by one,
 * and must cost little for each.
 */

import { randomBytes } from "node:crypto";
import type { Database } from "@karibu/cloud/ground/db/database";
import { engineSuite, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { watchStatements } from "@karibu/cloud/ground/db/test-statements";
import { createEmit } from "@karibu/cloud/ground/events/record";
import { inLongRunAll, longTest } from "@karibu/protocol/test-long-run";
import { sql } from "kysely";
import { afterEach, expect, test } from "vitest";
import type { Success } from "../daraja/daraja-types.ts";
import { sampleApp } from "../daraja/sample-app.ts";
import { statementCsv } from "../daraja/statement.ts";
import { seededRandom } from "../world/seeded-random.ts";
import { eventually, openChannel, openShop, readBooks, silentAsk, startDaraja, startHub } from "./payments-hub.ts";

const masterKey = new Uint8Array(randomBytes(32));

engineSuite("money that a list tells of", { timeout: 300_000 }, (engine) => {
  const database = useDatabase(engine);
  const opened: { stop(): Promise<unknown> }[] = [];
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.stop();
  });

  /** A shop whose purchases are prompted; `lost`: whose callbacks get lost. */
  async function openTown(options: { readonly with?: Database; readonly counts?: boolean } = {}) {
    const lost = new Set<string>();
    const daraja = await startDaraja({
      promptMs: 600_000,
      msisdnForm: "full",
      loses: ({ msisdn }) => lost.has(msisdn),
      confirmsPush: () => "never",
    });
    const hub = await startHub(options.with ?? database.current(), daraja, {
      masterKey,
      ask: silentAsk,
      unverifiedCentsMax: Number.MAX_SAFE_INTEGER,
      ...(options.counts === true ? { emit: createEmit } : {}),
    });
    opened.push(hub, daraja);
    const shop = await openShop(database.current());
    const { providerId } = shop;
    const channelId = await openChannel(hub, database.current(), providerId);
    await hub.register(providerId, channelId);
    const books = () => readBooks(database.current(), providerId);
    return {
      lost,
      daraja,
      hub,
      shop,
      channelId,
      books,
      async start(phones: readonly string[]) {
        for (const phone of phones) await hub.payments.purchases.start({ ...shop, phone, idempotencyKey: phone });
      },
      pay(phones: readonly string[]) {
        for (const msisdn of phones) daraja.act(msisdn, { kind: "pay", pin: "1234" });
        return daraja.delivered();
      },
      /** All that came is judged, and so many purchases are paid. */
      settled: (paid: number) =>
        eventually(books, ({ purchases, evidence }) => {
          expect(evidence.filter(({ state }) => state === "new")).toEqual([]);
          expect(purchases.filter(({ state }) => state === "paid")).toHaveLength(paid);
        }),
      /** All at once, as when the line to us is back. */
      async confirmAll() {
        await Promise.all(daraja.successes().map((success) => daraja.organisation.confirm(success)));
      },
      async importStatement() {
        const csv = statementCsv("portal", daraja.successes(), daraja.organisation);
        const { failures } = await hub.reconcile(providerId, channelId, csv);
        expect(failures).toEqual([]);
      },
      /** Until the list was read to its end once more. */
      async pull() {
        const spans = () =>
          database.current().asProvider(providerId, async (tx) => {
            const { rows } = await sql<{ count: string }>`select count(*) as count from pull_spans`.execute(tx);
            return Number(rows[0]?.count);
          });
        const before = await spans();
        await hub.pull(providerId, channelId);
        await eventually(spans, (after) => expect(after).toBeGreaterThan(before));
      },
    };
  }

  const phonesOf = (count: number) => Array.from({ length: count }, (_, index) => `254712${String(100_000 + index)}`);

  longTest.skipIf(engine === "embedded")(
    "[PAY-07] a page that tells of 64 payments takes some twenty statements a batch, and one look a page when it is read again",
    async () => {
      const town = await openTown({ counts: true });
      const phones = phonesOf(129);
      const [first, told, lost] = [phones.slice(0, 1), phones.slice(1, 65), phones.slice(65)];
      for (const phone of lost) town.lost.add(phone);
      await town.start(phones);
      // The first payment of a channel shows that its keys fit, and is booked by itself.
      await town.pay(first);
      await town.settled(1);
      await town.pull();
      await town.pay(told);
      await town.settled(65);
      const statements = watchStatements();
      const ofMoney =
        /evidence|receipt|purchases|grants|grant_leases|ledger|feed_scopes|payment_claims|proved_answers|events/;
      const cost = async (work: () => Promise<void>) => {
        statements.forget();
        await work();
        // Without those of the queue and of this test's own looks, which are more on a slow machine.
        return statements.sent().filter((text) => ofMoney.test(text)).length;
      };
      const known = await cost(town.pull);
      await town.pay(lost);
      const found = await cost(town.pull);
      const again = await cost(town.pull);
      // The list has 129 lines at the end, on two pages: a look at each page, and for the new ones a batch on either.
      expect(again).toBeLessThanOrEqual(2);
      expect(known).toBeLessThanOrEqual(24);
      expect(found).toBeLessThanOrEqual(2 * 24);
      const { purchases, receipts, grants, accounts, pendingCents } = await town.books();
      expect(purchases.filter(({ state, corroborated }) => state !== "paid" || !corroborated)).toEqual([]);
      expect(receipts.filter(({ provedBy }) => provedBy !== "pull")).toEqual([]);
      expect(grants.filter(({ unverified }) => unverified)).toEqual([]);
      expect(accounts).toEqual({ clearing: 129 * 5000, revenue: -129 * 5000 });
      expect(pendingCents).toBe(0);
    },
  );

  longTest.skipIf(engine === "embedded")(
    "[PAY-07] 64 confirmations that wait, of money that callbacks told of or not, are taken in one transaction, and each job of theirs then looks once",
    async () => {
      const all = Promise.withResolvers<void>();
      const real = database.current();
      const asProvider: Database["asProvider"] = async (providerId, work, options) => {
        if (options?.lockTimeout !== undefined) await all.promise;
        return real.asProvider(providerId, work, options);
      };
      const town = await openTown({ counts: true, with: { ...real, asProvider } });
      const phones = phonesOf(65);
      const [first, told, lost] = [phones.slice(0, 1), phones.slice(1, 33), phones.slice(33)];
      for (const phone of lost) town.lost.add(phone);
      await town.start(phones);
      await town.pay(first);
      await town.settled(1);
      await town.pay([...told, ...lost]);
      await town.settled(33);
      const statements = watchStatements();
      await Promise.all(
        town.daraja
          .successes()
          .slice(1)
          .map((each) => town.daraja.organisation.confirm(each)),
      );
      const ofIntake = statements.sent().length;
      all.resolve();
      const unjudged = () =>
        real.asProvider(town.shop.providerId, (tx) =>
          tx.selectFrom("evidence").select("evidenceId").where("state", "=", "new").execute(),
        );
      await eventually(unjudged, (rows) => expect(rows).toEqual([]));
      const ofMoney = /receipt|purchases|grants|grant_leases|ledger|feed_scopes|payment_claims|events/;
      const sent = statements.sent().slice(ofIntake);
      expect(sent.filter((text) => ofMoney.test(text)).length).toBeLessThanOrEqual(30);
      const { purchases, receipts, grants, accounts } = await town.books();
      expect(purchases.filter(({ state, corroborated }) => state !== "paid" || corroborated)).toEqual([]);
      expect(receipts.filter(({ source }) => source === "c2b-confirmation")).toHaveLength(32);
      // The simulated M-Pesa shows no name where a number ends in 9.
      const named = receipts.filter(({ source, payerName }) => source === "stk-callback" && payerName !== null);
      expect(named).toHaveLength(told.filter((phone) => !phone.endsWith("9")).length);
      expect(grants.filter(({ unverified }) => !unverified)).toEqual([]);
      expect(accounts).toEqual({ clearing: 65 * 5000, revenue: -65 * 5000 });
    },
  );

  test.skipIf(engine === "embedded")(
    "[PAY-07] a page of which somebody holds a purchase, a receipt and a grant leaves these three out, and takes the others together",
    async () => {
      const town = await openTown({ counts: true });
      const phones = phonesOf(65);
      await town.start(phones);
      await town.pay(phones.slice(0, 1));
      await town.settled(1);
      await town.pay(phones.slice(1));
      await town.settled(65);
      const { providerId } = town.shop;
      const [one, two, three] = (await town.books()).purchases.slice(20, 23).map(({ purchaseId }) => purchaseId);
      const [held, letGo] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const holder = database.current().asProvider(providerId, async (tx) => {
        await sql`select from purchases where purchase_id = ${one} for no key update`.execute(tx);
        await sql`select from receipts where purchase_id = ${two} for no key update`.execute(tx);
        await sql`select from grants where purchase_id = ${three} for no key update`.execute(tx);
        held.resolve();
        await letGo.promise;
      });
      await held.promise;
      const statements = watchStatements();
      const ofMoney = /evidence|receipt|purchases|grants|grant_leases|ledger|feed_scopes|payment_claims|events/;
      await town.hub.pull(providerId, town.channelId);
      const unproved = async () =>
        (await town.books()).purchases.filter(({ corroborated }) => !corroborated).map(({ purchaseId }) => purchaseId);
      try {
        await eventually(unproved, (left) => expect(left.sort()).toEqual([one, two, three].sort()), 10_000);
        // Without most of what this test itself asks.
        const sent = statements.sent().filter((text) => ofMoney.test(text) && !text.includes('select * from "'));
        // One by one they took more than a thousand.
        expect(sent.length).toBeLessThanOrEqual(100);
      } finally {
        letGo.resolve();
        await holder;
      }
      await eventually(unproved, (left) => expect(left).toEqual([]));
    },
  );

  /** A database in which nothing is booked together: each such transaction fails. */
  const onlyAlone = (): Database => {
    const real = database.current();
    return {
      asProvider: (providerId, work, options) =>
        options?.lockTimeout === undefined
          ? real.asProvider(providerId, work, options)
          : Promise.reject(new Error("nothing goes together here")),
      asPlatform: (reason, work, options) => real.asPlatform(reason, work, options),
      asBooker: (providerIds, work, options) => real.asBooker(providerIds, work, options),
      notify: (notices) => real.notify(notices),
      listen: (channel, onNotify) => real.listen(channel, onNotify),
      engine: real.engine,
      close: () => real.close(),
    };
  };

  test.each(
    inLongRunAll(
      [
        ["list", 1],
        ["list", 2],
        ["list", 3],
        ["statement", 4],
        ["statement", 5],
        ["statement", 6],
        ["confirmations", 7],
        ["confirmations", 8],
        ["confirmations", 9],
      ] as const,
      ([source, seed]) => source === "list" && seed === 1,
    ),
  )(
    "[PAY-07] [PAY-08] whatever else came, books and feed are as if each line of the %s had been taken by itself (play %i)",
    async (source, seed) => {
      const together = await playDay(await openTown(), source, seed);
      // Its hub would take the other one's jobs.
      for (const each of opened.splice(0)) await each.stop();
      const alone = await playDay(await openTown({ with: onlyAlone() }), source, seed);
      expect(together).toEqual(alone);
    },
  );

  type Source = "list" | "statement" | "confirmations";
  type Town = Awaited<ReturnType<typeof openTown>>;

  /** Payments told of in all ways, and people who type odd things: the same for the same seed. */
  async function playDay(town: Town, source: Source, seed: number) {
    const random = seededRandom(seed);
    // Every other provider wants a code for each payment, for who pays on another device.
    if (seed % 2 === 0)
      await database
        .current()
        .asProvider(town.shop.providerId, (tx) =>
          tx
            .insertInto("money_settings")
            .values({ providerId: town.shop.providerId, codeAfterPayment: true })
            .execute(),
        );
    const phones = phonesOf(24);
    await town.start(phones);
    const fates = phones.map((phone) => ({ phone, fate: random.integer(8) }));
    const referenceOf = async (phone: string) => {
      const masked = `${phone.slice(0, 4)}***${phone.slice(-3)}`;
      return (await town.books()).purchases.find((each) => each.phoneMasked === masked)?.reference ?? "";
    };
    const judged = () =>
      eventually(town.books, ({ evidence }) => {
        expect(evidence.filter(({ state }) => state === "new")).toEqual([]);
      });
    let paid = 0;
    for (const { phone, fate } of fates) {
      const bill = (account: string, amount = 50, msisdn = phone) =>
        town.daraja.organisation.payBill({
          shortcode: sampleApp.shortcode,
          msisdn,
          amount,
          account,
          confirmation: "never",
        });
      if (fate === 1 || fate === 2) town.lost.add(phone);
      if (fate <= 3) await town.pay([phone]);
      if (fate === 2 || fate === 3) {
        // Of callback and confirmation the second may find the first one booked, or not: here it does.
        await judged();
        await town.daraja.organisation.confirm(town.daraja.successes().at(-1) as Success);
      }
      // By hand, at the paybill: with the reference, for less, by somebody else, with letters that look alike, for nobody.
      if (fate === 4) await bill(await referenceOf(phone));
      if (fate === 5) await bill(await referenceOf(phone), 20);
      if (fate === 6) await bill((await referenceOf(phone)).toLowerCase(), 50, "254722000999");
      if (fate === 7) await bill("nobody's", 70);
      if (fate !== 5 && fate !== 7) paid++;
      if (fate === 0 && random.integer(3) === 0) await bill(await referenceOf(phone));
    }
    const listed = town.daraja.successes().length;
    const tell = { list: town.pull, statement: town.importStatement, confirmations: town.confirmAll }[source];
    await judged();
    await tell();
    await judged();
    const once = snapshotOf(await town.books(), town);
    await tell();
    await judged();
    expect(snapshotOf(await town.books(), town)).toEqual(once);
    expect(once.purchases.filter(([, state]) => state === "paid")).toHaveLength(paid);
    expect(once.receipts).toHaveLength(listed);
    expect(once.grants.every(([, , hasNoCode]) => hasNoCode === (seed % 2 === 1))).toBe(true);
    return once;
  }

  function snapshotOf(books: Awaited<ReturnType<Town["books"]>>, { hub, shop }: Town) {
    const maskOf = new Map(books.purchases.map((each) => [each.purchaseId, each.phoneMasked]));
    const references = new Map(books.purchases.map(({ reference, phoneMasked }) => [reference, phoneMasked]));
    const payerOf = new Map(books.receipts.map((each) => [each.receipt, each.payerMasked]));
    const named = (text: string | null) =>
      text === null ? null : (references.get(text) ?? maskOf.get(text) ?? payerOf.get(text) ?? text);
    const sorted = <Row>(rows: readonly Row[]) =>
      rows
        .map((row) => JSON.stringify(row))
        .sort()
        .map((row) => JSON.parse(row) as Row);
    const events = hub.events.filter(({ providerId }) => providerId === shop.providerId);
    return {
      purchases: sorted(
        books.purchases.map((each) => [
          each.phoneMasked,
          each.state,
          each.reason,
          named(each.receipt),
          each.corroborated,
          each.review,
          each.pendingCents,
          each.heldCents,
        ]),
      ),
      receipts: sorted(
        books.receipts.map((each) => [
          each.payerMasked,
          [each.amountCents, each.planCents, each.creditCents, each.suspenseCents],
          [each.state, each.source, each.provedBy, each.note],
          named(each.purchaseId),
          [each.party !== null, each.payerHash !== null, each.payerName, each.paidAtMs !== null],
          named(each.accountText?.toUpperCase() ?? null),
        ]),
      ),
      entries: sorted(books.entries.map(({ kind, purchaseId }) => [kind, named(purchaseId)])),
      accounts: books.accounts,
      pendingCents: books.pendingCents,
      grants: sorted(books.grants.map((each) => [named(each.purchaseId), each.unverified, each.code === null])),
      fed: sorted(books.grantsFed.map(({ body }) => [named(body.purchaseId ?? null), body.grant.unverified])),
      evidence: sorted(
        books.evidence.map((each) => [
          each.source,
          each.state,
          each.outcome,
          named(each.purchaseId),
          named(each.receipt),
        ]),
      ),
      events: sorted(events.map(({ topic, action }) => [topic, action])),
    };
  }
});

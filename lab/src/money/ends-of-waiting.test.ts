/** What waits comes to an end: a place in the queue of questions, a claim by phone and amount; and money finds its account among many. */
import { engineSuite, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { longTest } from "@karibu/protocol/test-long-run";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { callbackBody } from "../daraja/callback-body.ts";
import { sampleApp } from "../daraja/sample-app.ts";
import { eventually, proveAnswers, silentAsk } from "./payments-hub.ts";
import { startPayments } from "./test-payments-town.ts";

engineSuite("what waits", { timeout: 300_000 }, (engine) => {
  const database = useDatabase(engine);
  async function openTown() {
    const slow = { loses: () => true, msisdnForm: "full", promptMs: 600_000 } as const;
    const town = await startPayments(database.current(), slow, { ask: silentAsk });
    const { daraja, providerId, register, books } = town;
    await register();
    return {
      ...town,
      run: (query: ReturnType<typeof sql>) => database.current().asProvider(providerId, (tx) => query.execute(tx)),
      async pay(account: string, msisdn: string) {
        const payment = {
          shortcode: sampleApp.shortcode,
          msisdn,
          amount: 50,
          account,
          confirmation: "once",
        } as const;
        const { receipt } = (await daraja.organisation.payBill(payment))!;
        const { receipts } = await eventually(books, (now) =>
          expect(now.receipts.map((each) => each.receipt)).toContain(receipt),
        );
        return receipts.find((each) => each.receipt === receipt)!;
      },
    };
  }

  test("[PAY-08] a purchase that got its verdict while it stood in the queue of questions leaves the queue", async () => {
    const town = await openTown();
    const phone = "254712000900";
    await town.hub.payments.purchases.start({ ...town.shop, phone, idempotencyKey: "one" });
    await town.run(sql`update purchases set waits_since_ms = 1`);
    const prompt = town.daraja.prompts()[0]!;
    const body = callbackBody(prompt, { code: "1032", text: "cancelled", receipt: null });
    await fetch(prompt.callbackUrl, { method: "POST", body, headers: { "content-type": "application/json" } });
    const { purchases } = await eventually(town.books, (now) =>
      expect(now.purchases).toMatchObject([{ state: "failed" }]),
    );
    expect(purchases).toMatchObject([{ waitsSinceMs: null }]);
  });

  test("[BEY-07] a claim by phone and amount expires: money of that sum days later is not taken for it", async () => {
    const town = await openTown();
    const claim = { amountCents: 5000, phone: "0712000901" };
    expect(await town.hub.rpc("claim-payment", town.shop, claim)).toMatchObject({ kind: "asked" });
    await town.run(sql`update payment_claims set created_at_ms = created_at_ms - ${3 * 86_400_000}::bigint`);
    expect(await town.hub.review(town.shop.providerId)).toEqual([]);
    expect(await town.pay("nobody", "254712000901")).toMatchObject({ state: "suspense" });
    expect(await town.hub.claims(town.shop.providerId)).toMatchObject([{ state: "refused" }]);
  });

  test("[BEY-09] a list disproves money only where it covers the time of the payment itself: a confirmation may come hours late", async () => {
    const town = await openTown();
    const { channelId } = town;
    const { providerId } = town.shop;
    await proveAnswers(database.current(), providerId, channelId);
    // The hub reads no lists by itself: what is read is below.
    await town.run(sql`update channels set settings = '{"registered": true}'`);
    const late = await town.pay("nobody", "254712000905");
    const sooner = await town.pay("nobody", "254712000906");
    const hourMs = 3_600_000;
    const now = Date.now();
    const times = ({ receipt }: { receipt: string }, bookedHours: number, paidHours: number) =>
      town.run(sql`update receipts set booked_at_ms = ${now - bookedHours * hourMs}::bigint,
          paid_at_ms = ${now - paidHours * hourMs}::bigint where receipt = ${receipt}`);
    await times(late, 4, 9);
    await times(sooner, 3, 3);
    const stateOf = async ({ receipt }: { receipt: string }) =>
      (await town.books()).receipts.find((each) => each.receipt === receipt)?.state;
    const disproved = (row: { receipt: string }) =>
      eventually(
        () => stateOf(row),
        (state) => expect(state).toBe("disproved"),
      );
    const read = (fromMs: number, toMs: number) =>
      town.run(sql`insert into pull_spans (provider_id, channel_id, from_ms, to_ms, rows, read_at_ms)
          values (${providerId}, ${channelId}, ${fromMs}::bigint, ${toMs}::bigint, 0, ${now}::bigint)`);
    // This list is without both. It covers when both were booked, the older one first, but when only one of them was paid.
    await read(now - 6 * hourMs, now);
    await town.hub.sweep();
    await disproved(sooner);
    expect(await stateOf(late)).toBe("suspense");
    await read(now - 12 * hourMs, now);
    await town.hub.sweep();
    await disproved(late);
  });

  test("[PAY-02] [BEY-09] a report that can't be read keeps no payment from its customer: it is listed, tried again on request, and dropped with a reason", async () => {
    const town = await openTown();
    const { providerId } = town.shop;
    await town.hub.payments.purchases.start({ ...town.shop, phone: "254712000907", idempotencyKey: "one" });
    const prompt = town.daraja.prompts()[0]!;
    await town.run(sql`insert into evidence (provider_id, evidence_id, channel_id, purchase_id, source, natural_key, body_hash, received_at_ms, state)
        select provider_id, 'poison', channel_id, purchase_id, 'silence', 'poison', 'poison', 1, 'new' from purchases`);
    const body = callbackBody(prompt, { code: "0", text: "ok", receipt: "UKD0000001" });
    await fetch(prompt.callbackUrl, { method: "POST", body, headers: { "content-type": "application/json" } });
    await eventually(town.books, ({ purchases }) => expect(purchases).toMatchObject([{ state: "paid" }]));
    const listed = () => town.hub.read(providerId, "/api/v1/unmatched-callbacks");
    const poison = { id: "poison", hasFailed: true, reason: expect.stringContaining("could not be judged") };
    expect(await listed()).toMatchObject({ items: [poison] });
    const post = (what: "retry" | "drop", more = {}) =>
      town.hub.channelRoute(
        "POST",
        `/api/v1/unmatched-callbacks/{id}/${what}`,
        { providerId, channelId: "poison" },
        more,
      );
    await post("retry");
    await eventually(listed, (now) => expect(now).toMatchObject({ items: [poison] }));
    await post("drop", { reason: "a test wrote it" });
    expect(await listed()).toMatchObject({ items: [] });
    const { evidence } = await town.books();
    expect(evidence.find(({ evidenceId }) => evidenceId === "poison")).toMatchObject({
      state: "done",
      outcome: "dropped by u1: a test wrote it",
    });
  });

  longTest(
    "[BEY-06] money finds its account number among thirty thousand, also with look-alike letters; one letter apart it is proposed",
    async () => {
      const town = await openTown();
      const { providerId, siteId, planId } = town.shop;
      const insert = (from: ReturnType<typeof sql>) =>
        town.run(sql`insert into pay_accounts (provider_id, account_key, account_number, kind, site_id, plan_id, created_at_ms)
          select ${providerId}, key, key, 'site', ${siteId}, ${planId}, 1 from ${from}`);
      await insert(sql`(select 'K' || at as key from generate_series(100000, 130000) at) many`);
      await insert(sql`(values ('SHOP7X')) one (key)`);
      expect(await town.pay("shop 7x", "254712000902")).toMatchObject({ state: "booked", planCents: 5000 });
      expect(await town.pay("5HOP7X", "254712000903")).toMatchObject({ state: "booked", planCents: 5000 });
      expect(await town.pay("SHPO7X", "254712000904")).toMatchObject({ state: "suspense" });
      expect(await town.hub.review(providerId)).toMatchObject([
        { accounts: [{ number: "SHOP7X", because: "one letter apart" }] },
      ]);
    },
  );
});

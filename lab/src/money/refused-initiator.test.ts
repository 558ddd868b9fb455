/** An initiator that M-Pesa refuses: what stops, what continues, what waits, and what a new initiator queries. */
import { engineSuite, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import type { ChannelDetail } from "@karibu/console/data/money/channels";
import { inLongRunAll, isLongRun, longTest } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { sampleApp } from "../daraja/sample-app.ts";
import { eventually, openChannel, openShop, readBooks, type Shop } from "./payments-hub.ts";
import { certificate, startPayments, usePayments } from "./test-payments-town.ts";

const waitMs = 120_000;
const minuteMs = 60_000;
const dayMs = 86_400_000;
const path = "/api/v1/channels/{id}";
const statusPath = "/mpesa/transactionstatus/v1/query";

engineSuite("an initiator that M-Pesa refuses", { timeout: 300_000 }, (engine) => {
  let losing = false;
  let names = 0;

  const town = usePayments(engine, { confirmsPush: () => "never", loses: () => losing, resultMs: 20 });
  const { database } = town;

  const { shortcode } = sampleApp;
  const { initiators } = { initiators: () => town.daraja.organisation.initiators };
  const signedBy = (name: string) =>
    initiators()
      .signed()
      .filter(({ initiator }) => initiator === name);
  const receiptsAskedBy = (name: string) => signedBy(name).map(({ receipt }) => receipt);
  /** A slow machine lets the hub ask about one receipt again before the answer is there. */
  const withoutRepeats = (receipts: readonly unknown[]) =>
    receipts.filter((receipt, index) => receipt !== receipts[index - 1]);
  const payByHand = async (msisdn: string): Promise<string> =>
    (await town.daraja.organisation.payBill({ shortcode, msisdn, amount: 50, account: "wifi ???" }))?.receipt as string;

  /** A new shop with a new initiator. */
  async function open() {
    const shop: Shop = await openShop(database.current());
    const name = `initiator-${++names}`;
    const asking = { initiatorName: name, initiatorPassword: "secret-1", certificate };
    const channelId = await openChannel(town.hub, database.current(), shop.providerId, asking);
    const ids = { providerId: shop.providerId, channelId };
    const books = () => readBooks(database.current(), shop.providerId);
    const change = (columns: object, receipt?: string) =>
      database
        .current()
        .asProvider(shop.providerId, (tx) =>
          receipt === undefined
            ? tx.updateTable("channels").set(columns).where("channelId", "=", channelId).execute()
            : tx.updateTable("receipts").set(columns).where("receipt", "=", receipt).execute(),
        );
    const self = {
      ...shop,
      channelId,
      name,
      books,
      change,
      channel: () => town.hub.channelRoute<ChannelDetail>("GET", path, ids),
      route: (method: "POST" | "PUT" | "DELETE", rest: string, body?: object) =>
        town.hub.channelRoute<ChannelDetail>(method, path + rest, ids, body),
      /** Sets another initiator, which is not refused. @returns its name */
      async replace(): Promise<string> {
        const other = `initiator-${++names}`;
        await self.route("PUT", "/initiator", { initiatorName: other, initiatorPassword: "secret-2" });
        return other;
      },
      claim: (receipt: string, phone = "0712000031") => town.hub.rpc("claim-payment", shop, { receipt, phone }),
      claims: () => town.hub.claims(shop.providerId),
      told: () => town.hub.refusedInitiators.filter(({ providerId }) => providerId === shop.providerId),
      refused: () =>
        eventually(self.channel, (now) => expect(now.initiator).toMatchObject({ state: "refused" }), waitMs),
      /** @returns the purchase's id, once it is paid */
      async buy(phone: string): Promise<string> {
        const key = `key-${++names}`;
        const made = await town.hub.payments.purchases.start({ ...shop, phone, idempotencyKey: key });
        if (made.kind !== "started") throw new Error(`refused: ${made.reason}`);
        const isPaid = (state = "") => ["paid", "paid_unreceipted"].includes(state);
        await eventually(
          books,
          ({ purchases }) => {
            const state = purchases.find((each) => each.purchaseId === made.purchaseId)?.state;
            expect(isPaid(state), state).toBe(true);
          },
          waitMs,
        );
        return made.purchaseId;
      },
      receiptOf: async (purchaseId: string) =>
        (await books()).receipts.find((each) => each.purchaseId === purchaseId) as NonNullable<
          Awaited<ReturnType<typeof books>>["receipts"][number]
        >,
    };
    return self;
  }

  const refusals = [
    ["2001", "name-or-password", "everything"],
    ["8006", "locked", "everything"],
    ["21", "no-permission", "questions"],
    ["25", "bad-request", "questions"],
    ["2028", "short-code", "questions"],
  ] as const;
  test.each(inLongRunAll(refusals, ([code]) => code === "2001" || code === "21"))(
    "[PAY-04] [PAY-08] by %s (%s): it sells and asks about prompts, asks about receipts no more, and says so once",
    async (code, reason, stops) => {
      const shop = await open();
      initiators().refuse(shop.name, code);
      await shop.claim(await payByHand("254712000031"));
      expect(await shop.refused()).toMatchObject({
        sells: true,
        keysProblem: null,
        waiting: 1,
        initiator: { name: shop.name, state: "refused", reason, stops, problem: expect.stringMatching(`^${code} `) },
      });
      expect(shop.told()).toMatchObject([{ reason, stops, initiatorName: shop.name }]);
      await shop.buy("0700000001");
      losing = true;
      const unheard = await shop.buy("0700000001");
      losing = false;
      expect((await shop.books()).purchases.find((each) => each.purchaseId === unheard)).toMatchObject({
        state: "paid_unreceipted",
      });
      await shop.claim(await payByHand("254712000032"), "0712000032");
      expect(await shop.claims()).toMatchObject([{ state: "open" }, { state: "open" }]);
      expect(signedBy(shop.name)).toHaveLength(1);
      expect(shop.told()).toHaveLength(1);
    },
  );

  test("[PAY-04] money that only a callback reported stays paid and unverified until another initiator verifies it", async () => {
    const shop = await open();
    const purchaseId = await shop.buy("0700000001");
    const { receipt } = await shop.receiptOf(purchaseId);
    initiators().refuse(shop.name, "2001");
    const nowMs = Date.now();
    await shop.change({ bookedAtMs: nowMs - 20 * minuteMs }, receipt);
    await town.hub.sweep();
    await shop.refused();
    // Five days, two of them since the initiator was refused: a question that old would not be put any more by itself.
    await shop.change({ bookedAtMs: nowMs - 5 * dayMs }, receipt);
    await shop.change({ initiatorStoppedAtMs: nowMs - 4 * dayMs });
    await town.hub.sweep();
    expect(await shop.receiptOf(purchaseId)).toMatchObject({ state: "booked", corroborated: false });
    expect((await shop.books()).grants).toMatchObject([{ revokedAtMs: null }]);
    expect(await shop.channel()).toMatchObject({ waiting: 1 });
    const other = await shop.replace();
    await eventually(
      () => shop.receiptOf(purchaseId),
      (row) => expect(row).toMatchObject({ state: "booked", corroborated: true }),
      waitMs,
    );
    expect(receiptsAskedBy(shop.name)).toEqual([receipt]);
    expect(receiptsAskedBy(other)).toEqual([receipt]);
    expect(await shop.channel()).toMatchObject({
      sells: true,
      waiting: 0,
      initiator: { name: other, state: "works", reason: null, problem: null, stops: "nothing", stoppedAtMs: null },
    });
  });

  test("[PAY-08] another wrong password is tried once, however much waits; the right one asks all of it", async () => {
    const shop = await open();
    initiators().refuse(shop.name, "8006");
    await shop.claim(await payByHand("254712000040"), "0712000040");
    await shop.refused();
    const waiting = [];
    const claims = isLongRun ? 24 : 4;
    for (let at = 1; at <= claims; at++) {
      waiting.push(await payByHand(`2547120000${40 + at}`));
      await shop.claim(waiting.at(-1) as string, `07120000${40 + at}`);
    }
    const wrong = `initiator-${names + 1}`;
    initiators().refuse(wrong, "2001");
    expect(await shop.replace()).toBe(wrong);
    await eventually(
      shop.channel,
      ({ initiator }) => expect(initiator).toMatchObject({ reason: "name-or-password" }),
      waitMs,
    );
    expect(signedBy(wrong)).toHaveLength(1);
    expect(shop.told().map(({ reason }) => reason)).toEqual(["locked", "name-or-password"]);
    await shop.replace();
    await eventually(shop.channel, (now) => expect(now.waiting).toBe(0), waitMs);
    const { receipts } = await shop.books();
    expect(receipts.map(({ receipt }) => receipt)).toEqual(expect.arrayContaining(waiting));
    expect((await shop.claims()).map(({ state }) => state)).toEqual(Array(1 + claims).fill("settled"));
  });

  longTest(
    "[PAY-08] after M-Pesa has unlocked it, the same initiator is tried again; with nothing to ask, by a receipt that M-Pesa knows",
    async () => {
      const shop = await open();
      const known = await payByHand("254712000031");
      await shop.claim(known);
      await eventually(shop.channel, ({ initiator }) => expect(initiator).toMatchObject({ state: "works" }), waitMs);
      initiators().refuse(shop.name, "8006");
      const purchaseId = await shop.buy("0700000001");
      const { receipt } = await shop.receiptOf(purchaseId);
      await shop.change({ bookedAtMs: Date.now() - 20 * minuteMs }, receipt);
      await town.hub.sweep();
      await shop.refused();
      await shop.change({ corroborated: true, provedBy: "statement" }, receipt);
      initiators().refuse(shop.name, null);
      expect(await shop.route("POST", "/initiator/retry")).toMatchObject({ initiator: { state: "unproved" } });
      await eventually(shop.channel, ({ initiator }) => expect(initiator).toMatchObject({ state: "works" }), waitMs);
      expect(receiptsAskedBy(shop.name)).toEqual([known, receipt, expect.stringMatching(`${known}|${receipt}`)]);
    },
  );

  test("[PAY-08] without an initiator, sales continue without queries; a new initiator queries what waited", async () => {
    const shop = await open();
    expect(await shop.route("DELETE", "/initiator")).toMatchObject({
      sells: true,
      keysProblem: null,
      hasInitiator: false,
      passwordSetAtMs: null,
      initiator: { name: null, state: "none", stops: "everything" },
    });
    const receipt = await payByHand("254712000031");
    await shop.claim(receipt);
    expect(await shop.claims()).toEqual([{ receipt, state: "open" }]);
    await shop.buy("0700000001");
    const named = { initiatorName: "no-certificate", initiatorPassword: "secret-1" };
    await expect(shop.route("PUT", "/initiator", named)).rejects.toMatchObject({ status: 400, field: "certificate" });
    const other = `initiator-${++names}`;
    await shop.route("PUT", "/initiator", { ...named, initiatorName: other, certificate });
    await eventually(shop.claims, (rows) => expect(rows).toEqual([{ receipt, state: "settled" }]), waitMs);
    expect(receiptsAskedBy(other)).toEqual([receipt]);
  });

  test("[PAY-08] a receipt that somebody typed can't stop the questions: one that M-Pesa knows decides", async () => {
    const shop = await open();
    const known = await payByHand("254712000031");
    await shop.claim(known);
    await eventually(shop.channel, ({ initiator }) => expect(initiator).toMatchObject({ state: "works" }), waitMs);
    initiators().refuse(shop.name, "25", "QQQ1234567");
    await shop.claim("QQQ1234567");
    await eventually(
      async () => withoutRepeats(receiptsAskedBy(shop.name)),
      (asked) => expect(asked).toEqual([known, "QQQ1234567", known]),
      waitMs,
    );
    await eventually(
      shop.claims,
      (rows) => expect(rows).toContainEqual({ receipt: "QQQ1234567", state: "open" }),
      waitMs,
    );
    await town.daraja.delivered();
    expect(await shop.channel()).toMatchObject({ initiator: { state: "works" } });
    initiators().refuse(shop.name, "25");
    await shop.claim("QQQ1234568");
    expect(await shop.refused()).toMatchObject({ sells: true, initiator: { reason: "bad-request" } });
    expect(withoutRepeats(receiptsAskedBy(shop.name)).slice(3)).toEqual(["QQQ1234568", known]);
  });

  test("[PAY-15] a reversal that is refused for its signature stops the next ones before anything is revoked", async () => {
    const shop = await open();
    const [first, second] = [await shop.buy("0700000001"), await shop.buy("0700000001")];
    for (const each of [first, second])
      await shop.change({ corroborated: true, provedBy: "statement" }, (await shop.receiptOf(each)).receipt);
    initiators().refuse(shop.name, "2001");
    await town.hub.refund(shop.providerId, first, "reversal", "r-1");
    await shop.refused();
    expect(town.daraja.organisation.reversals()).toEqual([]);
    const again = town.hub.refund(shop.providerId, second, "reversal", "r-2");
    await expect(again).rejects.toMatchObject({ code: "method-impossible", value: "calls-missing" });
    const { grants } = await shop.books();
    expect(grants.find((each) => each.purchaseId === second)).toMatchObject({ revokedAtMs: null });
  });
});

engineSuite("a result that comes late", { timeout: 300_000 }, (engine) => {
  const database = useDatabase(engine);

  test("[PAY-08] a refusal of the initiator before it says nothing of the new one", async () => {
    const asking = { initiatorName: "before", initiatorPassword: "secret-1", certificate };
    const late = { resultMs: 1500 };
    const { daraja, hub, shop, channelId } = await startPayments(database.current(), late, {}, asking);
    const ids = { providerId: shop.providerId, channelId };
    const { initiators } = daraja.organisation;
    initiators.refuse("before", "2001");
    const receipt = "QQQ1234567";
    await hub.rpc("claim-payment", shop, { receipt, phone: "0712000031" });
    await eventually(
      async () => initiators.signed(),
      (calls) => expect(calls).toHaveLength(1),
      waitMs,
    );
    const after = { initiatorName: "after", initiatorPassword: "secret-2" };
    await hub.channelRoute("PUT", `${path}/initiator`, ids, after);
    const results = () =>
      database
        .current()
        .asProvider(shop.providerId, (tx) =>
          tx.selectFrom("evidence").select(["outcome", "state"]).where("source", "=", "call-result").execute(),
        );
    await eventually(
      results,
      (rows) => {
        expect(rows.map(({ state }) => state)).toEqual(["done", "done"]);
        expect(rows.map(({ outcome }) => outcome).join()).toMatch(/2001.*2032|2032.*2001/);
      },
      waitMs,
    );
    expect(initiators.signed()).toMatchObject([
      { initiator: "before", receipt, path: statusPath },
      { initiator: "after", receipt, path: statusPath },
    ]);
    expect(await hub.channelRoute("GET", path, ids)).toMatchObject({
      initiator: { name: "after", state: "works" },
    });
    expect(hub.refusedInitiators).toEqual([]);
  });
});

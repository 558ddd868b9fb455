/** What a line is due, asked for on its customer's phone and paid at the customer's own number, with real HTTP between hub and channel. */
import { insertAccount } from "@karibu/cloud/catalogue/accounts/accounts";
import { insertCustomer } from "@karibu/cloud/catalogue/customers/customers";
import { testParties } from "@karibu/cloud/ground/amounts/test-parties";
import { engineSuite, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { createPublish } from "@karibu/cloud/ground/feed/publish";
import { createInProcessQueue } from "@karibu/cloud/ground/jobs/in-process";
import type { JobQueue } from "@karibu/cloud/ground/jobs/queue";
import { createEnvelope } from "@karibu/cloud/ground/secrets/envelope";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { sampleApp } from "../daraja/sample-app.ts";
import { realWorld } from "../world/real-world.ts";
import { eventually, quickAsk } from "./payments-hub.ts";
import { masterKey, startPayments } from "./test-payments-town.ts";

const customer = "254712000900";
const minuteMs = 60_000;
const dayMinutes = 24 * 60;
const own = { downKbps: null, upKbps: null, devices: null };

/** Minutes east of UTC where it is half past this hour now. */
function offsetWhereItIs(hour: number): number {
  const now = new Date();
  const minutes = (hour * 60 + 30 - (now.getUTCHours() * 60 + now.getUTCMinutes()) + dayMinutes) % dayMinutes;
  return minutes > 12 * 60 ? minutes - dayMinutes : minutes;
}

interface Line {
  readonly subscriptionId: string;
  readonly state: string;
  readonly payNumber: string;
  readonly prompts: number;
  readonly paidUntilMs: number;
}

engineSuite("what a line is due", { timeout: 300_000 }, (engine) => {
  const database = useDatabase(engine);
  /** A line of 50 shillings that was paid once and is due in so many minutes. */
  async function openTown(dueInMinutes: number, hour = 12) {
    const world = realWorld();
    let queue: JobQueue | null = null;
    const jobs = (of: typeof world) => {
      queue = createInProcessQueue(of, database.current());
      return queue;
    };
    const masked = { resultMs: 20, msisdnForm: "mask" } as const;
    const town = await startPayments(database.current(), masked, { ask: quickAsk, jobs });
    const { daraja, hub, shop, channelId, register, books } = town;
    const { providerId, planId, siteId } = shop;
    await register();
    const run = (query: ReturnType<typeof sql>) => database.current().asPlatform("test", (tx) => query.execute(tx));
    await run(
      sql`update providers set utc_offset_minutes = ${offsetWhereItIs(hour)} where provider_id = ${providerId}`,
    );
    const envelope = createEnvelope(world.random, [masterKey]);
    const parts = { world, envelope, parties: testParties, publish: createPublish(world, envelope) };
    const { customerId, accountId } = await database.current().asProvider(providerId, async (tx) => {
      const none = { email: null, siteId: null, note: null };
      const fields = { name: "Achieng", phone: customer, active: true, ...none };
      const { customerId } = await insertCustomer(parts, tx, providerId, fields);
      const line = { username: "achieng", password: "clientPass", chap: false, service: "pppoe" as const };
      const order = { ...line, customerId: customerId, planId, siteIds: [siteId], own, address: null, macs: [] };
      return { customerId: customerId, accountId: (await insertAccount(parts, tx, providerId, order)).accountId };
    });
    const post = <Answer>(path: string, body: object = {}, id = channelId) =>
      hub.channelRoute<Answer>("POST", path, { providerId, channelId: id }, body);
    const made = await post<Line>("/api/v1/subscriptions", {
      customerId,
      accountId,
      planId,
      every: { unit: "day", count: 1 },
      autoRenew: true,
    });
    const id = made.subscriptionId;
    const dueMs = world.clock.wall().atMs + dueInMinutes * minuteMs;
    const setDue = () =>
      run(sql`update subscriptions set anchor_ms = ${dueMs - dayMinutes * minuteMs}, periods = 1, paid_until_ms = ${dueMs},
          shifted_ms = 0 where subscription_id = ${id}`);
    await setDue();
    return {
      daraja,
      dueMs,
      id,
      payNumber: made.payNumber,
      /** Its end was a second ago. @returns when */
      async ends() {
        await eventually(
          async () => (await run(sql`select bridged_until_ms from subscriptions where subscription_id = ${id}`)).rows,
          (rows) => expect(rows).toEqual([{ bridgedUntilMs: expect.anything() }]),
        );
        const endMs = world.clock.wall().atMs - 1000;
        await run(
          sql`update subscriptions set anchor_ms = ${endMs - dayMinutes * minuteMs}, paid_until_ms = ${endMs} where subscription_id = ${id}`,
        );
        return endMs;
      },
      /** As the customer said that they have one. */
      standingOrder: () => run(sql`update subscriptions set standing_order = true where subscription_id = ${id}`),
      topUp: (amountCents: number) => post("/api/v1/credits", { phone: customer, amountCents }),
      /** The minute's sweep has come to it. */
      look: () =>
        database.current().asProvider(providerId, async (tx) => {
          await queue?.send(tx, "subscriptions.look", { providerId, subscriptionId: id });
        }),
      line: async () =>
        ((await hub.read(providerId, "/api/v1/subscriptions")) as { items: Line[] }).items.find(
          ({ subscriptionId }) => subscriptionId === id,
        ) as Line,
      books,
      payBill: (amount: number, account: string, msisdn = "254722000777", transactionType?: string) =>
        daraja.organisation.payBill({
          ...(transactionType === undefined ? {} : { transactionType }),
          shortcode: sampleApp.shortcode,
          msisdn,
          amount,
          account,
          confirmation: "once",
        }),
    };
  }

  test("[PAY-16] [CUS-12] on the due day the phone is asked for what credit does not cover, once; the PIN renews from the end", async () => {
    const town = await openTown(5);
    await town.topUp(1000);
    await town.look();
    const [prompt] = await eventually(
      async () => town.daraja.prompts(),
      (all) => expect(all).toHaveLength(1),
    );
    expect(prompt).toMatchObject({ msisdn: customer, amount: 40, accountReference: town.payNumber });
    await eventually(town.line, ({ prompts }) => expect(prompts).toBe(1));
    // However often somebody looks: one prompt is open.
    await town.look();
    await town.look();
    town.daraja.act(customer, { kind: "pay", pin: "1234" });
    // It is credit until the end, and the sites have it that nobody is cut off then.
    await eventually(town.books, ({ accounts }) => expect(accounts.credit).toBe(-5000));
    const endMs = await town.ends();
    await town.look();
    const renewed = await eventually(town.line, ({ paidUntilMs }) => expect(paidUntilMs).toBeGreaterThan(endMs));
    expect(renewed).toMatchObject({ state: "active", prompts: 0, paidUntilMs: endMs + dayMinutes * minuteMs });
    expect(town.daraja.prompts()).toHaveLength(1);
    const { accounts, grants } = await town.books();
    expect([accounts, grants]).toEqual([{ cash: 1000, clearing: 4000, revenue: -5000 }, []]);
  });

  test("[PAY-16] who cancels is not asked again within the hours, and nobody is asked at night", async () => {
    const town = await openTown(300);
    await town.look();
    await eventually(
      async () => town.daraja.prompts(),
      (all) => expect(all).toHaveLength(1),
    );
    town.daraja.act(customer, { kind: "cancel" });
    const before = (await town.line()).paidUntilMs;
    await town.look();
    await town.topUp(100);
    await eventually(town.books, ({ accounts }) => expect(accounts.credit).toBe(-100));
    expect(town.daraja.prompts()).toHaveLength(1);
    expect((await town.line()).paidUntilMs).toBe(before);
    const night = await openTown(5, 3);
    await night.look();
    await night.topUp(100);
    await eventually(night.books, ({ accounts }) => expect(accounts.credit).toBe(-100));
    expect(night.daraja.prompts()).toEqual([]);
  });

  test("[PAY-26] who has a standing order at M-Pesa is not asked on the day; its money at the customer's number renews", async () => {
    const town = await openTown(-5);
    await town.standingOrder();
    await town.look();
    await town.payBill(50, town.payNumber, customer, "Standing Order Pay Bill");
    await eventually(town.line, ({ state }) => expect(state).toBe("active"));
    expect(town.daraja.prompts()).toEqual([]);
    expect((await town.books()).accounts).toEqual({ clearing: 5000, revenue: -5000 });
  });

  test("[PAY-13] [PAY-16] [CUS-06] whoever pays at the customer's number renews what is due as soon as the channel proves it; a wrong digit is nobody's; what is left is credit", async () => {
    const town = await openTown(-60);
    expect(town.payNumber).toMatch(/^\d{5}$/);
    const wrong = town.payNumber.replace(/^./, (digit) => String((Number(digit) % 9) + 1));
    await town.payBill(50, wrong);
    await eventually(town.books, ({ receipts }) => expect(receipts).toMatchObject([{ state: "suspense" }]));
    expect((await town.line()).state).toBe("over");
    // Nobody pulls the list here: the money at the number makes the hub ask.
    await town.payBill(70, ` a/c ${town.payNumber.slice(0, 2)} ${town.payNumber.slice(2)}`);
    await eventually(town.line, ({ state }) => expect(state).toBe("active"));
    const { accounts } = await town.books();
    expect(accounts).toMatchObject({ credit: -2000, revenue: -5000, suspense: -5000 });
    // Nothing is due now: it stays credit.
    await town.payBill(50, town.payNumber);
    await eventually(town.books, (now) => expect(now.accounts.credit).toBe(-7000));
  });
});

/** Who has paid waits neither for those who have not, nor for strangers: money that is booked by itself, beside transactions that hold all that others may take. */
import { randomBytes } from "node:crypto";
import type { Tx } from "@karibu/cloud/ground/db/database";
import { type OpenDatabase, openDatabase } from "@karibu/cloud/ground/db/open-database";
import { isAbsent, realWorld, useMigratedServer } from "@karibu/cloud/ground/db/test-databases";
import { lockWaits } from "@karibu/cloud/ground/db/test-locks";
import { createEmit } from "@karibu/cloud/ground/events/record";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sampleApp } from "../daraja/sample-app.ts";
import {
  eventually,
  openChannel,
  openShop,
  type PaymentsHub,
  type RunningDaraja,
  readBooks,
  silentAsk,
  startDaraja,
  startHub,
} from "./payments-hub.ts";
import { openPromptedShop } from "./prompted-purchases.ts";
import { deliver, untilOnline } from "./test-booked.ts";

const masterKey = new Uint8Array(randomBytes(32));
/** Much less than any job of the net below waits. */
const soonMs = 4000;

describe.skipIf(isAbsent("postgresql"))("who has paid", { timeout: 120_000 }, () => {
  const fresh = useMigratedServer("postgresql");
  /** The hub's connections, and others to look at the same rows. */
  let [database, reader] = [] as unknown as [OpenDatabase, OpenDatabase];
  let daraja: RunningDaraja;
  let hub: PaymentsHub;
  let ends: (() => Promise<unknown>)[] = [];

  beforeEach(async () => {
    const settings = { databaseUrl: fresh.url(), dataDir: null };
    database = await openDatabase(realWorld(), settings);
    reader = await openDatabase(realWorld(), settings, "as-is");
    daraja = await startDaraja({ promptMs: 600_000, confirmsPush: () => "never" });
    hub = await startHub(database, daraja, { masterKey, ask: silentAsk, emit: createEmit });
    ends = [() => hub.stop(), () => daraja.stop(), () => database.close(), () => reader.close()];
  });
  afterEach(async () => {
    for (const end of ends) await end();
  });

  /** Ten reports that take long, and hundred customers behind them. @returns ends them */
  async function holdOrdinary(): Promise<void> {
    const done = Promise.withResolvers<void>();
    let begun = 0;
    const long = Array.from({ length: 40 }, () =>
      database.asPlatform("report", () => {
        begun++;
        return done.promise;
      }),
    );
    ends.unshift(async () => {
      done.resolve();
      await Promise.all(long);
    });
    await expect.poll(() => begun).toBe(10);
  }

  test("[PAY-02] [PAY-04] at the paybill is booked beside ten long reports", async () => {
    const { providerId } = await openShop(database);
    await hub.register(providerId, await openChannel(hub, database, providerId));
    await holdOrdinary();
    const { shortcode } = sampleApp;
    const paid = await daraja.organisation.payBill({ shortcode, msisdn: "254711222333", amount: 70, account: "?" });
    await eventually(
      () => readBooks(reader, providerId),
      ({ receipts }) => expect(receipts.map(({ receipt }) => receipt)).toEqual([paid?.receipt]),
      soonMs,
    );
    await eventually(
      () => jobsLeft(),
      (left) => expect(left).toEqual([]),
      soonMs,
    );
  });

  test("[PAY-02] another amount than the price, which goes alone, is judged beside ten long reports", async () => {
    const own = await openPromptedShop({ hub, database, daraja }, { number: 901, count: 5 });
    await holdOrdinary();
    // More of them than urgent connections for what goes alone.
    const paid = own.map((each) => ({ ...each, body: each.body.replace('"Value":50', '"Value":60') }));
    expect(paid.every(({ body }, index) => body !== own[index]?.body)).toBe(true);
    await deliver(paid);
    const { providerId } = own[0]?.shop ?? { providerId: "" };
    await eventually(
      async () => (await readBooks(reader, providerId)).purchases.filter(({ review }) => review === "amount-differs"),
      (judged) => expect(judged).toHaveLength(5),
      soonMs,
    );
  });

  test("[PAY-02] is booked beside a flood of confirmations that nobody knows", async () => {
    const own = await openPromptedShop({ hub, database, daraja }, { number: 902, count: 20 });
    await deliver(own.slice(0, 1));
    await untilOnline(reader, own.slice(0, 1));
    // Each of them waits in its transaction: as slow as strangers could wish.
    const { end } = await inTheMiddle((tx) => sql`lock table unmatched_callbacks in access exclusive mode`.execute(tx));
    const [, channelToken = ""] = /\/k\/([^/]+)\/s\//.exec(own[0]?.url ?? "") ?? [];
    const strange = { channelToken: `${channelToken}0`, secret: "", body: "{}", remoteAddress: null };
    const flood = Array.from({ length: 50 }, () =>
      hub.payments.intake({ kind: "confirmation", ...strange }).catch(() => {}),
    );
    await eventually(
      () => lockWaits(reader),
      (waiting) => expect(waiting).toBeGreaterThan(0),
    );
    await deliver(own.slice(1));
    await untilOnline(reader, own.slice(1), soonMs);
    await end();
    await Promise.all(flood);
  });

  const jobsLeft = () =>
    reader.asPlatform("test", (tx) =>
      tx.selectFrom("job_outbox").select("name").where("name", "=", "payments.route").execute(),
    );

  async function inTheMiddle(work: (tx: Tx) => Promise<unknown>) {
    const [begun, done] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const holder = reader.asPlatform("test", async (tx) => {
      await sql`set local role none`.execute(tx);
      await work(tx);
      begun.resolve();
      await done.promise;
    });
    await Promise.race([begun.promise, holder]);
    const end = async () => {
      done.resolve();
      await holder;
    };
    ends.unshift(end);
    return { end };
  }
});

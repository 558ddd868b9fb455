/** A channel that hangs, or whose keys can't be opened, holds up nobody else: with the queue of production, on both engines. */

import { testParties } from "@karibu/cloud/ground/amounts/test-parties";
import { engineSuite } from "@karibu/cloud/ground/db/test-databases";
import { type HttpCall, undiciCall } from "@karibu/cloud/ground/http-client/http-call";
import { createPgBossQueue } from "@karibu/cloud/ground/jobs/pg-boss-queue";
import { createLedgerWriter } from "@karibu/cloud/money/ledger/post-entry";
import { setReceipt } from "@karibu/cloud/money/receipts/receipt-rows";
import { bookUnapplied } from "@karibu/cloud/money/receipts/unapplied";
import { cents } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import { sampleApp } from "../daraja/sample-app.ts";
import { realWorld } from "../world/real-world.ts";
import { eventually, openChannel, openShop, readBooks, type Shop } from "./payments-hub.ts";
import { certificate, usePayments } from "./test-payments-town.ts";

const world = realWorld();
const ledger = createLedgerWriter({ world, onCredit: async () => {} });
const initiator = { initiatorName: "teller", initiatorPassword: "secret-1", certificate };
const ago = (minutes: number) => Date.now() - minutes * 60_000;
const waitMs = 120_000;

engineSuite("a channel in trouble", { timeout: 300_000 }, (engine) => {
  const hangs = new Set<string>();
  /** Calls with these consumer keys never get an answer. */
  const http: HttpCall = (call) => {
    const pair = Buffer.from((call.headers.authorization ?? "").replace("Basic ", ""), "base64").toString("utf8");
    return hangs.has(pair.split(":")[0] ?? "") ? new Promise(() => {}) : undiciCall(call);
  };

  const town = usePayments(engine, { confirmsPush: () => "never", resultMs: 20 }, (current) => ({
    jobs: (world) => createPgBossQueue(world, current),
    http,
  }));
  const { database } = town;

  /** A shop with a payment of twenty minutes ago that nobody but a callback vouches for. */
  async function openWaiting(keys: { consumerKey?: string } = {}, of: Shop | null = null) {
    const shop = of ?? (await openShop(database.current()));
    const { providerId } = shop;
    const channelId = await openChannel(town.hub, database.current(), providerId, { ...initiator, ...keys });
    const { shortcode } = sampleApp;
    const paid = await town.daraja.organisation.payBill({
      shortcode,
      msisdn: "254712000031",
      amount: 50,
      account: "x",
    });
    const receipt = paid?.receipt as string;
    const place = { providerId, channelId, rail: "mpesa", currency: "KES" };
    const money = { amountCents: cents(5000), trust: "pushed", source: "c2b-confirmation", shortcode } as const;
    const books = { world, parties: testParties, ledger, emit: async () => {} };
    const unknown = { payer: { kind: "none" }, payerName: null, accountText: null, paidAtMs: null } as const;
    await database.current().asProvider(providerId, async (tx) => {
      const inflow = { ...money, ...unknown, receipt };
      await bookUnapplied(books, tx, place, inflow, { party: null, note: null });
      await setReceipt(tx, { providerId, rail: "mpesa", receipt }, { bookedAtMs: ago(20) });
    });
    const proved = async () => (await readBooks(database.current(), providerId)).receipts[0]?.corroborated;
    return { ...shop, channelId, proved };
  }

  test("[PAY-04] it never answers: the payments of another provider are proved in time", async () => {
    hangs.add("key-of-nobody");
    // One provider's, more than a queue has workers: no luck of the order helps.
    const slow = await openShop(database.current());
    for (let count = 0; count < 9; count++) await openWaiting({ consumerKey: "key-of-nobody" }, slow);
    const well = await openWaiting();
    await town.hub.sweep();
    await eventually(well.proved, (is) => expect(is).toBe(true), waitMs);
  });

  test("[PAY-04] its keys can't be opened: the payments of another provider are proved in time", async () => {
    const torn = await openWaiting();
    await database.current().asProvider(torn.providerId, (tx) =>
      tx
        .updateTable("channels")
        .set({ keysSealed: Buffer.from("torn") })
        .execute(),
    );
    const well = await openWaiting();
    await town.hub.sweep();
    await eventually(well.proved, (is) => expect(is).toBe(true), waitMs);
    expect(await torn.proved()).toBe(false);
  });
});

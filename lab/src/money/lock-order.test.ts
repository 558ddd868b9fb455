/**
 * Transactions about the same money meet at the same moment, on real PostgreSQL. A third one holds what both need first, so that
 * they stand in its queue in a known order. Where they lock in opposite orders, PostgreSQL ends one of them as a deadlock.
 */
import { isAbsent, realWorld, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { lockWaits, whileHeld } from "@karibu/cloud/ground/db/test-locks";
import { lockReceipt } from "@karibu/cloud/money/receipts/receipt-rows";
import { sql } from "kysely";
import { afterEach, describe, expect, test } from "vitest";
import { callbackBody } from "../daraja/callback-body.ts";
import type { DarajaOptions } from "../daraja/daraja-http.ts";
import { eventually, silentAsk } from "./payments-hub.ts";
import { startPayments } from "./test-payments-town.ts";

const receipt = "UKL0000001";

describe.skipIf(isAbsent("postgresql"))("two transactions about one payment", { timeout: 300_000 }, () => {
  const retried: unknown[] = [];
  const { log, ...world } = realWorld();
  const debug = (event: string, fields?: object) => void (event === "transaction-retried" && retried.push(fields));
  const database = useDatabase("postgresql", { ...world, log: { ...log, debug } });
  afterEach(() => void retried.splice(0));

  /** A purchase that waits for its PIN. */
  async function begin() {
    const silent: DarajaOptions = { loses: () => true, confirmsPush: () => "never", promptMs: 600_000 };
    const town = await startPayments(database.current(), silent, { ask: silentAsk });
    const { daraja, hub, shop, providerId, channelId, books } = town;
    await hub.payments.purchases.start({ ...shop, phone: "254712000900", idempotencyKey: "one" });
    const prompt = daraja.prompts()[0];
    if (prompt === undefined) throw new Error("no prompt");
    const csv = [
      "Receipt No,Completion Time,Details,Transaction Status,Paid In (KSHs),Withdrawn (KSHs),Balance (KSHs)",
      `${receipt},21/11/2026 10:00:00,Pay Bill from 254712000900 - JANE Acc. ${prompt.accountReference},Completed,50.00,,50.00`,
      "",
    ].join("\r\n");
    return {
      providerId,
      books,
      callBack: () =>
        fetch(prompt.callbackUrl, {
          method: "POST",
          body: callbackBody(prompt, { code: "0", text: "ok", receipt }),
          headers: { "content-type": "application/json" },
        }),
      statement: () => hub.reconcile(providerId, channelId, csv),
      claim: () => hub.rpc("claim-payment", shop, { receipt, phone: "0712000900" }),
    };
  }

  const untilWaiting = (count: number) =>
    eventually(
      () => lockWaits(database.current()),
      (waiting) => expect(waiting).toBe(count),
    );

  test("[PAY-02] [BEY-09] a statement's line and the callback of the same receipt: each is done at the first try", async () => {
    const { providerId, books, callBack, statement } = await begin();
    let imported: Promise<unknown> = Promise.resolve();
    await whileHeld(
      database.current(),
      providerId,
      (tx) => lockReceipt(tx, { providerId, rail: "mpesa", receipt }),
      async () => {
        imported = statement();
        await untilWaiting(1);
        await callBack();
        await untilWaiting(2);
      },
    );
    await imported;
    await eventually(books, ({ purchases, evidence }) => {
      expect(purchases).toMatchObject([{ state: "paid", receipt, corroborated: true }]);
      expect(evidence.filter(({ state }) => state === "new")).toEqual([]);
    });
    expect(retried).toEqual([]);
  });

  test("[PAY-02] [BEY-07] a statement's line and its payer who says “I already paid”: each is done at the first try", async () => {
    const { providerId, books, callBack, statement, claim } = await begin();
    expect(await claim()).toMatchObject({ kind: "asked" });
    await callBack();
    await eventually(books, ({ purchases }) => expect(purchases).toMatchObject([{ state: "paid", receipt }]));
    const outcomes: Promise<unknown>[] = [];
    await whileHeld(
      database.current(),
      providerId,
      (tx) => sql`select from purchases for update`.execute(tx),
      async () => {
        outcomes.push(statement());
        await untilWaiting(1);
        outcomes.push(claim());
        await untilWaiting(2);
      },
    );
    const [, claimed] = await Promise.all(outcomes);
    expect(claimed).toMatchObject({ kind: "settled" });
    expect((await books()).purchases).toMatchObject([{ state: "paid", receipt, corroborated: true }]);
    expect(retried).toEqual([]);
  });
});

/** Many who wait for one app's next question: the hub looks once for all of them when the app may be asked, not once for each. */
import { randomBytes } from "node:crypto";
import { isAbsent, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { watchStatements } from "@karibu/cloud/ground/db/test-statements";
import { createEmit } from "@karibu/cloud/ground/events/record";
import { afterEach, describe, expect, test } from "vitest";
import { eventually, openChannel, openShop, quickAsk, startDaraja, startHub } from "./payments-hub.ts";

describe.skipIf(isAbsent("postgresql"))("questions about many purchases", { timeout: 120_000 }, () => {
  const database = useDatabase("postgresql");
  const opened: { stop(): Promise<unknown> }[] = [];
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.stop();
  });

  test("[BEY-06] who waits for a turn costs nothing meanwhile: of twenty each is asked about, and for each question the budget is looked at a few times", async () => {
    const buyers = 20;
    const daraja = await startDaraja({ promptMs: 600_000, loses: () => true });
    // A question is due at once, and the app may be asked five times in two seconds.
    const ask = { ...quickAsk, agesMs: [0, 0, 600_000], thenEveryMs: 600_000, spacingMs: 400 };
    const hub = await startHub(database.current(), daraja, {
      masterKey: new Uint8Array(randomBytes(32)),
      ask,
      emit: createEmit,
    });
    opened.push(hub, daraja);
    const shop = await openShop(database.current());
    const { providerId } = shop;
    await openChannel(hub, database.current(), providerId);
    const phones = Array.from({ length: buyers }, (_, index) => `254712${String(300_000 + index)}`);
    for (const phone of phones) {
      await hub.payments.purchases.start({ ...shop, phone, idempotencyKey: phone });
      daraja.act(phone, { kind: "pay", pin: "1234" });
    }
    const statements = watchStatements();
    const states = () =>
      database
        .current()
        .asProvider(providerId, (tx) => tx.selectFrom("purchases").select(["state", "questions"]).execute());
    await eventually(states, (rows) => {
      expect(rows.filter(({ questions }) => questions > 0)).toHaveLength(buyers);
    });
    const looks = statements
      .sent()
      .filter((text) => text.includes('from "app_budgets"') && text.includes("for update")).length;
    // For each question the turn's look, and that of who was asked; up to twenty for each it would be if all that wait looked.
    expect(looks).toBeLessThanOrEqual(4 * buyers);
  });
});

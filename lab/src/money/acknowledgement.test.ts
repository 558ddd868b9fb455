/** What a channel waits for when it calls back: that its report is kept, and nothing else. */
import { randomBytes } from "node:crypto";
import { isAbsent, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { watchStatements } from "@karibu/cloud/ground/db/test-statements";
import { createEmit } from "@karibu/cloud/ground/events/record";
import { describe, expect, test } from "vitest";
import { silentAsk, startDaraja, startHub } from "./payments-hub.ts";
import { openPromptedShop, type PromptedPurchase } from "./prompted-purchases.ts";
import { deliver, untilOnline } from "./test-booked.ts";

const engine = "postgresql";
/** `begin`, `commit` and who it is are among them. */
const statementsMax = 8;

describe.skipIf(isAbsent(engine))("a callback's acknowledgement", { timeout: 120_000 }, () => {
  const database = useDatabase(engine);

  test("[PAY-02] takes a handful of statements in one transaction, and waits for no booking, however long that takes", async () => {
    const base = database.current();
    const gate = { isShut: false, open: Promise.withResolvers<void>(), reached: Promise.withResolvers<void>() };
    const asBooker: typeof base.asBooker = async (...asked) => {
      if (gate.isShut) {
        gate.reached.resolve();
        await gate.open.promise;
      }
      return base.asBooker(...asked);
    };
    const gated = { ...base, asBooker };
    const daraja = await startDaraja({ promptMs: 600_000 });
    const masterKey = new Uint8Array(randomBytes(32));
    const hub = await startHub(gated, daraja, { masterKey, ask: silentAsk, emit: createEmit });
    const made = await openPromptedShop({ hub, database: base, daraja }, { number: 1, count: 3 });
    const [first, one, next] = made as [PromptedPurchase, PromptedPurchase, PromptedPurchase];
    // The first one shows that the channel's keys fit.
    await deliver([first]);
    await untilOnline(base, [first]);

    gate.isShut = true;
    const statements = watchStatements();
    await deliver([one]);
    await gate.reached.promise;
    const sent = statements.sent();
    const kept = sent.slice(0, sent.indexOf("commit") + 1);
    expect(sent.filter((text) => text === "commit")).toHaveLength(1);
    expect(kept.length, kept.join("\n")).toBeLessThanOrEqual(statementsMax);
    // The booking stands still all the while, and the next one is acknowledged all the same.
    await deliver([next]);
    gate.open.resolve();
    await untilOnline(base, made);
    await hub.stop();
    await daraja.stop();
  });
});

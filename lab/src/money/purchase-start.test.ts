/** What it costs the database when a customer presses "Buy", until the prompt is on the phone. */
import { randomBytes } from "node:crypto";
import { isAbsent, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { watchStatements } from "@karibu/cloud/ground/db/test-statements";
import { createEmit } from "@karibu/cloud/ground/events/record";
import { startPurchase } from "@karibu/protocol/rpc/start-purchase";
import { describe, expect, test } from "vitest";
import { openChannel, openShop, quickAsk, startDaraja, startHub } from "./payments-hub.ts";
import { createIdleQueue } from "./test-payment-statements.ts";

const engine = "postgresql";
const isAnnouncement = (text: string) => text.includes("pg_notify(channel");
const ofIdleQueue = "select pg_notify($1, '')";

describe.skipIf(isAbsent(engine))("a purchase that is started", { timeout: 120_000 }, () => {
  const database = useDatabase(engine);

  test("[PAY-02] costs two transactions of some twenty statements in all, and neither of them wakes anybody before its commit", async () => {
    const daraja = await startDaraja({ promptMs: 600_000 });
    const hub = await startHub(database.current(), daraja, {
      masterKey: new Uint8Array(randomBytes(32)),
      ask: { ...quickAsk, agesMs: [86_400_000, 86_400_000] },
      emit: createEmit,
      jobs: createIdleQueue(database.current()),
    });
    const { planId, ...site } = await openShop(database.current());
    await openChannel(hub, database.current(), site.providerId);
    const start = (phone: string) => hub.rpc(startPurchase.method, site, { idempotencyKey: phone, planId, phone });
    await start("254712000001");
    const statements = watchStatements();
    await expect(start("254712000002")).resolves.toMatchObject({ kind: "started", state: { state: "prompted" } });
    // Listeners are woken after the commit, many by one statement; and the queue that a hub runs needs no NOTIFY for a job that waits 20 seconds.
    const all = statements.sent().filter((text) => !isAnnouncement(text) && text !== ofIdleQueue);
    expect(all.filter((text) => text.includes("pg_notify"))).toEqual([]);
    expect(all.filter((text) => text === "commit")).toHaveLength(2);
    expect(all.length).toBeLessThanOrEqual(22);
    await hub.stop();
    await daraja.stop();
  });
});

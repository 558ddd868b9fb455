/** Somebody cancels an order at the moment in which a process takes it up: on PostgreSQL, where the two run at once. */
import { describe, expect, test } from "vitest";
import { isAbsent, realWorld, useDatabase } from "../../ground/db/test-databases.ts";
import { lockWaits, whileHeld } from "../../ground/db/test-locks.ts";
import { insertOwner } from "../../ground/db/test-rows.ts";
import { createEmit } from "../../ground/events/record.ts";
import { createEnvelope } from "../../ground/secrets/envelope.ts";
import { makeLinkedSites } from "../routers/test-linked-sites.ts";
import { cancelWaiting, insertOrders } from "./order-store.ts";
import { type NextStep, takeLanes, takeNext } from "./send-orders.ts";

describe.skipIf(isAbsent("postgresql"))("an order that is cancelled while it is taken up", () => {
  const database = useDatabase("postgresql");

  test("[RTR-16] it is not sent: who was told that it is cancelled can rely on it; the one behind it goes", async () => {
    const world = realWorld();
    const nowMs = world.clock.wall().atMs;
    const parts = { world, envelope: createEnvelope(world.random, [world.random.bytes(32)]), emit: createEmit(world) };
    const [providerId, processId] = ["p1", "process-1"];
    const [siteId = ""] = await makeLinkedSites(database.current(), { providerId, processId, count: 1 });
    const by = { userId: "u", name: "Amina" };
    const [first = "", second] = await database.current().asProvider(providerId, async (tx) => {
      await insertOwner(tx, providerId, by);
      const orders = [{ kind: "reboot" } as const, { kind: "reboot" } as const].map((action) => ({ siteId, action }));
      return insertOrders(parts, tx, orders, { providerId, by, expiresInMs: 600_000, bulkId: null });
    });
    const wanted = { processId, nowMs: nowMs + 1000, max: 1, ofProviderMax: 1, held: {} };
    await database.current().asPlatform("test", (tx) => takeLanes(tx, wanted));
    const take = (): Promise<NextStep> =>
      database.current().asProvider(providerId, (tx) => takeNext(parts, tx, { providerId, siteId }, processId));

    let taken: Promise<NextStep> | null = null;
    await whileHeld(
      database.current(),
      providerId,
      (tx) => cancelWaiting(tx, [first], nowMs),
      async () => {
        taken = take();
        await expect.poll(() => lockWaits(database.current()), { timeout: 20_000 }).toBe(1);
      },
    );
    expect(await taken).toEqual({ kind: "over" });
    expect(await take()).toMatchObject({ kind: "send", order: { orderId: second } });
    const states = await database
      .current()
      .asProvider(providerId, (tx) => tx.selectFrom("router_orders").select("state").orderBy("orderId").execute());
    expect(states).toEqual([{ state: "cancelled" }, { state: "sent" }]);
  });
});

/** What it costs the database when a customer presses "Buy", until the prompt is on the phone. */
import { randomBytes } from "node:crypto";
import { isAbsent, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { watchStatements } from "@karibu/cloud/ground/db/test-statements";
import { createEmit } from "@karibu/cloud/ground/events/record";
import { startPurchase } from "@karibu/protocol/rpc/start-purchase";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { eventually, openChannel, openShop, silentAsk, startDaraja, startHub } from "./payments-hub.ts";
import { createIdleQueue, isAnnouncement } from "./test-payment-statements.ts";

const engine = "postgresql";
/** What one paid purchase leaves, and what still waits to be judged. */
interface Booked {
  readonly grants: number;
  readonly entries: number;
  readonly open: number;
}
const booked = sql`select (select count(*)::int from grants) as grants,
  (select count(*)::int from ledger_entries) as entries,
  (select count(*)::int from evidence where state = 'new') as open`;
const ofIdleQueue = "select pg_notify($1, '')";

describe.skipIf(isAbsent(engine))("a purchase that is started", { timeout: 120_000 }, () => {
  const database = useDatabase(engine);

  test("[PAY-02] costs two transactions of some twenty statements in all, and neither of them wakes anybody before its commit", async () => {
    const daraja = await startDaraja({ promptMs: 600_000 });
    const hub = await startHub(database.current(), daraja, {
      masterKey: new Uint8Array(randomBytes(32)),
      ask: silentAsk,
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

  test("[PAY-04] whose callback is faster than the answer to its prompt is paid by that answer, and the callback's own booking finds it done", async () => {
    const gate = Promise.withResolvers<void>();
    const base = database.current();
    const asBooker: typeof base.asBooker = async (...asked) => {
      await gate.promise;
      return base.asBooker(...asked);
    };
    const daraja = await startDaraja();
    const hub = await startHub({ ...base, asBooker }, daraja, { masterKey: new Uint8Array(randomBytes(32)) });
    const { planId, ...site } = await openShop(base);
    await openChannel(hub, base, site.providerId);
    const phone = "254700000009"; // pays before the push is answered: see `scripted-phones.ts`
    await expect(hub.rpc(startPurchase.method, site, { idempotencyKey: phone, planId, phone })).resolves.toMatchObject({
      kind: "started",
      state: { state: "paid", receipt: expect.any(String) },
    });
    gate.resolve();
    const read = () => base.asProvider(site.providerId, (tx) => sql<Booked>`${booked}`.execute(tx));
    await eventually(read, ({ rows }) => expect(rows).toEqual([{ grants: 1, entries: 1, open: 0 }]));
    await hub.stop();
    await daraja.stop();
  });
});

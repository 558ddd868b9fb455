import { Fault } from "@karibu/protocol/fault";
import { unixMs } from "@karibu/protocol/quantities";
import type { RouterAction } from "@karibu/protocol/router/router-actions";
import { longTest } from "@karibu/protocol/test-long-run";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { expect, onTestFinished, test, vi } from "vitest";
import type { CallSite } from "../../ground/agents/rpc-handler.ts";
import { realWorld, useDatabase } from "../../ground/db/test-databases.ts";
import { insertOwner } from "../../ground/db/test-rows.ts";
import { createEmit } from "../../ground/events/record.ts";
import { createEnvelope } from "../../ground/secrets/envelope.ts";
import { createSweeps } from "../../ground/sweeps/sweeps.ts";
import { makeLinkedSites } from "../routers/test-linked-sites.ts";
import { advanceBulk } from "./bulks.ts";
import { insertOrders } from "./order-store.ts";
import { createOrderWorker, type OrderWorker } from "./order-worker.ts";
import { ordersUndecided } from "./orders-undecided.ts";
import { endOverdue } from "./send-orders.ts";

const real = realWorld();
/** The wall clock stands, but for what a test moves. */
const startMs = real.clock.wall().atMs;
let movedMs = 0;
const world: World = {
  ...real,
  clock: {
    ...real.clock,
    wall: () => ({ atMs: unixMs(startMs + movedMs), quality: "synced" as const }),
  },
};
const database = useDatabase("embedded", world);
const envelope = createEnvelope(world.random, [world.random.bytes(32)]);
const by = { userId: "u", name: "Amina" };

let providers = 0;

type Answer = (nonce: string, action: RouterAction) => Promise<object>;

async function open(count = 1, beside?: { readonly processId: string }) {
  const providerId = `p${++providers}`;
  const processId = beside?.processId ?? `process-${providers}`;
  const siteIds = await makeLinkedSites(database.current(), { providerId, processId, count });
  await database.current().asProvider(providerId, (tx) => insertOwner(tx, providerId, by));
  const calls: { siteId: string; nonce: string; action: RouterAction }[] = [];
  return {
    providerId,
    processId,
    siteIds,
    siteId: siteIds[0] as string,
    calls,
    /** A hub process with this way to reach sites. */
    worker(answer: Answer): OrderWorker {
      const callSite = (async (siteId: string, _method: unknown, params: never, _ms: number, signal?: AbortSignal) => {
        const { nonce, action } = params as { nonce: string; action: RouterAction };
        calls.push({ siteId, nonce, action });
        const cancelled = new Promise((_, reject) =>
          signal?.addEventListener("abort", () => reject(new Fault("site/cancelled", "x", { retry: "never" }))),
        );
        return await Promise.race([answer(nonce, action), cancelled]);
      }) as unknown as CallSite;
      const emit = createEmit(world);
      const worker = createOrderWorker(world, {
        database: database.current(),
        callSite,
        sweeps: createSweeps(world, database.current()),
        processId,
        isLinked: () => true,
        envelope,
        emit,
        world,
      });
      onTestFinished(() => worker.stop());
      return worker;
    },
    order: (actions: readonly RouterAction[], expiresInMs = 600_000, ...to: readonly string[]) =>
      database.current().asProvider(providerId, (tx) =>
        insertOrders(
          { world, envelope },
          tx,
          (to.length === 0 ? siteIds.slice(0, 1) : to).flatMap((siteId) =>
            actions.map((action) => ({ siteId, action })),
          ),
          { providerId, by, expiresInMs, bulkId: null },
        ),
      ),
    /** Waits until no worker holds the first site's lane any more. */
    rests: () =>
      vi.waitFor(async () => {
        const { rows } = await database
          .current()
          .asPlatform("test", (tx) =>
            sql<{ held: number }>`select held_until_ms as held from router_lanes where site_id = ${siteIds[0]}`.execute(
              tx,
            ),
          );
        expect(rows[0]?.held).toBe(0);
      }, 20_000),
    /** The person who ordered has changed. */
    setPerson: (change: { active?: boolean; role?: string }) =>
      database.current().asProvider(providerId, (tx) => tx.updateTable("users").set(change).execute()),
    bulk: (passwordSealed: Uint8Array | null, pauseOnFailure = false) =>
      database.current().asProvider(providerId, async (tx) => {
        const bulkId = `bulk-${providerId}`;
        await tx
          .insertInto("router_bulks")
          .values({
            providerId,
            bulkId,
            action: { ...binding(9) },
            passwordSealed,
            siteIds: JSON.stringify(siteIds) as never,
            first: 1,
            pauseOnFailure,
            expiresInSeconds: 600,
            state: "running",
            madeBy: by.userId,
            madeByName: by.name,
            madeAtMs: startMs,
            endedAtMs: null,
          })
          .execute();
        await advanceBulk({ world, envelope, emit: createEmit(world) }, tx, providerId, bulkId);
      }),
    bulkState: async () =>
      (
        await database
          .current()
          .asProvider(providerId, (tx) => tx.selectFrom("router_bulks").selectAll().executeTakeFirstOrThrow())
      ).state,
    orders: () =>
      database
        .current()
        .asProvider(providerId, (tx) => tx.selectFrom("router_orders").selectAll().orderBy("orderId").execute()),
  };
}

const done = async () => ({ kind: "done" });
const binding = (last: number): RouterAction => ({
  kind: "add-ip-binding",
  macAddress:
    `02:00:00:00:${(last >> 8).toString(16).padStart(2, "0")}:${(last & 255).toString(16).padStart(2, "0")}`.toUpperCase(),
  type: "regular",
});

test("[RTR-16] of a thousand orders in one moment few are sent, in their order; the rest waits, and what expires says so", async () => {
  const site = await open();
  const ids = await site.order(Array.from({ length: 1000 }, (_, at) => binding(at)));
  const worker = site.worker(done);
  await worker.look();
  await vi.waitFor(async () => expect((await site.orders()).filter(({ state }) => state === "done")).toHaveLength(20));
  expect(site.calls.map(({ nonce }) => nonce)).toEqual(ids.slice(0, 20));
  movedMs += 30_000;
  await worker.look();
  await vi.waitFor(async () => expect((await site.orders()).filter(({ state }) => state === "done")).toHaveLength(40));
  movedMs += 700_000;
  await worker.look();
  await worker.look();
  const states = (await site.orders()).map(({ state }) => state);
  expect(states).toHaveLength(1000);
  expect(states.filter((state) => state === "expired")).toHaveLength(960);
  expect(site.calls).toHaveLength(40);
}, 60_000);

test("a router whose lane a process held that died while the clock was ahead, or that waits since then, has its orders once the clock is set right", async () => {
  for (const column of ["held_until_ms", "next_at_ms"]) {
    const site = await open();
    await site.order([binding(1)]);
    await database
      .current()
      .asPlatform("test", (tx) =>
        sql`update router_lanes set ${sql.raw(column)} = ${startMs + movedMs + 3 * 3_600_000} where site_id = ${site.siteId}`.execute(
          tx,
        ),
      );
    await site.worker(done).look();
    await vi.waitFor(async () => expect(await site.orders(), column).toMatchObject([{ state: "done" }]));
  }
});

longTest(
  "[RTR-16] a provider with more routers that never answer than the hub asks at once is in no other's way",
  async () => {
    const silent = await open(201);
    const other = await open(1, silent);
    await silent.order([binding(1)], 600_000, ...silent.siteIds);
    const isOthers = () => silent.calls.at(-1)?.siteId === other.siteId;
    const worker = silent.worker(() => (isOthers() ? done() : new Promise(() => {})));
    await worker.look();
    await vi.waitFor(() => expect(silent.calls.length).toBeGreaterThanOrEqual(50));
    await other.order([binding(2)]);
    await worker.look();
    await vi.waitFor(async () => expect(await other.orders()).toMatchObject([{ state: "done" }]));
  },
  30_000,
);

longTest(
  "[RTR-16] 1,000 orders wanted at once, one more than the queue holds, the hub killed in their midst, the site away for a minute: at most 100 leave in any minute, each is done or told expired, and none twice",
  async () => {
    const site = await open();
    const many = Array.from({ length: 1000 }, (_, at) => binding(at));
    const ids = await site.order(many, 240_000);
    await expect(site.order([...many, binding(1000)])).rejects.toMatchObject({ code: "router-queue-full" });
    expect(await site.orders(), "what was refused left nothing").toHaveLength(1000);

    const sentAtMs: number[] = [];
    const doneAtSite: string[] = [];
    let [isAway, isKilled] = [false, false];
    // As an agent: what it has done once it only answers again.
    const answer: Answer = async (nonce) => {
      sentAtMs.push(movedMs);
      if (isAway) throw new Fault("site/away", "the site is not connected", { retry: "later" });
      if (!doneAtSite.includes(nonce)) doneAtSite.push(nonce);
      return isKilled ? new Promise(() => {}) : { kind: "done" };
    };
    let worker = site.worker(answer);
    const pass = async (seconds: number) => {
      for (let passed = 0; passed < seconds; passed += 10) {
        movedMs += 10_000;
        await worker.look();
        await site.rests();
      }
    };
    await worker.look();
    await site.rests();
    await pass(60);
    isKilled = true;
    movedMs += 10_000;
    await worker.look();
    await vi.waitFor(async () => expect((await site.orders()).some(({ state }) => state === "sent")).toBe(true));
    await vi.waitFor(() => expect(doneAtSite.length).toBeGreaterThan(95));
    await worker.stop();
    isKilled = false;
    worker = site.worker(answer);
    await worker.start();
    await worker.look();
    await site.rests();
    isAway = true;
    await pass(60);
    isAway = false;
    await pass(150);

    const orders = await site.orders();
    expect([...new Set(orders.map(({ state }) => state))].sort()).toEqual(["done", "expired"]);
    const done = orders.filter(({ state }) => state === "done").map(({ orderId: id }) => id);
    expect(done).toEqual(doneAtSite);
    expect(done).toEqual(ids.slice(0, done.length));
    expect(done.length).toBeGreaterThan(200);
    for (const [index, atMs] of sentAtMs.entries())
      if (index >= 100) expect(atMs - (sentAtMs[index - 100] ?? 0)).toBeGreaterThanOrEqual(60_000);
  },
  120_000,
);

test("[RTR-20] a lost answer is asked for again under the same name, and the next order waits for it", async () => {
  const site = await open();
  const [first, second] = await site.order([binding(1), binding(2)]);
  let isLost = true;
  const worker = site.worker(async () => {
    if (isLost) throw new Fault("site/deadline", "no answer", { retry: "later" });
    return { kind: "done", row: { ".id": "*1", comment: "a\u0000b" } };
  });
  await worker.look();
  await site.rests();
  expect((await site.orders()).map(({ state }) => state)).toEqual(["sent", "waiting"]);
  isLost = false;
  movedMs += 5000;
  await worker.look();
  await vi.waitFor(async () => expect((await site.orders()).map(({ state }) => state)).toEqual(["done", "done"]));
  expect(site.calls.map(({ nonce }) => nonce)).toEqual([first, first, second]);
  expect((await site.orders())[0]).toMatchObject({ timesSent: 2, row: { ".id": "*1", comment: "a\ufffdb" } });
});

test("[RTR-16] a hub that ends while an order is under way leaves it to the next one, which sends it once more under its name", async () => {
  const site = await open();
  const [orderId] = await site.order([{ kind: "reboot" }]);
  const first = site.worker(() => new Promise(() => {}));
  await first.look();
  await vi.waitFor(() => expect(site.calls).toHaveLength(1));
  await first.stop();
  expect((await site.orders())[0]?.state).toBe("sent");
  const second = site.worker(done);
  await second.start();
  await second.look();
  await vi.waitFor(async () => expect((await site.orders())[0]?.state).toBe("done"));
  expect(site.calls.map(({ nonce }) => nonce)).toEqual([orderId, orderId]);
});

test("a router whose link is elsewhere, or away, keeps its orders until they expire; an order without an answer is given up a day later", async () => {
  const site = await open();
  await site.order([binding(1)], 60_000);
  await database
    .current()
    .asPlatform("test", (tx) =>
      tx.updateTable("site_links").set({ processId: "another" }).where("siteId", "=", site.siteId).execute(),
    );
  const worker = site.worker(done);
  await worker.look();
  expect([site.calls, (await site.orders())[0]?.state]).toEqual([[], "waiting"]);
  movedMs += 60_001;
  await worker.look();
  expect((await site.orders())[0]).toMatchObject({ state: "expired", sentAtMs: null });

  const silent = await open();
  await silent.order([binding(1)], 60_000);
  const asking = silent.worker(async () => {
    throw new Fault("site/deadline", "no answer", { retry: "later" });
  });
  await asking.look();
  await vi.waitFor(async () => expect((await silent.orders())[0]?.state).toBe("sent"));
  movedMs += 60_001 + 24 * 3_600_000;
  await asking.look();
  expect((await silent.orders())[0]?.state).toBe("unknown");
});

test("a password waits sealed, reaches the site, and is gone with the outcome", async () => {
  const site = await open();
  const action = { kind: "add-hotspot-user", name: "till", password: "pass-word-9" } as const;
  await site.order([action]);
  const [waiting] = await site.orders();
  expect(JSON.stringify(waiting)).not.toContain("pass-word-9");
  expect(waiting?.passwordSealed).not.toBeNull();
  const worker = site.worker(async () => ({ kind: "refused", why: "already have user with this name" }));
  await worker.look();
  await vi.waitFor(async () => expect((await site.orders())[0]?.state).toBe("refused"));
  expect(site.calls[0]?.action).toEqual(action);
  expect((await site.orders())[0]).toMatchObject({ passwordSealed: null, why: "already have user with this name" });
});

test("an order that can't be read any more is refused, and stops nobody behind it", async () => {
  const site = await open();
  const [broken] = await site.order([binding(1), binding(2)]);
  await database.current().asPlatform("test", (tx) =>
    tx
      .updateTable("router_orders")
      .set({ passwordSealed: Buffer.from("nonsense") })
      .where("orderId", "=", broken as string)
      .execute(),
  );
  const worker = site.worker(done);
  await worker.look();
  await vi.waitFor(async () => expect((await site.orders()).map(({ state }) => state)).toEqual(["refused", "done"]));
});

test("[BEY-29] a restored hub sends no order of its back-up again: a person looks", async () => {
  const site = await open();
  await site.order([{ kind: "reboot" }, { kind: "add-hotspot-user", name: "till", password: "pass" }]);
  await database.current().alone("write", async (run) => {
    for (const statement of ordersUndecided(startMs)) await run(statement);
  });
  const worker = site.worker(done);
  await worker.look();
  expect(site.calls).toEqual([]);
  expect((await site.orders()).map(({ state, passwordSealed: sealed }) => [state, sealed])).toEqual([
    ["unknown", null],
    ["unknown", null],
  ]);
});

longTest("[RTR-20] a router with a full queue is counted as refused, and wedges no other router's lane", async () => {
  const site = await open(3);
  const [first, full, last] = site.siteIds as [string, string, string];
  for (let at = 0; at < 4; at++)
    await site.order(
      Array.from({ length: 500 }, (_, each) => binding(each)),
      600_000,
      full,
    );
  await database
    .current()
    .asPlatform("test", (tx) =>
      tx.updateTable("site_links").set({ processId: "another" }).where("siteId", "=", full).execute(),
    );
  await site.bulk(null);
  const worker = site.worker(done);
  await worker.look();
  await vi.waitFor(async () => expect(await stateAt(site, first)).toMatchObject({ state: "done" }));
  await vi.waitFor(async () => {
    await worker.look();
    expect(await stateAt(site, last)).toMatchObject({ state: "done" });
  });
  expect(await stateAt(site, full)).toMatchObject({ state: "refused", why: expect.stringMatching(/Too much waits/) });
  expect(await site.bulkState()).toBe("done");
});

test("[RTR-20] a change of many routers that can't be read any more is refused everywhere, and throws for nobody", async () => {
  const site = await open(3);
  await site.bulk(Buffer.from("nonsense"));
  expect((await site.orders()).map(({ state }) => state)).toEqual(["refused", "refused", "refused"]);
  expect(await site.bulkState()).toBe("done");
  const pausing = await open(2);
  await pausing.bulk(Buffer.from("nonsense"), true);
  expect([(await pausing.orders()).length, await pausing.bulkState()]).toEqual([1, "paused"]);
});

test("[RTR-20] a change of many routers goes on where a hub ended between the last outcome of a stage and the next stage", async () => {
  const site = await open(2);
  await site.bulk(null);
  movedMs += 601_000;
  // As a hub does that ends at this point: the expiry is written, and nothing after it.
  await database.current().asPlatform("test", (tx) => endOverdue(tx, world.clock.wall().atMs, 5000));
  expect([(await site.orders()).map(({ state }) => state), await site.bulkState()]).toEqual([["expired"], "running"]);
  const worker = site.worker(done);
  await worker.look();
  await worker.look();
  await vi.waitFor(async () => {
    expect((await site.orders()).map(({ state }) => state)).toEqual(["expired", "done"]);
    expect(await site.bulkState()).toBe("done");
  });
});

const persons = [
  ["was switched off", { active: false }],
  ["has a role without this right", { role: "read-only" }],
  ["has an own role that is gone", { role: "gone" }],
] as const;
test.each(persons)("[TEN-07] [RTR-09] what a person ordered who since %s is not carried out", async (_, change) => {
  const site = await open(2);
  await site.order([binding(1), binding(2)]);
  await site.bulk(null);
  await site.setPerson(change);
  const worker = site.worker(done);
  await worker.look();
  await vi.waitFor(async () => {
    const states = (await site.orders()).map(({ state, why }) => `${state}: ${why}`);
    expect(states).toEqual(Array.from({ length: 4 }, () => "cancelled: Who ordered this may not order it any more."));
  });
  expect(await site.bulkState()).toBe("stopped");
  expect(site.calls).toEqual([]);
});

test("[TEN-07] what was sent before its person was switched off is not sent again: whether it was done, a person looks", async () => {
  const site = await open();
  await site.order([{ kind: "reboot" }]);
  const first = site.worker(() => new Promise(() => {}));
  await first.look();
  await vi.waitFor(() => expect(site.calls).toHaveLength(1));
  await first.stop();
  await site.setPerson({ active: false });
  const second = site.worker(done);
  await second.start();
  await second.look();
  await vi.waitFor(async () => expect((await site.orders())[0]?.state).toBe("unknown"));
  expect(site.calls).toHaveLength(1);
});

test("[TEN-07] what a platform admin ordered for a provider is sent while they are one", async () => {
  const site = await open();
  await site.order([binding(1)]);
  await makeLinkedSites(database.current(), { providerId: "platform", processId: "none", count: 1 });
  await database.current().asProvider("platform", (tx) =>
    tx
      .insertInto("users")
      .values({
        providerId: "platform",
        userId: `admin-${site.providerId}`,
        email: `admin-${site.providerId}@example.com`,
        name: "Admin",
        role: "platform-admin",
        passwordHash: "x",
        active: true,
        lockedUntilMs: null,
        lastLoginAtMs: null,
        createdAtMs: 1,
        updatedAtMs: 1,
      })
      .execute(),
  );
  const orderedByAdmin = () =>
    database.current().asProvider(site.providerId, (tx) =>
      tx
        .updateTable("router_orders")
        .set({ orderedBy: `admin-${site.providerId}` })
        .execute(),
    );
  await orderedByAdmin();
  const worker = site.worker(done);
  await worker.look();
  await vi.waitFor(async () => expect((await site.orders())[0]?.state).toBe("done"));
  await site.order([binding(2)]);
  await orderedByAdmin();
  await database.current().asProvider("platform", (tx) => tx.updateTable("users").set({ active: false }).execute());
  await worker.look();
  await vi.waitFor(async () => expect((await site.orders())[1]?.state).toBe("cancelled"));
  expect(site.calls).toHaveLength(1);
});

const stateAt = async (site: Awaited<ReturnType<typeof open>>, siteId: string) =>
  (await site.orders()).find((one) => one.siteId === siteId && one.bulkId !== null);

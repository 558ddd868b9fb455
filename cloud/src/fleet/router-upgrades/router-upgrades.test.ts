/** A new RouterOS, from the plan to the last site, in the database: with back-ups that a test makes, and routers that a test plays. */

import { unixMs } from "@karibu/protocol/quantities";
import type { FindingLevel } from "@karibu/protocol/router/router-health";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { beforeEach, expect, test } from "vitest";
import { realWorld, useDatabase } from "../../ground/db/test-databases.ts";
import { insertOwner } from "../../ground/db/test-rows.ts";
import { createEmit } from "../../ground/events/record.ts";
import { createEnvelope } from "../../ground/secrets/envelope.ts";
import { hubSuite } from "../../test-hub.ts";
import { keepHealth } from "../router-health/health-store.ts";
import { makeLinkedSites } from "../routers/test-linked-sites.ts";
import { advanceUpgrades, stopUpgrade } from "./advance-upgrades.ts";
import { upgradesUndecided } from "./upgrades-undecided.ts";

const real = realWorld();
/** Ten in the morning in Nairobi. */
const startMs = Date.UTC(2027, 0, 15, 7);
let movedMs = 0;
beforeEach(() => {
  movedMs = 0;
});
const nowMs = () => startMs + movedMs;
const world: World = {
  ...real,
  clock: { ...real.clock, wall: () => ({ atMs: unixMs(nowMs()), quality: "synced" as const }) },
};
const database = useDatabase("embedded", world);
const envelope = createEnvelope(world.random, [world.random.bytes(32)]);
const minutes = (count: number) => {
  movedMs += count * 60_000;
};

let providers = 0;

async function open(count: number, window: { from: number; until: number } | null = null) {
  const providerId = `u${++providers}`;
  const siteIds = await makeLinkedSites(database.current(), { providerId, processId: "p", count });
  const inProvider = <T>(work: Parameters<ReturnType<typeof database.current>["asProvider"]>[1]) =>
    database.current().asProvider(providerId, work) as Promise<T>;
  const backUps = new Map<string, "waiting" | "done" | "failed">();
  const breaks = new Set<string>();
  const parts = {
    world,
    envelope,
    database: database.current(),
    emit: createEmit(world),
    backUps: {
      begin: async (_tx: unknown, { siteId }: { siteId: string }) => {
        if (breaks.has(siteId)) throw new Error("a row that nobody expected");
        backUps.set(siteId, "waiting");
        return siteId;
      },
      state: async (_tx: unknown, id: string) => backUps.get(id) ?? ("failed" as const),
    },
  };
  await inProvider(async (tx) => {
    await insertOwner(tx, providerId, { userId: "u", name: "Amina" });
    await tx
      .insertInto("router_upgrades")
      .values({
        providerId,
        upgradeId: "up",
        channel: "stable",
        version: "7.24.2",
        healthyMinutes: 60,
        windowFromMinute: window?.from ?? null,
        windowUntilMinute: window?.until ?? null,
        state: "running",
        madeBy: "u",
        madeByName: "Amina",
        madeAtMs: nowMs(),
        endedAtMs: null,
      })
      .execute();
    await tx
      .insertInto("router_upgrade_sites")
      .values(
        siteIds.map((siteId, place) => ({
          providerId,
          upgradeId: "up",
          siteId,
          place,
          state: "waiting" as const,
          fromVersion: null,
          backUpId: null,
          orderId: null,
          sinceMs: nowMs(),
          why: null,
        })),
      )
      .execute();
  });
  const steps = () =>
    inProvider<string[]>(async (tx) =>
      (await tx.selectFrom("router_upgrade_sites").select("state").orderBy("place").execute()).map(
        ({ state }) => state,
      ),
    );
  const orders = () =>
    inProvider<{ siteId: string; action: object; expiresAtMs: number }[]>((tx) =>
      tx.selectFrom("router_orders").select(["siteId", "action", "expiresAtMs"]).orderBy("orderId").execute(),
    );
  return {
    siteIds,
    backUps,
    breaks,
    steps,
    orders,
    tick: () => advanceUpgrades(parts),
    state: () =>
      inProvider<string>(async (tx) =>
        String((await tx.selectFrom("router_upgrades").select("state").executeTakeFirst())?.state),
      ),
    tells: (siteId: string, routerOs: string, levels: FindingLevel[] = []) =>
      inProvider((tx) => {
        const text = { en: "x", sw: "x" };
        const findings = levels.map((level) => ({ check: level, level, text, advice: text }));
        return keepHealth(tx, providerId, [{ siteId, routerOs, isCompared: true, findings }], nowMs());
      }),
    answers: (state: "done" | "refused", why: string | null = null) =>
      inProvider((tx) => tx.updateTable("router_orders").set({ state, why }).where("state", "=", "waiting").execute()),
    stop: () => inProvider((tx) => stopUpgrade(tx, "up", nowMs())),
    resume: () =>
      inProvider((tx) => tx.updateTable("router_upgrades").set({ state: "running", failuresSeen: 1 }).execute()),
    demote: () => inProvider((tx) => tx.updateTable("users").set({ active: false }).execute()),
  };
}

/** The first site was backed up, and has its order. @returns it */
async function beginFirst(plan: Awaited<ReturnType<typeof open>>): Promise<string> {
  const [first = ""] = plan.siteIds;
  await plan.tick();
  await plan.tick();
  plan.backUps.set(first, "done");
  await plan.tick();
  await plan.answers("done");
  await plan.tick();
  return first;
}

test("[RTR-30] one site first: backed up, ordered, back, well for an hour; only then the others", async () => {
  const plan = await open(3);
  const [first = "", second = "", third = ""] = plan.siteIds;
  for (const siteId of plan.siteIds) await plan.tells(siteId, "7.22.1 (stable)");
  await plan.tick();
  await plan.tick();
  expect(await plan.steps()).toEqual(["backing-up", "waiting", "waiting"]);
  await plan.tick();
  expect(await plan.orders()).toEqual([]);
  plan.backUps.set(first, "done");
  await plan.tick();
  expect(await plan.orders()).toMatchObject([
    { siteId: first, action: { kind: "upgrade-router", channel: "stable", version: "7.24.2" } },
  ]);
  await plan.answers("done");
  await plan.tick();
  expect(await plan.steps()).toEqual(["rebooting", "waiting", "waiting"]);
  minutes(5);
  await plan.tells(first, "7.24.2 (stable)");
  await plan.tick();
  minutes(59);
  await plan.tick();
  expect(await plan.steps()).toEqual(["watching", "waiting", "waiting"]);
  minutes(1);
  await plan.tick();
  await plan.tick();
  expect(await plan.steps()).toEqual(["done", "backing-up", "backing-up"]);
  for (const siteId of [second, third]) plan.backUps.set(siteId, "done");
  await plan.tick();
  await plan.answers("done");
  await plan.tick();
  for (const siteId of [second, third]) await plan.tells(siteId, "7.24.2 (stable)");
  await plan.tick();
  minutes(60);
  await plan.tick();
  expect([await plan.steps(), await plan.state()]).toEqual([["done", "done", "done"], "done"]);
});

test("[RTR-30] a first site that sells nothing afterwards stops the rest until a person goes on", async () => {
  const plan = await open(2);
  const first = await beginFirst(plan);
  await plan.tells(first, "7.24.2 (stable)");
  await plan.tick();
  await plan.tells(first, "7.24.2 (stable)", ["stops"]);
  await plan.tick();
  expect([await plan.steps(), await plan.state()]).toEqual([["failed", "waiting"], "paused"]);
  minutes(600);
  await plan.tick();
  expect(await plan.steps()).toEqual(["failed", "waiting"]);
  await plan.resume();
  await plan.tick();
  await plan.tick();
  expect(await plan.steps()).toEqual(["failed", "backing-up"]);
});

test("[RTR-30] without a back-up nothing is ordered", async () => {
  const plan = await open(1);
  await plan.tick();
  await plan.tick();
  plan.backUps.set(plan.siteIds[0] ?? "", "failed");
  await plan.tick();
  expect([await plan.steps(), await plan.orders()]).toEqual([["failed"], []]);
});

test("[RTR-30] it begins and orders in the provider's night alone, and an order ends with it", async () => {
  const plan = await open(1, { from: 60, until: 240 });
  await plan.tick();
  await plan.tick();
  expect(await plan.steps()).toEqual(["waiting"]);
  minutes(15 * 60 + 30); // half past one at night
  await plan.tick();
  await plan.tick();
  expect(await plan.steps()).toEqual(["backing-up"]);
  minutes(120);
  plan.backUps.set(plan.siteIds[0] ?? "", "done");
  await plan.tick();
  const [order] = await plan.orders();
  expect(order?.expiresAtMs).toBe(nowMs() + 30 * 60_000);
});

test("[RTR-30] stopped: who did not begin keeps what he has, who is under way is watched to his end", async () => {
  const plan = await open(3);
  const first = await beginFirst(plan);
  await plan.stop();
  await plan.tick();
  expect([await plan.steps(), await plan.state()]).toEqual([["rebooting", "left-out", "left-out"], "running"]);
  await plan.tells(first, "7.24.2");
  await plan.tick();
  minutes(60);
  await plan.tick();
  expect([await plan.steps(), await plan.state()]).toEqual([["done", "left-out", "left-out"], "stopped"]);
});

test("[RTR-30] a plan that can't go on holds up no other provider's", async () => {
  const bad = await open(1);
  const good = await open(1);
  for (const siteId of bad.siteIds) good.breaks.add(siteId);
  await good.tick();
  await good.tick();
  expect([await bad.steps(), await good.steps()]).toEqual([["waiting"], ["backing-up"]]);
});

test("[RTR-30] [BEY-29] a plan that a restored hub finds under way waits for a person: it may have been stopped since the back-up", async () => {
  const plan = await open(1);
  for (const statement of upgradesUndecided)
    await database.current().asPlatform("test", (tx) => sql.raw(statement).execute(tx));
  await plan.tick();
  await plan.tick();
  expect([await plan.steps(), await plan.state()]).toEqual([["waiting"], "paused"]);
});

test("[RTR-30] who planned it and may no more begins no further router", async () => {
  const plan = await open(1);
  await plan.tick();
  await plan.demote();
  await plan.tick();
  expect([await plan.steps(), await plan.orders()]).toEqual([["failed"], []]);
});

hubSuite("[BEY-16] what no upgrade begins with", (hub) => {
  test("a router that would be set back, one that is in another upgrade, a version that nobody here knows", async () => {
    const { token, providerId } = await hub.makeProvider("Kuboresha");
    const { siteId } = (await hub.call("POST", "/api/v1/sites", { token, body: { name: "Harbour" } })).body.site;
    const runs = (routerOs: string) =>
      hub
        .database()
        .asProvider(providerId, (tx) =>
          keepHealth(tx, providerId, [{ siteId, routerOs, isCompared: true, findings: [] }], Date.now()),
        );
    const begin = (version: string) => {
      const body = { siteIds: [siteId], channel: "stable", version };
      return hub.call("POST", "/api/v1/router-upgrades", { token, body });
    };
    await runs("7.22.1 (stable)");
    expect((await begin("7.22")).body).toMatchObject({ code: "upgrade-backwards", field: "version" });
    expect((await begin("7.21.9")).body).toMatchObject({ code: "upgrade-backwards" });
    expect((await begin("6.49")).body).toMatchObject({ code: "upgrade-unknown", field: "version" });
    const begun = await begin("7.22.2");
    expect(begun.status, begun.text).toBe(201);
    expect((await begin("7.22.2")).body).toMatchObject({ code: "upgrade-elsewhere", field: "siteIds" });
    const stop = () => hub.call("POST", `/api/v1/router-upgrades/${begun.body.upgradeId}/stop`, { token });
    expect((await stop()).status).toBe(200);
    expect((await stop()).body.code).toBe("upgrade-over");
    expect((await begin("7.22.2")).status).toBe(201);
  });
});

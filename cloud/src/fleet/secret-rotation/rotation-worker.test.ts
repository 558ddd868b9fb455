/** Changes of secrets at the hub: after a first link by itself, and again after every kind of interruption, until the site has proved them. */
import { Fault } from "@karibu/protocol/fault";
import { unixMs } from "@karibu/protocol/quantities";
import { keepRouterSecret } from "@karibu/protocol/rpc/router/keep-router-secret";
import { rotateSecrets } from "@karibu/protocol/rpc/router/rotate-secrets";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { afterEach, expect, test } from "vitest";
import type { CallSite } from "../../ground/agents/rpc-handler.ts";
import type { Tx } from "../../ground/db/database.ts";
import { realWorld, useDatabase } from "../../ground/db/test-databases.ts";
import { createEmit } from "../../ground/events/record.ts";
import { createEnvelope } from "../../ground/secrets/envelope.ts";
import { createSweeps } from "../../ground/sweeps/sweeps.ts";
import { keepFurtherRouters, readFurtherRouters } from "../router-services/further-router-rows.ts";
import { wantFurtherSecrets } from "../router-services/further-secret-rows.ts";
import { makeLinkedSites } from "../routers/test-linked-sites.ts";
import { backUpKeyOf, openSecrets, sealSecrets } from "../set-up/script-secrets.ts";
import { readScript } from "../set-up/set-up-rows.ts";
import { boardFacts, choicesFor } from "../set-up/test-set-up-router.ts";
import { beginRotation, readRotation, rotationsForgotten } from "./rotation-rows.ts";
import { createRotationWorker, type RotationWorker } from "./rotation-worker.ts";

const real = realWorld();
const startMs = real.clock.wall().atMs;
let movedMs = 0;
const wall = () => ({ atMs: unixMs(startMs + movedMs), quality: "synced" as const });
const world: World = { ...real, clock: { ...real.clock, wall } };
const database = useDatabase("embedded", world);
const envelope = createEnvelope(world.random, [world.random.bytes(32)]);
const old = { enrolToken: "token", radiusSecret: "old radius secret", apiPassword: "old password" };

let providers = 0;
const running: RotationWorker[] = [];
afterEach(async () => {
  for (const worker of running.splice(0)) await worker.stop();
});

type Order = { rotationId: string; radiusSecret: string; apiPassword: string };
type Answer = (order: Order) => Promise<{ kind: string; why?: string }> | { kind: string; why?: string };

async function open(choices: object = choicesFor) {
  const providerId = `s${++providers}`;
  const processId = `process-${providerId}`;
  const [siteId = ""] = await makeLinkedSites(database.current(), { providerId, processId, count: 1 });
  const place = { providerId, siteId };
  const script = {
    serial: boardFacts.serial,
    facts: boardFacts,
    choices: choices as typeof choicesFor & { guestPorts: string[] },
  };
  await database.current().asProvider(providerId, (tx) =>
    tx
      .insertInto("site_scripts")
      .values({
        providerId,
        siteId,
        ...script,
        ...sealSecrets(envelope, place, old),
        madeAtMs: startMs,
      })
      .execute(),
  );
  const orders: Order[] = [];
  return {
    place,
    orders,
    read: async () => {
      const row = await database.current().asProvider(providerId, (tx) => readRotation(tx, siteId));
      return row;
    },
    secrets: () =>
      database.current().asProvider(providerId, async (tx) => {
        const kept = await readScript(tx, siteId);
        return kept === null ? null : openSecrets(envelope, place, kept);
      }),
    change: (statement: ReturnType<typeof sql>) => database.current().asPlatform("test", (tx) => statement.execute(tx)),
    ask: () =>
      database
        .current()
        .asProvider(providerId, (tx) =>
          beginRotation({ world, envelope }, tx, place, { cause: "asked", serial: boardFacts.serial }),
        ),
    worker(answer: Answer): RotationWorker {
      const callSite = (async (calledSiteId: string, method: unknown, order: Order) => {
        expect([calledSiteId, method]).toEqual([siteId, rotateSecrets]);
        expect(rotateSecrets.params.safeParse(order).success).toBe(true);
        orders.push(order);
        return await answer(order);
      }) as unknown as CallSite;
      const emit = createEmit(world);
      const sweeps = createSweeps(world, database.current());
      const parts = { world, envelope, database: database.current(), callSite, processId, emit, sweeps };
      const worker = createRotationWorker(parts);
      running.push(worker);
      return worker;
    },
  };
}

const done = () => ({ kind: "done" });
const silent = () => Promise.reject(new Fault("site/away", "the site is not connected", { retry: "later" }));
const refused = (hint: string) => () =>
  Promise.reject(new Fault("site/refused", "rotate-secrets: no", { retry: "never", hint }));

test("[RTR-10] [RTR-17] a change of secrets leaves the key of the router's back-ups alone: the router keeps its own, and what it makes is believed", async () => {
  const site = await open();
  const { providerId, siteId } = site.place;
  const backUpKey = () =>
    database.current().asProvider(providerId, (tx) => backUpKeyOf({ world, envelope }, tx, { providerId, siteId }));
  const before = await backUpKey();
  expect(before).not.toBe(null);
  await site.worker(done).look();
  expect((await site.read())?.doneAtMs).not.toBe(null);
  expect(await site.secrets()).toMatchObject({ enrolToken: old.enrolToken, backUpKey: before });
  expect(await backUpKey()).toBe(before);
});

test("[RTR-17] after the first link the secrets change by themselves, once; the scripts have the new ones, which lay sealed until then", async () => {
  const site = await open();
  let kept = "";
  const inScript: (string | undefined)[] = [];
  const worker = site.worker(async () => {
    const row = await site.read();
    kept = Buffer.concat([
      row?.radiusSecretSealed ?? Buffer.alloc(0),
      row?.apiPasswordSealed ?? Buffer.alloc(0),
    ]).toString("latin1");
    inScript.push((await site.secrets())?.radiusSecret);
    return done();
  });
  await worker.look();
  const [order] = site.orders;
  expect(await site.secrets()).toEqual({
    enrolToken: "token",
    radiusSecret: order?.radiusSecret,
    apiPassword: order?.apiPassword,
  });
  expect(order?.radiusSecret).toMatch(/^[0-9a-f]{36}$/);
  expect(order?.radiusSecret).not.toBe(order?.apiPassword);
  expect(kept).not.toContain(order?.radiusSecret);
  expect(await site.read()).toMatchObject({
    cause: "first-link",
    radiusSecretSealed: null,
    apiPasswordSealed: null,
    nextAtMs: null,
    problem: null,
  });
  await worker.look();
  expect(site.orders).toHaveLength(1);
  // A line was pasted once more: somebody may have seen these.
  await site.change(sql`update site_scripts set made_at_ms = ${startMs + 1} where site_id = ${site.place.siteId}`);
  movedMs += 60_000;
  await worker.look();
  expect(site.orders).toHaveLength(2);
  expect(inScript).toEqual([old.radiusSecret, order?.radiusSecret]);
});

test("not while a set-up is under way, not for a site whose link is elsewhere, not for a hosted one", async () => {
  const busy = await open();
  const worker = busy.worker(done);
  const setUp = { providerId: busy.place.providerId, siteId: busy.place.siteId };
  await busy.change(sql`insert into site_set_ups (provider_id, site_id, token_hash, token_expires_at_ms, begun_at_ms, resume_hash, claimed_at_ms)
    values (${setUp.providerId}, ${setUp.siteId}, ${setUp.siteId}, 1, 1, ${`r${setUp.siteId}`}, ${startMs + movedMs})`);
  await worker.look();
  expect(busy.orders).toEqual([]);
  await busy.change(sql`update site_set_ups set resume_hash = null where site_id = ${setUp.siteId}`);
  await worker.look();
  expect(busy.orders).toHaveLength(1);
  const away = await open();
  await away.change(sql`update site_links set process_id = 'another' where site_id = ${away.place.siteId}`);
  await away.worker(done).look();
  const hosted = await open({ ...choicesFor, place: "hosted" });
  await hosted.worker(done).look();
  expect([away.orders, hosted.orders]).toEqual([[], []]);
});

test("[RTR-17] a change that waits for its next try waits for a set-up too, whose key it would cut, and goes to no other router", async () => {
  const site = await open();
  const { providerId, siteId } = site.place;
  await site.worker(refused("router-api/busy")).look();
  await site.change(sql`insert into site_set_ups (provider_id, site_id, token_hash, token_expires_at_ms, begun_at_ms, resume_hash, claimed_at_ms)
    values (${providerId}, ${siteId}, ${siteId}, 1, 1, ${`r${siteId}`}, ${startMs + movedMs})`);
  movedMs += 120_000;
  const worker = site.worker(done);
  await worker.look();
  expect(site.orders).toHaveLength(1);
  await site.change(sql`update site_set_ups set resume_hash = null where site_id = ${siteId}`);
  await site.change(sql`update site_scripts set serial = 'ANOTHER' where site_id = ${siteId}`);
  await worker.look();
  expect(site.orders).toHaveLength(2);
  expect(site.orders[1]?.rotationId).not.toBe(site.orders[0]?.rotationId);
});

test("[RTR-17] an answer that is lost is asked for again with the same secrets, by another process too; until then the scripts keep the old ones", async () => {
  const site = await open();
  await site.worker(silent).look();
  expect(await site.read()).toMatchObject({ problem: "silent", tries: 1, doneAtMs: null });
  expect((await site.secrets())?.radiusSecret).toBe(old.radiusSecret);
  const again = site.worker(done);
  await again.look();
  expect(site.orders).toHaveLength(1); // not yet
  movedMs += 61_000;
  await again.look();
  expect(site.orders).toHaveLength(2);
  expect(site.orders[1]).toEqual(site.orders[0]);
  expect((await site.secrets())?.radiusSecret).toBe(site.orders[0]?.radiusSecret);
});

test("a change that was tried, or is held, while the clock was ahead waits for that date no more once the clock is set right", async () => {
  const [tried, held] = [await open(), await open()];
  movedMs += 3 * 3_600_000;
  await tried.worker(silent).look();
  await held.worker(silent).look();
  await held.change(
    sql`update site_secret_rotations set next_at_ms = 1, held_until_ms = ${startMs + movedMs + 120_000} where site_id = ${held.place.siteId}`,
  );
  movedMs -= 3 * 3_600_000;
  for (const site of [tried, held]) {
    await site.worker(done).look();
    expect(site.orders).toHaveLength(2);
    expect((await site.read())?.doneAtMs).not.toBe(null);
  }
});

test("a process that ended in the middle leaves it to the next one, after its time", async () => {
  const site = await open();
  await site.worker(silent).look();
  await site.change(
    sql`update site_secret_rotations set next_at_ms = 1, held_until_ms = ${startMs + movedMs + 120_000} where site_id = ${site.place.siteId}`,
  );
  const next = site.worker(done);
  await next.look();
  expect(site.orders).toHaveLength(1);
  movedMs += 121_000;
  await next.look();
  expect(site.orders).toHaveLength(2);
});

test.each<[string, Answer, string, number | null]>([
  ["a router without the script", () => ({ kind: "no-script" }), "no-script", null],
  ["an agent without the router's API", refused("router/no-api"), "no-api", null],
  ["an old agent", refused("link/unknown-method"), "old-agent", 24 * 3_600_000],
  ["a router that refuses", () => ({ kind: "refused", why: 'no <img src=x onerror="1">\u0000' }), "refused", 60_000],
  ["another refusal", refused("router-api/busy"), "refused", 60_000],
])(
  "%s: the next try waits, and a person's request tries at once with the same secrets",
  async (_, answer, problem, waitMs) => {
    const site = await open();
    await site.worker(answer).look();
    const row = await site.read();
    expect([row?.problem, row?.nextAtMs]).toEqual([problem, waitMs === null ? null : startMs + movedMs + waitMs]);
    expect(row?.why ?? "").not.toContain("\0");
    await site.ask();
    await site.worker(done).look();
    expect(site.orders).toHaveLength(2);
    expect(site.orders[1]).toEqual(site.orders[0]);
    expect((await site.read())?.doneAtMs).toBe(startMs + movedMs);
  },
);

test("[RTR-17] asked for: new secrets each time", async () => {
  const site = await open();
  const worker = site.worker(done);
  await worker.look();
  await site.ask();
  await worker.look();
  expect(site.orders).toHaveLength(2);
  expect(new Set(site.orders.flatMap((order) => [order.rotationId, order.radiusSecret, order.apiPassword])).size).toBe(
    6,
  );
  expect((await site.read())?.cause).toBe("asked");
});

test("another router has the site meanwhile: its secrets stay, and are changed on their own", async () => {
  const site = await open();
  const other = { enrolToken: "t2", radiusSecret: "other radius", apiPassword: "other password" };
  const sealed = sealSecrets(envelope, site.place, other);
  const worker = site.worker(async () => {
    if (site.orders.length === 1)
      await database.current().asProvider(site.place.providerId, (tx) =>
        tx
          .updateTable("site_scripts")
          .set({ ...sealed, serial: "ANOTHER" })
          .where("siteId", "=", site.place.siteId)
          .execute(),
      );
    return done();
  });
  await worker.look();
  expect(await site.secrets()).toEqual(other);
  await worker.look();
  expect(site.orders).toHaveLength(2);
  expect((await site.secrets())?.radiusSecret).toBe(site.orders[1]?.radiusSecret);
});

test("[BEY-29] after a restore every site's secrets are changed once more: the site may have newer ones than the back-up", async () => {
  const site = await open();
  const worker = site.worker(done);
  await worker.look();
  for (const statement of rotationsForgotten) await site.change(sql.raw(statement));
  await worker.look();
  expect(site.orders).toHaveLength(2);
});

test("[RTR-23] an agent that does not answer, is too old, or does not know the router, is asked again later, and at once with its next link; the secret stays", async () => {
  const site = await open({ ...choicesFor, place: "hosted" });
  const { providerId, siteId } = site.place;
  const asProvider = <Result>(work: (tx: Tx) => Promise<Result>) => database.current().asProvider(providerId, work);
  const roof = {
    name: "Roof",
    ownAddress: "192.168.88.2",
    agentSide: "192.168.88.1",
    routerosVersion: "7.22.1",
    pppoe: null,
    hotspot: { ports: ["ether3"], network: "10.6.0.0/22" },
  };
  const [kept] = await asProvider((tx) => keepFurtherRouters({ world, envelope }, tx, site.place, [roof]));
  const orders: object[] = [];
  let answer: () => Promise<{ kind: string }> = silent;
  const callSite = (async (_: string, method: unknown, order: object) => {
    expect([method, keepRouterSecret.params.safeParse(order).success]).toEqual([keepRouterSecret, true]);
    orders.push(order);
    return await answer();
  }) as unknown as CallSite;
  const parts = { world, envelope, database: database.current(), callSite, processId: `process-${providerId}` };
  const worker = createRotationWorker({
    ...parts,
    emit: createEmit(world),
    sweeps: createSweeps(world, database.current()),
  });
  running.push(worker);
  await asProvider((tx) => wantFurtherSecrets({ world }, tx, { siteId }));
  const answers = [
    [silent, "silent", 60_000],
    [async () => ({ kind: "unknown-router" }), "unknown-router", 120_000],
    [refused("link/unknown-method"), "old-agent", 86_400_000],
  ] as const;
  for (const [at, [how, problem, afterMs]] of answers.entries()) {
    answer = how;
    await worker.look();
    expect(orders, problem).toHaveLength(at + 1);
    const [router] = await asProvider((tx) => readFurtherRouters(envelope, tx, site.place));
    expect(router?.secret.problem).toBe(problem);
    movedMs += afterMs - 1000;
    await worker.look();
    expect(orders, problem).toHaveLength(at + 1);
    movedMs += 1001;
  }
  answer = async () => ({ kind: "kept" });
  await worker.look();
  movedMs += 86_400_000;
  await worker.look();
  expect(orders).toHaveLength(4);
  await site.change(sql`update site_links set connected_at_ms = ${startMs + movedMs} where site_id = ${siteId}`);
  movedMs += 1;
  await worker.look();
  expect(orders).toHaveLength(5);
  // Nobody has claimed the script: no other secret is made that no router could fetch.
  const same = { address: roof.ownAddress, current: kept?.radiusSecret, next: null };
  expect(orders).toEqual(Array.from({ length: 5 }, () => same));
});

import { createFaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld, type SimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { createAgent } from "../../start/agent.ts";
import { restore, snapshotOf } from "../../state/state-snapshot.ts";
import { createTestSite, foldOf, siteFileOf } from "../test-site.ts";
import { guessingLimits } from "./guessing-policy.ts";

const file = {
  plans: [{ name: "hour", validitySeconds: 3600, priceCents: 2000 }],
  vouchers: [{ code: "HOUR1", plan: "hour" }],
  sellers: [{ name: "Main Counter", pin: "4821" }],
};
const guesser = { mac: "AA:BB:CC:DD:EE:01", address: "10.5.50.10" };
const saleOf = (seller: string, pin: string, number = 1) => {
  return { saleId: number.toString(16).padStart(32, "0"), seller, pin, planKey: "file hour" };
};
const from = (number: number) => ({ mac: null, address: `10.5.50.${number}` });

function siteOf() {
  const world = createSimulatedWorld();
  world.setWall(Date.UTC(2026, 10, 20, 12), "synced");
  const site = createTestSite(world, { file });
  /** The same site after a power cut: from its journal, and from a snapshot. */
  const restarted = () =>
    [foldOf(site.log.records), restore(JSON.parse(JSON.stringify(snapshotOf(site.state)))) ?? site.state].map((state) =>
      createTestSite(world, { file, state }),
    );
  return { ...site, world, restarted };
}

test("[BEY-12] who is locked for guessing codes stays locked through a power cut, and the next lock is longer all the same", () => {
  const { guard, world, restarted, log } = siteOf();
  for (let wrong = 1; wrong < guessingLimits.wrongMax; wrong++) guard.wrongTry(guesser);
  expect(log.records, "single wrong tries cost no flash").toEqual([]);
  guard.wrongTry(guesser);
  expect(log.kinds().filter((kind) => kind === "guesser-locked")).toHaveLength(2);
  world.advance(60_000);
  for (const { guard: again } of restarted()) {
    expect(again.lockedForSeconds(guesser)).toBe(240);
    expect(again.lockedForSeconds({ mac: "AA:BB:CC:DD:EE:02", address: "10.5.50.11" })).toBe(0);
  }
  world.advance(240_000);
  for (const { guard: again } of restarted()) {
    expect(again.lockedForSeconds(guesser)).toBe(0);
    for (let wrong = 0; wrong < guessingLimits.wrongMax; wrong++) again.wrongTry(guesser);
    expect(again.lockedForSeconds(guesser)).toBe(600);
  }
});

test("[BEY-12] who is locked at a site without a date stays locked where it starts again with one", () => {
  const { guard, world, restarted } = siteOf();
  world.setWall(226_940, "unknown");
  for (let wrong = 0; wrong < guessingLimits.wrongMax; wrong++) guard.wrongTry(guesser);
  world.setWall(Date.UTC(2026, 10, 20, 12), "synced");
  for (const { guard: again } of restarted()) expect(again.lockedForSeconds(guesser)).toBe(300);
});

test("[BEY-19] a lock that was over when the site stopped is over where its clock was ahead and is right when it starts again", async () => {
  const { cash, guard, world, restarted } = siteOf();
  const nowMs = world.clock.wall().atMs;
  world.setWall(nowMs + 30 * 24 * 3_600_000, "synced");
  for (let wrong = 1; wrong <= 5; wrong++) await cash.sell(saleOf("Main Counter", "0000"), from(wrong));
  world.advance(20 * 60_000);
  for (let wrong = 0; wrong < guessingLimits.wrongMax; wrong++) guard.wrongTry(guesser);
  world.setWall(nowMs, "synced");
  for (const { cash: again, guard: guardAgain } of restarted()) {
    expect(await again.sell(saleOf("Main Counter", "4821"), from(50))).toMatchObject({ kind: "sold" });
    expect(guardAgain.lockedForSeconds(guesser)).toBe(300);
  }
});

test("[BEY-19] a seller who is locked for wrong PINs stays locked through a power cut, and so does a name that is none", async () => {
  const { cash, world, restarted, log, state } = siteOf();
  for (let wrong = 1; wrong <= 5; wrong++) {
    await cash.sell(saleOf("Main Counter", "0000"), from(wrong));
    await cash.sell(saleOf("Nobody", "0000"), from(100 + wrong));
  }
  expect(JSON.stringify(log.records.filter(({ kind }) => kind === "guesser-locked"))).not.toMatch(/nobody|counter/i);
  world.advance(300_000);
  for (const { cash: again } of restarted())
    for (const name of ["main counter", "nobody"])
      expect(await again.sell(saleOf(name, "4821"), from(50))).toMatchObject({
        reason: "locked",
        retryAfterSeconds: 600,
      });
  world.advance(600_000);
  expect(await cash.sell(saleOf("Main Counter", "4821"), from(60))).toMatchObject({ kind: "sold" });
  // The right PIN forgives, on disk too: the next slip is a first one again.
  expect([...state.locks.keys()].filter((who) => who.startsWith("pin."))).toHaveLength(1);
  expect([...foldOf(log.records).locks.keys()]).toEqual([...state.locks.keys()]);
});

test("[BEY-13] an attacker with endless devices writes a few locks an hour to flash, and is slowed all the same", () => {
  const { guard, log, state, world } = siteOf();
  for (let number = 0; number < 2000; number++) {
    const device = { mac: `02:00:00:00:${number}`, address: `10.6.${number >> 8}.${number & 255}` };
    while (guard.lockedForSeconds(device) === 0) guard.wrongTry(device);
    world.advance(100);
  }
  expect(log.kinds().filter((kind) => kind === "guesser-locked").length).toBeLessThanOrEqual(20);
  expect(state.locks.size).toBeLessThanOrEqual(20);
});

test("a clock that is set right makes no lock shorter or longer, and a wrong one none longer than the longest", () => {
  const { guard, world, restarted, state, recorder } = siteOf();
  for (let wrong = 0; wrong < guessingLimits.wrongMax; wrong++) guard.wrongTry(guesser);
  const hourMs = 3_600_000;
  world.setWall(world.clock.wall().atMs + hourMs, "synced");
  void recorder.record({ kind: "clock-corrected", boot: 0, stepMs: hourMs });
  for (const { guard: again } of restarted()) expect(again.lockedForSeconds(guesser)).toBe(300);
  world.setWall(Date.UTC(1970, 0, 1), "unknown");
  const [again] = [createTestSite(world, { file, state })];
  expect(again?.guard.lockedForSeconds(guesser)).toBeLessThanOrEqual(guessingLimits.lockMsMax / 1000);
});

/** Time goes on only while the agent waits for a disk that refuses, which is not for longer than `patienceSeconds`. */
const patienceSeconds = 3600;
async function patiently<T>(world: SimulatedWorld, work: Promise<T>): Promise<T> {
  let isDone = false;
  const done = (): void => {
    isDone = true;
  };
  work.then(done, done);
  for (let second = 0; !isDone; second++) {
    if (second > patienceSeconds) throw new Error("the agent waits for something that does not come");
    for (let turn = 0; turn < 20 && !isDone; turn++) await new Promise((resolve) => setImmediate(resolve));
    if (!isDone) world.advance(1000);
  }
  return await work;
}

test("[BEY-12] SAME-AGAIN: with the power cut at any operation of the disk, a seller who saw the lock is locked", async () => {
  const operationsMax = 200; // of five wrong tries: a few each
  for (let cutAt = 0; cutAt < operationsMax; cutAt++) {
    const world = createSimulatedWorld(cutAt + 1);
    world.setWall(Date.UTC(2026, 10, 20, 12), "synced");
    const folder = createFaultyFolder(world);
    const start = async () => {
      const udp = { bind: () => Promise.reject(new Error("no datagrams here")) };
      const options = {
        version: "1.0.0",
        radius: null,
        hub: null,
        siteFile: siteFileOf(file),
        interimFlushSeconds: 60,
      };
      const agent = createAgent(world, { folder, udp, dialHub: null }, options);
      await patiently(world, agent.start());
      return agent;
    };
    const sell = async (agent: Awaited<ReturnType<typeof start>>, pin: string, address: number) => {
      const outcome = await patiently(world, agent.cash.sell(saleOf("Main Counter", pin), from(address)));
      return outcome.kind === "refused" ? outcome.reason : outcome.kind;
    };
    const agent = await start();
    folder.cutPowerAt(folder.operations + cutAt);
    const cutBefore = folder.operations + cutAt;
    const reasons: string[] = [];
    for (let wrong = 1; wrong <= 5; wrong++) {
      const reason = await sell(agent, "0000", wrong);
      if (folder.operations <= cutBefore) reasons.push(reason); // once the power is gone nobody hears anything
    }
    folder.reboot();
    const again = await start();
    const after = await sell(again, "4821", 50);
    await patiently(world, again.stop());
    if (reasons.includes("locked")) {
      expect(after).toBe("locked");
      return expect(cutAt).toBeGreaterThan(1);
    }
    expect(["locked", "sold"]).toContain(after);
  }
  expect.fail("nobody ever saw a lock");
});

import { createFaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { createStickWatch } from "./stick-watch.ts";

const dayMs = 86_400_000;
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A site with a stick, whose syncs take so long. */
function siteWithStick() {
  const world = createSimulatedWorld();
  world.setWall(Date.UTC(2026, 10, 20, 12), "synced");
  const folder = createFaultyFolder(world);
  const alarms: unknown[] = [];
  return {
    alarms,
    folder,
    world,
    /** Runs for so many days, from a start of the agent to its end. */
    async run(days: number, { meanMs = 12, foundDamage = false } = {}) {
      const fromMs = world.clock.monotonicMs();
      const count = () => Math.floor((world.clock.monotonicMs() - fromMs) / 30_000);
      const watch = createStickWatch(world, {
        folder,
        syncs: () => ({ count: count(), totalMs: count() * meanMs, longestMs: meanMs }),
        bytesWritten: () => count() * 4096,
        foundDamage,
        raiseAlarm: (name, fields) => void alarms.push([name, fields]),
      });
      await watch.start();
      for (let quarters = 0; quarters < days * 4; quarters++) {
        world.advance(dayMs / 4);
        await turn();
      }
      watch.stop();
      return watch.forecast();
    },
  };
}

test("[BEY-13] a stick that becomes slow is told within days, across restarts, and again each week", async () => {
  const { run, alarms } = siteWithStick();
  await run(10);
  expect((await run(10)).health).toBe("ok");
  expect(alarms).toEqual([]);
  expect((await run(4, { meanMs: 90 })).health).toBe("wrong");
  expect(alarms).toEqual([["stick-wears", { weeks: 4, because: "slow" }]]);
  await run(7, { meanMs: 90 });
  expect(alarms).toHaveLength(2);
});

test("[BEY-13] who was told while the clock was years ahead is told again once it is right", async () => {
  const { run, alarms, world } = siteWithStick();
  await run(10);
  world.setWall(Date.UTC(2029, 0, 1), "estimated");
  await run(4, { meanMs: 90 });
  expect(alarms).toHaveLength(1);
  world.setWall(Date.UTC(2026, 11, 10), "synced");
  await run(1, { meanMs: 90 });
  expect(alarms).toHaveLength(2);
});

test("[BEY-12] damage for the second time is told at once, and a new stick begins with no history", async () => {
  const { run, alarms, folder } = siteWithStick();
  expect((await run(2, { foundDamage: true })).health).toBe("notice");
  expect(alarms).toEqual([]); // the damage itself is an alarm
  expect((await run(0, { foundDamage: true })).health).toBe("wrong");
  expect(alarms).toEqual([["stick-wears", { weeks: 1, because: "damage" }]]);
  await folder.replace("stick.json", new TextEncoder().encode("{broken"));
  expect((await run(1)).health).toBe("ok");
});

test("a disk that refuses stops nothing", async () => {
  const { run, folder } = siteWithStick();
  folder.readOnly(true);
  expect((await run(2)).health).toBe("ok");
});

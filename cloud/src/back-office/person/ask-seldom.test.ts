import { createSimulatedWorld, passTimeUntil } from "@karibu/lab/world/simulated-world";
import { sleep } from "@karibu/protocol/world";
import { expect, test } from "vitest";
import { askSeldom } from "./ask-seldom.ts";

test("[CUS-09] a page that reads itself again with each event asks the site once in five seconds, each grant by itself", async () => {
  const world = createSimulatedWorld();
  const asked: string[] = [];
  const ask = askSeldom(world, 5000, async (siteId, grantId) => asked.push(`${siteId} ${grantId}`));
  const pass = (ms: number) => passTimeUntil(world, sleep(world.clock, ms), 100);
  expect([await ask("s1", "g1"), await ask("s1", "g1"), await ask("s1", "g2")]).toEqual([1, 1, 2]);
  await pass(4000);
  expect(await ask("s1", "g1")).toBe(1);
  await pass(2000);
  expect(await ask("s1", "g1")).toBe(3);
  expect(asked).toEqual(["s1 g1", "s1 g2", "s1 g1"]);
});

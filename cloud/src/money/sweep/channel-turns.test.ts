import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { createShares, inTurns, within } from "./channel-turns.ts";

test("[PAY-04] channels are swept in rounds: a provider with many waits for one with few", () => {
  const rows = ["a1", "a2", "a3", "b1", "c1", "c2"].map((id) => ({ providerId: id[0] as string, id }));
  expect(inTurns(rows).map(({ id }) => id)).toEqual(["a1", "b1", "c1", "a2", "c2", "a3"]);
  expect(inTurns([])).toEqual([]);
});

test("[PAY-04] a provider gets half of the workers at most, and its share again when one is done", async () => {
  const shares = createShares();
  const gate = Promise.withResolvers<void>();
  const held = Array.from({ length: 4 }, () => shares.run("a", () => gate.promise));
  expect(await shares.run("a", async () => {})).toBe(false);
  expect(await shares.run("b", async () => {})).toBe(true);
  gate.resolve();
  await Promise.all(held);
  expect(await shares.run("a", async () => {})).toBe(true);
  const failing = () => Promise.reject(new Error("no"));
  for (let count = 0; count < 5; count++) await expect(shares.run("a", failing)).rejects.toThrow("no");
});

test("[PAY-04] a channel that never answers is told apart from what fails at it, and says for how long it was asked", async () => {
  const world = createSimulatedWorld();
  const slow = within(world.clock, 45_000, () => new Promise(() => {}));
  const told = expect(slow).rejects.toMatchObject({ code: "channel/slow", message: "no answer within 45 seconds" });
  world.advance(45_000);
  await told;
  await expect(within(world.clock, 45_000, () => Promise.reject(new Error("no keys")))).rejects.toThrow("no keys");
  await within(world.clock, 45_000, async () => {});
});

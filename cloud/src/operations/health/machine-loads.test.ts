import { unixMs } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import { anyEngine, realWorld, useDatabase } from "../../ground/db/test-databases.ts";
import { createMachineLoads } from "./machine-loads.ts";

const real = realWorld();
let atMs = 1_800_000_000_000;
const world = { ...real, clock: { ...real.clock, wall: () => ({ atMs: unixMs(atMs), quality: "synced" as const }) } };
const database = useDatabase(anyEngine, world);

test("[MSG-09] a busy machine's alarm is its own: an idle one that looks ends none, and who is silent has none", async () => {
  const busy: Record<string, number | null> = { one: 97, two: 12, three: null };
  const of = (machine: string) =>
    createMachineLoads(world, database.current(), { machine, busyPercent: () => busy[machine] ?? null });
  const troubled = async (by: string) => (await of(by).troubles()).map(({ machine }) => machine);
  await of("one").note();
  expect(await troubled("two")).toEqual(["one"]);
  expect(await troubled("three")).toEqual(["one"]);
  busy.two = 95;
  expect(await troubled("two")).toEqual(["one", "two"]);
  atMs += 119_000;
  await of("two").note();
  expect(await troubled("three")).toEqual(["one", "two"]);
  atMs += 1000;
  expect(await troubled("three"), "the first one has been silent for two minutes").toEqual(["two"]);
  busy.two = 50;
  expect(await troubled("two")).toEqual([]);
});

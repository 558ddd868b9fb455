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
    createMachineLoads(world, database.current(), {
      machine,
      busyPercent: () => busy[machine] ?? null,
      clockAheadMs: () => null,
    });
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

test("[MSG-09] a machine whose clock and the database's differ has an alarm of its own, which says by how much", async () => {
  atMs += 600_000;
  const ahead: Record<string, number | null> = { four: -2_700_000, five: 3000, six: 2000, seven: null };
  const of = (machine: string) =>
    createMachineLoads(world, database.current(), {
      machine,
      busyPercent: () => (machine === "four" ? 99 : null),
      clockAheadMs: () => ahead[machine] ?? null,
    });
  for (const machine of Object.keys(ahead)) await of(machine).note();
  const said = (await of("six").troubles()).map(({ part, severity, fields }) => ({ part, severity, ...fields }));
  expect(said).toEqual([
    { part: "clock", severity: "notice", machine: "five", aheadMs: 3000 },
    { part: "processor", severity: "notice", machine: "four", busyPercent: 99 },
    { part: "clock", severity: "wrong", machine: "four", aheadMs: -2_700_000 },
  ]);
});

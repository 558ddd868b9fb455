import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { createDoctor } from "./doctor.ts";
// What the doctor loads at its first look is there: simulated time does not wait for files.
import "./findings.ts";

test("[BEY-16] the operator hears once of each time that the board's memory runs out, within a quarter of an hour", async () => {
  const world = createSimulatedWorld();
  const board = { freeMemoryBytes: 400_000_000 };
  const alarms: unknown[] = [];
  const unread = { version: null, clockMs: null, radius: null, incoming: null, fastTrack: null, policies: null };
  const router = { inspect: async () => ({ ...unread, ...board }) };
  const doctor = createDoctor(world, {
    radius: () => ({ kind: "no-secret" }),
    coaPort: null,
    hubProblem: () => null,
    nameProblem: () => null,
    owed: () => [],
    folder: { replace: async () => {}, remove: async () => {} },
    damagedFiles: { refresh: async () => [], last: [], takeNews: () => [] },
    lostRecords: 0,
    torn: null,
    shared: () => null,
    isWritable: () => true,
    router: router as never,
    freeBytes: null,
    stick: () => ({ health: "ok", weeks: null, because: null }),
    ownAddresses: () => [],
    raiseAlarm: (name, fields) => void alarms.push([name, fields]),
  });
  const passMinutes = async (minutes: number) => {
    for (let minute = 0; minute < minutes; minute++) {
      world.advance(60_000);
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    }
  };
  doctor.start();
  await passMinutes(60);
  expect(alarms).toEqual([]);
  board.freeMemoryBytes = 12_000_000;
  await passMinutes(15);
  expect(alarms).toEqual([["board-memory-low", { freeBytes: 12_000_000 }]]);
  await passMinutes(120);
  expect(alarms).toHaveLength(1);
  board.freeMemoryBytes = 400_000_000;
  await passMinutes(30);
  board.freeMemoryBytes = 12_000_000;
  await passMinutes(30);
  expect(alarms).toHaveLength(2);
  doctor.stop();
});

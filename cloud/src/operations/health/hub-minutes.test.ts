import { unixMs } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import { anyEngine, realWorld, useDatabase } from "../../ground/db/test-databases.ts";
import { useHub } from "../../test-hub.ts";
import { createHubMinutes } from "./hub-minutes.ts";

const real = realWorld();
const minuteMs = 60_000;
let atMs = 30_000_000 * minuteMs;
let ring = () => {};
let delays: number[] = [];
const world = {
  ...real,
  clock: {
    ...real.clock,
    wall: () => ({ atMs: unixMs(atMs), quality: "synced" as const }),
    after: (delayMs: number, task: () => void) => {
      delays.push(delayMs);
      ring = task;
      return { cancel: () => (ring = () => {}) };
    },
  },
};
const database = useDatabase(anyEngine, world);
const jobs = {
  waiting: async () => [
    { name: "sms", count: 3, oldestMs: 0 },
    { name: "mail", count: 4, oldestMs: 0 },
  ],
};
const rows = () =>
  database
    .current()
    .asPlatform("test", (tx) => tx.selectFrom("hub_minutes").selectAll().orderBy("atMs").orderBy("machine").execute());

test("[SYS-07] each minute is one row of a machine: its processes add up, and callbacks are those of the minute", async () => {
  let callbacks = 100;
  const of = (machine: string, more: { busy?: number | null; links?: number } = {}) =>
    createHubMinutes(
      { world, database: database.current(), jobs },
      {
        machine,
        busyPercent: () => more.busy ?? null,
        memoryBytes: () => 200_000_000,
        callbacks: () => callbacks,
        links: () => more.links ?? 0,
      },
    );
  const [one, sibling, other] = [of("one", { busy: 20, links: 5 }), of("one", { busy: 21, links: 6 }), of("two")];
  callbacks += 12;
  await one.note();
  await sibling.note();
  await other.note();
  const minute = atMs - minuteMs;
  const same = { atMs: minute, jobsWaiting: 7 };
  expect(await rows()).toEqual([
    { machine: "one", ...same, busyPercent: 21, memoryBytes: 400_000_000, callbacks: 24, links: 11 },
    { machine: "two", ...same, busyPercent: null, memoryBytes: 200_000_000, callbacks: 12, links: 0 },
  ]);
  atMs += minuteMs;
  await one.note();
  expect((await rows()).at(-1), "none came since").toMatchObject({ atMs: minute + minuteMs, callbacks: 0 });
});

test("[SYS-07] it is written once a minute, just after the turn of it, also by a timer that is a millisecond early, and no more after the stop", async () => {
  const minute = atMs;
  atMs += 17_000;
  delays = [];
  const minutes = createHubMinutes(
    { world, database: database.current(), jobs },
    { machine: "timed", busyPercent: () => null, memoryBytes: () => 1, callbacks: () => 0, links: () => 0 },
  );
  minutes.start();
  expect(delays).toEqual([43_050]);
  atMs += 43_049;
  ring();
  await expect.poll(() => delays.length).toBe(2);
  expect(delays[1]).toBe(minuteMs + 1);
  minutes.stop();
  ring();
  expect(delays).toHaveLength(2);
  expect((await rows()).filter(({ machine }) => machine === "timed")).toMatchObject([{ atMs: minute }]);
});

const hub = useHub(anyEngine);

test("[SYS-07] a platform admin reads them by the hour, the day and the week; a point of a week stands for ten minutes", async () => {
  const token = await hub.adminToken();
  const nowMs = hub.world.clock.wall().atMs;
  const turnMs = Math.floor(nowMs / (10 * minuteMs)) * 10 * minuteMs;
  await hub.database().asPlatform("test", (tx) =>
    tx
      .insertInto("hub_minutes")
      .values(
        [1, 2, 3].map((before) => ({
          machine: "m",
          atMs: turnMs - before * minuteMs,
          busyPercent: 10 * before,
          memoryBytes: before,
          jobsWaiting: before,
          callbacks: before,
          links: before,
        })),
      )
      .execute(),
  );
  const read = async (span: string) =>
    (await hub.call("GET", `/api/v1/platform/health/minutes?span=${span}`, { token })).body.machines;
  expect((await read("hour"))[0].points).toHaveLength(3);
  expect((await read("day"))[0].points[0]).toMatchObject({
    atMs: turnMs - 3 * minuteMs,
    busyPercent: 30,
    callbacks: 3,
  });
  expect(await read("week")).toEqual([
    {
      machine: "m",
      points: [
        {
          ...{ atMs: turnMs - 10 * minuteMs, busyPercent: 30, memoryBytes: 3 },
          ...{ jobsWaiting: 3, callbacks: 6, links: 3 },
        },
      ],
    },
  ]);
  hub.moveClock(8 * 86_400_000);
  const later = await hub.adminToken();
  const answer = await hub.call("GET", "/api/v1/platform/health/minutes?span=week", { token: later });
  expect(answer.body.machines).toEqual([]);
  const provider = await hub.makeProvider("Minute");
  expect((await hub.call("GET", "/api/v1/platform/health/minutes", { token: provider.token })).status).toBe(403);
});

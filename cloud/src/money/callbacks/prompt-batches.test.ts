import type { Clock, World } from "@karibu/protocol/world";
import { expect, test } from "vitest";
import type { Database } from "../../ground/db/database.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import type { Channels } from "../channels/channels.ts";
import { createPromptIntake } from "./prompt-batches.ts";
import type { RawCallback } from "./raw-callback.ts";

const callback: RawCallback = { channelToken: "c", secret: "s", body: "{}", remoteAddress: null };

/** A database that is as slow as the test wants, and a clock that stands still until somebody waits by it. */
function setUp() {
  let nowMs = 0;
  let written = Promise.withResolvers<void>();
  const clock = {
    monotonicMs: () => nowMs,
    after(delayMs: number, then: () => void) {
      nowMs += delayMs;
      queueMicrotask(then);
      return { cancel() {} };
    },
  } as unknown as Clock;
  const database = {
    asPlatform: () => written.promise.then(() => ({ known: [true], told: { purchases: [], facts: [] } })),
  } as unknown as Database;
  const jobs = { wake() {} } as JobQueue;
  const parts = { world: { clock } as World, database, jobs, envelope: {} as Envelope, channels: {} as Channels };
  const intake = createPromptIntake(
    parts,
    () => Promise.reject(new Error("all of them are known")),
    () => {},
  );
  return {
    intake,
    now: () => nowMs,
    pass: (ms: number) => {
      nowMs += ms;
    },
    finishBatch() {
      written.resolve();
      written = Promise.withResolvers();
    },
  };
}

test("a booking goes on at once while no callback waits for long", async () => {
  const { intake, now, pass, finishBatch } = setUp();
  await intake.letCallbacksPass();
  const answer = intake.take(callback);
  pass(5);
  await intake.letCallbacksPass();
  expect(now()).toBe(5);
  finishBatch();
  expect(await answer).toMatchObject({ status: 200 });
});

test("a booking lets a callback pass that has waited for long, and goes on when it is kept", async () => {
  const { intake, now, pass, finishBatch } = setUp();
  const answer = intake.take(callback);
  pass(30);
  const passed = intake.letCallbacksPass();
  finishBatch();
  await answer;
  await passed;
  expect(now()).toBeLessThan(30 + 25);
});

test("a booking never waits longer than 25 ms: a database that is stuck with callbacks still books", async () => {
  const { intake, now, pass, finishBatch } = setUp();
  const answer = intake.take(callback);
  pass(30);
  await intake.letCallbacksPass();
  expect(now()).toBe(30 + 25);
  finishBatch();
  await answer;
});

test("callbacks that could not be kept together are taken one by one, and the log says why", async () => {
  const warned: unknown[] = [];
  const log = { warn: (event: string, fields: object) => void warned.push({ event, ...fields }) };
  const database = { asPlatform: () => Promise.reject(new Error("refused")) } as unknown as Database;
  const clock = { monotonicMs: () => 0, wall: () => ({ atMs: 0 }) };
  const world = { clock, log } as unknown as World;
  const parts = {
    world,
    database,
    jobs: { wake() {} } as JobQueue,
    envelope: {} as Envelope,
    channels: {} as Channels,
  };
  const alone = async () => ({ status: 200, body: {} }) as const;
  const intake = createPromptIntake(parts, alone, () => {});
  expect(await intake.take(callback)).toMatchObject({ status: 200 });
  expect(warned).toEqual([{ event: "callbacks-not-kept-together", callbacks: 1, error: "Error: refused" }]);
});

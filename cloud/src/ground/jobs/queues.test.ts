import { expect, test } from "vitest";
import { createHub } from "../../hub.ts";
import { realWorld, useDatabase } from "../db/test-databases.ts";
import { createOwnProcessReader } from "../foreign-files/own-process-reader.ts";
import { createEnvelope } from "../secrets/envelope.ts";
import type { JobQueue } from "./queue.ts";
import { limitsOf, queueNames, queuesWith } from "./queues.ts";

const world = realWorld();
const database = useDatabase("embedded", world);

test("[SYS-03] every job of a hub has a queue that people know, and docs/payments.md tells which queues carry any", async () => {
  const names: string[] = [];
  const nothing = async () => {};
  const jobs: JobQueue = {
    queues: queuesWith(new Map()),
    send: nothing,
    sendAll: nothing,
    wake() {},
    waiting: async () => [],
    start: nothing,
    stop: nothing,
    work: async (name) => void names.push(name),
  };
  const envelope = createEnvelope(world.random, [world.random.bytes(32)]);
  const http = () => Promise.reject(new Error("nobody is called"));
  const hub = await createHub(
    world,
    { database: database.current(), jobs, envelope, http, fileReader: createOwnProcessReader(), mail: nothing },
    { publicUrl: "http://hub.test", darajaBaseUrl: null, admin: null, masterKeyFrom: "setting", consoleFolder: null },
  );
  await hub.start();
  await hub.stop();
  const used = new Set(names.map((name) => name.split(".")[0]));
  expect([...used].filter((name) => name === undefined || !queueNames.includes(name))).toEqual([]);
  expect(queueNames.filter((name) => used.has(name))).toEqual([
    "provisioning",
    "reconnection",
    "payments",
    "sms",
    "sessions",
    "subscriptions",
    "notices",
  ]);
});

test("[SYS-03] the time and the tries of each queue are stated, and a queue can have others", () => {
  const stated = (changed: Parameters<typeof queuesWith>[0]) =>
    Object.fromEntries(queuesWith(changed).map(({ name, timeoutSeconds, tries }) => [name, [timeoutSeconds, tries]]));
  expect(stated(new Map())).toMatchObject({
    provisioning: [90, 3],
    reconnection: [60, 3],
    payments: [60, 3],
    sms: [30, 3],
    "router-setup": [120, 2],
    "router-watch": [120, 2],
    dashboard: [30, 1],
  });
  const changed = stated(new Map([["payments", { timeoutSeconds: 90, tries: 5 }]]));
  expect(changed.payments).toEqual([90, 5]);
  expect(changed.sms).toEqual([30, 3]);
  const usual = queuesWith(new Map());
  expect(limitsOf(usual, "payments.absorb")).toMatchObject({ timeoutSeconds: 60, tries: 3 });
  expect(limitsOf(usual, "payments.pull"), "a whole list").toMatchObject({ timeoutSeconds: 300, tries: 3 });
  for (const job of ["payments.ask", "payments.ask-now", "payments.ask-next", "payments.ask-page"])
    expect(limitsOf(usual, job), "no other one follows").toMatchObject({ timeoutSeconds: 60, tries: 10 });
  expect(limitsOf(usual, "of-no-queue.x").name).toBe("maintenance");
});

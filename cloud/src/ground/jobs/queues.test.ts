import { expect, test } from "vitest";
import { createHub } from "../../hub.ts";
import { realWorld, useDatabase } from "../db/test-databases.ts";
import { createEnvelope } from "../secrets/envelope.ts";
import type { JobQueue } from "./queue.ts";
import { queues } from "./queues.ts";

const world = realWorld();
const database = useDatabase("embedded", world);

test("[SYS-03] every job of a hub has a queue that people know, and docs/payments.md tells which queues carry any", async () => {
  const names: string[] = [];
  const nothing = async () => {};
  const jobs: JobQueue = {
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
    { database: database.current(), jobs, envelope, http, mail: nothing },
    { publicUrl: "http://hub.test", darajaBaseUrl: null, admin: null, masterKeyFrom: "setting", consoleFolder: null },
  );
  await hub.start();
  await hub.stop();
  const used = new Set(names.map((name) => name.split(".")[0]));
  const known = queues.map((queue) => queue.name);
  expect([...used].filter((name) => name === undefined || !known.includes(name))).toEqual([]);
  expect(known.filter((name) => used.has(name))).toEqual([
    "provisioning",
    "reconnection",
    "payments",
    "sms",
    "subscriptions",
    "notices",
  ]);
});

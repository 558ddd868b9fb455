/** With the queue of production: a gateway that takes its time keeps no other provider's messages from their customers. */
import { longTest } from "@karibu/protocol/test-long-run";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { engineSuite, useDatabase } from "../ground/db/test-databases.ts";
import type { HttpCall } from "../ground/http-client/http-call.ts";
import { startManyMessages } from "./test-many-messages.ts";

const patience = { timeout: 30_000 };

engineSuite("text messages with a slow gateway", (engine) => {
  const database = useDatabase(engine);
  const closing: (() => unknown)[] = [];
  afterAll(async () => {
    for (const close of closing) await close();
  }, 30_000);

  const prompt: string[] = [];
  const held: (() => void)[] = [];
  let isSlow = true;
  const http: HttpCall = ({ url }) => {
    const answer = { status: 200, body: JSON.stringify({ responses: [{ "respose-code": 200, messageid: 1 }] }) };
    if (url.includes("slow.example") && isSlow) return new Promise((resolve) => held.push(() => resolve(answer)));
    prompt.push(url);
    return Promise.resolve(answer);
  };

  async function start() {
    const messages = await startManyMessages(database.current(), http);
    closing.push(() => messages.jobs.stop());
    return messages;
  }
  let started: ReturnType<typeof start>;
  beforeAll(async () => {
    started = start();
    await started;
  });

  test("[MSG-10] a provider whose gateway does not answer holds no worker that another provider needs, and nothing of it is lost", async () => {
    const { jobs, write, states } = await started;
    await write("slow", 6, "receipt");
    await write("slow", 6, "service");
    jobs.wake();
    await vi.waitFor(() => expect(held).toHaveLength(6), patience);
    await write("prompt", 3, "receipt");
    jobs.wake();
    await vi.waitFor(() => expect(prompt).toHaveLength(3), patience);
    // Nothing of the slow one is lost: it comes when its turn has come.
    isSlow = false;
    for (const answer of held) answer();
    const waiting = async () => (await states("slow")).filter((each) => !each.endsWith("accepted"));
    await vi.waitFor(async () => expect(await waiting()).toEqual([]), patience);
  });

  longTest("[MSG-10] a message to a large group leaves a part of the day's quota for receipts and codes", async () => {
    const { jobs, write, states, limitDay } = await started;
    await write("full", 0, "receipt");
    await limitDay("full", 8);
    await write("full", 9, "service");
    jobs.wake();
    const many = [...Array(6).fill("service accepted"), ...Array(3).fill("service failed")];
    await vi.waitFor(async () => expect(await states("full")).toEqual(many), patience);
    await write("full", 2, "receipt");
    jobs.wake();
    const both = ["receipt accepted", "receipt accepted", ...many];
    await vi.waitFor(async () => expect(await states("full")).toEqual(both), patience);
  });
});

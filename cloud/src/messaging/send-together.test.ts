/** With the queue of production: receipts and codes of many providers share their transactions, and what is odd about one of them is its own matter. */
import { sql } from "kysely";
import { afterEach, expect, test, vi } from "vitest";
import type { OpenDatabase } from "../ground/db/open-database.ts";
import { engineSuite, useDatabase } from "../ground/db/test-databases.ts";
import type { HttpCall } from "../ground/http-client/http-call.ts";
import { partPriceMillicents, startManyMessages } from "./test-many-messages.ts";

const patience = { timeout: 30_000, interval: 20 };

engineSuite("text messages that wait together", (engine) => {
  const database = useDatabase(engine);
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  }, 30_000);

  /** Its messages wait until it is opened. @param failing reasons of transactions of the platform that fail, once each */
  async function start(failing: string[] = []) {
    const asked: string[] = [];
    const transactions: string[] = [];
    const gate = Promise.withResolvers<void>();
    const http: HttpCall = async ({ url }) => {
      asked.push(new URL(url).hostname);
      const answer = { "respose-code": 200, messageid: asked.length };
      return { status: 200, body: JSON.stringify({ responses: [answer] }) };
    };
    const real = database.current();
    const counted: OpenDatabase = {
      ...real,
      asPlatform(reason, work, options) {
        transactions.push(reason);
        const place = failing.indexOf(reason);
        if (place === -1) return real.asPlatform(reason, work, options);
        failing.splice(place, 1);
        return Promise.reject(new Error(`no ${reason}`));
      },
      asProvider(providerId, work, options) {
        transactions.push(`as ${providerId}`);
        return real.asProvider(providerId, work, options);
      },
    };
    const messages = await startManyMessages(counted, http, () => gate.promise);
    closing.push(() => messages.jobs.stop());
    const open = async () => {
      messages.jobs.wake();
      // As many as the queue's workers take at a time.
      await vi.waitFor(() => expect(transactions.filter((each) => each === "empty-outbox")).not.toEqual([]), patience);
      transactions.length = 0;
      gate.resolve();
    };
    const become = (providerId: string, states: readonly string[]) =>
      vi.waitFor(async () => expect(await messages.states(providerId)).toEqual(states), patience);
    const costOf = async (providerId: string) => {
      const { rows } = await real.asPlatform("test", (tx) =>
        sql<{
          cost: number;
        }>`select cost_millicents::float8 as cost from message_months where provider_id = ${providerId}`.execute(tx),
      );
      return rows.map(({ cost }) => cost);
    };
    return { ...messages, asked, transactions, open, become, costOf };
  }

  test("[MSG-02] [PAY-02] each is sent once, and forty of twenty providers take a few transactions", async () => {
    const { write, asked, transactions, open, become, costOf } = await start();
    const providers = Array.from({ length: 20 }, (_, at) => `town-${String(at).padStart(2, "0")}`);
    for (const providerId of providers) await write(providerId, 2, "receipt");
    await open();
    for (const providerId of providers) await become(providerId, ["receipt accepted", "receipt accepted"]);
    expect(asked.toSorted()).toEqual(providers.flatMap((each) => [`${each}.example`, `${each}.example`]));
    for (const providerId of providers) expect(await costOf(providerId)).toEqual([2 * partPriceMillicents]);
    const ofMessages = transactions.filter((each) => each === "send-messages" || each === "messages-sent");
    expect(ofMessages.length).toBeLessThanOrEqual(20);
  });

  test("[MSG-10] whose day has no room for all of theirs, who uses WhatsApp, and what somebody holds go by themselves; the others do not wait", async () => {
    const { write, limitDay, asked, open, become } = await start();
    const real = database.current();
    await write("odd-full", 3, "receipt");
    await limitDay("odd-full", 2);
    await write("odd-whatsapp", 1, "receipt");
    await write("odd-held", 1, "receipt");
    await write("odd-none", 1, "receipt");
    await write("usual", 3, "receipt");
    await real.asPlatform("test", async (tx) => {
      await sql`insert into message_senders select provider_id, sender_id || 'w', 'whatsapp', name, keys_sealed, hook_token_hash || 'w', true, 0, 0
          from message_senders where provider_id = 'odd-whatsapp'`.execute(tx);
      await sql`update message_senders set active = false where provider_id = 'odd-none'`.execute(tx);
    });
    const release = Promise.withResolvers<void>();
    const holding = real.asPlatform("test", async (tx) => {
      await sql`select from messages where provider_id = 'odd-held' for update`.execute(tx);
      await open();
      await release.promise;
    });
    await become("usual", ["receipt accepted", "receipt accepted", "receipt accepted"]);
    await become("odd-full", ["receipt accepted", "receipt accepted", "receipt failed"]);
    await become("odd-whatsapp", ["receipt accepted"]);
    await become("odd-none", ["receipt failed"]);
    expect(asked).not.toContain("odd-held.example");
    release.resolve();
    await holding;
    await become("odd-held", ["receipt accepted"]);
    expect(asked.filter((each) => each === "odd-held.example")).toHaveLength(1);
  });

  test("[MSG-10] a batch that can't be written is written one by one: no message is asked for twice, and none costs twice", async () => {
    const { write, asked, open, become, costOf } = await start(["send-messages", "messages-sent"]);
    await write("again-1", 2, "receipt");
    await write("again-2", 1, "receipt");
    await open();
    await become("again-1", ["receipt accepted", "receipt accepted"]);
    await become("again-2", ["receipt accepted"]);
    await write("again-2", 1, "receipt", 1);
    await become("again-2", ["receipt accepted", "receipt accepted"]);
    expect(asked).toHaveLength(4);
    expect(await costOf("again-1")).toEqual([2 * partPriceMillicents]);
    expect(await costOf("again-2")).toEqual([2 * partPriceMillicents]);
  });
});

/** With the queue of production: a gateway that takes its time keeps no other provider's messages from their customers. */
import { longTest } from "@karibu/protocol/test-long-run";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createParties } from "../ground/amounts/parties.ts";
import { createGround } from "../ground/create-ground.ts";
import { isAbsent, oneEngine, realWorld, useDatabase } from "../ground/db/test-databases.ts";
import type { HttpCall } from "../ground/http-client/http-call.ts";
import { createPgBossQueue } from "../ground/jobs/pg-boss-queue.ts";
import { createEnvelope } from "../ground/secrets/envelope.ts";
import { createMessaging } from "./create-messaging.ts";
import { createSenders } from "./senders.ts";

const patience = { timeout: 30_000 };

describe.each(oneEngine)("text messages on %s", (engine) => {
  describe.skipIf(isAbsent(engine))("with a slow gateway", () => {
    const world = realWorld();
    const database = useDatabase(engine, world);
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
      const jobs = createPgBossQueue(world, database.current());
      const ground = createGround(
        world,
        {
          ...{ database: database.current(), jobs, http },
          envelope: createEnvelope(world.random, [world.random.bytes(32)]),
          fileReader: { read: async () => ({ kind: "not-started" }), stop: async () => {} },
        },
        {
          parties: createParties(world.random.bytes(32)),
          publicUrl: "https://hub.test",
          modules: { names: [], withoutPermissions: new Set() },
        },
      );
      const messaging = createMessaging(ground, {});
      const senders = createSenders(ground, {});
      await messaging.registerJobs?.();
      await jobs.start();
      closing.push(() => jobs.stop());
      /** In quiet hours that there are none of. */
      const write = (providerId: string, count: number, kind: "receipt" | "service") =>
        database.current().asPlatform("test", async (tx) => {
          await sql`insert into providers (provider_id, name, state, currency, locale, utc_offset_minutes, bridge_seconds,
            bridge_data_bytes, created_at_ms, updated_at_ms)
            values (${providerId}, ${providerId}, 'active', 'KES', 'en', 180, 0, 0, 0, 0) on conflict do nothing`.execute(
            tx,
          );
          await sql`insert into message_rules values (${providerId}, 0, 0, 0, 1440, '', 0, null, '[]', 0, false, false, false, null)
            on conflict do nothing`.execute(tx);
          const keys = { kind: "advanta", name: "A", apiKey: "k", partnerId: "1", shortcode: "KARIBU" } as const;
          if ((await senders.newestActive(tx, providerId, "sms")) === null)
            await senders.create(tx, providerId, { ...keys, baseUrl: `https://${providerId}.example` });
          for (let at = 0; at < count; at++) {
            const phone = `2547${String(10_000_000 + at)}`;
            const of = { event: `${kind}/${at}`, template: "free", text: "Hello", class: kind };
            await messaging.send(tx, { providerId, phone, ...of });
          }
        });
      return { jobs, write };
    }
    let started: ReturnType<typeof start>;
    beforeAll(async () => {
      started = start();
      await started;
    });

    const states = (providerId: string) =>
      database.current().asProvider(providerId, async (tx) => {
        const rows = await tx
          .selectFrom("messages")
          .select(["state", "class"])
          .where("provider_id", "=", providerId)
          .execute();
        return rows.map((row) => `${row.class} ${row.state}`).sort();
      });

    test("[MSG-10] a provider whose gateway does not answer holds no worker that another provider needs, and nothing of it is lost", async () => {
      const { jobs, write } = await started;
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

    longTest(
      "[MSG-10] a message to a large group leaves a part of the day's quota for receipts and codes",
      async () => {
        const { jobs, write } = await started;
        await write("full", 0, "receipt");
        await database
          .current()
          .asPlatform("test", (tx) =>
            tx
              .insertInto("provider_quotas")
              .values({ provider_id: "full", kind: "messages", limit_value: 8, changed_at_ms: 0 })
              .execute(),
          );
        await write("full", 9, "service");
        jobs.wake();
        const many = [...Array(6).fill("service accepted"), ...Array(3).fill("service failed")];
        await vi.waitFor(async () => expect(await states("full")).toEqual(many), patience);
        await write("full", 2, "receipt");
        jobs.wake();
        const both = ["receipt accepted", "receipt accepted", ...many];
        await vi.waitFor(async () => expect(await states("full")).toEqual(both), patience);
      },
    );
  });
});

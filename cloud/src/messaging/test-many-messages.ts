/** For tests: messages of many providers, sent by the queue of production. */
import { sql } from "kysely";
import { createParties } from "../ground/amounts/parties.ts";
import { createGround } from "../ground/create-ground.ts";
import type { OpenDatabase } from "../ground/db/open-database.ts";
import { realWorld } from "../ground/db/test-databases.ts";
import type { HttpCall } from "../ground/http-client/http-call.ts";
import { createPgBossQueue } from "../ground/jobs/pg-boss-queue.ts";
import { createEnvelope } from "../ground/secrets/envelope.ts";
import { createMessaging } from "./create-messaging.ts";
import { createSenders } from "./senders.ts";
import type { MessageClass } from "./texts/template-list.ts";

/** Of one text message. */
export const partPriceMillicents = 800;

/** @param database that messaging works with @param letPass what it waits for */
export async function startManyMessages(database: OpenDatabase, http: HttpCall, letPass?: () => Promise<void>) {
  const world = realWorld();
  const jobs = createPgBossQueue(world, database);
  const ground = createGround(
    world,
    {
      ...{ database, jobs, http },
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
  if (letPass !== undefined) messaging.letPass(letPass);
  await messaging.registerJobs?.();
  await jobs.start();
  /** In quiet hours that there are none of. */
  const write = (providerId: string, count: number, kind: MessageClass, from = 0) =>
    database.asPlatform("test", async (tx) => {
      await sql`insert into providers (provider_id, name, state, currency, locale, utc_offset_minutes, bridge_seconds,
        bridge_data_bytes, created_at_ms, updated_at_ms)
        values (${providerId}, ${providerId}, 'active', 'KES', 'en', 180, 0, 0, 0, 0) on conflict do nothing`.execute(
        tx,
      );
      await sql`insert into message_rules values (${providerId}, 0, 0, 0, 1440, '', ${partPriceMillicents}, null, '[]', 0, false, false, false, null)
        on conflict do nothing`.execute(tx);
      const keys = { kind: "advanta", name: "A", apiKey: "k", partnerId: "1", shortcode: "KARIBU" } as const;
      if ((await senders.newestActive(tx, providerId, "sms")) === null)
        await senders.create(tx, providerId, { ...keys, baseUrl: `https://${providerId}.example` });
      for (let at = from; at < from + count; at++) {
        const phone = `2547${String(10_000_000 + at)}`;
        const of = { event: `${kind}/${at}`, template: "free", text: "Hello", class: kind };
        await messaging.send(tx, { providerId, phone, ...of });
      }
    });
  /** `receipt accepted`, of each message. */
  const states = (providerId: string) =>
    database.asProvider(providerId, async (tx) => {
      const rows = await tx
        .selectFrom("messages")
        .select(["state", "class"])
        .where("providerId", "=", providerId)
        .execute();
      return rows.map((row) => `${row.class} ${row.state}`).sort();
    });
  const limitDay = (providerId: string, limit: number) =>
    database.asPlatform("test", (tx) =>
      tx
        .insertInto("provider_quotas")
        .values({ providerId, kind: "messages", limitValue: limit, changedAtMs: 0 })
        .execute(),
    );
  return { jobs, write, states, limitDay };
}

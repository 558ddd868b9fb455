/** Letters and the queue that sends them, with a mail server that the test holds up. */
import { sql } from "kysely";
import { afterEach, expect, test, vi } from "vitest";
import { anyEngine, realWorld, useDatabase } from "../db/test-databases.ts";
import { createInProcessQueue } from "../jobs/in-process.ts";
import { createPgBossQueue } from "../jobs/pg-boss-queue.ts";
import type { JobQueue } from "../jobs/queue.ts";
import { createEnvelope } from "../secrets/envelope.ts";
import type { Mail } from "./mail.ts";
import { createMailer } from "./mailer.ts";

const world = realWorld();
const database = useDatabase(anyEngine);
let queue: JobQueue | null = null;
afterEach(async () => {
  await queue?.stop();
});

/** A provider's mailer. `answer` lets the server end the oldest letter that it holds. */
async function openMailer(providerId: string, newQueue: typeof createPgBossQueue = createInProcessQueue) {
  const held: ((error?: Error) => void)[] = [];
  const left: Mail[] = [];
  const send = (mail: Mail) => {
    left.push(mail);
    return new Promise<void>((resolve, reject) =>
      held.push((error) => (error === undefined ? resolve() : reject(error))),
    );
  };
  const jobs = newQueue(world, database.current());
  queue = jobs;
  const run = { begun: 0, ended: 0 };
  const counted: JobQueue = {
    ...jobs,
    work: (name, handle) =>
      jobs.work(name, async (...given) => {
        run.begun++;
        await handle(...given).finally(() => run.ended++);
      }),
  };
  const envelope = createEnvelope(world.random, [world.random.bytes(32)]);
  const mailer = createMailer({ world, database: database.current(), envelope, jobs: counted }, send);
  await mailer.registerJobs();
  await jobs.start();
  const inProvider = <T>(work: Parameters<ReturnType<typeof database.current>["asProvider"]>[1]) =>
    database.current().asProvider(providerId, work) as Promise<T>;
  await database.current().asPlatform("test", (tx) =>
    sql`insert into providers (provider_id, name, state, currency, locale, utc_offset_minutes, bridge_seconds, bridge_data_bytes, created_at_ms, updated_at_ms)
      values (${providerId}, ${providerId}, 'active', 'KES', 'en', 180, 0, 0, 1, 1)`.execute(tx),
  );
  const write = () =>
    inProvider<string>((tx) => mailer.write(tx, providerId, { to: "a@b.test", subject: "Hello", text: "Hello" }));
  const sendAgain = (mailId: string) => inProvider((tx) => mailer.resend(tx, providerId, mailId));
  const row = (mailId: string) =>
    inProvider<{ state: string; tries: number }>((tx) =>
      tx.selectFrom("mail_outbox").select(["state", "tries"]).where("mailId", "=", mailId).executeTakeFirstOrThrow(),
    );
  const answer = (error?: Error) => held.shift()?.(error);
  return { left, write, sendAgain, row, run, answer };
}

const eventually = (check: () => unknown) => vi.waitFor(check, { timeout: 20_000, interval: 20 });

test.skipIf(anyEngine === "embedded")(
  "a letter that a person has sent again while it leaves, leaves once, also where the queue runs both at once",
  async () => {
    const { left, write, sendAgain, row, run, answer } = await openMailer("once", createPgBossQueue);
    const mailId = await write();
    await eventually(() => expect(left).toHaveLength(1));
    await sendAgain(mailId);
    await eventually(() => expect(run).toEqual({ begun: 2, ended: 0 }));
    expect(left).toHaveLength(1);
    answer();
    await eventually(() => expect(run.ended).toBe(2));
    expect(left).toHaveLength(1);
    expect(await row(mailId)).toEqual({ state: "sent", tries: 1 });
  },
);

test("the failure of a try that was under way then takes none of the new tries", async () => {
  const { left, write, sendAgain, row, answer } = await openMailer("anew");
  const mailId = await write();
  await database
    .current()
    .asProvider("anew", (tx) => tx.updateTable("mail_outbox").set({ tries: 7 }).where("mailId", "=", mailId).execute());
  await eventually(() => expect(left).toHaveLength(1));
  await sendAgain(mailId);
  answer(new Error("it went away"));
  await eventually(() => expect(left).toHaveLength(2));
  expect(await row(mailId)).toEqual({ state: "waiting", tries: 0 });
  answer();
  await eventually(async () => expect(await row(mailId)).toEqual({ state: "sent", tries: 1 }));
});

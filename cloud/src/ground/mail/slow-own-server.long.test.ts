/** With the queue of production: a provider's own mail server that takes its time keeps no other provider's letters. */
import { expect, onTestFinished, test, vi } from "vitest";
import { engineSuite, realWorld, useDatabase } from "../db/test-databases.ts";
import { insertProvider } from "../db/test-rows.ts";
import { createPgBossQueue } from "../jobs/pg-boss-queue.ts";
import { createEnvelope } from "../secrets/envelope.ts";
import { createMailer } from "./mailer.ts";
import { mailServerContext, type OpenOwnServer } from "./own-server.ts";

const patience = { timeout: 30_000 };

engineSuite("letters by a slow server of a provider's own", (engine) => {
  const world = realWorld();
  const database = useDatabase(engine, world);

  test("[TEN-10] a provider whose own server does not answer holds no worker that another provider's letters need", async () => {
    const held: (() => void)[] = [];
    const prompt: string[] = [];
    let isSlow = true;
    const openOwn: OpenOwnServer =
      ({ host }) =>
      ({ to }) => {
        if (host === "slow.example" && isSlow) return new Promise((resolve) => held.push(resolve));
        prompt.push(to);
        return Promise.resolve();
      };
    const envelope = createEnvelope(world.random, [world.random.bytes(32)]);
    const jobs = createPgBossQueue(world, database.current());
    const mailer = createMailer({ world, database: database.current(), envelope, jobs }, null, openOwn);
    await mailer.registerJobs();
    await jobs.start();
    onTestFinished(() => jobs.stop());
    const write = (providerId: string, letters: number) =>
      database.current().asPlatform("test", async (tx) => {
        await insertProvider(tx, providerId);
        const passwordSealed = envelope.seal(Buffer.from("secret"), mailServerContext(providerId));
        const server = { host: `${providerId}.example`, port: 587, login: "l", fromAddress: "a@b.example" } as const;
        await tx
          .insertInto("mail_servers")
          .values({ providerId, ...server, passwordSealed, changedAtMs: 0 })
          .execute();
        for (let at = 0; at < letters; at++) {
          const mail = {
            to: `${at}@${providerId}.example`,
            subject: "Hello",
            text: "Hello",
            fromProvider: true as const,
          };
          await mailer.write(tx, providerId, mail, "customer");
        }
      });
    await write("slow", 4);
    jobs.wake();
    await vi.waitFor(() => expect(held).toHaveLength(1), patience);
    await write("prompt", 2);
    jobs.wake();
    await vi.waitFor(() => expect(prompt).toHaveLength(2), patience);
    expect(held, "of one provider one is under way").toHaveLength(1);
    isSlow = false;
    for (const answer of held) answer();
    await vi.waitFor(() => expect(prompt).toHaveLength(5), patience);
  });
});

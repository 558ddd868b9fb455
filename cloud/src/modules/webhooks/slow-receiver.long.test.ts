/** With the queue of production: an address that takes its time keeps no other provider's deliveries from theirs. */
import { expect, onTestFinished, test, vi } from "vitest";
import { engineSuite, realWorld, useDatabase } from "../../ground/db/test-databases.ts";
import { insertProvider } from "../../ground/db/test-rows.ts";
import type { HttpRequest } from "../../ground/http-client/http-call.ts";
import { createPgBossQueue } from "../../ground/jobs/pg-boss-queue.ts";
import { createEnvelope } from "../../ground/secrets/envelope.ts";
import { createWebhooks } from "./webhooks.ts";

const patience = { timeout: 30_000 };

engineSuite("webhooks with a slow receiver", (engine) => {
  const world = realWorld();
  const database = useDatabase(engine, world);

  test("[SYS-01] a provider whose addresses answer after ten seconds holds no worker that another provider needs", async () => {
    const held: { readonly url: string; answer(): void }[] = [];
    const prompt: HttpRequest[] = [];
    let isSlow = true;
    const jobs = createPgBossQueue(world, database.current());
    const webhooks = createWebhooks({
      world,
      database: database.current(),
      envelope: createEnvelope(world.random, [world.random.bytes(32)]),
      jobs,
      http: (request) => {
        const answer = { status: 200, body: "" };
        if (!request.url.includes("slow.example") || !isSlow) {
          prompt.push(request);
          return Promise.resolve(answer);
        }
        return new Promise((resolve) => held.push({ url: request.url, answer: () => resolve(answer) }));
      },
    });
    await webhooks.registerJobs();
    await jobs.start();
    onTestFinished(() => jobs.stop());
    const write = (providerId: string, urls: readonly string[], each: number) =>
      database.current().asPlatform("test", async (tx) => {
        await insertProvider(tx, providerId);
        for (const url of urls) {
          const { row } = await webhooks.create(tx, providerId, { name: url, url });
          for (let count = 0; count < each; count++)
            await webhooks.post(tx, providerId, row.webhookId, { event: "customer.made", data: {} });
        }
      });
    await write("slow", ["https://slow.example/1", "https://slow.example/2", "https://slow.example/3"], 2);
    jobs.wake();
    await vi.waitFor(() => expect(held).toHaveLength(1), patience);
    await write("prompt", ["https://prompt.example/"], 3);
    jobs.wake();
    await vi.waitFor(() => expect(prompt).toHaveLength(3), patience);
    expect(held, "of one provider one is under way").toHaveLength(1);
    // Nothing of the slow one is lost: it comes when its turn has come.
    isSlow = false;
    for (const { answer } of held) answer();
    await vi.waitFor(() => expect(prompt).toHaveLength(8), patience);
  });
});

/** Who waits behind whom, where facts of several providers come faster than they are judged. */
import { expect, test, vi } from "vitest";
import type { Database, Tx } from "../../ground/db/database.ts";
import { realWorld } from "../../ground/db/test-databases.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import { createFactsAtOnce, type HeldFact } from "./facts-at-once.ts";

const factsOf = (providerId: string, count: number): HeldFact[] =>
  Array.from({ length: count }, (_, index) => {
    const evidenceId = `${providerId}-${index}`;
    return { providerId, evidenceId, callId: null, jobId: evidenceId };
  });

test("a provider's flood leaves room for those of whom little waits", async () => {
  const nothing = { rows: [] };
  const tx = {
    getExecutor: () => ({
      transformQuery: (node: object) => node,
      compileQuery: () => ({}),
      executeQuery: async () => nothing,
    }),
  };
  const work = async <T>(_: string, what: (tx: Tx) => Promise<T>) => what(tx as unknown as Tx);
  const database = { asPlatform: work, asProvider: work } as unknown as Database;
  const gate = Promise.withResolvers<void>();
  const judged: string[] = [];
  const facts = createFactsAtOnce(
    { world: realWorld(), database, jobs: { wake: () => {} } as JobQueue },
    async ({ providerId }) => {
      await gate.promise;
      judged.push(providerId);
    },
    async () => {},
  );
  facts.take(factsOf("flood", 6000));
  facts.take(factsOf("flood", 6000));
  facts.take(factsOf("quiet", 1));
  gate.resolve();
  await vi.waitFor(() => expect(judged).toContain("quiet"));
  await facts.stop();
});

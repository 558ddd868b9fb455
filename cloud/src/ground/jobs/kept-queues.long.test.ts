import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { afterAll, expect, test, vi } from "vitest";
import { keepFresh } from "../db/fresh-folder.ts";
import { openDatabase } from "../db/open-database.ts";
import { realWorld } from "../db/test-databases.ts";
import { createPgBossQueue, makeQueues } from "./pg-boss-queue.ts";

const folder = mkdtempSync(join(tmpdir(), "karibu-kept-queues-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("[SYS-20] a first start finds the queue's own tables in the files that the build kept, and the queue works", async () => {
  const [freshIn, dataDir] = [join(folder, "fresh"), join(folder, "data")];
  await keepFresh(realWorld(), freshIn, makeQueues);
  const database = await openDatabase(realWorld(), { databaseUrl: null, dataDir, freshIn });
  const sent = [vi.spyOn(PGlite.prototype, "exec"), vi.spyOn(PGlite.prototype, "query")];
  const queue = createPgBossQueue(realWorld(), database);
  const seen: object[] = [];
  await queue.work("vouchers.make", async (data) => void seen.push(data));
  try {
    await queue.start();
    const texts = sent.flatMap(({ mock }) => mock.calls.map(([text]) => String(text)));
    expect(texts.filter((text) => /create (table|function|schema)/i.test(text))).toEqual([]);
    await database.asProvider("p1", (tx) => queue.send(tx, "vouchers.make", { providerId: "p1" }));
    await expect.poll(() => seen, { timeout: 20_000 }).toEqual([{ providerId: "p1" }]);
  } finally {
    await queue.stop();
    await database.close();
    vi.restoreAllMocks();
  }
}, 300_000);

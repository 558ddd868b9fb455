/** A hub that dies, and another one that begins as the back-up of the first, with the sites of the first. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { Tx } from "@karibu/cloud/ground/db/database";
import { type OpenDatabase, openDatabase, openEngine } from "@karibu/cloud/ground/db/open-database";
import { realWorld } from "@karibu/cloud/ground/db/test-databases";
import type { HttpCall } from "@karibu/cloud/ground/http-client/http-call";
import { writeBackup } from "@karibu/cloud/operations/back-ups/backup";
import { proveBackup } from "@karibu/cloud/operations/back-ups/read-backup";
import { restoreBackup } from "@karibu/cloud/operations/back-ups/restore";
import { type TestHub, useHub } from "@karibu/cloud/test-hub";
import type { BatchBody } from "@karibu/protocol/feed";
import { afterAll, beforeAll } from "vitest";
import type { EnrolledSite, HubEnd } from "./link-ends.ts";

/**
 * `live` decides before the back-up, and `lose` after it, both at the first hub. Tests run at the second hub. `lab` is whichever lives, so
 * sites that were started with it find the next hub by themselves.
 */
export function useRestoredHub<Lost>(how: {
  readonly http?: HttpCall;
  readonly live: (lab: TestHub) => Promise<void>;
  readonly lose: (lab: TestHub) => Promise<Lost>;
}) {
  const masterKeys = [realWorld().random.bytes(32)];
  const options = { masterKeys, ...(how.http === undefined ? {} : { http: how.http }) };
  const folder = mkdtempSync(join(tmpdir(), "karibu-given-back-"));
  let isLost = false;
  let lost: Lost | null = null;
  let restored: OpenDatabase | null = null;
  const first = useHub("embedded", options);
  const lab: TestHub = new Proxy(first, {
    get: (_, name: keyof TestHub) => (isLost ? second : first)[name],
  });
  beforeAll(async () => {
    await how.live(lab);
    const taken = new PassThrough();
    const [, bytes] = await Promise.all([
      writeBackup(first.database(), first.world.clock.wall().atMs, taken),
      buffer(taken),
    ]);
    lost = await how.lose(lab);
    const place = { databaseUrl: null, dataDir: join(folder, "hub") };
    const engine = await openEngine(first.world, place);
    await restoreBackup(first.world, engine, await proveBackup(() => Readable.from(bytes)));
    await engine.close();
    restored = await openDatabase(first.world, place);
    isLost = true;
  }, 300_000);
  afterAll(async () => {
    await restored?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const second = useHub("embedded", { ...options, database: { current: () => restored as OpenDatabase } });
  return { lab, lost: () => lost as Lost };
}

/** A batch, and that these sites take its codes. */
export async function publishBatch(
  hub: HubEnd,
  tx: Tx,
  sites: readonly EnrolledSite[],
  body: BatchBody,
): Promise<void> {
  const { batchId } = body;
  for (const { providerId } of sites.slice(0, 1))
    await hub.publish(tx, { providerId, target: { scope: "batch", batchId }, kind: "batch", key: batchId, body });
  for (const { providerId, siteId } of sites)
    await hub.publish(tx, {
      providerId,
      target: { scope: "site", siteId },
      kind: "follow",
      key: batchId,
      body: { batchId },
    });
}

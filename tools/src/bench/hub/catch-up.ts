/** A site that was away for a month: how long and how many bytes until it holds 100,000 changed vouchers, on a real disk. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createNodeFolder } from "@karibu/agent/ground/files/node-folder";
import { openJournal } from "@karibu/agent/journal/open-journal";
import { openFeedStore } from "@karibu/agent/store/open-feed-store";
import { createHubLink } from "@karibu/agent/sync/link";
import type { Database } from "@karibu/cloud/ground/db/database";
import { realWorld } from "@karibu/cloud/ground/db/test-databases";
import { awayForAMonth, changedVouchers } from "@karibu/lab/link/away-for-a-month";
import { makeSites, startHubEnd } from "@karibu/lab/link/link-ends";
import { createSocketPair } from "@karibu/lab/link/socket-pair";

export async function measureCatchUp(database: Database, print: (row: object) => void): Promise<void> {
  const world = realWorld();
  const hub = await startHubEnd(world, database);
  const data = await mkdtemp(join(tmpdir(), "karibu-bench-catch-up-"));
  try {
    const [site] = await makeSites(world, database, hub, 1);
    if (site === undefined) return;
    await awayForAMonth(database, hub, site);
    const folder = createNodeFolder(data);
    const { journal } = await openJournal(world, folder, { replayAfter: null, onRecord: () => {} });
    const feed = await openFeedStore(world, folder);
    let bytes = 0;
    const tamper = (text: string) => {
      bytes += Buffer.byteLength(text);
      return [text];
    };
    let fromMs = 0;
    const dial = async () => {
      fromMs = performance.now();
      const pair = createSocketPair({ tamper });
      hub.link.accept(pair.hub, "lab");
      return pair.agent;
    };
    const complete = Promise.withResolvers<void>();
    feed.onChange(() => feed.rows("voucher").size === changedVouchers && complete.resolve());
    const identity = async () => site.identity;
    const link = createHubLink(world, { dial, identity, journal, feed, agentVersion: "0.1.0", requests: [] });
    await complete.promise;
    const seconds = Math.round((performance.now() - fromMs) / 10) / 100;
    print({
      name: "catch-up of 100,000 vouchers",
      value: seconds,
      unit: "s",
      megabytes: Math.round(bytes / 1e4) / 100,
    });
    await link.close();
    await journal.close();
    await feed.close();
  } finally {
    await hub.stop();
    await rm(data, { recursive: true, force: true });
  }
}

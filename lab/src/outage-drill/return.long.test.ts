/** The outage drill, quick and without a hub: its counts. Its times are measured by `npm run bench -- outage`. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { whyNoNamespaces } from "@karibu/tools/ci/namespaces";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { playOutage } from "./play-outage.ts";

const why = whyNoNamespaces();
if (why !== null) process.stdout.write(`skipped: the outage drill: ${why}\n`);

describe.skipIf(why !== null)("the outage drill", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "karibu-outage-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("[BEY-01] [BEY-12] 600 phones come back after a power cut to a site with a dead line and a slow stick: each gets what it has a right to, and the router asks nothing twice", async () => {
    const order = { folder, phones: 600, returnMs: 6000, syncMs: 300, stages: ["silent resolver"] as const };
    const [report] = await playOutage(order);
    const { wrong, unanswered, resends, radiusMs = {} } = report ?? {};
    expect({ wrong, unanswered, resends }).toEqual({ wrong: [], unanswered: 0, resends: 0 });
    const answers = ["re-entry", "first use", "reject"].map((kind) => radiusMs[kind]?.length);
    expect(answers).toEqual([420, 120, 60]);
  }, 300_000);
});

/** The whole outage drill: with a hub, by each way in which a line is dead, and all stops. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { whyNoNamespaces } from "@karibu/tools/ci/namespaces";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { playOutage } from "./play-outage.ts";
import { playStops, stopLines, stopStates } from "./stops.ts";

const why = whyNoNamespaces();
if (why !== null) process.stdout.write(`skipped: the outage drill: ${why}\n`);

describe.skipIf(why !== null)("the outage drill", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "karibu-outage-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("[BEY-01] [BEY-04] [BEY-12] the line dies, the power goes, and 600 phones come back: each gets what it has a right to, and the router asks nothing twice", async () => {
    const stages = ["half open", "silent resolver", "SYN only"] as const;
    const reports = await playOutage({ folder, phones: 600, returnMs: 120_000, syncMs: 300, stages });
    for (const { stage, wrong, unanswered, resends } of reports)
      expect({ stage, wrong, unanswered, resends }).toEqual({ stage, wrong: [], unanswered: 0, resends: 0 });
    expect(reports.map(({ stage }) => stage)).toEqual(stages);
    // Codes of another site, while the link seems to stand: the first customers wait for the hub, and not all of them.
    expect(reports[0]?.radiusMs.foreign).toHaveLength(60);
  });

  test("[BEY-12] forty stops in the middle of an outage: none hangs, and all but those whose stick hangs write what they have", async () => {
    const stops = await playStops({ folder, syncMs: 300, lines: stopLines, states: stopStates });
    expect(stops).toHaveLength(40);
    expect(stops.filter(({ end }) => end === "hangs")).toEqual([]);
    const mustWrite = stops.filter(({ state }) => state !== "stick hangs" && state !== "starts");
    expect(mustWrite.filter(({ end }) => end !== "clean")).toEqual([]);
  });
});

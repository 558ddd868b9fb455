/** Stops in the middle of an outage, some of them; `outage-drill.long.test.ts` has all. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { whyNoNamespaces } from "@karibu/tools/ci/namespaces";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { playStops } from "./stops.ts";

const why = whyNoNamespaces();
if (why !== null) process.stdout.write(`skipped: stops in an outage: ${why}\n`);

describe.skipIf(why !== null)("stops in an outage", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "karibu-stops-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("[BEY-12] an agent that connects in vain, on a slow stick, stops in the router's time with first uses under way", async () => {
    const order = { folder, syncMs: 300, lines: ["SYN only"] as const, states: ["first uses under way"] as const };
    expect(await playStops(order)).toMatchObject([{ end: "clean" }]);
  }, 120_000);
});

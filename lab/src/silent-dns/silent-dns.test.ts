/** The real agent where its DNS server swallows every question. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { whyNoNamespaces } from "../wireguard/two-namespaces.ts";
import { codeOf, type HalfDeadSite, hubName, openHalfDeadSite } from "./half-dead-site.ts";

const why = whyNoNamespaces();
if (why !== null) process.stdout.write(`skipped: first log-ins with a silent DNS server: ${why}\n`);

const logIns = 100;

describe.skipIf(why !== null)("a silent DNS server", () => {
  let folder = "";
  let site: HalfDeadSite | null = null;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "karibu-silent-dns-"));
  });
  afterEach(async () => {
    await site?.stop();
    site = null;
    rmSync(folder, { recursive: true, force: true });
  });

  test("each of a hundred first log-ins is answered in the router's time while the hub's name is not found and phones open the portal", async () => {
    site = await openHalfDeadSite(folder, logIns);
    await site.setMood("silent");
    const agent = await site.startAgent({ KARIBU_HUB_URL: `http://${hubName}:8000`, KARIBU_ENROL_TOKEN: "never-used" });
    const codes = Array.from({ length: logIns }, (_, number) => codeOf(number));
    const { answeredMs, visits } = await site.logIn(agent, { codes, everyMs: 50, visitEveryMs: 100 });
    expect(answeredMs.filter((ms) => ms === null)).toHaveLength(0);
    expect(visits).toBeGreaterThan(0);
    await agent.kill("SIGKILL");
  }, 120_000);
});

/** The real agent with a DNS server that answers no question. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { AgentProcess } from "@karibu/agent/start/test-agent-process";
import { whyNoNamespaces } from "@karibu/tools/ci/namespaces";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startHubOn } from "../machines/hub-on-machine.ts";
import { type DnsSites, hubName, openDnsSites } from "./dns-sites.ts";

const why = whyNoNamespaces();
if (why !== null) process.stdout.write(`skipped: a silent DNS server: ${why}\n`);

const logIns = 100;
/** Each look starts a process on the machine. */
const lookAgainMs = 100;

describe.skipIf(why !== null)("a silent DNS server", () => {
  let folder: string;
  let sites: DnsSites;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "karibu-silent-dns-"));
    sites = openDnsSites(folder);
  });
  afterEach(async () => {
    await sites.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("each of a hundred first log-ins is answered in the router's time while the hub's name is not found and phones open the portal", async () => {
    const site = await sites.addSite(logIns);
    await site.setBehaviour("silent");
    const agent = await site.startAgent({ KARIBU_HUB_URL: `http://${hubName}:8000`, KARIBU_ENROL_TOKEN: "never-used" });
    const order = { first: 0, count: logIns, everyMs: 50, visitEveryMs: 100 };
    const { answeredMs, visits } = await site.logIn(agent, order);
    expect(answeredMs.filter((ms) => ms === null)).toHaveLength(0);
    expect(visits).toBeGreaterThan(0);
    // On a busy machine the log-ins may be over before the first question about the hub is given up.
    const known = `does not answer for ${hubName}: its address is not known`;
    while (!site.read(agent, "/doctor").includes(known)) await setTimeout(lookAgainMs);
  }, 120_000);

  test("an agent that starts while the DNS server is silent reaches the hub at the address that was good last", async () => {
    const site = await sites.addSite(1);
    const hub = await startHubOn(sites.outside, { port: 8000, data: join(folder, "hub") });
    hub.makeProvider();
    const settings = { KARIBU_HUB_URL: `http://${hubName}:8000`, KARIBU_ENROL_TOKEN: hub.makeSite().enrolmentToken };
    const connected = async (agent: AgentProcess) => {
      while (JSON.parse(site.read(agent, "/health")).checks.hub !== "connected") await setTimeout(lookAgainMs);
    };
    const before = await site.startAgent(settings);
    await connected(before);
    await before.kill("SIGKILL");

    await site.setBehaviour("silent");
    const after = await site.startAgent(settings);
    await connected(after);
    expect(site.read(after, "/doctor")).toContain(`does not answer for ${hubName}: its last known address is used`);
  }, 240_000);
});

/**
 * First log-ins while the DNS server is silent, beside the same while it answers, at the same time on the same machine: hub, DNS
 * servers and two agents as processes, the agents as the image starts them, in network namespaces of their own. Each first log-in
 * waits for its record on disk.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AgentProcess } from "@karibu/agent/start/test-agent-process";
import { startHubOn } from "@karibu/lab/machines/hub-on-machine";
import { type DnsSite, type DnsSites, hubName, openDnsSites } from "@karibu/lab/silent-dns/dns-sites";
import { whyNoNamespaces } from "../ci/namespaces.ts";

const logInsPerSide = 1000;
const everyMs = 20;
const visitEveryMs = 100;
const hubPort = 8000;
const connectedMsMax = 60_000;
/** How much later than with a DNS server that answers. */
const laterMsMax = 50;

export async function run(print: (row: object) => void): Promise<void> {
  const why = whyNoNamespaces();
  if (why !== null) return print({ name: "first log-ins", skipped: why });
  const folder = mkdtempSync(join(tmpdir(), "karibu-bench-dns-"));
  const sites = openDnsSites(folder);
  try {
    await measure(sites, folder, print);
  } finally {
    await sites.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(sites: DnsSites, folder: string, print: (row: object) => void): Promise<void> {
  const hub = await startHubOn(sites.outside, { port: hubPort, data: join(folder, "hub") });
  hub.makeProvider();
  const start = (site: DnsSite, enrolmentToken: string) =>
    site.startAgent({ KARIBU_HUB_URL: `http://${hubName}:${hubPort}`, KARIBU_ENROL_TOKEN: enrolmentToken });
  const [answering, silent] = [await sites.addSite(2 * logInsPerSide), await sites.addSite(2 * logInsPerSide)];
  const [oneToken, otherToken] = [hub.makeSite().enrolmentToken, hub.makeSite().enrolmentToken];

  let agent = await start(answering, oneToken);
  let silentAgent = await start(silent, otherToken);
  await until("both sites are connected", () =>
    [agent, silentAgent].every((each) => hubState(answering, each) === "connected"),
  );
  await silentAgent.kill("SIGTERM");
  await silent.setBehaviour("silent");
  silentAgent = await start(silent, otherToken);
  const there = await sideBySide(0, "hub there", "last address kept");

  await Promise.all([agent.kill("SIGTERM"), silentAgent.kill("SIGTERM"), hub.stop()]);
  rmSync(join(silent.dataFolder, "names.json"), { force: true });
  agent = await start(answering, oneToken);
  silentAgent = await start(silent, otherToken);
  const away = await sideBySide(logInsPerSide, "hub away", "address never known");
  const laterMs = Math.max(there, away);
  const goal = { goal: laterMsMax, met: laterMs <= laterMsMax };
  print({ name: "first log-ins, p99 with DNS silent later by", value: round(laterMs), unit: "ms", ...goal });

  /** Gives how much later the 99th percentile is with a silent DNS server. */
  async function sideBySide(first: number, hubIs: string, addressIs: string): Promise<number> {
    const order = { first, count: logInsPerSide, everyMs, visitEveryMs };
    const reports = await Promise.all([answering.logIn(agent, order), silent.logIn(silentAgent, order)]);
    const [found, unknown] = [`${hubIs}, DNS answers`, `${hubIs}, DNS silent, ${addressIs}`];
    const p99s = [found, unknown].map((name, index) => {
      const { answeredMs, visits } = reports[index] as (typeof reports)[number];
      const state = hubState(answering, index === 0 ? agent : silentAgent);
      // One that is not answered counts as endless.
      const sorted = answeredMs.map((ms) => ms ?? Number.POSITIVE_INFINITY).toSorted((one, other) => one - other);
      const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] as number;
      const unanswered = answeredMs.filter((ms) => ms === null).length;
      print({
        name: `first log-ins, ${name}`,
        logIns: logInsPerSide,
        unanswered,
        visits,
        hub: state,
        p50Ms: round(at(0.5)),
        p99Ms: round(at(0.99)),
        maxMs: round(at(1)),
        unit: "ms",
      });
      return at(0.99);
    });
    return (p99s[1] as number) - (p99s[0] as number);
  }
}

/** What its agent's `/health` says: `connected`, `away`. */
const hubState = (site: DnsSite, agent: AgentProcess): string => JSON.parse(site.read(agent, "/health")).checks.hub;

async function until(what: string, holds: () => boolean): Promise<void> {
  for (const untilMs = performance.now() + connectedMsMax; !holds(); )
    if (performance.now() > untilMs) throw new Error(`waited in vain until ${what}`);
    else await new Promise((resolve) => setTimeout(resolve, 100));
}

const round = (ms: number) => Math.round(ms * 10) / 10;

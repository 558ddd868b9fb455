/**
 * First log-ins while the DNS server is silent, beside the same while it answers: hub, DNS server and agent as processes, the
 * agent as the image starts it, in network namespaces of their own. Each first log-in waits for its record on disk.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AgentProcess } from "@karibu/agent/agent-process";
import { type HalfDeadSite, hubName, openHalfDeadSite } from "../silent-dns/half-dead-site.ts";
import type { NameServerMood } from "../silent-dns/name-server.ts";
import { startHubOn } from "../wireguard/hub-on-machine.ts";
import { whyNoNamespaces } from "../wireguard/two-namespaces.ts";

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
  let site: HalfDeadSite | null = null;
  try {
    site = await openHalfDeadSite(folder, 4 * logInsPerSide);
    await measure(site, folder, print);
  } finally {
    await site?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(site: HalfDeadSite, folder: string, print: (row: object) => void): Promise<void> {
  const hub = await startHubOn(site.outside, { port: hubPort, data: join(folder, "hub") });
  const { enrolmentToken } = hub.makeSite();
  const hubSettings = { KARIBU_HUB_URL: `http://${hubName}:${hubPort}`, KARIBU_ENROL_TOKEN: enrolmentToken };
  let used = 0;

  const hubState = (agent: AgentProcess): string => JSON.parse(site.read(agent, "/health")).checks.hub;

  /** Gives the 99th percentile; an unanswered one counts as endless. */
  async function side(name: string, mood: NameServerMood, isHubExpected: boolean): Promise<number> {
    await site.setMood(mood);
    const agent = await site.startAgent(hubSettings);
    if (isHubExpected) await until("the hub is connected", () => hubState(agent) === "connected");
    const order = { first: used, count: logInsPerSide, everyMs, visitEveryMs };
    const { answeredMs, visits } = await site.logIn(agent, order);
    used += logInsPerSide;
    const hubIs = hubState(agent);
    await agent.kill("SIGTERM");
    const unanswered = answeredMs.filter((ms) => ms === null).length;
    const sorted = answeredMs.map((ms) => ms ?? Number.POSITIVE_INFINITY).toSorted((one, other) => one - other);
    const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] as number;
    print({
      ...{ name: `first log-ins, ${name}`, logIns: logInsPerSide, unanswered, visits, hub: hubIs },
      ...{ p50Ms: round(at(0.5)), p99Ms: round(at(0.99)), maxMs: round(at(1)), unit: "ms" },
    });
    return at(0.99);
  }

  const connected = await side("hub's name found, hub there", "answering", true);
  const kept = await side("DNS silent, hub's last address kept", "silent", false);
  await hub.stop();
  const away = await side("hub's name found, hub away", "answering", false);
  rmSync(join(folder, "data", "names.json"), { force: true });
  const unknown = await side("DNS silent, hub's address never known", "silent", false);
  const laterMs = Math.max(kept - connected, unknown - away);
  const goal = { goal: laterMsMax, met: laterMs <= laterMsMax };
  print({ name: "first log-ins, p99 with DNS silent later by", value: round(laterMs), unit: "ms", ...goal });
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (const untilMs = performance.now() + connectedMsMax; !holds(); )
    if (performance.now() > untilMs) throw new Error(`waited in vain until ${what}`);
    else await new Promise((resolve) => setTimeout(resolve, 100));
}

const round = (ms: number) => Math.round(ms * 10) / 10;

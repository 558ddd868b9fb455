/** The hub of the drill: a provider with the site of the drill and another one, whose vouchers are typed at the first. */
import type { AgentProcess } from "@karibu/agent/start/test-agent-process";
import { type HubOnMachine, startHubOn } from "../machines/hub-on-machine.ts";
import type { DnsSites } from "../silent-dns/dns-sites.ts";
import type { OutageSite } from "./outage-site.ts";
import { until } from "./until.ts";

export const drillHubPort = 8000;

export interface DrillHub {
  readonly enrolmentToken: string;
  /** Codes whose leases the other site has. */
  readonly foreignCodes: readonly string[];
  /** Resolves when the site is connected and knows what it has to know. */
  connected(site: OutageSite, agent: AgentProcess): Promise<void>;
  stop(): Promise<void>;
}

export async function startDrillHub(sites: DnsSites, data: string, foreign: number): Promise<DrillHub> {
  const hub = await startHubOn(sites.outside, { port: drillHubPort, data });
  hub.makeProvider();
  const { siteId, enrolmentToken } = hub.makeSite();
  return {
    enrolmentToken,
    foreignCodes: foreign === 0 ? [] : await makeForeignCodes(hub, siteId, foreign),
    connected: (site, agent) =>
      until("the site is connected", () => {
        if (JSON.parse(site.dns.read(agent, "/health")).checks.hub !== "connected") return false;
        const { feed } = hub.ask("GET", `/api/v1/sites/${siteId}/link`).body as { feed: { behind: number }[] };
        return feed.length > 1 && feed.every(({ behind }) => behind === 0);
      }),
    stop: () => hub.stop(),
  };
}

async function makeForeignCodes(hub: HubOnMachine, siteId: string, quantity: number): Promise<string[]> {
  const call = (method: string, path: string, body?: object) => {
    const answer = hub.ask(method, `/api/v1${path}`, body);
    if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer)}`);
    return answer.body;
  };
  const other = hub.makeSite();
  const { planId } = call("POST", "/plans", { name: "Day", priceCents: 5000, terms: { validitySeconds: 86_400 } });
  const { batchId } = call("POST", "/vouchers/batches", { planId, quantity, siteId: other.siteId });
  await until("the codes are made", () => call("GET", `/vouchers/batches/${batchId}`).state === "ready");
  call("PUT", `/vouchers/batches/${batchId}/sites`, { siteIds: [siteId] });
  const { items } = call("GET", `/vouchers?batchId=${batchId}&limit=${quantity}`);
  return (items as { code: string }[]).map(({ code }) => code);
}

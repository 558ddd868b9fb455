/**
 * Runs many sites in one process beside the hub, for routers that can't run a container. `keep` gets the whole list from the hub. It
 * starts new sites, stops removed ones and restarts changed ones. An error of one site does not affect the others.
 */
import type { World } from "@karibu/protocol/world";
import type { Agent } from "../start/agent.ts";

export interface HostedSite {
  readonly siteId: string;
  /** The router's address in the tunnel. It identifies the router's RADIUS packets. */
  readonly routerAddress: string;
  /** Changes with any setting that an agent reads at its start (secret, enrolment token). */
  readonly settingsKey: string;
}

export interface HostedSites<Site extends HostedSite> {
  /** Resolves when the sites match the list. A site that could not start is tried again at the next call. */
  keep(sites: readonly Site[]): Promise<void>;
  readonly running: ReadonlyMap<string, Agent>;
  stop(): Promise<void>;
}

/** A removed site gets this long to send its last records to the hub. */
const drainMs = 5000;

/** `create` returns an agent that is not started yet. It may reject. `ended`: what was made for the site's agent can be closed. */
export function createHostedSites<Site extends HostedSite>(
  world: Pick<World, "log">,
  create: (site: Site) => Agent | Promise<Agent>,
  ended: (siteId: string) => void = () => {},
): HostedSites<Site> {
  const running = new Map<string, Agent>();
  const keys = new Map<string, string>();
  let working: Promise<void> = Promise.resolve();
  let stopped = false;

  async function startOne(site: Site): Promise<void> {
    let agent: Agent | null = null;
    try {
      agent = await create(site);
      await agent.start();
      running.set(site.siteId, agent);
      keys.set(site.siteId, keyOf(site));
      world.log.info("hosted-site-started", { siteId: site.siteId });
    } catch (error) {
      world.log.error("hosted-site-not-started", { siteId: site.siteId, error: String(error) });
      if (agent !== null) await stopAgent(site.siteId, agent, 0);
    }
  }

  async function stopAgent(siteId: string, agent: Agent, drainMs: number): Promise<void> {
    await agent.stop({ drainMs }).catch((error: unknown) => {
      world.log.error("hosted-site-not-stopped", { siteId, error: String(error) });
    });
    ended(siteId);
  }

  async function stopOne(siteId: string, drainMs: number): Promise<void> {
    const agent = running.get(siteId);
    running.delete(siteId);
    keys.delete(siteId);
    if (agent === undefined) return;
    await stopAgent(siteId, agent, drainMs);
    world.log.info("hosted-site-stopped", { siteId });
  }

  async function reconcile(sites: readonly Site[]): Promise<void> {
    const wanted = new Map(sites.map((site) => [site.siteId, site]));
    for (const siteId of [...running.keys()]) {
      const site = wanted.get(siteId);
      if (site === undefined) await stopOne(siteId, drainMs);
      else if (keyOf(site) !== keys.get(siteId)) await stopOne(siteId, 0);
    }
    for (const site of wanted.values()) if (!stopped && !running.has(site.siteId)) await startOne(site);
  }

  return {
    running,
    keep(sites) {
      working = working.then(() => (stopped ? undefined : reconcile(sites)));
      return working;
    },
    async stop() {
      stopped = true;
      await working;
      await Promise.all([...running.keys()].map((siteId) => stopOne(siteId, 0)));
    },
  };
}

function keyOf(site: HostedSite): string {
  return `${site.routerAddress} ${site.settingsKey}`;
}

/** An agent at a site where nobody is, under simulated time: a site file, no hub, no router that answers. Its timers are counted. */
import { parseSiteFile } from "@karibu/agent/grants/site-file";
import { createAgent } from "@karibu/agent/start/agent";
import "@karibu/agent/start/every-part";
import type { Clock, World } from "@karibu/protocol/world";
import { createFaultyFolder } from "../disk/faulty-folder.ts";
import { seededRandom } from "../world/seeded-random.ts";
import { createVirtualNetwork } from "../world/virtual-network.ts";
import { createVirtualTime, type VirtualTime } from "../world/virtual-time.ts";

const agentAddress = "172.31.255.2";
const radius = { secret: "of an empty site", authPort: 1812, acctPort: 1813 };
const siteFile = JSON.stringify({ plans: [{ name: "1 hour", validitySeconds: 3600 }] });

export interface EmptySite {
  readonly time: VirtualTime;
  /** Timers that ran since the last call. */
  takeTimers(): number;
  close(): Promise<void>;
}

export async function openEmptySite(): Promise<EmptySite> {
  const time = createVirtualTime(Date.UTC(2026, 10, 20, 6, 0, 0));
  let timers = 0;
  const clock: Clock = time.clock();
  const silent = () => {};
  const world: World = {
    clock: {
      ...clock,
      after(delayMs, task) {
        return clock.after(delayMs, () => {
          timers++;
          task();
        });
      },
    },
    random: seededRandom(1),
    log: { debug: silent, info: silent, warn: silent, error: silent },
  };
  const parsed = parseSiteFile(siteFile);
  if (!("site" in parsed)) throw new Error(parsed.problem);
  const agent = createAgent(
    world,
    {
      folder: createFaultyFolder(world),
      udp: createVirtualNetwork(time).host(agentAddress),
      dialHub: null,
    },
    {
      version: "simulated",
      siteFile: parsed.site,
      interimFlushSeconds: 60,
      hub: null,
      radius: { ...radius, coaHost: "172.31.255.1", coaPort: 3799 },
    },
  );
  const started = agent.start();
  await time.settle();
  await started;
  return {
    time,
    takeTimers() {
      const taken = timers;
      timers = 0;
      return taken;
    },
    async close() {
      const stopped = agent.stop();
      await time.advance(60_000);
      await stopped;
    },
  };
}

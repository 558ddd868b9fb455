/** How much memory an idle hosted site takes: a thousand whole agents in one process, their RADIUS on one pair of ports. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createNodeFolder } from "@karibu/agent/ground/files/node-folder";
import { createNodeUdp } from "@karibu/agent/ground/node-udp";
import { createHostedSites } from "@karibu/agent/hosted/hosted-sites";
import { createSourceUdp } from "@karibu/agent/hosted/source-udp";
import { createAgent } from "@karibu/agent/start/agent";
import { realWorld } from "@karibu/cloud/ground/db/test-databases";

const usual = 1000;

export async function run(print: (row: object) => void, { agents = usual }: { agents?: number } = {}): Promise<void> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const world = realWorld();
  const udp = createSourceUdp(createNodeUdp());
  const data = await mkdtemp(join(tmpdir(), "karibu-bench-hosted-"));
  const radius = { secret: "bench", authPort: 23_912, acctPort: 23_913, coaHost: "127.0.0.1", coaPort: 3799 };
  const sites = createHostedSites(world, ({ siteId, routerAddress }) =>
    createAgent(
      world,
      { folder: createNodeFolder(join(data, siteId)), udp: udp.of(routerAddress), dialHub: null },
      { version: "0.1.0", radius, hub: null, siteFile: null, interimFlushSeconds: 60 },
    ),
  );
  try {
    const list = (count: number) =>
      Array.from({ length: count }, (_, number) => ({
        siteId: `site-${number}`,
        routerAddress: `10.89.${(number + 2) >> 8}.${(number + 2) & 255}`,
        settingsKey: "1",
      }));
    await sites.keep(list(1)); // what the first one loads is shared by all
    collect();
    const before = process.memoryUsage();
    const fromMs = performance.now();
    await sites.keep(list(agents));
    const seconds = Math.round((performance.now() - fromMs) / 100) / 10;
    collect();
    const after = process.memoryUsage();
    const kib = (bytes: number) => Math.round(bytes / (agents - 1) / 1024);
    const inUse = after.heapUsed + after.external - before.heapUsed - before.external;
    const base = { sites: agents, startedInSeconds: seconds };
    print({
      name: "idle hosted site",
      ...base,
      value: kib(inUse),
      residentValue: kib(after.rss - before.rss),
      unit: "KiB",
    });
  } finally {
    await sites.stop();
    await rm(data, { recursive: true, force: true });
  }
}

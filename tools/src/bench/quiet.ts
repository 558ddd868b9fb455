/** What a hub and an agent cost where nothing happens, under simulated time: statements, timers, and the time of a processor for them. */
import { openEmptySite } from "@karibu/lab/simulation/empty-site";
import { openQuietHub } from "@karibu/lab/simulation/quiet-hub";

const rounds = 3;
const quietMs = 600_000;
const dayMs = 86_400_000;

export async function run(print: (row: object) => void): Promise<void> {
  const hub = await openQuietHub();
  await hub.time.advance(quietMs);
  for (let round = 0; round < rounds; round++) {
    hub.takeStatements();
    const seconds = await processorSeconds(() => hub.time.advance(quietMs));
    print({ name: "ten quiet minutes, hub (embedded engine)", ...hub.takeStatements(), value: seconds, unit: "s" });
  }
  await hub.close();
  const site = await openEmptySite();
  await site.time.advance(quietMs);
  for (let round = 0; round < rounds; round++) {
    site.takeTimers();
    const seconds = await processorSeconds(() => site.time.advance(dayMs));
    print({ name: "an empty site-day, agent", timers: site.takeTimers(), value: seconds, unit: "s" });
  }
  await site.close();
}

/** Of this process, all its threads. */
async function processorSeconds(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return Math.round((user + system) / 10_000) / 100;
}

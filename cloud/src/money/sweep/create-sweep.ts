/** The room of the sweep: what must be checked now and then, one job for each channel. */
import { z } from "zod";
import type { District } from "../../ground/district.ts";
import { createShares } from "./channel-turns.ts";
import {
  type SweepParts,
  scheduleSweep,
  sweepChannel,
  sweepChannelJob,
  sweepEveryMs,
  sweepJob,
  sweepMoney,
} from "./money-sweep.ts";

const channelSchema = z.object({ providerId: z.string(), channelId: z.string() });
/** A provider that has its share of the workers waits so long for the next one. */
const nextTurnMs = 5_000;

export function createSweep(parts: SweepParts): District {
  const { world, database, jobs } = parts;
  const shares = createShares();
  return {
    // The sweep sends the next one. A sweep that failed for good would be the last.
    maintenance: [
      {
        name: "keep-money-sweep",
        everyMs: sweepEveryMs,
        run: async () => {
          await scheduleSweep(world, database, jobs);
          return "sent";
        },
      },
    ],
    async registerJobs() {
      await jobs.work(sweepJob, () => sweepMoney(parts));
      await jobs.work(sweepChannelJob, async (data) => {
        const job = channelSchema.parse(data);
        const { providerId, channelId } = job;
        if (await shares.run(providerId, () => sweepChannel(parts, providerId, channelId))) return;
        const later = { startAfterMs: nextTurnMs, singletonKey: channelId };
        await database.asProvider(providerId, (tx) => jobs.send(tx, sweepChannelJob, job, later));
      });
      await scheduleSweep(world, database, jobs);
    },
  };
}

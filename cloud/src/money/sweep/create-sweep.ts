/** The room of the sweep: one job that repeats what must be checked now and then. */
import type { District } from "../../ground/district.ts";
import { type SweepParts, scheduleSweep, sweepJob, sweepMoney } from "./money-sweep.ts";

/** @param sweepRenewals the renewals' own part of it */
export function createSweep(parts: SweepParts, sweepRenewals: () => Promise<unknown>): District {
  const { world, database, jobs } = parts;
  return {
    async registerJobs() {
      await jobs.work(sweepJob, async () => {
        await sweepMoney(parts);
        await sweepRenewals();
      });
      await scheduleSweep(world, database, jobs);
    },
  };
}

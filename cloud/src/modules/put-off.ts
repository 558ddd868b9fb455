import type { Ground } from "../ground/create-ground.ts";
import { isPurged } from "../tenancy/providers/provider-state.ts";
import type { HubModule } from "./hub-module.ts";

const later = { startAfterMs: 3_600_000 };

/**
 * Jobs of a module that is off: they wait for a hub that runs it, and no queue looks as if it stood still. Those end of which nothing is left to be done: their provider
 * was purged.
 */
export async function putOff({ jobs, database }: Ground, module: HubModule): Promise<void> {
  for (const name of module.jobs ?? [])
    await jobs.work(name, (data) =>
      database.asPlatform("put-off", async (tx) => {
        const { providerId } = data as { readonly providerId?: string };
        if (providerId !== undefined && (await isPurged(tx, providerId))) return;
        if ((await module.isJobOver?.(tx, name, data)) === true) return;
        await jobs.send(tx, name, data, later);
      }),
    );
}

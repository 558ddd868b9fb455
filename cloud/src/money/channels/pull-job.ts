/** The jobs that read a channel's lists: of what came in, and of what went back. */
import type { World } from "@karibu/protocol/world";
import type { Tx } from "../../ground/db/database.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import type { ChannelRow } from "./channel.ts";

export const pullJob = "payments.pull";
/** Reads a channel's list of money that went back. */
export const returnsJob = "payments.returns";

const minuteMs = 60_000;
export const pullBackMs = 120 * minuteMs;

/** Reads the list now, where the channel has one: at most once a minute, however much money waits for it. */
export async function sendPull(
  { world, jobs }: { readonly world: World; readonly jobs: JobQueue },
  tx: Tx,
  { providerId, channelId, settings }: ChannelRow,
): Promise<void> {
  if (settings.pulls !== true) return;
  const slot = Math.floor(world.clock.wall().atMs / minuteMs);
  const job = { providerId, channelId, backMs: pullBackMs };
  await jobs.send(tx, pullJob, job, { singletonKey: `${channelId}/held-${slot}` });
}

/**
 * The job that reads a channel's list of what came in (`channels/pull-job.ts`). It asks no circuit: the sweep has taken the turn
 * for it, and what people wait for never pauses. Its outcome closes the circuit, or keeps it open.
 */
import { lookUpChannel } from "../channels/channel-rows.ts";
import { pullSpan, type WitnessParts } from "./witnesses.ts";

export async function runPull(
  parts: WitnessParts,
  job: { readonly providerId: string; readonly channelId: string; readonly backMs: number },
): Promise<void> {
  const channel = await lookUpChannel(parts.database, job.providerId, job.channelId);
  if (channel === undefined) return;
  const toMs = parts.world.clock.wall().atMs;
  await pullSpan(parts, channel, { fromMs: toMs - job.backMs, toMs });
}

/** The job that asks a channel about one receipt. */
import type { Tx } from "../../ground/db/database.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import type { ChannelRow } from "./channel.ts";

export const lookUpJob = "payments.look-up";

/** Once while it waits, however often the receipt is reported. A channel that can't be asked so is not. */
export function sendLookUp(
  jobs: JobQueue,
  tx: Tx,
  { providerId, channelId }: Pick<ChannelRow, "providerId" | "channelId">,
  receipt: string,
): Promise<void> {
  return jobs.send(tx, lookUpJob, { providerId, channelId, receipt }, { singletonKey: `${channelId}/${receipt}` });
}

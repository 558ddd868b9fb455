/** The room of money that went back by itself: it reads the channels' lists of refunds and disputes. */
import { z } from "zod";
import type { District } from "../../ground/district.ts";
import { noteFailure, noteSuccess } from "../channel-health/circuit.ts";
import { endTrouble, noteTrouble } from "../channel-health/troubles.ts";
import { lookUpChannel } from "../channels/channel-rows.ts";
import { returnsJob } from "../channels/pull-job.ts";
import type { RefundParts } from "../refunds/refund-rows.ts";
import { takeReturn } from "./take-return.ts";

const jobSchema = z.object({ providerId: z.string(), channelId: z.string() });
/**
 * The lists go by the time of making, and a line changes later: a refund can fail after 30 days (Stripe, "Failed refunds"), a dispute
 * is decided within months.
 */
const refundsBackMs = 35 * 86_400_000;
const disputesBackMs = 150 * 86_400_000;

export function createReturnedMoney(parts: RefundParts): District {
  return {
    registerJobs: () =>
      parts.jobs.work(returnsJob, (data) => {
        const { providerId, channelId } = jobSchema.parse(data);
        return readReturns(parts, providerId, channelId);
      }),
  };
}

async function readReturns(parts: RefundParts, providerId: string, channelId: string): Promise<void> {
  const { world, database, channels } = parts;
  const channel = await lookUpChannel(database, providerId, channelId);
  // Also of one that is switched off: what was paid there can still go back.
  if (channel === undefined) return;
  const { returns } = channels.open(channel);
  if (returns === undefined) return;
  const nowMs = world.clock.wall().atMs;
  const answer = await returns({ refundsFromMs: nowMs - refundsBackMs, disputesFromMs: nowMs - disputesBackMs });
  if (answer.kind === "lost") return void (await noteFailure(parts, channel, "its list of refunds could not be read"));
  await noteSuccess(parts, channel);
  const { trouble } = answer;
  await database.asProvider(providerId, (tx) =>
    trouble === null
      ? endTrouble(parts, tx, channel, "list-refused")
      : noteTrouble(parts, tx, channel, "list-refused", trouble),
  );
  let lost: unknown = null;
  // Oldest first: what is a part and what is the rest depends on it. One that can't be booked does not stop the others.
  for (const each of answer.returned.toReversed()) {
    await database
      .asProvider(providerId, (tx) => takeReturn(parts, tx, channel, each))
      .catch((error: unknown) => {
        lost = error;
      });
  }
  if (lost !== null) throw lost;
}

/** Refunds whose job failed for good before it had an answer: nobody would send them, or say that they are undecided. */
import type { RefundParts } from "./refund-rows.ts";
import { refundJob } from "./send-refund.ts";

/** Longer than all tries of a job usually take. A second job of a refund sends nothing twice. */
const lostAfterMs = 5 * 60_000;
const atOnce = 200;

/** Part of the sweep. The job sends an approved one, and makes one that was under way undecided: nothing is sent twice. */
export async function repeatLostRefunds({ world, database, jobs }: RefundParts): Promise<void> {
  const untilMs = world.clock.wall().atMs - lostAfterMs;
  await database.asPlatform("lost-refunds", async (tx) => {
    const lost = await tx
      .selectFrom("refunds")
      .select(["provider_id", "refund_id"])
      .where("state", "in", ["approved", "sending"])
      .where("changed_at_ms", "<", untilMs)
      .orderBy("changed_at_ms")
      .limit(atOnce)
      .execute();
    for (const { provider_id: providerId, refund_id: refundId } of lost)
      await jobs.send(tx, refundJob, { providerId, refundId }, { singletonKey: `${refundId}/swept` });
  });
}

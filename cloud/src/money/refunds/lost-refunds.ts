/** Refunds that nobody else takes up: those whose job failed for good before it had an answer, and those that waited for silent sites. */
import { sql } from "kysely";
import { areWaitedForOtherwise, someAreWaitedFor } from "../../fleet/link/silent-sites.ts";
import { type RefundParts, readRefund } from "./refund-rows.ts";
import { goOnWhenHeard } from "./refunds.ts";
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
      .select(["providerId", "refundId"])
      .where("state", "in", ["approved", "sending"])
      .where("changedAtMs", "<", untilMs)
      .orderBy("changedAtMs")
      .limit(atOnce)
      .execute();
    for (const { providerId, refundId } of lost)
      await jobs.send(tx, refundJob, { providerId, refundId }, { singletonKey: `${refundId}/swept` });
  });
}

/**
 * Part of the sweep. Only those whose sites were heard, or are waited for no longer, are looked at: whoever has hundreds that wait for a dead site keeps nobody else's waiting. Each
 * in a transaction of its own: one that can't be decided holds no other up.
 */
export async function repeatSilentRefunds(parts: RefundParts): Promise<void> {
  const { database, world } = parts;
  const [of, noted] = [sql.ref("refunds.providerId"), sql.ref("refunds.silentSites")];
  const heard = await database.asPlatform("silent-refunds", (tx) =>
    tx
      .selectFrom("refunds")
      .select(["providerId", "refundId"])
      .where("state", "=", "asked")
      .where("goesOnWhenHeard", "=", true)
      .where((is) =>
        is.or([
          sql<boolean>`not ${someAreWaitedFor(of, noted, world.clock.wall().atMs)}`,
          // Pages say what is so now.
          areWaitedForOtherwise(of, noted),
        ]),
      )
      .orderBy("changedAtMs")
      .limit(atOnce)
      .execute(),
  );
  for (const { providerId, refundId } of heard) {
    try {
      await database.asProvider(providerId, async (tx) => {
        const row = await readRefund(tx, providerId, refundId);
        if (row !== null) await goOnWhenHeard(parts, tx, row);
      });
    } catch (error) {
      world.log.error("refund-not-decided", { providerId, refundId, error: (error as Error).message });
    }
  }
}

/**
 * Money came into a customer's credit: what waits for it is renewed at once, by a job of the same transaction. One that does
 * not wait yet gets a job too, for at this moment it may be finding that the credit does not suffice. Each entry has its own
 * job, for a job that is there already may be reading before this transaction can be seen.
 */
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { sendToOutbox } from "../../ground/jobs/outbox.ts";
import type { CreditPosted } from "../ledger/post-entry.ts";
import { reconnectJob } from "./renewal-jobs.ts";

export function wakeRenewals(world: World): (tx: Tx, posted: CreditPosted) => Promise<void> {
  const send = sendToOutbox(world);
  return async (tx, { providerId, entryId, parties }) => {
    const waiting = await tx
      .selectFrom("renewals")
      .select("renewal_id")
      .where("provider_id", "=", providerId)
      .where("party", "in", [...parties])
      .where("active", "=", true)
      .orderBy(sql`suspended_at_ms nulls last`)
      .execute();
    for (const { renewal_id: renewalId } of waiting) {
      const singletonKey = `${renewalId}/${entryId}`;
      await send(tx, reconnectJob, { providerId, renewalId }, { singletonKey });
    }
  };
}

/**
 * Something was charged to a customer, or given back: its document is due. The row stands in the transaction of the entry in the books, so there
 * is none without the other; the document itself is issued by a job, so that nobody who pays waits for a number.
 */
import type { World } from "@karibu/protocol/world";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import { sendToOutbox } from "../../ground/jobs/outbox.ts";
import type { ChargeLine } from "./document-facts.ts";

export const issueChargeJob = "notices.issue-document";

export interface Charge {
  readonly providerId: string;
  /** The key of its entry in the books: one has one document. */
  readonly chargeId: string;
  /** What it was for: money that comes back is taken off the documents of the same cause. */
  readonly cause: `subscription:${string}` | `invoice:${string}`;
  readonly customerId: string | null;
  readonly party: Party | null;
  readonly customerName: string;
  readonly currency: string;
  readonly lines: readonly ChargeLine[];
  readonly entryId: string | null;
}

export async function noteCharge(world: World, tx: Tx, charge: Charge): Promise<void> {
  const totalCents = charge.lines.reduce((sum, line) => sum + line.totalCents, 0);
  if (totalCents === 0) return;
  const { providerId, chargeId } = charge;
  await tx
    .insertInto("document_charges")
    .values({
      providerId,
      chargeId,
      cause: charge.cause,
      customerId: charge.customerId,
      party: charge.party,
      customerName: charge.customerName,
      currency: charge.currency,
      totalCents,
      lines: json(charge.lines),
      entryId: charge.entryId,
      atMs: world.clock.wall().atMs,
      state: "waiting",
    })
    .execute();
  await sendToOutbox(world)(tx, issueChargeJob, { providerId, chargeId }, { singletonKey: chargeId });
}

/**
 * What customers used is sold: the first use of a printed voucher books its price, as cash that its batch answers for. Three statements for any number
 * of records, each by an index, beside what the books write for each entry.
 *
 * Once      The table's key lets one use of a voucher book it: a bridge and the whole voucher, two sites, a journal that comes twice. What a refund or
 *           a reseller booked before has the same key in the books.
 * Not here  A reseller's vouchers (`modules/resellers/hand-overs.ts`): the reseller owes for them. What is booked here and turns out to be a reseller's is moved
 *           there. Nor codes whose money is another system's, or nobody's; nor a code of another system that had begun there before the switch.
 * Late      A site that was away tells of its uses when it is back. They are booked then, so that days that are over stay as they were read, and keep
 *           the time of their use.
 * Restored  A use may be told before a site has given back the batch that a restore lost. It is booked with the batch (`bringBack`): whoever finds no
 *           batch, and whoever brings it back, have one lock, so that the second of them sees what the first did.
 */
import { sql } from "kysely";
import { type JournalProjector, ofKind } from "../../ground/agents/journal-projector.ts";
import { movedTime } from "../../ground/agents/moved-time.ts";
import { withinCorrection } from "../../ground/agents/within-correction.ts";
import { bookUses, keepBatches, type PaperSaleParts } from "./book-uses.ts";

export function createPaperSaleProjector(parts: PaperSaleParts): JournalProjector {
  return {
    async project(tx, { providerId, records, receivedAtMs }) {
      const uses = ofKind(records, "grant-started").flatMap(
        ({ siteId, epoch, record: { seq, atMs, grant, voucher } }) =>
          voucher === null ? [] : [{ siteId, epoch, seq, usedAtMs: grant.startedAtMs ?? atMs, ...voucher }],
      );
      if (uses.length === 0) return;
      await keepBatches(tx, providerId, [...new Set(uses.map(({ batchId }) => batchId))].sort());
      await bookUses(parts, tx, { providerId, bookedAtMs: receivedAtMs }, uses);
    },
    async correctClock(tx, correction) {
      await sql`
        update voucher_sales set sold_at_ms = ${movedTime("sold_at_ms", correction.stepMs)}
        where provider_id = ${correction.providerId} and site_id = ${correction.siteId} and epoch is not null
          and ${withinCorrection(correction)}`.execute(tx);
    },
  };
}

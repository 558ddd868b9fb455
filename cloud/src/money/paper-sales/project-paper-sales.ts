/**
 * What customers used is sold: the first use of a printed voucher books its price, as cash that its batch answers for. Three statements for any number
 * of records, each by an index, beside what the books write for each entry.
 *
 * Once      The table's key lets one use of a voucher book it: a bridge and the whole voucher, two sites, a journal that comes twice. What a refund or
 *           a reseller booked before has the same key in the books.
 * Not here  A reseller's vouchers (`resellers/hand-overs.ts`): the reseller owes for them. What is booked here and turns out to be a reseller's is moved
 *           there. Nor codes whose money is another system's, or nobody's; nor a code of another system that had begun there before the switch.
 * Late      A site that was away tells of its uses when it is back. They are booked then, so that days that are over stay as they were read, and keep
 *           the time of their use.
 */
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { type JournalProjector, ofKind } from "../../ground/agents/journal-projector.ts";
import { withinCorrection } from "../../ground/agents/within-correction.ts";
import type { Ledger } from "../ledger/post-entry.ts";
import { cashTaken } from "../ledger/received-row.ts";
import { paperSaleEntry } from "./paper-entry.ts";

export function createPaperSaleProjector({
  world,
  ledger,
}: {
  readonly world: World;
  readonly ledger: Ledger;
}): JournalProjector {
  return {
    async project(tx, { providerId, records, receivedAtMs }) {
      const uses = ofKind(records, "grant-started").flatMap(
        ({ siteId, epoch, record: { seq, atMs, grant, voucher } }) =>
          voucher === null
            ? []
            : [{ siteId, epoch, seq, usedAtMs: grant.startedAtMs ?? atMs, entryId: newId(world), ...voucher }],
      );
      if (uses.length === 0) return;
      const batches = [...new Set(uses.map(({ batchId }) => batchId))].sort();
      // How a batch is booked, and whose its vouchers are, stays as it is until these uses are in the books: who changes it waits, and then sees them.
      await sql`
        select from voucher_batches where provider_id = ${providerId} and batch_id = any(${batches}::text[])
        order by batch_id for share`.execute(tx);
      const { rows } = await sql<{
        batch_id: string;
        serial: number;
        site_id: string;
        price_cents: number | string;
        currency: string;
        entry_id: string;
      }>`
        with f as (
          select distinct on (f."batchId", f.serial) f.*
          from jsonb_to_recordset(${JSON.stringify(uses)}::jsonb) as f("batchId" text, serial integer, "siteId" text, epoch text,
            seq bigint, "usedAtMs" bigint, "entryId" text)
          order by f."batchId", f.serial, f."usedAtMs", f."siteId", f.seq
        )
        insert into voucher_sales (provider_id, batch_id, serial, how, site_id, sold_at_ms, epoch, seq, booked_at_ms, price_cents,
          currency, entry_id)
        select b.provider_id, b.batch_id, f.serial, 'used', f."siteId", f."usedAtMs", f.epoch, f.seq, ${receivedAtMs}::bigint,
          b.price_cents, b.currency, f."entryId"
        from f
        join voucher_batches b on b.provider_id = ${providerId} and b.batch_id = f."batchId"
        where b.booking in ('first-use', 'handed-out') and b.price_cents > 0 and f.serial < b.quantity
          and not exists (
            select from reseller_vouchers v
            where v.provider_id = b.provider_id and v.batch_id = b.batch_id and v.serial = f.serial)
          and not exists (
            select from listed_codes c
            where c.provider_id = b.provider_id and c.batch_id = b.batch_id and c.serial = f.serial and c.more ? 'use')
          and not exists (
            select from ledger_entries e
            where e.provider_id = b.provider_id and e.entry_key = 'voucher-sale:' || b.batch_id || '.' || f.serial)
        order by f."batchId", f.serial
        on conflict do nothing
        returning batch_id, serial, site_id, price_cents, currency, entry_id`.execute(tx);
      const entries = rows.map((row) => {
        const { batch_id: batchId, serial, site_id: siteId, currency } = row;
        const priceCents = Number(row.price_cents);
        return {
          entryId: row.entry_id,
          entry: paperSaleEntry({ batchId, serial, priceCents, currency }),
          received: cashTaken({ kind: "voucher", takenBy: null, siteId, amountCents: priceCents, currency }),
        };
      });
      await ledger.postMany(tx, providerId, entries, receivedAtMs);
    },
    async correctClock(tx, correction) {
      await sql`
        update voucher_sales set sold_at_ms = sold_at_ms + ${correction.stepMs}::bigint
        where provider_id = ${correction.providerId} and site_id = ${correction.siteId} and epoch is not null
          and ${withinCorrection(correction)}`.execute(tx);
    },
  };
}

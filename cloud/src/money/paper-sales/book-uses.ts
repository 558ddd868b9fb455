/** First uses of printed vouchers, as the books have them: told by a site (`project-paper-sales.ts`), or known when a lost batch comes back. */
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { KnowsHeldCodes } from "../../catalogue/vouchers/held-codes.ts";
import type { Tx } from "../../ground/db/database.ts";
import { lockName } from "../../ground/db/lock-keys.ts";
import { recordset } from "../../ground/db/recordset.ts";
import type { Ledger } from "../ledger/post-entry.ts";
import { cashTaken } from "../ledger/received-row.ts";
import { paperSaleEntry } from "./paper-entry.ts";

export interface PaperSaleParts extends KnowsHeldCodes {
  readonly world: World;
  readonly ledger: Ledger;
}

interface Use {
  readonly batchId: string;
  readonly serial: number;
  readonly siteId: string;
  readonly epoch: string;
  readonly seq: number;
  readonly usedAtMs: number;
}

/** How a batch is booked, and whose its vouchers are, stays as it is until these uses are in the books: who changes it waits, and then sees them. */
export async function keepBatches(tx: Tx, providerId: string, batchIds: readonly string[]): Promise<void> {
  const keep = async () => {
    const { rows } = await sql<{ batchId: string }>`
      select batch_id from voucher_batches where provider_id = ${providerId} and batch_id = any(${batchIds}::text[])
      order by batch_id for share`.execute(tx);
    return new Set(rows.map(({ batchId }) => batchId));
  };
  const kept = await keep();
  if (batchIds.every((batchId) => kept.has(batchId))) return;
  await sql`select pg_advisory_xact_lock_shared(hashtextextended(${absentName(providerId)}, 0))`.execute(tx);
  await keep();
}

/** One for all that are not there: a stolen router that makes up a batch for each record would fill the server's table of locks, which all share. */
const absentName = (providerId: string): string => `uses-of-absent-batches/${providerId}`;

/**
 * Brings back a batch that a restore lost, with what was used of it and told before it was there. Who tells of its uses meanwhile waits, and then finds
 * the batch. @param adopt makes its row; false: it can't @returns what `adopt` said
 */
export async function bringBack(
  parts: PaperSaleParts,
  tx: Tx,
  { providerId, batchId }: { readonly providerId: string; readonly batchId: string },
  adopt: () => Promise<boolean>,
): Promise<boolean> {
  await lockName(tx, absentName(providerId));
  if (!(await adopt())) return false;
  const nowMs = parts.world.clock.wall().atMs;
  const { rows } = await sql<Use>`
    select r.batch_id, r.serial, r.site_id, r.epoch, r.seq, coalesce(s.started_at_ms, ${nowMs}::bigint) as "usedAtMs"
    from voucher_redemptions r
    left join grant_starts s on s.provider_id = r.provider_id and s.grant_id = r.grant_id and s.site_id = r.site_id
    where r.provider_id = ${providerId} and r.batch_id = ${batchId}`.execute(tx);
  if (rows.length > 0) await bookUses(parts, tx, { providerId, bookedAtMs: nowMs }, rows);
  return true;
}

export async function bookUses(
  { world, ledger, heldCodes }: PaperSaleParts,
  tx: Tx,
  { providerId, bookedAtMs }: { readonly providerId: string; readonly bookedAtMs: number },
  uses: readonly Use[],
): Promise<void> {
  const named = uses.map((use) => ({ ...use, entryId: newId(world) }));
  const { rows } = await sql<{
    batchId: string;
    serial: number;
    siteId: string;
    priceCents: number | string;
    currency: string;
    entryId: string;
  }>`
    with f as (
      select distinct on (f."batchId", f.serial) f.*
      from ${recordset("f", named, {
        batchId: "text",
        serial: "integer",
        siteId: "text",
        epoch: "text",
        seq: "bigint",
        usedAtMs: "bigint",
        entryId: "text",
      })}
      order by f."batchId", f.serial, f."usedAtMs", f."siteId", f.seq
    )
    insert into voucher_sales (provider_id, batch_id, serial, how, site_id, sold_at_ms, epoch, seq, booked_at_ms, price_cents,
      currency, entry_id)
    select b.provider_id, b.batch_id, f.serial, 'used', f."siteId", f."usedAtMs", f.epoch, f.seq, ${bookedAtMs}::bigint,
      b.price_cents, b.currency, f."entryId"
    from f
    join voucher_batches b on b.provider_id = ${providerId} and b.batch_id = f."batchId"
    where b.booking in ('first-use', 'handed-out') and b.price_cents > 0 and f.serial < b.quantity
      and not exists (
        select from ${heldCodes} v
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
    const { batchId, serial, siteId, currency } = row;
    const priceCents = Number(row.priceCents);
    return {
      entryId: row.entryId,
      entry: paperSaleEntry({ batchId, serial, priceCents, currency }),
      received: cashTaken({ kind: "voucher", takenBy: null, siteId, amountCents: priceCents, currency }),
    };
  });
  await ledger.postMany(tx, providerId, entries, bookedAtMs);
}

/**
 * Finds what was sold, and taken back, since the last look, and books each venue's share of it. The books say what was sold: an entry against
 * `revenue` or `refunds`, of a payment, a cash sale or a voucher. What nothing has proved yet (`pending`) brings no share before it is.
 */

import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { rowsInJson } from "../../ground/db/json.ts";
import { lockName } from "../../ground/db/lock-keys.ts";
import { bookedSales } from "../../money/booked-sales/booked-sales.ts";
import type { Ledger, NumberedEntry } from "../../money/ledger/post-entry.ts";
import { type Sale, type Share, shareEntry, shareOf, sharesOf } from "./share-policy.ts";

export interface VenueParts {
  readonly world: World;
  readonly ledger: Ledger;
}

/** An entry gets its time when its transaction writes it, and is seen when that commits: none takes this long. */
const overlapMs = 3_600_000;
const entriesAtOnce = 500;

/** Until the transaction ends nobody else books shares or pays them out. */
export async function lockShares(tx: Tx, providerId: string): Promise<void> {
  await lockName(tx, `venue-shares/${providerId}`);
}

/** Up to now. @returns how many sales had a share */
export async function accrue(parts: VenueParts, tx: Tx, providerId: string): Promise<number> {
  // Before anything is read: what somebody changes at this moment is waited for.
  await lockShares(tx, providerId);
  const shares = await readShares(tx, providerId);
  if (shares.length === 0) return 0;
  const nowMs = parts.world.clock.wall().atMs;
  const progress = await tx.selectFrom("venue_progress").select("lookedUntilMs").executeTakeFirst();
  // A clock that was ahead dated it: what is sold since the clock was set is looked at all the same.
  const passed = (atMs: number) => Math.min(atMs, nowMs) - overlapMs;
  const sinceMs = shares.reduce((first, { fromMs }) => Math.min(first, fromMs), passed(nowMs));
  const fromMs = progress === undefined ? sinceMs : Math.max(sinceMs, passed(progress.lookedUntilMs));
  let booked = 0;
  for (let after: Place | null = { atMs: fromMs, entryId: "" }; after !== null; ) {
    const { sales, last } = await readSales(tx, providerId, after);
    booked += await bookShares(parts, tx, { providerId, shares, sales, nowMs });
    after = last;
  }
  const row = { providerId, lookedUntilMs: nowMs };
  await tx
    .insertInto("venue_progress")
    .values(row)
    .onConflict((on) => on.column("providerId").doUpdateSet(row))
    .execute();
  return booked;
}

const accrualColumns = sql.raw(
  "provider_id, entry_id, venue_id, site_id, plan_id, sale_cents, share_cents, currency, at_ms",
);

interface MadeAccrual {
  readonly entryId: string;
  readonly venueId: string;
  readonly shareCents: number | string;
  readonly currency: string;
}

async function bookShares(
  parts: VenueParts,
  tx: Tx,
  {
    providerId,
    shares,
    sales,
    nowMs,
  }: {
    readonly providerId: string;
    readonly shares: readonly Share[];
    readonly sales: readonly FoundSale[];
    readonly nowMs: number;
  },
): Promise<number> {
  const accruals = sales.flatMap((sale) =>
    sharesOf(sale, shares, nowMs).map(({ venueId, permille }) => ({
      sale,
      row: {
        providerId,
        entryId: sale.entryId,
        venueId,
        siteId: sale.siteId,
        planId: sale.planId,
        saleCents: sale.saleCents,
        shareCents: shareOf(sale.saleCents, permille),
        currency: sale.currency,
        atMs: sale.bookedAtMs,
      },
    })),
  );
  if (accruals.length === 0) return 0;
  // As one parameter: a site may have as many venues as its provider likes, and a statement takes 65,535 parameters at most.
  const { rows: made } = await sql<MadeAccrual>`
    insert into venue_accruals (${accrualColumns})
    select ${accrualColumns} from jsonb_populate_recordset(null::venue_accruals, ${rowsInJson(accruals.map(({ row }) => row))}::jsonb)
    on conflict (provider_id, entry_id, venue_id) do nothing
    returning entry_id, venue_id, share_cents, currency`.execute(tx);
  const entries = made.flatMap((row): NumberedEntry[] => {
    const entry = shareEntry(row, row.venueId, Number(row.shareCents));
    return entry === null ? [] : [{ entryId: newId(parts.world), entry }];
  });
  await parts.ledger.postMany(tx, providerId, entries, parts.world.clock.wall().atMs);
  return made.length;
}

async function readShares(tx: Tx, providerId: string): Promise<Share[]> {
  const rows = await tx.selectFrom("venue_shares").selectAll().where("providerId", "=", providerId).execute();
  return rows.map((row) => ({
    venueId: row.venueId,
    siteId: row.siteId,
    planId: row.planId,
    permille: row.permille,
    fromMs: row.fromMs,
    untilMs: row.untilMs,
  }));
}

interface Place {
  readonly atMs: number;
  readonly entryId: string;
}

interface FoundSale extends Sale {
  readonly bookedAtMs: number;
}

/** The entries after this place, in the order of the books; `last`: where to go on, or null at their end. */
async function readSales(
  tx: Tx,
  providerId: string,
  after: Place,
): Promise<{ sales: FoundSale[]; last: Place | null }> {
  const slice = sql`select * from ledger_entries
    where provider_id = ${providerId} and (at_ms, entry_id) > (${after.atMs}::bigint, ${after.entryId})
    order by at_ms, entry_id limit ${entriesAtOnce}`;
  const { rows } = await sql<{
    entryId: string;
    atMs: number | string;
    currency: string | null;
    saleCents: number | string | null;
    siteId: string | null;
    planId: string | null;
    soldAtMs: number | string | null;
  }>`
    select sale.entry_id, sale.at_ms, sale.currency, sale.cents as "saleCents", sale.site_id,
      sale.plan_id, sale.sold_at_ms
    from (${bookedSales(slice)}) sale
    order by sale.at_ms, sale.entry_id`.execute(tx);
  const end = rows.at(-1);
  const entries = new Set(rows.map(({ entryId }) => entryId)).size;
  const last = end === undefined || entries < entriesAtOnce ? null : { atMs: Number(end.atMs), entryId: end.entryId };
  const sales = rows.flatMap(({ entryId, atMs, currency, saleCents, siteId, planId, soldAtMs }): FoundSale[] =>
    currency === null || saleCents === null || siteId === null
      ? []
      : [
          {
            entryId,
            currency,
            siteId,
            planId,
            saleCents: Number(saleCents),
            soldAtMs: Number(soldAtMs),
            bookedAtMs: Number(atMs),
          },
        ],
  );
  return { sales, last };
}

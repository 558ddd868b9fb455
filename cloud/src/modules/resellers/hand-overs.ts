/**
 * Vouchers on their way to a reseller, sold there, or back.
 *
 * Attacks   A reseller says less was sold than was: what customers used is sold, whatever anybody says (`bookUsed`). He gives codes back
 *           that he sold at a site which is away: what it tells later to have begun before the return is sold after all. He gets codes that were used
 *           already at a site which is away: what it tells later to have begun before the hand-over is not his. He gives codes back that
 *           he copied: a returned voucher is switched off, unless somebody decides otherwise. Two members of staff hand the same codes to two
 *           people: the table's key lets one of them fail. A code that is a customer's by name is nobody's to sell; who gives one away waits for
 *           the batch, as who hands over does. More goes out than was agreed: the limit is judged under the reseller's lock.
 */

import { newId } from "@karibu/protocol/identifiers";
import { type RawBuilder, type Selectable, sql } from "kysely";
import {
  type BatchRow,
  lockBatch,
  priceToBook,
  readBatch,
  type VoucherShop,
} from "../../catalogue/vouchers/batches.ts";
import { givenOf, soldOf } from "../../catalogue/vouchers/voucher-owners.ts";
import { findByCode, readVouchers, serialsAfter, setVoucherDisabled } from "../../catalogue/vouchers/vouchers.ts";
import type { Tx } from "../../ground/db/database.ts";
import { processClockSlackMs } from "../../ground/db/hub-clock.ts";
import { recordsetInColumns } from "../../ground/db/recordset.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import type { Ledger, NumberedEntry } from "../../money/ledger/post-entry.ts";
import { isDeclaredBy, noteVoucherSales, saleIsNoted } from "../../money/paper-sales/note-voucher-sales.ts";
import { paperSaleEntry } from "../../money/paper-sales/paper-entry.ts";
import { currencyOfProvider } from "../../tenancy/providers/provider-country.ts";
import { commissionOf, mayHandOver, notSoldEntry, soldEntry } from "./reseller-policy.ts";
import { lockReseller, standingIn } from "./resellers.ts";

export type HandOverRow = Selectable<Schema["voucher_hand_overs"]>;

export interface ResellerParts extends VoucherShop {
  readonly ledger: Ledger;
}

/** Read and computed at once. */
const sliceSerials = 500;

export interface HandOverOrder {
  readonly resellerId: string;
  readonly batchId: string;
  readonly codes: number;
  /** The first one to take; left out: the first that nobody has. */
  readonly fromSerial?: number | undefined;
  readonly key: string;
  readonly userId: string;
}

/** The next vouchers of the batch that can be sold and are with nobody. The same key again changes nothing. */
export async function handOver(
  parts: ResellerParts,
  tx: Tx,
  providerId: string,
  order: HandOverOrder,
): Promise<HandOverRow> {
  const reseller = await lockReseller(tx, order.resellerId);
  const same = await tx
    .selectFrom("voucher_hand_overs")
    .selectAll()
    .where("idempotencyKey", "=", order.key)
    .executeTakeFirst();
  if (same !== undefined) return refuseOther(same, order);
  if (!reseller.active) throw refusal("reseller-off");
  await lockBatch(tx, order.batchId);
  const batch = await readBatch(tx, order.batchId);
  if (batch.state !== "ready") throw refusal("batch-not-ready");
  const { currency } = batch;
  // Of codes that are given away, or that another system's books have, nobody owes anything here.
  const priceCents = priceToBook(batch);
  const commissionCents = commissionOf(priceCents, reseller.commissionPermille);
  const standing = await standingIn(tx, { providerId, resellerId: order.resellerId, currency });
  // The limit is in the provider's currency: what it says of another one nobody has agreed.
  const isOwnCurrency = currency === (await currencyOfProvider(tx, providerId));
  const limitCents = reseller.creditLimitCents === null || isOwnCurrency ? reseller.creditLimitCents : 0;
  const exposure = { ...standing, limitCents };
  if (!mayHandOver(exposure, order.codes * (priceCents - commissionCents)))
    throw refusal("beyond-credit", { field: "codes" });
  const serials = await freeSerials(parts, tx, batch, order);
  const row = await tx
    .insertInto("voucher_hand_overs")
    .values({
      providerId,
      handOverId: newId(parts.world),
      resellerId: order.resellerId,
      batchId: order.batchId,
      codes: serials.length,
      firstSerial: serials[0] as number,
      lastSerial: serials.at(-1) as number,
      priceCents,
      commissionCents,
      currency,
      handedBy: order.userId,
      idempotencyKey: order.key,
      // Used before is not the reseller's sale.
      handedAtMs: parts.world.clock.wall().atMs,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  const { numInsertedOrUpdatedRows: taken } = await tx
    .insertInto("reseller_vouchers")
    .columns(["providerId", "batchId", "serial", "handOverId"])
    .expression(
      sql`select ${providerId}::text, ${order.batchId}::text, serial::integer, ${row.handOverId}::text
        from jsonb_array_elements_text(${JSON.stringify(serials)}::jsonb) as given(serial)`,
    )
    .onConflict((on) => on.columns(["providerId", "batchId", "serial"]).doNothing())
    .executeTakeFirstOrThrow();
  // Somebody handed some of them over meanwhile: nothing of this one is kept.
  if (Number(taken) !== serials.length) throw tooFew();
  if (batch.booking === "handed-out")
    await book(
      parts,
      tx,
      providerId,
      sql`update reseller_vouchers set sold_at_ms = ${row.handedAtMs}, sold_how = 'handed-out'
        where provider_id = ${providerId} and hand_over_id = ${row.handOverId} returning batch_id, serial, hand_over_id`,
      "handed-out",
    );
  return row;
}

function refuseOther(row: HandOverRow, order: HandOverOrder): HandOverRow {
  if (row.resellerId === order.resellerId && row.batchId === order.batchId && row.codes === order.codes) return row;
  throw refusal("key-reused", { field: "Idempotency-Key" });
}

async function freeSerials(parts: ResellerParts, tx: Tx, batch: BatchRow, order: HandOverOrder): Promise<number[]> {
  const free: number[] = [];
  for (let after = (order.fromSerial ?? 0) - 1; free.length < order.codes; ) {
    const serials = serialsAfter(batch, after, sliceSerials);
    if (serials.length === 0) throw tooFew();
    const held = await tx
      .selectFrom("reseller_vouchers")
      .select("serial")
      .where("batchId", "=", batch.batchId)
      .where("serial", "in", serials)
      .execute();
    const given = await givenOf(tx, batch.batchId, serials);
    const sold = await soldOf(tx, batch.batchId, serials);
    const isHeld = new Set([...given, ...sold, ...held.map(({ serial }) => serial)]);
    const vouchers = await readVouchers(
      parts,
      tx,
      batch,
      serials.filter((serial) => !isHeld.has(serial)),
    );
    free.push(...vouchers.filter(({ state }) => state === "active").map(({ serial }) => serial));
    after = serials.at(-1) as number;
  }
  return free.slice(0, order.codes);
}

const tooFew = () => refusal("too-few-codes", { field: "codes" });

/** Which of the vouchers that are out. */
export interface Chosen {
  readonly handOverId: string;
  /** As they are printed; null: all that are out. */
  readonly codes: readonly string[] | null;
}

/** Back from the reseller, who owes nothing for them. @returns how many */
export async function takeBack(
  parts: ResellerParts,
  tx: Tx,
  providerId: string,
  given: Chosen & { readonly resellerId: string; readonly disable: boolean },
): Promise<number> {
  await lockReseller(tx, given.resellerId);
  const handOver = await readHandOver(tx, given.resellerId, given.handOverId);
  const { batchId } = handOver;
  // A use that is being told books nothing while the voucher is the reseller's, and is seen here once it is told.
  await lockBatch(tx, batchId);
  await bookUsed(parts, tx, providerId, given.handOverId);
  const serials = await outSerials(parts, tx, handOver, given.codes);
  for (let at = 0; at < serials.length; at += sliceSerials)
    await tx
      .deleteFrom("reseller_vouchers")
      .where("batchId", "=", batchId)
      .where("handOverId", "=", given.handOverId)
      .where("soldAtMs", "is", null)
      .where("serial", "in", serials.slice(at, at + sliceSerials))
      .execute();
  await tx
    .insertInto("returned_vouchers")
    .columns(["providerId", "batchId", "serial", "handOverId", "returnedAtMs"])
    .expression(
      sql`select ${providerId}::text, ${batchId}::text, serial::integer, ${given.handOverId}::text, ${parts.world.clock.wall().atMs}::bigint
        from jsonb_array_elements_text(${JSON.stringify(serials)}::jsonb) as given(serial)`,
    )
    .execute();
  await tx
    .updateTable("voucher_hand_overs")
    .set((row) => ({ returned: row("returned", "+", serials.length) }))
    .where("handOverId", "=", given.handOverId)
    .execute();
  if (given.disable) for (const serial of serials) await setVoucherDisabled(parts, tx, `${batchId}.${serial}`, true);
  return serials.length;
}

/** Sold on the reseller's word, before anybody used them. @returns how many */
export async function bookDeclared(
  parts: ResellerParts,
  tx: Tx,
  providerId: string,
  given: Chosen & { readonly resellerId: string },
): Promise<number> {
  await lockReseller(tx, given.resellerId);
  const handOver = await readHandOver(tx, given.resellerId, given.handOverId);
  await bookUsed(parts, tx, providerId, given.handOverId);
  const serials = await outSerials(parts, tx, handOver, given.codes);
  await book(
    parts,
    tx,
    providerId,
    sql`update reseller_vouchers set sold_at_ms = ${parts.world.clock.wall().atMs}, sold_how = 'declared'
      where provider_id = ${providerId} and batch_id = ${handOver.batchId} and sold_at_ms is null
        and serial in (select jsonb_array_elements_text(${JSON.stringify(serials)}::jsonb)::integer)
      returning batch_id, serial, hand_over_id`,
  );
  return serials.length;
}

/** What customers used is sold, and what the office refunded before it was counted: the reseller took its money. @returns how many were not booked before */
export async function bookUsed(
  parts: Pick<ResellerParts, "world" | "ledger">,
  tx: Tx,
  providerId: string,
  handOverId: string | null = null,
): Promise<number> {
  const late = await bookUsedBeforeReturn(parts, tx, providerId, handOverId);
  await takeOutUsedBefore(parts, tx, providerId, { handOverId });
  const those = handOverId === null ? sql`true` : sql`v.hand_over_id = ${handOverId}`;
  const used = await book(
    parts,
    tx,
    providerId,
    // Two at once: the second waits for the row, and then finds it sold.
    sql`update reseller_vouchers v set sold_at_ms = ${parts.world.clock.wall().atMs}, sold_how = 'used'
      where v.provider_id = ${providerId} and v.sold_at_ms is null and ${those} and (exists (
        select 1 from voucher_redemptions r
        where r.provider_id = v.provider_id and r.batch_id = v.batch_id and r.serial = v.serial)
      or ${saleIsNoted})
      returning v.batch_id, v.serial, v.hand_over_id`,
  );
  return late + used;
}

/** Did a use of a voucher, `v`, begin `when`? A start that the site's clock does not date says nothing yet. */
const wasUsed = (when: RawBuilder<unknown>) => sql<boolean>`exists (
  select 1 from voucher_redemptions r join grant_starts s on s.provider_id = r.provider_id and s.grant_id = r.grant_id
    and s.site_id = r.site_id
  where r.provider_id = v.provider_id and r.batch_id = v.batch_id and r.serial = v.serial and s.settled and s.started_at_ms ${when})`;

/** Was it dated by a clock that was ahead? Then it says nothing of what came before it: whoever has sold since would owe nothing, and whoever gave back, all. */
const isAhead = ({ world }: Pick<ResellerParts, "world">, when: RawBuilder<unknown>) =>
  sql<boolean>`(${when} > ${world.clock.wall().atMs + processClockSlackMs}::bigint)`;

/** They are sold by who had them then, also where somebody else has got them since. */
async function bookUsedBeforeReturn(
  parts: Pick<ResellerParts, "world" | "ledger">,
  tx: Tx,
  providerId: string,
  handOverId: string | null,
): Promise<number> {
  const those = handOverId === null ? sql`true` : sql`v.hand_over_id = ${handOverId}`;
  const { rows } = await sql<{ batchId: string; serial: number; handOverId: string }>`
    delete from returned_vouchers v using voucher_hand_overs h
    where v.provider_id = ${providerId} and h.provider_id = v.provider_id and h.hand_over_id = v.hand_over_id and ${those}
      and not ${isAhead(parts, sql`v.returned_at_ms`)}
      and ${wasUsed(sql`between case when ${isAhead(parts, sql`h.handed_at_ms`)} then 0 else h.handed_at_ms end and v.returned_at_ms`)}
      -- Booked on who has it now: it is taken from them first (\`takeOutUsedBefore\`), and this row still says whose it was.
      and not exists (select from reseller_vouchers s where s.provider_id = v.provider_id and s.batch_id = v.batch_id
        and s.serial = v.serial and s.sold_at_ms is not null)
    returning v.batch_id, v.serial, v.hand_over_id`.execute(tx);
  if (rows.length === 0) return 0;
  await sql`
    update voucher_hand_overs h set returned = h.returned - late.codes
    from (select hand_over_id, count(*) as codes from ${recordsetInColumns("l", rows, { handOverId: "text" })} group by 1) late
    where h.provider_id = ${providerId} and h.hand_over_id = late.hand_over_id`.execute(tx);
  return book(
    parts,
    tx,
    providerId,
    sql`insert into reseller_vouchers as v (provider_id, batch_id, serial, hand_over_id, sold_at_ms, sold_how)
      select distinct on (l.batch_id, l.serial) ${providerId}::text, l.batch_id, l.serial, l.hand_over_id,
        ${parts.world.clock.wall().atMs}::bigint, 'used'
      from ${recordsetInColumns("l", rows, { batchId: "text", serial: "integer", handOverId: "text" })}
      order by l.batch_id, l.serial, l.hand_over_id
      on conflict (provider_id, batch_id, serial) do update
        set hand_over_id = excluded.hand_over_id, sold_at_ms = excluded.sold_at_ms, sold_how = excluded.sold_how
        where v.sold_at_ms is null
      returning v.batch_id, v.serial, v.hand_over_id`,
  );
}

/**
 * What was used before it was handed over is not the reseller's sale: it goes out of the hand-over as if it had come back, and its batch answers for the
 * cash. What is unsold is looked at always; what is booked as sold too, where a person asks for a reseller.
 */
export async function takeOutUsedBefore(
  parts: Pick<ResellerParts, "world" | "ledger">,
  tx: Tx,
  providerId: string,
  { handOverId, resellerId }: { readonly handOverId?: string | null; readonly resellerId?: string },
): Promise<void> {
  const ofReseller = resellerId === undefined ? sql`v.sold_at_ms is null` : sql`h.reseller_id = ${resellerId}`;
  const those = handOverId == null ? ofReseller : sql`${ofReseller} and v.hand_over_id = ${handOverId}`;
  const { rows } = await sql<{
    batchId: string;
    serial: number;
    handOverId: string;
    isSold: boolean;
    isBooked: boolean;
    resellerId: string;
    price: number | string;
    commission: number | string;
    currency: string;
  }>`
    delete from reseller_vouchers v using voucher_hand_overs h
    where v.provider_id = ${providerId} and h.provider_id = v.provider_id and h.hand_over_id = v.hand_over_id and ${those}
      and ${wasUsed(sql`< h.handed_at_ms`)} and not ${isAhead(parts, sql`h.handed_at_ms`)}
      -- Nobody sells before they have it: a hand-over that is dated later than its sale was dated by a clock that was ahead.
      and coalesce(v.sold_at_ms >= h.handed_at_ms - ${processClockSlackMs}::bigint, true)
    returning v.batch_id, v.serial, v.hand_over_id, v.sold_at_ms is not null as is_sold, ${saleIsNoted} as is_booked, h.reseller_id,
      h.price_cents as price, h.commission_cents - v.commission_back_cents as commission, h.currency`.execute(tx);
  if (rows.length === 0) return;
  await sql`
    update voucher_hand_overs h set returned = h.returned + gone.codes
    from (select hand_over_id, count(*) as codes from ${recordsetInColumns("l", rows, { handOverId: "text" })} group by 1) gone
    where h.provider_id = ${providerId} and h.hand_over_id = gone.hand_over_id`.execute(tx);
  const noted: Parameters<typeof noteVoucherSales>[2][number][] = [];
  const entries = rows.flatMap((row): NumberedEntry[] => {
    const { batchId, serial, currency, isSold, isBooked } = row;
    const sale = { batchId, serial, priceCents: Number(row.price), currency };
    // A refund of the office booked it already, as the batch's.
    if (sale.priceCents === 0 || (!isSold && isBooked)) return [];
    const entryId = newId(parts.world);
    if (!isSold) {
      noted.push({ ...sale, entryId });
      return [{ entryId, entry: paperSaleEntry(sale) }];
    }
    const { resellerId, handOverId } = row;
    return [
      { entryId, entry: notSoldEntry({ ...sale, resellerId, handOverId, commissionCents: Number(row.commission) }) },
    ];
  });
  const nowMs = parts.world.clock.wall().atMs;
  await noteVoucherSales(tx, { providerId, how: "used", nowMs }, noted);
  await parts.ledger.postMany(tx, providerId, entries, nowMs);
}

/** Books what the statement marks as sold, in the same transaction. */
async function book(
  parts: Pick<ResellerParts, "world" | "ledger">,
  tx: Tx,
  providerId: string,
  marking: ReturnType<typeof sql>,
  how: "reseller" | "handed-out" = "reseller",
): Promise<number> {
  const { rows } = await sql<{
    batchId: string;
    serial: number;
    resellerId: string;
    handOverId: string;
    price: number;
    commission: number;
    currency: string;
    isBooked: boolean;
    isInTill: boolean;
  }>`
    with sold as (${marking})
    select s.batch_id, s.serial, h.reseller_id, h.hand_over_id, h.price_cents as price, h.commission_cents as commission, h.currency,
      exists (select 1 from ledger_entries e where e.provider_id = ${providerId}
        and e.entry_key = 'voucher-sale:' || s.batch_id || '.' || s.serial) as is_booked,
      ${isDeclaredBy(providerId)} as is_in_till
    from sold s join voucher_hand_overs h on h.provider_id = ${providerId} and h.hand_over_id = s.hand_over_id`.execute(
    tx,
  );
  const noted: Parameters<typeof noteVoucherSales>[2][number][] = [];
  const entries = rows.flatMap((row): NumberedEntry[] => {
    const entry = soldEntry({
      resellerId: row.resellerId,
      handOverId: row.handOverId,
      batchId: row.batchId,
      serial: row.serial,
      priceCents: Number(row.price),
      commissionCents: Number(row.commission),
      currency: row.currency,
      isBooked: row.isBooked,
      isInTill: row.isInTill,
    });
    if (entry === null) return [];
    const entryId = newId(parts.world);
    const { batchId, serial, currency } = row;
    if (!row.isBooked) noted.push({ entryId, batchId, serial, priceCents: Number(row.price), currency });
    return [{ entryId, entry }];
  });
  const nowMs = parts.world.clock.wall().atMs;
  await noteVoucherSales(tx, { providerId, how, nowMs }, noted);
  await parts.ledger.postMany(tx, providerId, entries, nowMs);
  return rows.length;
}

export async function readHandOver(tx: Tx, resellerId: string, handOverId: string): Promise<HandOverRow> {
  const row = await tx
    .selectFrom("voucher_hand_overs")
    .selectAll()
    .where("handOverId", "=", handOverId)
    .where("resellerId", "=", resellerId)
    .executeTakeFirst();
  if (row === undefined) throw notFound("hand-over", "handOverId");
  return row;
}

/** Throws a Problem 409 "not-with-reseller" where a named code is not among them. */
async function outSerials(
  parts: ResellerParts,
  tx: Tx,
  { handOverId, batchId }: HandOverRow,
  codes: readonly string[] | null,
): Promise<number[]> {
  const rows = await tx
    .selectFrom("reseller_vouchers")
    .select("serial")
    .where("handOverId", "=", handOverId)
    .where("soldAtMs", "is", null)
    .orderBy("serial")
    .forUpdate() // used ones are booked without the reseller's lock: none may become sold between this look and what follows
    .execute();
  if (codes === null) return rows.map(({ serial }) => serial);
  const out = new Set(rows.map(({ serial }) => serial));
  const chosen = new Set<number>();
  for (const code of codes) {
    const voucher = (await findByCode(parts, tx, code)).find((one) => one.batchId === batchId && out.has(one.serial));
    if (voucher === undefined) throw refusal("not-with-reseller", { field: "codes" });
    chosen.add(voucher.serial);
  }
  return [...chosen];
}

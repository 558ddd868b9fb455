/**
 * The list of vouchers. There is no table with a row per voucher: their places (batch and serial) are counted, batch by batch.
 * Only the vouchers of the page are computed and joined with what is known of them.
 */
import { sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { contains, countMax, cursorOf, type Page, readAfter, type Total } from "../../ground/lists/list.ts";
import { pageQuery } from "../../ground/lists/page.ts";
import { spanFields, within } from "../../ground/lists/span.ts";
import { stateOfVoucher, type VoucherState } from "./batch-policy.ts";
import { type BatchRow, readBatch, type VoucherShop } from "./batches.ts";
import { type Place, readVouchersAt, serialsAfter, type Voucher } from "./vouchers.ts";

const id = z.string().min(1).max(128);

export const voucherListQuery = pageQuery.extend({
  /** By batch; within one, serials always go upwards. */
  sort: z.enum(["made", "-made"]).default("-made"),
  /** A whole code, or a part of the plan's name. */
  q: z.string().trim().min(1).max(100).optional(),
  batchId: id.optional(),
  planId: id.optional(),
  /** The home site of the batch. */
  siteId: id.optional(),
  state: z.enum(["active", "used", "expired", "disabled"]).optional(),
  code: z.string().max(64).optional(),
  /** When the batch was made. */
  ...spanFields,
});
export type VoucherListQuery = z.output<typeof voucherListQuery>;

/** Where reading continues: serials of this batch after this one, and then the next batches. */
interface Start {
  readonly batchId: string;
  readonly serial: number;
}

/** Serials whose state is read at once: few where most match, more and more where none does. */
const spanSerialsMin = 1000;
const spanSerialsMax = 16_000;
const batchesAtOnce = 50;

/** @param findCode the vouchers with a typed code, for who asks */
export async function listVouchers(
  shop: VoucherShop,
  tx: Tx,
  query: VoucherListQuery,
  findCode: (typed: string) => Promise<Voucher[]>,
): Promise<Page<Voucher>> {
  const code = query.code ?? query.q;
  const byCode = code === undefined ? [] : await findCode(code);
  const isMine = (voucher: Voucher) =>
    (query.batchId === undefined || voucher.batchId === query.batchId) &&
    (query.state === undefined || voucher.state === query.state) &&
    (query.siteId === undefined || voucher.homeSiteId === query.siteId) &&
    (query.planId === undefined || voucher.planId === query.planId);
  if (query.code !== undefined || byCode.length > 0) {
    const items = byCode.filter(isMine);
    const total = { count: items.length, more: false };
    return { items, nextCursor: null, ...(query.count === true ? { total } : {}) };
  }
  if (query.batchId !== undefined) await readBatch(tx, query.batchId);
  const places = await findPlaces(shop, tx, query);
  const vouchers = await readVouchersAt(shop, tx, places.slice(0, query.limit));
  const last = places.length > query.limit ? vouchers.at(-1) : undefined;
  return {
    ...(query.count === true ? { total: await countVouchers(shop, tx, query) } : {}),
    items: vouchers,
    nextCursor: last === undefined ? null : cursorOf(query, [last.batchId, last.serial]),
  };
}

async function countVouchers(shop: VoucherShop, tx: Tx, query: VoucherListQuery): Promise<Total> {
  const found = await findPlaces(shop, tx, { ...query, limit: countMax, cursor: undefined });
  return { count: Math.min(found.length, countMax), more: found.length > countMax };
}

/** One more than the page, to know whether there is a next page. */
async function findPlaces(shop: VoucherShop, tx: Tx, query: VoucherListQuery): Promise<Place[]> {
  const after = readAfter(query, [{ kind: "string" }, { kind: "number" }]);
  const wanted = query.limit + 1;
  const nowMs = shop.world.clock.wall().atMs;
  const found: Place[] = [];
  let start: Start | null =
    after === null ? null : { batchId: after[0] as string, serial: Math.max(-1, after[1] as number) };
  for (let room = spanSerialsMin; found.length < wanted; room = Math.min(room * 2, spanSerialsMax)) {
    const batches = await batchesFrom(tx, query, start);
    const spans = spansOf(batches, start, room);
    for (const span of spans.read) {
      const left = wanted - found.length;
      if (query.state === undefined) found.push(...placesOf(span, left));
    }
    if (query.state !== undefined) {
      const inState = await placesInState(tx, spans.read, query.state, nowMs);
      found.push(...inState.slice(0, wanted - found.length));
    }
    if (spans.next === null && batches.length < batchesAtOnce) break;
    const lastBatch = batches.at(-1) as BatchRow;
    start = spans.next ?? { batchId: lastBatch.batch_id, serial: lastBatch.quantity };
  }
  return found;
}

function batchesFrom(tx: Tx, query: VoucherListQuery, start: Start | null): Promise<BatchRow[]> {
  const isDown = query.sort === "-made";
  const { batchId, planId, siteId, q, state } = query;
  return (
    tx
      .selectFrom("voucher_batches")
      .selectAll()
      .$if(start !== null, (is) => is.where("batch_id", isDown ? "<=" : ">=", start?.batchId ?? ""))
      .$if(batchId !== undefined, (is) => is.where("batch_id", "=", batchId ?? ""))
      .$if(planId !== undefined, (is) => is.where("plan_id", "=", planId ?? ""))
      .$if(siteId !== undefined, (is) => is.where("home_site_id", "=", siteId ?? ""))
      .where(within(sql.ref("created_at_ms"), query))
      .$if(q !== undefined, (is) => is.where(contains([sql.ref("plan_name")], q ?? "")))
      // All codes of a batch that is switched off are disabled.
      .$if(state !== undefined && state !== "disabled", (is) => is.where("active", "=", true))
      .orderBy("batch_id", isDown ? "desc" : "asc")
      .limit(batchesAtOnce)
      .execute()
  );
}

/** Serials of a batch after `after` and up to `last`. */
interface Span {
  readonly batch: BatchRow;
  readonly after: number;
  readonly last: number;
}

interface Spans {
  readonly read: readonly Span[];
  readonly next: Start | null;
}

/** The part of these batches that is read at once, and where to continue; null: the end. */
function spansOf(batches: readonly BatchRow[], start: Start | null, serials: number): Spans {
  const read: Span[] = [];
  let room = serials;
  for (const batch of batches) {
    const after = batch.batch_id === start?.batchId ? start.serial : -1;
    const last = Math.min(batch.quantity - 1, after + room);
    if (last > after) read.push({ batch, after, last });
    room -= Math.max(0, last - after);
    if (last < batch.quantity - 1) return { read, next: { batchId: batch.batch_id, serial: Math.max(after, last) } };
  }
  return { read, next: null };
}

function placesOf({ batch, after, last }: Span, count: number): Place[] {
  return serialsAfter(batch, after, count)
    .filter((serial) => serial <= last)
    .map((serial) => ({ batch, serial }));
}

async function placesInState(tx: Tx, spans: readonly Span[], state: VoucherState, nowMs: number): Promise<Place[]> {
  if (spans.length === 0) return [];
  const [after, last] = [Math.min(...spans.map((span) => span.after)), Math.max(...spans.map((span) => span.last))];
  const batchIds = spans.map((span) => span.batch.batch_id);
  const exceptions = await tx
    .selectFrom("voucher_exceptions")
    .select(["batch_id", "serial"])
    .where("batch_id", "in", batchIds)
    .where("state", "=", "disabled")
    .where("serial", ">", after)
    .where("serial", "<=", last)
    .execute();
  // All states but this one depend on whether it was used.
  const uses = state === "disabled" ? [] : await readUses(tx, { batchIds, after, last });
  const disabled = new Set(exceptions.map((one) => `${one.batch_id}.${one.serial}`));
  const used = new Map(uses.map((use) => [`${use.batch_id}.${use.serial}`, use]));
  return spans.flatMap((span) =>
    placesOf(span, span.batch.quantity).filter(({ batch, serial }) => {
      const key = `${batch.batch_id}.${serial}`;
      const use = used.get(key);
      const times = { redeemedAtMs: use?.started_at_ms ?? null, endsAtMs: use?.ends_at_ms ?? null };
      const isDisabled = !batch.active || disabled.has(key);
      return stateOfVoucher({ ...times, isDisabled, batchExpiresAtMs: batch.expires_at_ms }, nowMs) === state;
    }),
  );
}

function readUses(tx: Tx, span: { batchIds: readonly string[]; after: number; last: number }) {
  return tx
    .selectFrom("voucher_redemptions as redemption")
    .innerJoin("grant_starts as start", (join) =>
      join
        .onRef("start.provider_id", "=", "redemption.provider_id")
        .onRef("start.grant_id", "=", "redemption.grant_id")
        .onRef("start.site_id", "=", "redemption.site_id"),
    )
    .select(["redemption.batch_id", "redemption.serial", "start.started_at_ms", "start.ends_at_ms"])
    .where("redemption.batch_id", "in", span.batchIds)
    .where("redemption.serial", ">", span.after)
    .where("redemption.serial", "<=", span.last)
    .orderBy("start.started_at_ms", "desc") // the first use is what remains in the map
    .execute();
}

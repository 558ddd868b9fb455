/**
 * The list of vouchers. There is no table with a row per voucher: their places (batch and serial) are counted, batch by batch.
 * Only the vouchers of the page are computed and joined with what is known of them. By a part of a code codes are computed to look into them: so many
 * in one request, and the next page goes on where this one stopped.
 */
import { sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import type { Actor } from "../../ground/http/actor.ts";
import { countMax, cursorOf, type Page, readAfter } from "../../ground/lists/list.ts";
import { pageQuery } from "../../ground/lists/page.ts";
import { spanFields, within } from "../../ground/lists/span.ts";
import type { VoucherState } from "./batch-policy.ts";
import { type BatchRow, readBatch, type VoucherShop } from "./batches.ts";
import type { CodeGuesses } from "./code-guesses.ts";
import { codePartOf } from "./code-part.ts";
import type { Place } from "./voucher-facts.ts";
import { readVouchersAt, type Voucher } from "./vouchers.ts";
import { isNamedLike, type Span, type Wanted, wantedPlacesIn } from "./wanted-places.ts";

const id = z.string().min(1).max(128);
/** In the order of `sort=state`. */
const states = ["active", "used", "expired", "disabled"] as const satisfies readonly VoucherState[];

export const voucherListQuery = pageQuery.extend({
  /**
   * `made`: by batch; `price`: by the batch's; `state`: active, used, expired, disabled; `ends`: those that have no end yet come last. Vouchers that are
   * equal in that stand by batch, and within a batch serials always go upwards.
   */
  sort: z.enum(["made", "-made", "price", "-price", "state", "-state", "ends", "-ends"]).default("-made"),
  /** A whole code, a part of it of three signs or more, or a part of the plan's name. Of an unused code only the end is searched for who may not see it. */
  q: z.string().trim().min(1).max(100).optional(),
  batchId: id.optional(),
  planId: id.optional(),
  /** The home site of the batch. */
  siteId: id.optional(),
  state: z.enum(states).optional(),
  code: z.string().max(64).optional(),
  /** When the batch was made. */
  ...spanFields,
});
export type VoucherListQuery = z.output<typeof voucherListQuery>;

/** Who asks. */
export interface VoucherReader {
  readonly actor: Actor;
  readonly guesses: CodeGuesses;
}

/** Where reading continues: after this place, among those of this rank. `rank`: the price, the state's number, or the end; 0 where places have none. */
interface Position {
  readonly rank: number;
  readonly batchId: string;
  readonly serial: number;
}

/** Serials whose state is read at once: few where most match, more and more where none does. */
const spanSerialsMin = 1000;
const spanSerialsMax = 16_000;
const batchesAtOnce = 50;
/** So many codes are computed by one search: about half a second. */
const searchedMax = 10_000;

export async function listVouchers(
  shop: VoucherShop,
  tx: Tx,
  query: VoucherListQuery,
  reader: VoucherReader,
): Promise<Page<Voucher>> {
  const code = query.code ?? query.q;
  const byCode = code === undefined ? [] : await reader.guesses.find(tx, reader.actor, code);
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
  const { places, next } = await findPlaces(shop, tx, query, reader.actor);
  const counted = query.count === true && { ...query, limit: countMax, cursor: undefined };
  const all = counted === false ? null : await findPlaces(shop, tx, counted, reader.actor);
  return {
    ...(all === null ? {} : { total: { count: all.places.length, more: all.next !== null } }),
    items: await readVouchersAt(shop, tx, places),
    nextCursor: next === null ? null : cursorOf(query, [next.rank, next.batchId, next.serial]),
  };
}

interface Found {
  readonly places: readonly Place[];
  /** Null: there are no more. */
  readonly next: Position | null;
}

/** What a place must be, and in which order. */
interface Asked extends Wanted {
  readonly query: VoucherListQuery;
}

async function findPlaces(shop: VoucherShop, tx: Tx, query: VoucherListQuery, actor: Actor): Promise<Found> {
  const after = readAfter(query, [{ kind: "number" }, { kind: "string" }, { kind: "number" }]);
  const start = after && {
    rank: after[0] as number,
    batchId: after[1] as string,
    serial: Math.max(-1, after[2] as number),
  };
  const asked: Asked = {
    query,
    state: query.state,
    isWithoutEnd: false,
    text: query.q ?? "",
    part: query.q === undefined ? null : codePartOf(query.q),
    actor,
    budget: { left: searchedMax },
    nowMs: shop.world.clock.wall().atMs,
  };
  switch (query.sort) {
    case "state":
    case "-state":
      return pageByState(shop, tx, asked, start);
    case "ends":
    case "-ends":
      return pageByEnd(shop, tx, asked, start);
    default:
      return pageByBatch(shop, tx, asked, start, query.limit);
  }
}

/** One state after the other; within each, by batch. */
async function pageByState(shop: VoucherShop, tx: Tx, asked: Asked, start: Position | null): Promise<Found> {
  const { query } = asked;
  const order = query.sort === "state" ? states : states.toReversed();
  const first = start === null ? 0 : Math.max(0, order.indexOf(states[start.rank] as VoucherState));
  const places: Place[] = [];
  for (const [index, state] of order.slice(first).entries()) {
    if (query.state !== undefined && query.state !== state) continue;
    const from = index === 0 ? start : null;
    const found = await pageByBatch(shop, tx, { ...asked, state }, from, query.limit - places.length);
    places.push(...found.places);
    if (found.next !== null) return { places, next: { ...found.next, rank: states.indexOf(state) } };
  }
  return { places, next: null };
}

/** Those that have an end, in its order; then the others, by batch. */
async function pageByEnd(shop: VoucherShop, tx: Tx, asked: Asked, start: Position | null): Promise<Found> {
  const { limit } = asked.query;
  const isAmongOthers = start?.rank === 0;
  const ended = isAmongOthers ? { places: [], next: null } : await pageOfEnds(shop, tx, asked, start);
  if (ended.next !== null) return ended;
  const from = isAmongOthers ? start : null;
  const others = await pageByBatch(shop, tx, { ...asked, isWithoutEnd: true }, from, limit - ended.places.length);
  return { places: [...ended.places, ...others.places], next: others.next && { ...others.next, rank: 0 } };
}

/** Those that have an end alone. */
async function pageOfEnds(shop: VoucherShop, tx: Tx, asked: Asked, start: Position | null): Promise<Found> {
  const { query } = asked;
  const places: Place[] = [];
  for (let after = start; ; ) {
    const ends = await readEnds(tx, query, after, spanSerialsMin);
    const spans = ends.map(({ batch, serial }) => ({ batch, after: serial - 1, last: serial }));
    const { places: found, stoppedAt } = await wantedPlacesIn(shop, tx, spans, asked);
    const here = found.slice(0, query.limit - places.length);
    places.push(...here);
    const last = here.at(-1);
    // One more is there: so there is a next page.
    if (here.length < found.length)
      return { places, next: last === undefined ? after : positionAt(ends, numberOf(ends, last)) };
    if (stoppedAt !== null) return { places, next: positionAt(ends, numberOf(ends, stoppedAt) - 1) ?? after };
    if (ends.length < spanSerialsMin) return { places, next: null };
    after = positionAt(ends, ends.length - 1);
  }
}

type End = Place & { readonly rank: number };

const numberOf = (ends: readonly End[], place: Place): number =>
  ends.findIndex(({ batch, serial }) => batch.batchId === place.batch.batchId && serial === place.serial);

function positionAt(ends: readonly End[], number: number): Position | null {
  const end = ends[number];
  return end === undefined ? null : { rank: end.rank, batchId: end.batch.batchId, serial: end.serial };
}

/** Batch after batch, each upwards. */
async function pageByBatch(
  shop: VoucherShop,
  tx: Tx,
  asked: Asked,
  begin: Position | null,
  limit: number,
): Promise<Found> {
  const places: Place[] = [];
  let start = begin;
  for (let room = spanSerialsMin; ; room = Math.min(room * 2, spanSerialsMax)) {
    const batches = await batchesFrom(tx, asked, start);
    const spans = spansOf(batches, start, room);
    const found = await wantedPlacesIn(shop, tx, spans.read, asked);
    const here = found.places.slice(0, limit - places.length);
    places.push(...here);
    const last = here.at(-1);
    // One more is there: so there is a next page.
    if (here.length < found.places.length)
      return { places, next: last === undefined ? (start ?? beginning) : positionOf(last) };
    if (found.stoppedAt !== null) {
      const { batch, serial } = found.stoppedAt;
      return { places, next: positionOf({ batch, serial: serial - 1 }) };
    }
    if (spans.next === null && batches.length < batchesAtOnce) return { places, next: null };
    const lastBatch = batches.at(-1) as BatchRow;
    start = spans.next ?? positionOf({ batch: lastBatch, serial: lastBatch.quantity });
  }
}

/** Where a page that was full already goes on: before the newest batch. Ids are hexadecimal. */
const beginning: Position = { rank: 0, batchId: "z", serial: -1 };

const positionOf = ({ batch, serial }: Place): Position => ({
  rank: batch.priceCents,
  batchId: batch.batchId,
  serial,
});

function batchesFrom(tx: Tx, asked: Asked, start: Position | null): Promise<BatchRow[]> {
  const { query, state } = asked;
  const isByPrice = query.sort.endsWith("price");
  const isUp = query.sort === "made" || query.sort === "price";
  const direction = isUp ? "asc" : "desc";
  const key = isByPrice ? sql`(price_cents, batch_id)` : sql`(batch_id)`;
  const from = isByPrice ? sql`(${start?.rank}::bigint, ${start?.batchId})` : sql`(${start?.batchId})`;
  return (
    batchesOf(tx, asked)
      .selectAll()
      .$if(start !== null, (is) => is.where(sql<boolean>`${key} ${sql.raw(isUp ? ">=" : "<=")} ${from}`))
      // All codes of a batch that is switched off are disabled.
      .$if(state !== undefined && state !== "disabled", (is) => is.where("active", "=", true))
      .$if(isByPrice, (is) => is.orderBy("priceCents", direction))
      .orderBy("batchId", direction)
      .limit(batchesAtOnce)
      .execute()
  );
}

/** Those that the query's filters let through, and that its text may be found in. */
function batchesOf(tx: Tx, { query, part }: Pick<Asked, "query" | "part">) {
  const { batchId, planId, siteId, q } = query;
  return tx
    .selectFrom("voucher_batches")
    .$if(batchId !== undefined, (is) => is.where("batchId", "=", batchId ?? ""))
    .$if(planId !== undefined, (is) => is.where("planId", "=", planId ?? ""))
    .$if(siteId !== undefined, (is) => is.where("homeSiteId", "=", siteId ?? ""))
    .where(within(sql.ref("createdAtMs"), query))
    .$if(q !== undefined && part === null, (is) => is.where(isNamedLike(q ?? "")));
}

interface Spans {
  readonly read: readonly Span[];
  readonly next: Position | null;
}

/** The part of these batches that is read at once, and where to continue; null: the end. */
function spansOf(batches: readonly BatchRow[], start: Position | null, serials: number): Spans {
  const read: Span[] = [];
  let room = serials;
  for (const batch of batches) {
    const after = batch.batchId === start?.batchId ? start.serial : -1;
    const last = Math.min(batch.quantity - 1, after + room);
    if (last > after) read.push({ batch, after, last });
    room -= Math.max(0, last - after);
    if (last < batch.quantity - 1) return { read, next: positionOf({ batch, serial: Math.max(after, last) }) };
  }
  return { read, next: null };
}

/** What began and has an end, in the order of the ends: of each voucher its first use counts, as everywhere. */
async function readEnds(
  tx: Tx,
  query: VoucherListQuery,
  after: Position | null,
  limit: number,
): Promise<readonly End[]> {
  const isUp = query.sort === "ends";
  const [than, direction] = [sql.raw(isUp ? ">" : "<"), sql.raw(isUp ? "asc" : "desc")];
  const part = query.q === undefined ? null : codePartOf(query.q);
  const batches = batchesOf(tx, { query, part });
  const { rows } = await sql<{ batchId: string; serial: number; endsAtMs: number }>`
    select batch_id, serial::int as serial, ends_at_ms from (
      select distinct on (redemption.batch_id, redemption.serial) redemption.batch_id, redemption.serial, start.ends_at_ms
      from voucher_redemptions redemption
      join grant_starts start on start.provider_id = redemption.provider_id and start.grant_id = redemption.grant_id
        and start.site_id = redemption.site_id
      where redemption.batch_id in ${batches.select("batchId")}
      order by redemption.batch_id, redemption.serial, start.started_at_ms
    ) first_use
    where ends_at_ms is not null
      ${after === null ? sql`` : sql`and (ends_at_ms, batch_id, serial) ${than} (${after.rank}::bigint, ${after.batchId}, ${after.serial})`}
    order by ends_at_ms ${direction}, batch_id ${direction}, serial ${direction}
    limit ${limit}`.execute(tx);
  const ids = [...new Set(rows.map((row) => row.batchId))];
  const read = ids.length === 0 ? [] : await batches.selectAll().where("batchId", "in", ids).execute();
  const byId = new Map(read.map((batch) => [batch.batchId, batch]));
  return rows.map((row) => ({
    batch: byId.get(row.batchId) as BatchRow,
    serial: row.serial,
    rank: row.endsAtMs,
  }));
}

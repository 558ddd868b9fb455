/** Voucher batches: one row and one key for up to 100,000 codes, which the site verifies without a list. */

import { decodeVoucherCode } from "@karibu/protocol/codes/voucher-code";
import { newId } from "@karibu/protocol/identifiers";
import { type Terms, withUsualIdleTimeout } from "@karibu/protocol/plan";
import { cents, unixMs } from "@karibu/protocol/quantities";
import { sleep, type World } from "@karibu/protocol/world";
import { type Selectable, sql } from "kysely";
import { z } from "zod";
import { selectSites } from "../../fleet/sites/site-is-there.ts";
import { readSite } from "../../fleet/sites/sites.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { Emit } from "../../ground/events/emit.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import { notFound, Problem, refusal } from "../../ground/http/problem.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import { refuseBeyondDay } from "../../ground/quotas/quotas.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { lockProvider } from "../../tenancy/providers/lock-provider.ts";
import { pricedAt } from "../plans/place-prices.ts";
import { type PlanRow, readPlan } from "../plans/plans.ts";
import type { BatchBooking } from "./batch-bookings.ts";
import { findHoles, judgeShape, type LiveBatch, listedRivals, stepsAgainst } from "./batch-policy.ts";
import { readAllListed } from "./listed-codes.ts";
import { refusePinsAtOldSites } from "./pin-sites.ts";

export type BatchRow = Selectable<Schema["voucher_batches"]>;

export interface BatchOrder {
  readonly planId: string;
  readonly quantity: number;
  readonly prefix: string;
  readonly length: number;
  readonly alphabet: "digits" | "letters";
  /** Null: the provider's only site. */
  readonly siteId: string | null;
  readonly expiresAtMs: number | null;
  /** Each voucher gets a PIN of so many digits; null: none. */
  readonly pinDigits?: number | null | undefined;
  /** Differences from the plan: these vouchers have another price, currency or other limits. */
  readonly priceCents?: number | undefined;
  readonly currency?: string | undefined;
  /** How its money gets into the books; left out: at the first use of each code. */
  readonly booking?: BatchBooking | undefined;
  readonly terms?: { readonly [Limit in keyof Terms]?: Terms[Limit] | undefined } | undefined;
}

/** The parts of the hub that batches use. */
export interface VoucherShop {
  readonly world: World;
  readonly database: Database;
  readonly envelope: Envelope;
  readonly publish: Publish;
  readonly emit: Emit;
  readonly jobs: JobQueue;
}

const keyBytes = 16;
/** Codes per slice: 4 ms of work. A request takes several turns, one after each database call. */
const sliceSteps = 75;
/** A batch of up to so many steps is made during the request: about a tenth of a second. */
const stepsAtOnceMax = 5000;
/** Least time between two progress events, so that a batch makes only a few. */
const progressPercentStep = 10;

const makeBatchJob = "provisioning.make-batch";
/** If the process dies, another one continues after this time. */
const takeOverAfterMs = 60_000;

type Save = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;

/**
 * Inserts the row at once, so that later batches see its codes as taken. Then finds the holes against the earlier
 * batches. A small batch is ready when this resolves; a job finishes a large one and reports progress by
 * events. `save` is the caller's transaction. Throws Problems that name the field.
 */
export async function makeBatch(
  shop: VoucherShop,
  providerId: string,
  order: BatchOrder,
  save: Save,
): Promise<BatchRow> {
  const { row, rivalIds, isSmall } = await beginBatch(shop, providerId, order, { save, isForOne: false });
  return isSmall ? finishBatch(shop, providerId, row.batchId, rivalIds) : row;
}

/**
 * One voucher, which becomes valid in the transaction that gives it away: either somebody has it, or it never was. What a process
 * left behind that died before is removed by a job.
 * @param save the caller's transaction, which makes its row
 * @param saveGiven the caller's last transaction
 */
export async function makeGivenVoucher<Given>(
  shop: VoucherShop,
  providerId: string,
  order: Omit<BatchOrder, "quantity">,
  { save, saveGiven, give }: { save: Save; saveGiven: Save; give: (tx: Tx, batchId: string) => Promise<Given> },
): Promise<Given> {
  const one = { ...order, quantity: 1 };
  const { row, rivalIds } = await beginBatch(shop, providerId, one, { save, isForOne: true });
  const { batchId } = row;
  const holes = await findAllHoles(shop, providerId, batchId, rivalIds);
  return saveGiven(async (tx) => {
    await openBatch(shop, tx, { providerId, batchId, holes: holes ?? [] });
    return give(tx, batchId);
  });
}

async function beginBatch(
  shop: VoucherShop,
  providerId: string,
  order: BatchOrder,
  { save, isForOne }: { readonly save: Save; readonly isForOne: boolean },
) {
  return save(async (tx) => {
    // One batch at a time: the later one must see the earlier one.
    await lockProvider(tx, providerId);
    const siteId = await homeSiteOf(tx, order.siteId);
    const plan = await readPlan(tx, order.planId, "planId");
    // Each of its vouchers would be sold at the price of all.
    if (plan.terms.codes != null) throw refusal("bundle-not-printed", { field: "planId" });
    if (order.pinDigits != null) await refusePinsAtOldSites(tx);
    const rivals = await readRivals(shop, tx, order);
    const rivalIds = rivals.map((rival) => rival.batchId);
    const verdict = judgeShape(order, rivals);
    if (verdict.kind === "too-many") throw tooMany(verdict.liveMax - verdict.liveNow);
    const steps = rivals.reduce((sum, rival) => sum + stepsAgainst({ ...order, keyHex: "" }, rival), 0);
    // Somebody waits for a single one: it is a step for each earlier batch.
    const isSmall = steps <= stepsAtOnceMax || order.quantity === 1;
    const ofToday = { providerId, nowMs: shop.world.clock.wall().atMs };
    await refuseBeyondDay(tx, { ...ofToday, kind: "voucher-batches", more: 1 });
    await refuseBeyondDay(tx, { ...ofToday, kind: "voucher-codes", more: order.quantity });
    const row = await insertBatch(shop, tx, providerId, { ...order, siteId }, plan);
    await shop.jobs.send(
      tx,
      makeBatchJob,
      { providerId, batchId: row.batchId, rivalIds, isForOne },
      { startAfterMs: isSmall ? takeOverAfterMs : 0, singletonKey: row.batchId },
    );
    return { row, rivalIds, isSmall };
  });
}

/** Before the queue starts. */
export async function registerBatchJobs(shop: VoucherShop): Promise<void> {
  await shop.jobs.work(makeBatchJob, async (data) => {
    const { providerId, batchId, rivalIds, isForOne } = jobSchema.parse(data);
    if (isForOne) return dropUnfinished(shop, providerId, batchId);
    await finishBatch(shop, providerId, batchId, rivalIds).catch((error: unknown) => {
      if (error instanceof Problem) return; // deleted meanwhile
      throw error;
    });
  });
}

const jobSchema = z.object({
  providerId: z.string(),
  batchId: z.string(),
  rivalIds: z.array(z.string()),
  /** It is one voucher for somebody, who got none if it is not ready by now. */
  isForOne: z.boolean().default(false),
});

/** No site and no person has heard of it. */
async function dropUnfinished(shop: VoucherShop, providerId: string, batchId: string): Promise<void> {
  await shop.database.asProvider(providerId, async (tx) => {
    const { numDeletedRows: dropped } = await tx
      .deleteFrom("voucher_batches")
      .where("batchId", "=", batchId)
      .where("state", "=", "making")
      .executeTakeFirstOrThrow();
    if (dropped > 0n) await shop.emit(tx, providerId, { topic: "voucher", id: batchId, action: "deleted" });
  });
}

/**
 * Idempotent: a ready batch is not changed. `rivalIds`: the batches that existed before it. Of two batches in work at the
 * same time the later one leaves out the shared codes, and the earlier one ignores it. Other requests run meanwhile.
 */
async function finishBatch(
  shop: VoucherShop,
  providerId: string,
  batchId: string,
  rivalIds: readonly string[],
): Promise<BatchRow> {
  const holes = await findAllHoles(shop, providerId, batchId, rivalIds);
  return shop.database.asProvider(providerId, (tx) =>
    holes === null ? readBatch(tx, batchId) : openBatch(shop, tx, { providerId, batchId, holes }),
  );
}

/** In their order; null: it is ready already. */
async function findAllHoles(
  shop: VoucherShop,
  providerId: string,
  batchId: string,
  rivalIds: readonly string[],
): Promise<number[] | null> {
  const begun = await shop.database.asProvider(providerId, async (tx) => {
    const row = await readBatch(tx, batchId);
    const rows = row.state === "ready" || rivalIds.length === 0 ? [] : await readBatches(tx, rivalIds);
    const rivals = rows.map((rival) => openLiveBatch(shop.envelope, rival));
    return { row, rivals, listed: row.state === "ready" ? [] : await readAllListed(shop.envelope, tx) };
  });
  if (begun.row.state === "ready") return null;
  const { rivals } = begun;
  const batch = { ...openLiveBatch(shop.envelope, begun.row), holes: [] };
  const holes = new Set<number>();
  for (const [index, code] of listedRivals(batch, begun.listed).entries()) {
    const serial = decodeVoucherCode(batch, code);
    if (serial !== null) holes.add(serial);
    if (index % sliceSteps === sliceSteps - 1) await sleep(shop.world.clock, 0);
  }
  const stepsAll = rivals.reduce((sum, rival) => sum + stepsAgainst(batch, rival), 0);
  let stepsDone = 0;
  let toldPercent = 0;
  for (const rival of rivals) {
    const steps = stepsAgainst(batch, rival);
    for (let from = 0; from < steps; from += sliceSteps) {
      const to = Math.min(from + sliceSteps, steps);
      for (const serial of findHoles(batch, rival, from, to)) holes.add(serial);
      stepsDone += to - from;
      const percent = Math.floor((stepsDone * 100) / stepsAll);
      if (percent >= toldPercent + progressPercentStep && percent < 100) {
        toldPercent = percent;
        await tellProgress(shop, providerId, batchId, percent);
      } else await sleep(shop.world.clock, 0);
    }
  }
  return [...holes].sort((one, other) => one - other);
}

/** Its codes are valid from now on. */
async function openBatch(
  shop: VoucherShop,
  tx: Tx,
  { providerId, batchId, holes }: { readonly providerId: string; readonly batchId: string; readonly holes: number[] },
): Promise<BatchRow> {
  const row = await tx
    .updateTable("voucher_batches")
    .set({ holes: json(holes), state: "ready", progressPercent: 100, active: true })
    .where("batchId", "=", batchId)
    .where("state", "!=", "ready")
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return readBatch(tx, batchId); // another process was faster
  await publishBatch(shop, tx, row);
  const target = { scope: "site", siteId: row.homeSiteId as string } as const;
  await shop.publish(tx, { providerId, target, kind: "follow", key: batchId, body: { batchId } });
  await shop.emit(tx, providerId, { topic: "voucher", id: batchId, action: "batch-ready" });
  return row;
}

async function tellProgress(shop: VoucherShop, providerId: string, batchId: string, percent: number): Promise<void> {
  await shop.database.asProvider(providerId, async (tx) => {
    await tx
      .updateTable("voucher_batches")
      .set({ progressPercent: percent })
      .where("batchId", "=", batchId)
      .where("state", "=", "making")
      .execute();
    await shop.emit(tx, providerId, { topic: "voucher", id: batchId, action: "batch-progress" });
  });
}

async function insertBatch(
  shop: VoucherShop,
  tx: Tx,
  providerId: string,
  order: BatchOrder & { readonly siteId: string },
  plan: PlanRow,
): Promise<BatchRow> {
  const batchId = newId(shop.world);
  const nowMs = shop.world.clock.wall().atMs;
  const { prefix, length, alphabet, quantity } = order;
  const terms = termsOfBatch(plan.terms, order.terms ?? {});
  const key = Buffer.from(shop.world.random.bytes(keyBytes));
  // A number that somebody named is of the plan's currency, unless they named another one.
  const price = order.priceCents === undefined ? await pricedAt(tx, plan, order.siteId) : order;
  return tx
    .insertInto("voucher_batches")
    .values({
      providerId,
      batchId,
      planId: plan.planId,
      planName: plan.name,
      terms,
      priceCents: price.priceCents ?? plan.priceCents,
      currency: price.currency ?? plan.currency,
      booking: order.booking ?? "first-use",
      homeSiteId: order.siteId,
      keySealed: shop.envelope.seal(key, keyContext(providerId, batchId)),
      prefix,
      length,
      alphabet,
      quantity,
      holes: json<number[]>([]),
      expiresAtMs: order.expiresAtMs,
      pinDigits: order.pinDigits ?? null,
      active: false,
      state: "making",
      progressPercent: 0,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** A batch is leased to one site at first: with several sites, the caller must name one. */
async function homeSiteOf(tx: Tx, siteId: string | null): Promise<string> {
  if (siteId !== null) return (await readSite(tx, siteId, "siteId")).siteId;
  const sites = await selectSites(tx).select("siteId").limit(2).execute();
  const [only] = sites;
  if (only !== undefined && sites.length === 1) return only.siteId;
  throw refusal("site-needed", { field: "siteId" });
}

/**
 * Batches that are live, or will be, or can be switched on again, whose codes have the same length, prefix included: switching
 * a batch on checks nothing, so one that is off keeps its codes reserved.
 */
async function readRivals(
  shop: VoucherShop,
  tx: Tx,
  shape: { readonly prefix: string; readonly length: number },
): Promise<LiveBatch[]> {
  const nowMs = shop.world.clock.wall().atMs;
  const rows = await tx
    .selectFrom("voucher_batches")
    .selectAll()
    .where(sql<number>`length(prefix) + length`, "=", shape.prefix.length + shape.length)
    .where((is) => is.or([is("expiresAtMs", "is", null), is("expiresAtMs", ">", nowMs)]))
    .execute();
  return rows.map((row) => openLiveBatch(shop.envelope, row));
}

function readBatches(tx: Tx, batchIds: readonly string[]): Promise<BatchRow[]> {
  return tx.selectFrom("voucher_batches").selectAll().where("batchId", "in", batchIds).orderBy("batchId").execute();
}

/** On or off, for all its codes. */
export async function setBatchActive(
  shop: Omit<VoucherShop, "jobs">,
  tx: Tx,
  batchId: string,
  active: boolean,
): Promise<BatchRow> {
  const { state } = await readBatch(tx, batchId);
  if (state !== "ready") throw refusal("batch-not-ready");
  const nowMs = shop.world.clock.wall().atMs;
  const row = await tx
    .updateTable("voucher_batches")
    .set({ active, switchedAtMs: nowMs, updatedAtMs: nowMs })
    .where("batchId", "=", batchId)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) throw notFound("batch");
  await publishBatch(shop, tx, row);
  return row;
}

/** Who calls has seen that nothing of it is used or sold. Its row says so to a hub that is restored. */
export async function setBatchBooking(
  shop: Pick<VoucherShop, "world" | "envelope" | "publish">,
  tx: Tx,
  batchId: string,
  booking: BatchBooking,
): Promise<BatchRow> {
  const row = await tx
    .updateTable("voucher_batches")
    .set({ booking, updatedAtMs: shop.world.clock.wall().atMs })
    .where("batchId", "=", batchId)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) throw notFound("batch");
  if (row.state === "ready") await publishBatch(shop, tx, row);
  return row;
}

/** Its codes go to paper. The first time stays. */
export async function notePrinted(shop: VoucherShop, tx: Tx, batchId: string): Promise<BatchRow> {
  const batch = await readBatch(tx, batchId);
  if (batch.state !== "ready") throw refusal("batch-not-ready");
  if (batch.printedAtMs !== null) return batch;
  const printed = { printedAtMs: shop.world.clock.wall().atMs };
  await tx.updateTable("voucher_batches").set(printed).where("batchId", "=", batchId).execute();
  return { ...batch, ...printed };
}

/**
 * Until the transaction ends nobody else gives this batch's vouchers away, to customers or to resellers, or moves a lease of them, and no site's first
 * use of one is taken in.
 */
export async function lockBatch(tx: Tx, batchId: string): Promise<void> {
  await tx.selectFrom("voucher_batches").select("batchId").where("batchId", "=", batchId).forNoKeyUpdate().execute();
}

export async function readBatch(tx: Tx, batchId: string): Promise<BatchRow> {
  const row = await tx.selectFrom("voucher_batches").selectAll().where("batchId", "=", batchId).executeTakeFirst();
  if (row === undefined) throw notFound("batch");
  return row;
}

/** What each of its codes brings into the books; zero where its money is not ours to book. */
export const priceToBook = ({ booking, priceCents: cents }: Pick<BatchRow, "booking" | "priceCents">): number =>
  booking === "elsewhere" || booking === "given-away" ? 0 : cents;

/** With the key in clear, for `encodeVoucherCode` and `decodeVoucherCode`. */
export function openLiveBatch(envelope: Envelope, row: BatchRow): LiveBatch {
  const { prefix, length, alphabet, quantity, holes } = row;
  const keyHex = envelope.open(row.keySealed, keyContext(row.providerId, row.batchId)).toString("hex");
  return { batchId: row.batchId, keyHex, prefix, length, alphabet, quantity, holes };
}

/** To all sites that follow it. */
export async function publishBatch(
  shop: Pick<VoucherShop, "envelope" | "publish">,
  tx: Tx,
  row: BatchRow,
): Promise<void> {
  const { batchId, providerId, planName, terms, active } = row;
  const expiresAtMs = row.expiresAtMs === null ? null : unixMs(row.expiresAtMs);
  const home = row.homeSiteId === null ? {} : { homeSiteId: row.homeSiteId };
  const sold = {
    planId: row.planId,
    priceCents: cents(row.priceCents),
    currency: row.currency,
    madeAtMs: unixMs(row.createdAtMs),
    booking: row.booking,
  };
  const shape = openLiveBatch(shop.envelope, row);
  const all = { planName, terms, expiresAtMs, active, ...home };
  if (row.takeoverId !== null) {
    const listed = { batchId, keyHex: shape.keyHex, quantity: shape.quantity, ...all };
    await shop.publish(tx, {
      providerId,
      target: { scope: "batch", batchId },
      kind: "listed-batch",
      key: batchId,
      body: listed,
    });
    return;
  }
  const pin = row.pinDigits === null ? {} : { pinDigits: row.pinDigits };
  const body = { ...shape, ...all, ...pin, sold };
  await shop.publish(tx, { providerId, target: { scope: "batch", batchId }, kind: "batch", key: batchId, body });
}

export function keyContext(providerId: string, batchId: string): string {
  return `voucher-batch/${providerId}/${batchId}`;
}

const tooMany = (left: number): Problem => refusal("codes-too-short", { field: "length", value: Math.max(0, left) });

/** Time online that the batch alone counts comes with the usual idle time-out; a plan that counts it has said what it wants. */
function termsOfBatch(plan: Terms, given: NonNullable<BatchOrder["terms"]>): Terms {
  const terms = { ...plan, ...given } as Terms;
  return plan.useSeconds === null ? withUsualIdleTimeout(terms, given) : terms;
}

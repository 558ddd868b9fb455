/**
 * Takes another system's codes over: what a dry run showed becomes plans and listed batches, in one transaction. Until the switch it can be withdrawn, and
 * then nothing of it is left.
 *
 * Who attacks it: somebody with a manager's open browser (the route wants a fresh second factor), and somebody who makes a person confirm one total and has
 * another done (the total that was shown is signed by this hub, over file, choices, person and hour; another total is refused).
 */

import { Fault } from "@karibu/protocol/fault";
import { sha256Hex } from "@karibu/protocol/hash";
import { newId } from "@karibu/protocol/identifiers";
import { listedHash, listedText } from "@karibu/protocol/listed-code";
import { shadowRun } from "@karibu/protocol/rpc/shadow-run";
import type { Selectable } from "kysely";
import { isListedAt } from "../../catalogue/leases/batch-sites.ts";
import { deletePlan, insertPlan, type PlanRow, readPlan } from "../../catalogue/plans/plans.ts";
import type { BatchBooking } from "../../catalogue/vouchers/batch-bookings.ts";
import type { VoucherShop } from "../../catalogue/vouchers/batches.ts";
import {
  batchesOfTakeover,
  countRedeemed,
  hasOtherSites,
  hideCodes,
  insertListedBatch,
  newBatchId,
  withdrawListed,
} from "../../catalogue/vouchers/listed-batches.ts";
import { type ListedRow, listedKeyBytes, readListedKey } from "../../catalogue/vouchers/listed-codes.ts";
import { readSite } from "../../fleet/sites/sites.ts";
import type { CallSite } from "../../ground/agents/rpc-handler.ts";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { ReadFile } from "../../ground/foreign-files/read-file.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { lockProvider } from "../../tenancy/providers/lock-provider.ts";
import { type ForeignBook, isOfAllRouters, type Origin, type Source } from "./foreign-book.ts";
import { type ListedBatch, listCodes, priceOf, type TakeoverTotal } from "./listing.ts";
import { planNameOf } from "./plan-names.ts";
import type { Doubt, TakeoverPlan } from "./takeover-plan.ts";

export type TakeoverRow = Selectable<Schema["takeovers"]>;

export interface TakeoverParts extends VoucherShop {
  readonly call: CallSite;
  /** In which files, and rows that routers told, are read. */
  readonly readFile: ReadFile;
}

/** What a person chose. */
export interface Choices {
  readonly siteId: string;
  readonly utcOffsetMinutes: number;
  /** Doubts with which a user stays behind. */
  readonly leave: readonly Doubt[];
  /** Prices of plans by the other system's name; left out: as it wrote them. */
  readonly prices: Readonly<Record<string, number>>;
  /** As in `planTakeover`. */
  readonly doubles?: Origin | undefined;
  /** `elsewhere`: the money of unused codes was taken over there. `first-use`: it is booked here when each is used. */
  readonly booking: TakenBooking;
}

export const takenBookings = ["elsewhere", "first-use"] as const satisfies readonly BatchBooking[];
export type TakenBooking = (typeof takenBookings)[number];

/** What is asked, in full: a total is signed for exactly this. */
export interface Asked extends Choices {
  readonly providerId: string;
  readonly userId: string | null;
  /** Of the file, or of the rows that the router gave. */
  readonly contentHash: string;
  readonly atMs: number;
}

const codesMax = 100_000;
/** A total is good for so long. */
export const totalMs = 30 * 60_000;
const probeMs = 8000;

export interface Prepared {
  readonly batches: readonly (ListedBatch & { readonly planId: string | null; readonly priceCents: number })[];
  readonly total: TakeoverTotal;
}

/** Pure. Throws Problems 422 "nothing-to-take" and "too-many-codes". */
export function prepare(book: ForeignBook, plan: TakeoverPlan, choices: Choices, currency: string): Prepared {
  const planIds = new Map(plan.plans.map(({ name, planId }) => [name, planId]));
  const batches = listCodes(book, plan, choices.leave).map((batch) => ({
    ...batch,
    planId: planIds.get(batch.plan.name) ?? null,
    priceCents: priceOf(batch.plan, choices.prices) ?? 0,
  }));
  const all = batches.flatMap(({ codes }) => codes);
  if (all.length === 0) throw refusal("nothing-to-take");
  if (all.length > codesMax) throw refusal("too-many-codes", { value: codesMax });
  const unused = batches.filter(({ isRunning }) => !isRunning);
  const made = new Set(batches.filter(({ planId }) => planId === null).map((batch) => batch.plan.name));
  const codes = unused.reduce((sum, batch) => sum + batch.codes.length, 0);
  const useUnknown = batches.reduce((sum, batch) => sum + batch.useUnknown, 0);
  return {
    batches,
    total: {
      codes,
      running: all.length - codes,
      withSecondWord: all.filter(({ ownPassword }) => ownPassword !== null).length,
      left: plan.users.length - all.length - plan.counts.account,
      accounts: plan.counts.account,
      plansMade: made.size,
      useUnknown,
      // One wild price spoils this figure, and not the answer that it stands in.
      worthCents: Math.min(
        Number.MAX_SAFE_INTEGER,
        unused.reduce((sum, batch) => sum + batch.codes.length * batch.priceCents, 0),
      ),
      currency,
    },
  };
}

export function signedText(asked: Asked, total: TakeoverTotal): string {
  const { providerId, userId, siteId, utcOffsetMinutes, contentHash, atMs } = asked;
  const prices = Object.entries(asked.prices).sort(([one], [other]) => (one < other ? -1 : 1));
  const leave = asked.leave.toSorted();
  return `takeover\n${JSON.stringify([providerId, userId, siteId, utcOffsetMinutes, contentHash, atMs, leave, prices, asked.doubles ?? null, asked.booking, total])}`;
}

/** Throws Problems 409 "site-away" and "site-too-old": an older agent would refuse each of these codes. */
export async function refuseOldAgent({ call }: Pick<TakeoverParts, "call">, siteId: string): Promise<void> {
  try {
    await call(siteId, shadowRun, { do: "read" }, probeMs);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.code === "site/refused" && error.advice.hint === "link/unknown-method")
      throw refusal("takeover-agent-old", { field: "siteId" });
    if (error.code !== "site/refused") throw refusal("site-away", { status: 409, field: "siteId" });
  }
}

/**
 * Which of these texts are in a list that this site follows, by one read; where one database answers for all routers, in a list of that system at any site: a
 * code that stood in two lists would give its plan twice.
 * @param siteId null: no site is chosen yet
 */
export async function listedTexts(
  { envelope }: Pick<TakeoverParts, "envelope">,
  tx: Tx,
  { siteId, source }: { readonly siteId: string | null; readonly source: Source },
  texts: readonly string[],
): Promise<Set<string>> {
  const keyHex = await readListedKey(envelope, tx);
  const isOfAll = isOfAllRouters(source);
  if (keyHex === null || (siteId === null && !isOfAll)) return new Set();
  const rows = await tx
    .selectFrom("listed_codes")
    .innerJoin("voucher_batches", (join) =>
      join
        .onRef("voucher_batches.providerId", "=", "listed_codes.providerId")
        .onRef("voucher_batches.batchId", "=", "listed_codes.batchId"),
    )
    .select("listed_codes.hash")
    .where((is) => {
      const ofSystem = is.selectFrom("takeovers").select("takeoverId").where("source", "=", source);
      const followed = is
        .selectFrom("batch_sites as more")
        .select("more.siteId")
        .whereRef("more.providerId", "=", "voucher_batches.providerId")
        .whereRef("more.batchId", "=", "voucher_batches.batchId")
        .where("more.siteId", "=", siteId ?? "");
      return is.or([
        is("voucher_batches.homeSiteId", "=", siteId ?? ""),
        is.exists(followed),
        ...(isOfAll ? [is("voucher_batches.takeoverId", "in", ofSystem)] : []),
      ]);
    })
    .execute();
  const known = new Set(rows.map(({ hash }) => hash));
  return new Set(known.size === 0 ? [] : texts.map(listedText).filter((text) => known.has(listedHash(keyHex, text))));
}

/**
 * One transaction. Throws Problems 409 "takeover-open" (this site has one that is not over) and "batches-changed" (somebody made vouchers meanwhile: what was
 * compared is old).
 */
export async function applyTakeover(
  parts: TakeoverParts,
  {
    providerId,
    siteId,
    userId,
    utcOffsetMinutes,
    booking,
    name,
  }: Pick<Asked, "providerId" | "siteId" | "userId" | "utcOffsetMinutes" | "booking"> & { name: string },
  { source }: Pick<ForeignBook, "source">,
  { batches, total }: Prepared,
  comparedBatchIds: ReadonlySet<string>,
  save: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>,
): Promise<TakeoverRow> {
  const { world, envelope, publish } = parts;
  const known = await parts.database.asProvider(providerId, (tx) => readListedKey(envelope, tx));
  const keyHex = known ?? Buffer.from(world.random.bytes(listedKeyBytes)).toString("hex");
  const hidden: { batch: Prepared["batches"][number]; batchId: string; rows: ListedRow[] }[] = [];
  for (const batch of batches) {
    const batchId = newBatchId(world);
    hidden.push({ batch, batchId, rows: await hideCodes(world, { batchId, keyHex }, batch.codes) });
  }
  return save(async (tx) => {
    // As when a batch is made: the later one must see the earlier one.
    await lockProvider(tx, providerId);
    await readSite(tx, siteId, "siteId");
    await refuseOpen(tx, siteId);
    const now = await tx.selectFrom("voucher_batches").select("batchId").execute();
    const isNew = now.some(({ batchId }) => !comparedBatchIds.has(batchId));
    if (isNew || ((await readListedKey(envelope, tx)) ?? keyHex) !== keyHex) throw refusal("batches-changed");
    const takeoverId = newId(world);
    const plans = new Map<string, PlanRow>();
    const made: string[] = [];
    for (const { batch, batchId, rows } of hidden) {
      const { name: planName } = batch.plan;
      let plan = plans.get(planName);
      if (plan === undefined) {
        plan = batch.planId === null ? await makePlan(planName, batch) : await readPlan(tx, batch.planId, "plans");
        if (batch.planId === null) made.push(plan.planId);
        plans.set(planName, plan);
      }
      await insertListedBatch(parts, tx, providerId, keyHex, {
        batchId,
        takeoverId,
        siteId,
        plan: { planId: plan.planId, name: plan.name },
        terms: batch.terms,
        // What was begun there was paid there.
        priceCents: batch.isRunning ? 0 : batch.priceCents,
        booking: batch.isRunning ? "elsewhere" : booking,
        currency: total.currency,
        rows,
      });
      // Another list may have been opened to this site since it was compared.
      if (await isListedAt(tx, batchId, [siteId])) throw refusal("batches-changed");
    }
    return tx
      .insertInto("takeovers")
      .values({
        providerId,
        takeoverId,
        siteId,
        source,
        state: "applied",
        totals: json(total),
        planIds: json(made),
        utcOffsetMinutes,
        startedBy: name || (userId ?? ""),
        createdAtMs: world.clock.wall().atMs,
        switchedAtMs: null,
        backUntilMs: null,
        endedAtMs: null,
        settledAtMs: null,
        readiness: null,
      })
      .returningAll()
      .executeTakeFirstOrThrow();

    /** Off: customers see it once a person has looked at it. */
    function makePlan(foreignName: string, { priceCents, terms }: Prepared["batches"][number]): Promise<PlanRow> {
      const fields = { name: planNameOf(foreignName), priceCents, currency: total.currency, active: false, terms };
      return insertPlan(world, publish, tx, providerId, fields);
    }
  });
}

async function refuseOpen(tx: Tx, siteId: string): Promise<void> {
  const open = await tx
    .selectFrom("takeovers")
    .select("takeoverId")
    .where("siteId", "=", siteId)
    .where("state", "in", ["applied", "switched"])
    .executeTakeFirst();
  if (open === undefined) return;
  throw refusal("takeover-open", { field: "siteId" });
}

export async function readTakeover(tx: Tx, takeoverId: string, isLocked = false): Promise<TakeoverRow> {
  let rows = tx.selectFrom("takeovers").selectAll().where("takeoverId", "=", takeoverId);
  if (isLocked) rows = rows.forNoKeyUpdate();
  const row = await rows.executeTakeFirst();
  if (row === undefined) throw notFound("takeover");
  return row;
}

export const wrongState = () => refusal("takeover-state");

/** Until the transaction ends nobody orders a switch. Throws Problem 409 "takeover-state" where somebody did, or switched it back, since `before` was read. */
export async function lockUnswitched(tx: Tx, before: TakeoverRow): Promise<TakeoverRow> {
  const now = await readTakeover(tx, before.takeoverId, true);
  if (now.state !== before.state || now.switchedAtMs !== before.switchedAtMs) throw wrongState();
  return now;
}

/** Nothing of it is left but its entry. Throws Problems 409 "takeover-state" and "codes-used". */
export async function withdrawTakeover(
  parts: Pick<TakeoverParts, "world" | "publish" | "emit">,
  tx: Tx,
  providerId: string,
  takeoverId: string,
): Promise<TakeoverRow> {
  const row = await readTakeover(tx, takeoverId, true);
  if (row.state !== "applied") throw wrongState();
  const batchIds = (await batchesOfTakeover(tx, takeoverId)).map(({ batchId }) => batchId);
  if ((await countRedeemed(tx, batchIds)) > 0 || (await hasOtherSites(tx, batchIds))) throw refusal("codes-used");
  await withdrawListed(parts, tx, providerId, takeoverId);
  for (const planId of row.planIds)
    if (!(await isPlanUsed(tx, planId))) await deletePlan(parts.world, parts.publish, tx, planId);
  const over = { withdrawingUntilMs: null, withdrawingOff: null };
  return setTakeover(tx, takeoverId, { state: "withdrawn", endedAtMs: parts.world.clock.wall().atMs, ...over });
}

/** A person made vouchers of it meanwhile, or put it on sale. */
export async function isPlanUsed(tx: Tx, planId: string): Promise<boolean> {
  const batch = tx.selectFrom("voucher_batches").select("batchId").where("planId", "=", planId).limit(1);
  if ((await batch.executeTakeFirst()) !== undefined) return true;
  const plan = await tx
    .selectFrom("plans")
    .select("active")
    .where("planId", "=", planId)
    .where("deletedAtMs", "is", null)
    .executeTakeFirst();
  return plan === undefined || plan.active;
}

export function setTakeover(
  tx: Tx,
  takeoverId: string,
  change: Partial<
    Pick<
      TakeoverRow,
      "state" | "endedAtMs" | "switchedAtMs" | "backUntilMs" | "settledAtMs" | "settleAskedAtMs" | "withdrawingUntilMs"
    >
  > & {
    readonly readiness?: TakeoverRow["readiness"];
    readonly withdrawingOff?: TakeoverRow["withdrawingOff"];
  },
): Promise<TakeoverRow> {
  const { readiness, withdrawingOff: off, ...plain } = change;
  return tx
    .updateTable("takeovers")
    .set({
      ...plain,
      ...(readiness === undefined ? {} : { readiness: json(readiness) }),
      ...(off === undefined ? {} : { withdrawingOff: off === null ? null : json(off) }),
    })
    .where("takeoverId", "=", takeoverId)
    .returningAll()
    .executeTakeFirstOrThrow();
}

export const contentHashOf = (text: string): string => sha256Hex(text);

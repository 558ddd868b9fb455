/** What of another system's users stands here already: plans of the same name, codes of live vouchers, codes of another list. */

import { decodeVoucherCode, normaliseVoucherCode } from "@karibu/protocol/codes/voucher-code";
import { listedText } from "@karibu/protocol/listed-code";
import { sleep } from "@karibu/protocol/world";
import type { LiveBatch } from "../../catalogue/vouchers/batch-policy.ts";
import { openLiveBatch, type VoucherShop } from "../../catalogue/vouchers/batches.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { ForeignBook, ForeignUser } from "./foreign-book.ts";
import { type OwnPlan, withOwnPlans } from "./own-plans.ts";
import type { OwnThings } from "./takeover-plan.ts";
import { listedTexts } from "./takeovers.ts";

/** Codes per slice: 4 ms of work. */
const sliceCodes = 75;

export interface Compared {
  readonly own: OwnThings;
  /** With plans of here that the file only names. */
  readonly book: ForeignBook;
  /** The batches that there were: a later one was not compared. */
  readonly batchIds: ReadonlySet<string>;
}

/** `siteId` null: no site is chosen yet. */
export async function compareWithOwn(
  shop: VoucherShop,
  transact: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>,
  told: ForeignBook,
  siteId: string | null,
  nowMs: number,
): Promise<Compared> {
  const { users, source } = told;
  const { plans, batches, batchIds, listed } = await transact(async (tx) => ({
    ...(await readOwn(shop, tx, nowMs)),
    listed: await listedTexts(
      shop,
      tx,
      { siteId, source },
      users.map(({ name }) => name),
    ),
  }));
  const live = await liveCodes(shop, batches, users);
  const planIds = new Map([...plans].map(([name, { planId }]) => [name, planId]));
  return {
    batchIds,
    book: withOwnPlans(told, plans),
    own: { planIds, isLiveCode: (code) => live.has(code), isListed: (text) => listed.has(listedText(text)) },
  };
}

async function readOwn(
  { envelope }: VoucherShop,
  tx: Tx,
  nowMs: number,
): Promise<{ plans: Map<string, OwnPlan>; batches: LiveBatch[]; batchIds: Set<string> }> {
  const plans = await tx
    .selectFrom("plans")
    .select(["planId", "name", "priceCents", "terms"])
    .where("deletedAtMs", "is", null)
    .execute();
  const all = await tx.selectFrom("voucher_batches").select("batchId").execute();
  const batches = await tx
    .selectFrom("voucher_batches")
    .selectAll()
    .where("takeoverId", "is", null)
    .where((is) => is.or([is("expiresAtMs", "is", null), is("expiresAtMs", ">", nowMs)]))
    .execute();
  return {
    plans: new Map(
      plans.map(({ name, planId, priceCents, terms }) => [name.trim().toLowerCase(), { planId, priceCents, terms }]),
    ),
    batches: batches.map((row) => openLiveBatch(envelope, row)),
    batchIds: new Set(all.map(({ batchId }) => batchId)),
  };
}

/** Which names are codes of live batches. Deciphering takes its time: other requests run meanwhile. */
async function liveCodes(
  { world }: VoucherShop,
  batches: readonly LiveBatch[],
  users: readonly ForeignUser[],
): Promise<Set<string>> {
  const live = new Set<string>();
  let steps = 0;
  for (const { name } of users) {
    const code = normaliseVoucherCode(name);
    for (const batch of batches) {
      if (code.length !== normaliseVoucherCode(batch.prefix).length + batch.length) continue;
      if (decodeVoucherCode(batch, code) !== null) live.add(code);
      if (++steps % sliceCodes === 0) await sleep(world.clock, 0);
    }
  }
  return live;
}

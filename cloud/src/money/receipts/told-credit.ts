/**
 * Credit that came from money which nothing has proved yet. It may be spent, within the hourly limit; which receipt it came from is
 * written down then. When that receipt is proved, or turns out never to have existed, the purchases that it paid hear of it.
 */

import { sql } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import { absorbJob } from "../evidence/absorb-job.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { type EvidenceParts, storeEvidence } from "../evidence/evidence-rows.ts";
import { creditToSpend, lockCredit } from "../ledger/credit.ts";
import { creditProvedJob } from "./credit-proved-job.ts";
import type { ReceiptId } from "./receipt-rows.ts";
import { settleInvoicesJob } from "./settle-invoices-job.ts";

interface Owner {
  readonly providerId: string;
  readonly party: Party;
  readonly currency: string;
}

/** What a customer has, minor units. Proved credit is spent first. */
export interface SpendableCredit {
  readonly creditCents: number;
  readonly provedCents: number;
}

/** Locked until the transaction ends, as by `creditToSpend`, whose `forPurchase` it takes. */
export async function readSpendable(
  tx: Tx,
  { providerId, party, currency }: Owner,
  forPurchase: string | null = null,
): Promise<SpendableCredit> {
  const creditCents = await creditToSpend(tx, providerId, party, currency, forPurchase);
  const lots = creditCents === 0 ? [] : await toldLots(tx, { providerId, party, currency });
  const toldCents = lots.reduce((sum, { left }) => sum + left, 0);
  return { creditCents, provedCents: Math.max(0, creditCents - toldCents) };
}

/** How much of a customer's credit is money that nothing has proved yet. Nothing is locked. */
export async function toldCreditOf(tx: Tx, owner: Owner): Promise<number> {
  return (await toldLots(tx, owner)).reduce((sum, { left }) => sum + left, 0);
}

/** Receipts that are not proved, of which a customer has credit that is not spent. The oldest first. */
async function toldLots(tx: Tx, { providerId, party, currency }: Owner) {
  const { rows } = await sql<{ rail: string; receipt: string; channelId: string; left: number | string }>`
    select r.rail, r.receipt, r.channel_id, r.credit_cents - coalesce((select sum(amount_cents) from told_credit_uses u
      where u.provider_id = r.provider_id and u.rail = r.rail and u.receipt = r.receipt), 0) as left
    from receipts r
    where r.provider_id = ${providerId} and r.party = ${party} and r.currency = ${currency} and r.proved_by is null
      and r.state in ('booked', 'credit') and r.credit_cents > 0
    order by r.booked_at_ms, r.receipt`.execute(tx);
  return rows.map((row) => ({ ...row, left: Math.max(0, Number(row.left)) }));
}

/** Writes down from which receipts this credit came that pays for a purchase now. Its owner's credit is locked. */
export async function noteToldUse(tx: Tx, owner: Owner, purchaseId: string, amountCents: number): Promise<void> {
  let restCents = amountCents;
  for (const { rail, receipt, left } of await toldLots(tx, owner)) {
    const takenCents = Math.min(left, restCents);
    if (takenCents === 0) continue;
    restCents -= takenCents;
    const use = { providerId: owner.providerId, purchaseId, rail, receipt, amountCents: takenCents };
    await addToldUse(tx, use);
  }
}

/** How much of what paid a purchase is credit that is not proved, minor units. */
export async function toldUseOf(tx: Tx, providerId: string, purchaseId: string): Promise<number> {
  const row = await tx
    .selectFrom("told_credit_uses")
    .select((select) => select.fn.sum<number | null>("amountCents").as("sum"))
    .where("providerId", "=", providerId)
    .where("purchaseId", "=", purchaseId)
    .executeTakeFirst();
  return Number(row?.sum ?? 0);
}

/**
 * `by` is proved, and pays a plan instead of `receipt`, which is credit now. What was spent of `by` beyond `leftCents`, the credit that it
 * keeps, was spent of `receipt`: its proof must not count for two purchases.
 */
export async function moveToldUse(
  tx: Tx,
  { providerId, rail }: Pick<ReceiptId, "providerId" | "rail">,
  { receipt, by, leftCents }: { readonly receipt: string; readonly by: string; readonly leftCents: number },
): Promise<void> {
  const ofReceipt = (name: string) =>
    tx
      .selectFrom("told_credit_uses")
      .select(["purchaseId", "amountCents"])
      .where("providerId", "=", providerId)
      .where("rail", "=", rail)
      .where("receipt", "=", name)
      .orderBy("purchaseId")
      .execute();
  const uses = await ofReceipt(by);
  let restCents = uses.reduce((sum, use) => sum + Number(use.amountCents), 0) - leftCents;
  for (const { purchaseId, amountCents } of uses) {
    const movedCents = Math.min(Number(amountCents), Math.max(0, restCents));
    if (movedCents === 0) break;
    restCents -= movedCents;
    const keptCents = Number(amountCents) - movedCents;
    const use = { providerId, purchaseId, rail };
    await tx
      .deleteFrom("told_credit_uses")
      .where((where) => where.and({ ...use, receipt: by }))
      .execute();
    if (keptCents > 0) await addToldUse(tx, { ...use, receipt: by, amountCents: keptCents });
    await addToldUse(tx, { ...use, receipt, amountCents: movedCents });
  }
}

function addToldUse(
  tx: Tx,
  use: { providerId: string; purchaseId: string; rail: string; receipt: string; amountCents: number },
): Promise<unknown> {
  return tx
    .insertInto("told_credit_uses")
    .values(use)
    .onConflict((conflict) =>
      conflict
        .columns(["providerId", "purchaseId", "rail", "receipt"])
        .doUpdateSet({ amountCents: sql`told_credit_uses.amount_cents + excluded.amount_cents` }),
    )
    .execute();
}

/** The purchase is taken back: the credit is not spent any more. */
export async function forgetToldUse(tx: Tx, providerId: string, purchaseId: string): Promise<void> {
  await tx
    .deleteFrom("told_credit_uses")
    .where("providerId", "=", providerId)
    .where("purchaseId", "=", purchaseId)
    .execute();
}

/**
 * A receipt is proved, or undone: the purchases that its credit paid hear of it, each in a transaction of its own. Money that went
 * back was there, so a reversal counts as proof: what was spent of it is the customer's debt.
 */
export async function noteSpentCredit(
  parts: EvidenceParts & { readonly jobs: Pick<JobQueue, "send"> },
  tx: Tx,
  { providerId, rail, receipt }: ReceiptId,
  isProved: boolean,
): Promise<void> {
  const owned = await tx
    .selectFrom("receipts")
    .select(["party", "creditCents"])
    .where("providerId", "=", providerId)
    .where("rail", "=", rail)
    .where("receipt", "=", receipt)
    .executeTakeFirst();
  // Who spends of it at this moment is waited for: a use that is written down after it was looked for would hear of nothing.
  if (owned !== undefined && owned.party !== null) {
    await lockCredit(tx, providerId, owned.party);
    if (isProved && Number(owned.creditCents) > 0) {
      const owner = { providerId, party: owned.party };
      await parts.jobs.send(tx, creditProvedJob, owner);
      // Also of who has no line: an invoice, and what is owed from before.
      await parts.jobs.send(tx, settleInvoicesJob, owner);
    }
  }
  const uses = await tx
    .selectFrom("told_credit_uses")
    .innerJoin("purchases", (join) =>
      join
        .onRef("purchases.providerId", "=", "told_credit_uses.providerId")
        .onRef("purchases.purchaseId", "=", "told_credit_uses.purchaseId"),
    )
    .select(["purchases.purchaseId", "purchases.channelId"])
    .where("told_credit_uses.providerId", "=", providerId)
    .where("told_credit_uses.rail", "=", rail)
    .where("told_credit_uses.receipt", "=", receipt)
    .execute();
  if (uses.length === 0) return;
  if (isProved)
    await tx
      .deleteFrom("told_credit_uses")
      .where("providerId", "=", providerId)
      .where("rail", "=", rail)
      .where("receipt", "=", receipt)
      .execute();
  for (const { purchaseId, channelId } of uses) {
    const evidence: Evidence = { kind: "spent-credit", source: "silence", receipt, isProved };
    await storeEvidence(tx, parts, {
      providerId,
      channelId,
      purchaseId,
      source: "silence",
      naturalKey: `${purchaseId}/credit`,
      body: JSON.stringify(evidence),
      remoteAddress: null,
      unmatchedReason: null,
    });
    await parts.jobs.send(tx, absorbJob, { providerId, purchaseId });
  }
}

/** Of a row of `channels`: callbacks alone told of money there since then. It renews nothing before it is proved. */
export const isStillTold = (sinceMs: number) => sql<boolean>`exists (
  select from receipts told where told.provider_id = channels.provider_id and told.channel_id = channels.channel_id
    and told.proved_by is null and told.state in ('credit', 'suspense') and told.booked_at_ms > ${sinceMs}::bigint)`;

/** Was any credit of this receipt, which was only told, used for a purchase? */
export async function isToldUsed(
  tx: Tx,
  row: { readonly providerId: string; readonly rail: string; readonly receipt: string },
): Promise<boolean> {
  const use = await tx
    .selectFrom("told_credit_uses")
    .select("purchaseId")
    .where("providerId", "=", row.providerId)
    .where("rail", "=", row.rail)
    .where("receipt", "=", row.receipt)
    .executeTakeFirst();
  return use !== undefined;
}

/** What an effect of `transition.ts` does in the books: receipts, ledger, grant, questions; in the transaction of its cause. */
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { railOf } from "../channels/channel-kinds.ts";
import { entriesOf, replacePlanPayment, undoEntry } from "../ledger/entries.ts";
import { creditToSpend, debtOf, postEntry } from "../ledger/post-entry.ts";
import { askJob } from "../questions/ask-policy.ts";
import { type ReceiptRow, setReceipt, toBooked, tooMuchUnverified } from "../receipts/receipt-rows.ts";
import type { AbsorbParts, IntentRow, JudgedIntent } from "./judged-intent.ts";
import type { Effect } from "./payment-facts.ts";

/** What must happen in the transaction of the new state. Each effect is carried out once: its entry's key sees to it. */
export async function carryOut(parts: AbsorbParts, tx: Tx, intent: JudgedIntent, effect: Effect): Promise<void> {
  const { world, jobs, grants } = parts;
  const { provider_id: providerId, intent_id: intentId, channel_id: channelId, currency } = intent;
  const rail = railOf(intent.kind);
  const cause = { providerId, intentId, party: intent.phone_hash };
  const entry = entriesOf(effect, { channelId, rail, currency, intentId, fromCredit: intent.kind === "credit" });
  switch (effect.kind) {
    case "book-receipt": {
      if (entry === null) return;
      if (!effect.fromSuspense) await lockNewReceipt(tx, providerId, rail, effect.receipt);
      const entryId = await postEntry(tx, world, cause, entry);
      return bookReceipt(parts, tx, intent, effect, entryId);
    }
    case "hold-receipt":
      if (entry === null)
        return setReceipt(tx, nameOf(intent, effect.receipt), { intent_id: intentId, note: tooMuchUnverified });
      await lockNewReceipt(tx, providerId, rail, effect.receipt);
      return holdReceipt(parts, tx, intent, effect, await postEntry(tx, world, cause, entry));
    case "book-unreceipted":
    case "use-credit":
      if (entry !== null) await postEntry(tx, world, cause, entry);
      return;
    case "restore-receipt":
      if (entry !== null) await postEntry(tx, world, cause, entry);
      return setReceipt(tx, nameOf(intent, effect.receipt), {
        state: "booked",
        corroborated: true,
        plan_cents: effect.planCents,
        credit_cents: effect.amountCents - effect.planCents,
        suspense_cents: 0,
      });
    case "replace-receipt":
      return replaceReceipt(tx, intent, effect);
    case "undo-receipt":
      return undoReceipt(parts, tx, intent, effect);
    case "confirm-receipt":
      return setReceipt(tx, nameOf(intent, effect.receipt), { corroborated: true });
    case "open-grant":
      await grants.open(tx, toPaid(intent), effect.unverified);
      return parts.onPaid?.(tx, intent);
    case "verify-grant":
      return grants.verify(tx, providerId, intentId);
    case "revoke-grant":
      return grants.revoke(tx, providerId, intentId);
    case "ask":
      return jobs.send(tx, askJob, { providerId, intentId }, { singletonKey: `${intentId}/soon` });
  }
}

async function bookReceipt(
  { world }: AbsorbParts,
  tx: Tx,
  intent: JudgedIntent,
  effect: Extract<Effect, { kind: "book-receipt" }>,
  entryId: string,
): Promise<void> {
  const { receipt, amountCents, planCents, creditCents, source, proven, paidAtMs } = effect;
  const parts = { plan_cents: planCents, credit_cents: creditCents, suspense_cents: 0, party: intent.phone_hash };
  if (effect.fromSuspense) {
    const booked = { ...parts, intent_id: intent.intent_id, state: "booked", note: null } as const;
    return setReceipt(tx, nameOf(intent, receipt), { ...booked, ...(proven ? { corroborated: true } : {}) });
  }
  await tx
    .insertInto("receipts")
    .values({
      ...nameOf(intent, receipt),
      channel_id: intent.channel_id,
      intent_id: intent.intent_id,
      amount_cents: amountCents,
      ...parts,
      source,
      corroborated: proven,
      payer_hash: intent.phone_hash,
      payer_masked: intent.phone_masked,
      account_text: intent.reference,
      currency: intent.currency,
      entry_id: entryId,
      booked_at_ms: world.clock.wall().atMs,
      paid_at_ms: paidAtMs,
    })
    .execute();
}

/** In the books, and not this purchase's yet. */
async function holdReceipt(
  { world, emit }: AbsorbParts,
  tx: Tx,
  intent: JudgedIntent,
  { receipt, amountCents, source, paidAtMs }: Extract<Effect, { kind: "hold-receipt" }>,
  entryId: string,
): Promise<void> {
  await tx
    .insertInto("receipts")
    .values({
      ...nameOf(intent, receipt),
      channel_id: intent.channel_id,
      intent_id: intent.intent_id,
      entry_id: entryId,
      state: "suspense",
      amount_cents: amountCents,
      plan_cents: 0,
      credit_cents: 0,
      suspense_cents: amountCents,
      currency: intent.currency,
      source,
      corroborated: false,
      party: null,
      note: tooMuchUnverified,
      payer_hash: intent.phone_hash,
      payer_masked: intent.phone_masked,
      account_text: intent.reference,
      booked_at_ms: world.clock.wall().atMs,
      paid_at_ms: paidAtMs,
    })
    .execute();
  await emit(tx, intent.provider_id, { topic: "payment", id: receipt, action: "suspense" });
}

async function replaceReceipt(
  tx: Tx,
  intent: JudgedIntent,
  { receipt, by }: Extract<Effect, { kind: "replace-receipt" }>,
): Promise<void> {
  const before = {
    from: toBooked(await bookedReceipt(tx, intent, receipt)),
    to: toBooked(await bookedReceipt(tx, intent, by)),
  };
  const after = replacePlanPayment(before.from, before.to);
  for (const { receipt: changed, planCents, creditCents } of [after.from, after.to]) {
    await setReceipt(tx, nameOf(intent, changed), { plan_cents: planCents, credit_cents: creditCents });
  }
}

async function undoReceipt(
  { world }: AbsorbParts,
  tx: Tx,
  intent: JudgedIntent,
  { receipt, because, returnsCredit, refundedCents }: Extract<Effect, { kind: "undo-receipt" }>,
): Promise<void> {
  const { provider_id: providerId, intent_id: intentId, currency } = intent;
  const row = await bookedReceipt(tx, intent, receipt);
  const party = row.party ?? intent.phone_hash;
  const credit = await creditToSpend(tx, providerId, party, currency);
  const context = { channelId: row.channel_id, rail: railOf(intent.kind), currency, intentId };
  const plan = {
    refundedCents,
    usedCents: returnsCredit ? intent.amount_cents - row.plan_cents : 0,
    debtCents: returnsCredit ? await debtOf(tx, providerId, party, currency) : 0,
  };
  const entry = undoEntry(toBooked(row), because, credit, context, plan);
  await postEntry(tx, world, { providerId, intentId, party }, entry);
  if (refundedCents > 0) world.log.warn("payment-given-back-twice", { intentId, refundedCents });
  await setReceipt(tx, row, { state: because });
}

function bookedReceipt(tx: Tx, intent: JudgedIntent, receipt: string): Promise<ReceiptRow> {
  return tx
    .selectFrom("receipts")
    .selectAll()
    .where("provider_id", "=", intent.provider_id)
    .where("rail", "=", railOf(intent.kind))
    .where("receipt", "=", receipt)
    .executeTakeFirstOrThrow();
}

function nameOf(intent: JudgedIntent, receipt: string): Pick<ReceiptRow, "provider_id" | "rail" | "receipt"> {
  return { provider_id: intent.provider_id, rail: railOf(intent.kind), receipt };
}

/**
 * Two purchases may claim one receipt at the same moment. Whoever takes its lock second does its transaction again (the
 * code is PostgreSQL's for that) and then finds the receipt in the books.
 */
async function lockNewReceipt(tx: Tx, providerId: string, rail: string, receipt: string): Promise<void> {
  await lockReceipt(tx, providerId, rail, receipt);
  const booked = await tx
    .selectFrom("receipts")
    .select("receipt")
    .where("provider_id", "=", providerId)
    .where("rail", "=", rail)
    .where("receipt", "=", receipt)
    .executeTakeFirst();
  if (booked !== undefined) throw Object.assign(new Error("the receipt was booked meanwhile"), { code: "40001" });
}

/** Until the transaction ends, nobody else decides about this receipt. */
export async function lockReceipt(tx: Tx, providerId: string, rail: string, receipt: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${providerId}/${rail}/${receipt}`}, 0))`.execute(tx);
}

function toPaid(intent: IntentRow) {
  return {
    providerId: intent.provider_id,
    intentId: intent.intent_id,
    siteId: intent.site_id,
    planName: intent.plan_name,
    terms: intent.terms,
    phoneHash: intent.phone_hash,
    renewsGrantId: intent.renews_grant_id,
  };
}

/**
 * The shell around `transition.ts`: takes in all evidence of one purchase that has not been judged, under a lock of its
 * row, and does what follows in the same transaction: receipts, ledger, grant, feed, events, questions. Safe to repeat.
 */
import { cents } from "@karibu/protocol/quantities";
import type { Tx } from "../../ground/db/database.ts";
import { railOf } from "../channels/channel-kinds.ts";
import { readCallbackEvidence } from "../channels/daraja/read-evidence.ts";
import { readers } from "../channels/readers.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { sureTimeMs } from "../evidence/inflow.ts";
import { type EvidenceRow, settleEvidence } from "../evidence/store-evidence.ts";
import { noteSurprise } from "../evidence/surprises.ts";
import { creditToSpend } from "../ledger/post-entry.ts";
import { readInflow } from "../matching/read-inflow.ts";
import { refundedOf } from "../refunds/refund-rows.ts";
import { absorb, receiptOf } from "./absorb.ts";
import { carryOut } from "./carry-out.ts";
import type { AbsorbParts, IntentRow, JudgedIntent } from "./judged-intent.ts";
import type { KnownReceipt, Purchase } from "./payment-facts.ts";
import { mayTrust } from "./unverified-limit.ts";

/** @returns the purchase as it stands now */
export async function absorbEvidence(
  parts: AbsorbParts,
  tx: Tx,
  providerId: string,
  intentId: string,
): Promise<IntentRow> {
  const intent: JudgedIntent = await tx
    .selectFrom("intents")
    .innerJoin("channels", (join) =>
      join
        .onRef("channels.provider_id", "=", "intents.provider_id")
        .onRef("channels.channel_id", "=", "intents.channel_id"),
    )
    .selectAll("intents")
    .select("channels.kind")
    .where("intents.provider_id", "=", providerId)
    .where("intents.intent_id", "=", intentId)
    .forUpdate("intents")
    .executeTakeFirstOrThrow();
  const rows = await tx
    .selectFrom("evidence")
    .selectAll()
    .where("provider_id", "=", providerId)
    .where("intent_id", "=", intentId)
    .where("state", "in", ["new", "parked"])
    .orderBy("evidence_id")
    .execute();
  if (!rows.some((row) => row.state === "new")) return intent;

  const readable: { row: EvidenceRow; evidence: Evidence; redirectUrl: string | null }[] = [];
  for (const row of rows) {
    const read = await readRow(parts, tx, intent, row);
    if ("refused" in read) await settleEvidence(tx, row, "stray", `not a genuine message: ${read.refused}`);
    else readable.push({ row, evidence: read.evidence, redirectUrl: read.redirectUrl ?? null });
  }
  const isReversed = readable.some(({ evidence }) => evidence.kind === "reversal");
  const refundedCents = isReversed ? Math.min(intent.amount_cents, await refundedOf(tx, providerId, intentId)) : 0;
  const before = toPurchase(intent, await heldNow(tx, intent), refundedCents);
  const known = await knownReceipts(tx, intent, readable);
  const { after, steps } = absorb(
    before,
    readable.map((each) => each.evidence),
    known,
    await mayTrust(parts, tx, { providerId, currency: intent.currency, amountCents: intent.amount_cents }),
  );
  for (const step of steps) {
    for (const effect of step.transition.effects) await carryOut(parts, tx, intent, effect);
  }
  for (const [index, { row }] of readable.entries()) {
    const last = steps.findLast((step) => step.index === index)?.transition;
    if (last !== undefined) await settleEvidence(tx, row, last.parked ? "parked" : "done", last.outcome);
  }
  const page = readable.find(({ redirectUrl }) => redirectUrl != null)?.redirectUrl ?? null;
  return saveIntent(parts, tx, intent, after, page);
}

/** What is held for this purchase may have been spent meanwhile: it is the customer's. */
async function heldNow(tx: Tx, intent: IntentRow): Promise<number> {
  if (intent.held_cents === 0) return 0;
  const credit = await creditToSpend(tx, intent.provider_id, intent.phone_hash, intent.currency);
  return Math.min(intent.held_cents, credit);
}

type ReadRow = { readonly evidence: Evidence; readonly redirectUrl?: string | null } | { readonly refused: string };

async function readRow({ world }: AbsorbParts, tx: Tx, intent: JudgedIntent, row: EvidenceRow): Promise<ReadRow> {
  const read = readEvidence(intent, row);
  if ("refused" in read) return read;
  if (read.surprise !== null) await noteSurprise(tx, world, row, read.surprise);
  const { evidence } = read;
  const isOurs =
    intent.request_id_from === "answer" && "requestId" in evidence && evidence.requestId === intent.request_id;
  if (row.source === "stk-callback" && "requestId" in evidence && evidence.requestId !== null && !isOurs) {
    const other = await tx
      .selectFrom("intents")
      .select("intent_id")
      .where("provider_id", "=", intent.provider_id)
      .where("channel_id", "=", intent.channel_id)
      .where("request_id", "=", evidence.requestId)
      .where("intent_id", "!=", intent.intent_id)
      .executeTakeFirst();
    if (other !== undefined) return { refused: "its request id is another purchase's" };
  }
  return read;
}

function readEvidence(
  intent: JudgedIntent,
  row: EvidenceRow,
):
  | { readonly evidence: Evidence; readonly surprise: string | null; readonly redirectUrl?: string | null }
  | { readonly refused: string } {
  const { readStart, readAsk } = readers[intent.kind];
  switch (row.source) {
    case "stk-callback": {
      const read = readCallbackEvidence(row.body);
      if ("refused" in read) return read;
      return { ...read.message, evidence: withSoundTime(read.message.evidence, intent, row.received_at_ms) };
    }
    case "push-answer":
      return readStart(row.body);
    case "stk-query":
    case "order-status":
      return readAsk(row.body, row.received_at_ms - (intent.sent_at_ms ?? intent.created_at_ms), intent);
    // Facts of our own making: a silence, a person's word, a result that was judged before.
    case "silence":
    case "operator":
    case "reversal-result":
      return { evidence: JSON.parse(row.body) as Evidence, surprise: null };
    default: {
      const read = readInflow(row.source, row.body);
      if ("refused" in read) return read;
      const { source, trust, receipt, amountCents } = read.message;
      const paidAtMs = sureTimeMs(read.message);
      const evidence: Evidence = { kind: "success", source, trust, requestId: null, receipt, amountCents, paidAtMs };
      return { evidence, surprise: null };
    }
  }
}

/** Most that the channel's clock and ours are apart. */
const clockSlackMs = 5 * 60_000;

/** A callback's own time counts between the push and its arrival: a forged one must not choose the day it is compared with. */
function withSoundTime(evidence: Evidence, intent: IntentRow, receivedAtMs: number): Evidence {
  if (evidence.kind !== "success" || evidence.paidAtMs == null) return evidence;
  const { paidAtMs } = evidence;
  const pushedAtMs = intent.sent_at_ms ?? intent.created_at_ms;
  const isSound = paidAtMs >= pushedAtMs - clockSlackMs && paidAtMs <= receivedAtMs + clockSlackMs;
  return isSound ? evidence : { ...evidence, paidAtMs: null };
}

async function knownReceipts(
  tx: Tx,
  intent: JudgedIntent,
  readable: readonly { readonly evidence: Evidence }[],
): Promise<Map<string, KnownReceipt>> {
  const receipts = readable.flatMap(({ evidence }) => receiptOf(evidence) ?? []);
  if (receipts.length === 0) return new Map();
  const withAllOfIts = readable.some(({ evidence }) => evidence.kind === "disproof");
  const rows = await tx
    .selectFrom("receipts")
    .select(["receipt", "intent_id", "amount_cents", "state", "source", "corroborated"])
    .where("provider_id", "=", intent.provider_id)
    .where("rail", "=", railOf(intent.kind))
    .where((where) => {
      const named = where("receipt", "in", receipts);
      return withAllOfIts ? where.or([named, where("intent_id", "=", intent.intent_id)]) : named;
    })
    .orderBy("booked_at_ms")
    .execute();
  return new Map(
    rows.map((row) => {
      const { intent_id: intentId, state, source, corroborated } = row;
      return [row.receipt, { intentId, amountCents: cents(row.amount_cents), state, source, corroborated }] as const;
    }),
  );
}

async function saveIntent(
  parts: AbsorbParts,
  tx: Tx,
  intent: IntentRow,
  after: Purchase,
  redirectUrl: string | null,
): Promise<IntentRow> {
  const changes = {
    state: after.state,
    reason: after.reason,
    request_id: after.requestId,
    request_id_from: after.requestIdFrom,
    receipt: after.receipt,
    unreceipted: after.unreceipted,
    corroborated: after.corroborated,
    review: after.review,
    held_cents: after.heldCents,
    redirect_url: redirectUrl ?? intent.redirect_url,
  } as const;
  const changed = Object.entries(changes).some(([name, value]) => intent[name as keyof typeof changes] !== value);
  if (!changed) return intent;
  const saved = { ...changes, changed_at_ms: parts.world.clock.wall().atMs };
  await tx
    .updateTable("intents")
    .set(saved)
    .where("provider_id", "=", intent.provider_id)
    .where("intent_id", "=", intent.intent_id)
    .execute();
  await parts.emit(tx, intent.provider_id, { topic: "payment", id: intent.intent_id, action: after.state });
  return { ...intent, ...saved };
}

function toPurchase(intent: IntentRow, heldCents: number, refundedCents: number): Purchase {
  return {
    intentId: intent.intent_id,
    amountCents: cents(intent.amount_cents),
    state: intent.state,
    reason: intent.reason,
    requestId: intent.request_id,
    requestIdFrom: intent.request_id_from,
    receipt: intent.receipt,
    unreceipted: intent.unreceipted,
    corroborated: intent.corroborated,
    review: intent.review,
    heldCents: cents(heldCents),
    refundedCents: cents(refundedCents),
  };
}

/**
 * Corrections of the books: one person asks with a reason, and where the provider wants it so, another one approves. What is decided
 * is decided again when it is approved, for the customer may have spent the money meanwhile.
 */

import { newId } from "@karibu/protocol/identifiers";
import type { Selectable } from "kysely";
import { maskPhone } from "../../ground/amounts/phone.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { notFound, type Problem, refusal, wrongField } from "../../ground/http/problem.ts";
import type { ChannelKinds } from "../channels/channel-kinds.ts";
import { currencyOf } from "../channels/money-currency.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { storeEvidence } from "../evidence/evidence-rows.ts";
import { readTopUp } from "../ledger/top-ups.ts";
import { absorbEvidence } from "../purchases/absorb-evidence.ts";
import type { PurchaseParts } from "../purchases/purchase-rows.ts";
import { readReceipt, setReceipt } from "../receipts/receipt-rows.ts";
import { readMoneySettings } from "../settings/money-settings.ts";
import { type CorrectionKind, type CorrectionProblem, correctionEntry, decideCorrection } from "./correction-policy.ts";
import { purchaseOf, readCorrectionFacts, whyItStays } from "./read-correction-facts.ts";

export type CorrectionRow = Selectable<Schema["corrections"]>;

export interface CorrectionParts extends PurchaseParts {
  readonly kinds: ChannelKinds;
}

export interface CorrectionOrder {
  readonly kind: CorrectionKind;
  readonly receipt?: string | undefined;
  /** The top-up's entry in the ledger. */
  readonly entryId?: string | undefined;
  /** An MSISDN, as `toPhone`. */
  readonly phone?: string | undefined;
  readonly toPhone?: string | undefined;
  /** Left out: all of it. */
  readonly amountCents?: number | undefined;
  readonly currency?: string | undefined;
  readonly reason: string;
}

type Caller = { readonly providerId: string; readonly userId: string; readonly idempotencyKey: string };

/** In the caller's transaction. Throws Problems that name the field. The same key is the same correction. */
export async function askCorrection(
  parts: CorrectionParts,
  tx: Tx,
  order: CorrectionOrder & Caller,
): Promise<CorrectionRow> {
  const { providerId, kind } = order;
  const same = await tx
    .selectFrom("corrections")
    .selectAll()
    .where("providerId", "=", providerId)
    .where("idempotencyKey", "=", order.idempotencyKey)
    .executeTakeFirst();
  if (same !== undefined) return refuseOther(parts, same, order);
  const subject = await subjectOf(parts, tx, order);
  const row = {
    ...subject,
    providerId,
    correctionId: newId(parts.world),
    idempotencyKey: order.idempotencyKey,
    kind,
    reason: order.reason,
    askedBy: order.userId,
  };
  const { amountCents } = await decide(parts, tx, row, order.amountCents ?? null);
  const nowMs = parts.world.clock.wall().atMs;
  const asked: CorrectionRow = {
    ...row,
    state: "asked",
    amountCents,
    entryId: null,
    approvedBy: null,
    refusedBy: null,
    createdAtMs: nowMs,
    changedAtMs: nowMs,
  };
  await tx.insertInto("corrections").values(asked).execute();
  const { correctionsNeedSecond } = await readMoneySettings(tx, providerId);
  if (!correctionsNeedSecond) return carryOut(parts, tx, asked, order.userId);
  await parts.emit(tx, providerId, { topic: "payment", id: asked.correctionId, action: "correction-asked" });
  return asked;
}

/** A key is kept for good: what was booked under it is never booked again, and is no answer to another request. */
function refuseOther({ parties }: CorrectionParts, same: CorrectionRow, order: CorrectionOrder): CorrectionRow {
  const { kind, amountCents = same.amountCents } = order;
  const isAboutThis =
    kind === "move-receipt"
      ? same.receipt === order.receipt && same.toParty === parties.ofPhone(same.providerId, order.toPhone ?? "")
      : kind === "take-back-top-up"
        ? same.topUpEntryId === order.entryId
        : same.party === parties.ofPhone(same.providerId, order.phone ?? "");
  if (same.kind === kind && same.amountCents === amountCents && isAboutThis) return same;
  throw refusal("key-reused", { field: "Idempotency-Key" });
}

/** The second person says yes. Throws a Problem when it is the first one, when it was decided, or when the money has gone. */
export async function approveCorrection(
  parts: CorrectionParts,
  tx: Tx,
  row: CorrectionRow,
  userId: string,
): Promise<CorrectionRow> {
  refuseDecided(row);
  if (row.askedBy === userId) throw refusal("second-person");
  return carryOut(parts, tx, row, userId);
}

/** Somebody says no: nothing is booked. Also who asked may take it back. */
export async function refuseCorrection(
  parts: CorrectionParts,
  tx: Tx,
  row: CorrectionRow,
  userId: string,
): Promise<CorrectionRow> {
  refuseDecided(row);
  const changes = { state: "refused", refusedBy: userId } as const;
  return set(parts, tx, row, changes);
}

/** Locked until the transaction ends. */
export async function readCorrection(tx: Tx, providerId: string, correctionId: string): Promise<CorrectionRow | null> {
  const row = await tx
    .selectFrom("corrections")
    .selectAll()
    .where("providerId", "=", providerId)
    .where("correctionId", "=", correctionId)
    .forUpdate()
    .executeTakeFirst();
  return row ?? null;
}

function refuseDecided(row: CorrectionRow): void {
  if (row.state !== "asked") throw refusal("decided");
}

type Subject = Pick<
  CorrectionRow,
  | "party"
  | "phoneMasked"
  | "toParty"
  | "toPhoneMasked"
  | "rail"
  | "receipt"
  | "purchaseId"
  | "topUpEntryId"
  | "currency"
>;

/** Whose money, and which: from what each kind must be told. */
async function subjectOf(
  { kinds, parties }: CorrectionParts,
  tx: Tx,
  order: CorrectionOrder & Caller,
): Promise<Subject> {
  const { providerId, kind } = order;
  const none = {
    toParty: null,
    toPhoneMasked: null,
    rail: null,
    receipt: null,
    purchaseId: null,
    topUpEntryId: null,
  };
  if (kind === "move-receipt") {
    const [receipt, toPhone] = [needed(order.receipt, "receipt"), needed(order.toPhone, "toPhone")];
    const row = await readReceipt(tx, providerId, receipt);
    if (row === null) throw notFound("receipt", "receipt");
    if (row.party === null) throw refuse("not-credit", 0);
    const phoneMasked = row.payerHash === row.party ? row.payerMasked : (await purchaseOf(tx, row))?.phoneMasked;
    const owner = { party: row.party, phoneMasked: phoneMasked ?? null };
    const to = { toParty: parties.ofPhone(providerId, toPhone), toPhoneMasked: maskPhone(toPhone) };
    return { ...none, ...owner, ...to, rail: row.rail, receipt, purchaseId: row.purchaseId, currency: row.currency };
  }
  if (kind === "take-back-top-up") {
    const entryId = needed(order.entryId, "entryId");
    const topUp = await readTopUp(tx, providerId, entryId);
    if (topUp === null) throw notFound("top-up", "entryId");
    return { ...none, party: topUp.party, phoneMasked: null, topUpEntryId: entryId, currency: topUp.currency };
  }
  const phone = needed(order.phone, "phone");
  const currency = await currencyOf(kinds, tx, providerId, order.currency);
  return { ...none, party: parties.ofPhone(providerId, phone), phoneMasked: maskPhone(phone), currency };
}

function needed(value: string | undefined, field: string): string {
  if (value !== undefined) return value;
  throw wrongField(field, "wrong-kind");
}

type Named = Subject & Pick<CorrectionRow, "providerId" | "kind">;

/** Throws a Problem when it can't be made. */
async function decide(parts: CorrectionParts, tx: Tx, row: Named, askedCents: number | null) {
  const { facts, receipt } = await readCorrectionFacts(parts, tx, {
    providerId: row.providerId,
    party: row.party,
    toParty: row.toParty,
    currency: row.currency,
    receipt: row.receipt,
    topUpEntryId: row.topUpEntryId,
  });
  const decision = decideCorrection(row.kind, facts, askedCents);
  if (decision.kind === "refused") throw refuse(decision.problem, decision.mostCents);
  return { ...decision, receipt };
}

/** Books it, and moves what goes with it. */
async function carryOut(parts: CorrectionParts, tx: Tx, row: CorrectionRow, userId: string): Promise<CorrectionRow> {
  const { providerId, correctionId, party } = row;
  if (row.kind === "move-receipt") await leavePurchase(parts, tx, row);
  const { postings, receipt } = await decide(parts, tx, row, row.amountCents);
  const cause = { providerId, purchaseId: null, party };
  const entryId = await parts.ledger.post(tx, cause, correctionEntry(correctionId, postings));
  // How it is known goes with it: what it pays for stays told until the receipt is proved.
  if (row.kind === "move-receipt" && receipt !== null && row.toParty !== null)
    await setReceipt(tx, receipt, { party: row.toParty });
  return set(parts, tx, row, { state: "done", entryId, approvedBy: userId });
}

/** The receipt that paid for a purchase becomes credit first, in the same transaction: the purchase's own rules see to its grant. */
async function leavePurchase(parts: CorrectionParts, tx: Tx, row: CorrectionRow): Promise<void> {
  const { providerId, receipt } = row;
  const booked = receipt === null ? null : await readReceipt(tx, providerId, receipt);
  if (booked === null || booked.purchaseId === null) return;
  if ((await whyItStays(parts, tx, booked, row.party)) !== null) return; // `decide` says why
  const evidence: Evidence = { kind: "moved-away", source: "operator", receipt: booked.receipt };
  await storeEvidence(tx, parts, {
    providerId,
    channelId: booked.channelId,
    purchaseId: booked.purchaseId,
    source: "operator",
    naturalKey: `${booked.receipt}/moved`,
    body: JSON.stringify(evidence),
    remoteAddress: null,
    unmatchedReason: null,
  });
  await absorbEvidence(parts, tx, providerId, booked.purchaseId);
}

async function set(
  { world, emit }: CorrectionParts,
  tx: Tx,
  row: CorrectionRow,
  changes: Partial<CorrectionRow>,
): Promise<CorrectionRow> {
  const saved = await tx
    .updateTable("corrections")
    .set({ ...changes, changedAtMs: world.clock.wall().atMs })
    .where("providerId", "=", row.providerId)
    .where("correctionId", "=", row.correctionId)
    .returningAll()
    .executeTakeFirstOrThrow();
  await emit(tx, row.providerId, { topic: "payment", id: row.correctionId, action: `correction-${saved.state}` });
  return saved;
}

function refuse(problem: CorrectionProblem, mostCents: number): Problem {
  switch (problem) {
    case "too-much":
      return refusal(problem, { field: "amountCents", rule: "too-big", value: mostCents });
    case "whole-receipt":
      return refusal(problem, { field: "amountCents", value: mostCents });
    case "same-customer":
      return refusal(problem, { field: "toPhone" });
    default:
      return refusal(problem, { field: "receipt" });
  }
}

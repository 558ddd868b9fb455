/**
 * Applies new evidence of many purchases, of any providers, in one transaction and some twenty statements: what `absorb-evidence.ts` does for one. The
 * deciding functions are the same; only reading and writing is done by sets. It takes the purchases whose evidence is a push's callback and whose
 * plan is the usual one: a new receipt that pays the price, one entry and the grant; or a failure, which moves nothing. All else goes alone.
 *
 * Its locks: the purchases, and then the receipts that callbacks name. It waits for neither, because a row that a person holds must not hold the
 * others up: what is held goes alone. It waits, each in sorted order, for limits of unverified money, feed scopes and, last, event counters.
 */
import { newId } from "@karibu/protocol/identifiers";
import { newSaleCodes } from "../../catalogue/grants/new-sale-code.ts";
import type { OpenedPurchase } from "../../catalogue/grants/open-grants.ts";
import { asProviderWithin } from "../../ground/db/as-role.ts";
import type { Notice, Tx } from "../../ground/db/database.ts";
import type { HubEvent } from "../../ground/events/emit.ts";
import { eventNotice } from "../../ground/events/record.ts";
import { type EvidenceRow, openEvidenceOf, opened, settleAllEvidence } from "../evidence/evidence-rows.ts";
import { lockNamesInTurn } from "../evidence/money-locks.ts";
import type { CausedEntry } from "../ledger/post-entry.ts";
import {
  insertReceipts,
  type NewReceipt,
  namesInBooks,
  type ReceiptId,
  receiptName,
} from "../receipts/receipt-rows.ts";
import { changedFields } from "./absorb-evidence.ts";
import { type EffectPlan, planEffects } from "./plan-effects.ts";
import {
  type FreePurchase,
  type LoadedPurchase,
  lockFreePurchases,
  type PurchaseParts,
  setPurchases,
} from "./purchase-rows.ts";
import { type FactItem, isOwnRequest, readRow, toPurchase } from "./read-facts.ts";
import { soldNote } from "./sold-note.ts";
import { absorb, receiptOf } from "./transition/absorb.ts";
import type { Purchase, Transition } from "./transition/purchase-facts.ts";
import { limitName, trustLeft } from "./unverified-limit.ts";

export interface PurchaseId {
  readonly providerId: string;
  readonly purchaseId: string;
}

export interface BookedTogether {
  /** Nothing was done for these: each goes the single way, after this transaction. */
  readonly alone: readonly PurchaseId[];
  /** To be announced after the commit. */
  readonly notices: readonly Notice[];
  /** There are jobs to be woken after the commit. */
  readonly hasJobs: boolean;
}

interface Candidate {
  readonly purchase: FreePurchase;
  readonly items: readonly FactItem[];
}

interface Decided extends Candidate {
  readonly after: Purchase;
  readonly steps: readonly { readonly index: number; readonly transition: Transition }[];
  readonly plan: EffectPlan;
  readonly wantsCode: boolean;
}

/** @param tx of `asBooker`, for the providers of all of them. Throws what one of them can't be written with; then none is. */
export async function bookTogether(
  parts: PurchaseParts,
  tx: Tx,
  batch: readonly PurchaseId[],
): Promise<BookedTogether> {
  const purchases = await lockFreePurchases(parts, tx, batch);
  const evidence = Map.groupBy(await openEvidenceOf(tx, purchases), (row) =>
    nameOf(row.provider_id, row.purchase_id ?? ""),
  );
  const done = new Set<string>();
  const candidates: Candidate[] = [];
  for (const purchase of purchases.filter(isUsual)) {
    const name = nameOf(purchase.provider_id, purchase.purchase_id);
    const rows = evidence.get(name) ?? [];
    // It was judged meanwhile.
    if (!rows.some(({ state }) => state === "new")) done.add(name);
    else {
      const items = readItems(
        parts,
        purchase,
        rows.map((row) => () => opened(parts.envelope, row)),
      );
      if (items !== null) candidates.push({ purchase, items });
    }
  }
  const decided = await decide(parts, tx, await withFreeReceipts(tx, candidates.filter(isAtSoundChannel)));
  const written = await write(parts, tx, decided);
  for (const { purchase } of decided) done.add(nameOf(purchase.provider_id, purchase.purchase_id));
  return { alone: batch.filter((each) => !done.has(nameOfPurchase(each))), ...written };
}

/** By which purchases of several providers are told apart. */
export const nameOfPurchase = ({ providerId, purchaseId }: PurchaseId): string => nameOf(providerId, purchaseId);

const nameOf = (providerId: string, purchaseId: string): string => `${providerId}/${purchaseId}`;

/** Nothing but its price is paid, with money that comes in through a channel, and for one grant that continues no other. */
function isUsual(purchase: LoadedPurchase): boolean {
  const { facts } = purchase.channel;
  const isAtChannel = facts.paidFrom === null && facts.pays !== "immediate";
  const isWholePrice = purchase.asked_cents === null && purchase.held_cents === 0 && purchase.pending_cents === 0;
  const isOneGrant = purchase.renews_grant_id === null && (purchase.terms.codes ?? 1) === 1;
  return isAtChannel && isWholePrice && isOneGrant && purchase.promotion_id === null && !purchase.corroborated;
}

/** What callbacks of a push say, all of it genuine and known by its code. @returns null: some of it is not of that kind */
function readItems(
  { parties }: PurchaseParts,
  purchase: LoadedPurchase,
  rows: readonly (() => EvidenceRow)[],
): FactItem[] | null {
  const items: FactItem[] = [];
  for (const open of rows) {
    const item = readItem(parties, purchase, open);
    if (item === null) return null;
    items.push(item);
  }
  return items;
}

function readItem(
  parties: PurchaseParts["parties"],
  purchase: LoadedPurchase,
  open: () => EvidenceRow,
): FactItem | null {
  try {
    const row = open();
    const read = row.source === "stk-callback" ? readRow(parties, purchase, row) : { refused: "not of a push" };
    if ("refused" in read) return null;
    const { evidence, unknownCode, redirectUrl = null, trouble = null } = read.message;
    const isVerdict = (evidence.kind === "success" && evidence.trust === "pushed") || evidence.kind === "failure";
    if (!isVerdict || unknownCode !== null || trouble !== null || !isOwnRequest(purchase, evidence)) return null;
    return { row, evidence, redirectUrl };
  } catch {
    return null; // alone, it is noted
  }
}

/** A payment that shows for the first time that a channel works, or that it works again, is noted at the channel: that one goes alone. */
function isAtSoundChannel({ purchase, items }: Candidate): boolean {
  const pays = items.some(({ evidence }) => evidence.kind === "success");
  return !pays || (purchase.request_accepted_at_ms !== null && !purchase.channel_fails);
}

const receiptsOf = ({ purchase, items }: Candidate): ReceiptId[] =>
  items.flatMap(({ evidence }) => {
    const receipt = receiptOf(evidence);
    return receipt === null ? [] : [{ provider_id: purchase.provider_id, rail: purchase.channel.facts.rail, receipt }];
  });

/** Those whose receipts nobody holds, that are in no book yet, and that no other of the batch names. */
async function withFreeReceipts(tx: Tx, candidates: readonly Candidate[]): Promise<Candidate[]> {
  const named = new Map<string, Candidate>();
  const alone = new Set<Candidate>();
  for (const candidate of candidates) {
    for (const name of receiptsOf(candidate).map(receiptName)) {
      const other = named.get(name);
      if (other !== undefined && other !== candidate) alone.add(candidate).add(other);
      else named.set(name, candidate);
    }
  }
  const free = await lockNamesInTurn(tx, "receipt", [...named.keys()], { noWait: true });
  const lockedIds = candidates.flatMap(receiptsOf).filter((id) => free.has(receiptName(id)));
  const inBooks = await namesInBooks(tx, lockedIds);
  const isFree = (name: string) => free.has(name) && !inBooks.has(name);
  return candidates.filter((each) => !alone.has(each) && receiptsOf(each).map(receiptName).every(isFree));
}

/** What becomes of each, one after the other: what one opens counts against the limit of the next. */
async function decide(parts: PurchaseParts, tx: Tx, candidates: readonly Candidate[]): Promise<Decided[]> {
  const asksTrust = ({ items }: Candidate) => items.some(({ evidence }) => evidence.kind === "success");
  const limitOf = ({ purchase: { provider_id: providerId, currency } }: Candidate) => ({ providerId, currency });
  const left = new Map(await trustLeft(parts, tx, candidates.filter(asksTrust).map(limitOf)));
  const decided: Decided[] = [];
  for (const candidate of candidates) {
    const { purchase, items } = candidate;
    const limit = limitName(limitOf(candidate));
    const { cents: leftCents = 0, wantsCode = false } = left.get(limit) ?? {};
    const nothing = { heldCents: 0, refundedCents: 0, toldCents: 0, provedCreditCents: 0 };
    const before = { ...toPurchase(purchase), ...nothing } as Purchase;
    const evidence = items.map((item) => item.evidence);
    const { after, steps } = absorb(before, evidence, new Map(), purchase.amount_cents <= leftCents);
    const effects = steps.flatMap((step) => step.transition.effects);
    if (!effects.every(({ kind }) => kind === "book-receipt" || kind === "open-grant")) continue;
    const plan = planEffects(purchase, effects, {
      receipts: new Map(),
      balances: new Map(),
      returnedOfPlan: new Map(),
    });
    if (!isUsualPlan(plan)) continue;
    if (after.state === "paid" && !after.verified)
      left.set(limit, { cents: leftCents - purchase.amount_cents, wantsCode });
    decided.push({ ...candidate, after, steps, plan, wantsCode });
  }
  return decided;
}

/** One entry for one new receipt that pays the whole price, and its grant; or nothing at all. */
function isUsualPlan(plan: EffectPlan): boolean {
  const { entries, receipts, grantSteps, toldCreditCents, replaced, returnsCredit, asks, refundedTwiceCents } = plan;
  if (toldCreditCents > 0 || replaced.length > 0 || returnsCredit || asks || refundedTwiceCents > 0) return false;
  if (entries.length === 0) return receipts.length === 0 && grantSteps.length === 0;
  const [entry, receipt, step] = [entries[0], receipts[0], grantSteps[0]];
  if (entries.length > 1 || receipts.length > 1 || grantSteps.length > 1) return false;
  const isBooked = receipt?.kind === "insert" && receipt.row.state === undefined && receipt.row.credit_cents === 0;
  return entry?.received != null && isBooked && step?.kind === "open-grant";
}

async function write(
  parts: PurchaseParts,
  tx: Tx,
  decided: readonly Decided[],
): Promise<Omit<BookedTogether, "alone">> {
  if (decided.length === 0) return { notices: [], hasJobs: false };
  const { world, ledger, openGrants, quietEmitMany } = parts;
  const nowMs = world.clock.wall().atMs;
  const paid = decided.filter(({ plan }) => plan.entries.length > 0);
  const entries = paid.map(toEntry(() => newId(world)));
  await ledger.postAll(tx, entries, nowMs);
  if (paid.length > 0)
    await insertReceipts(
      tx,
      paid.map((each, index) => toReceipt(each, (entries[index] as CausedEntry).entryId, nowMs)),
    );
  const toOpen = await toGrants(parts, tx, paid);
  const grantsOpened = toOpen.length === 0 ? [] : await openGrants(tx, toOpen);
  const isNew = new Set(grantsOpened.map(({ providerId, purchaseId }) => nameOf(providerId, purchaseId)));
  // A grant that its site gave back after a restore is not new: its customer has heard of it.
  const fresh = paid.flatMap(({ purchase, plan }, index) => {
    if (!isNew.has(nameOf(purchase.provider_id, purchase.purchase_id))) return [];
    const code = toOpen[index]?.code ?? null;
    return [
      { purchase, receipt: plan.receipts[0]?.receipt ?? null, codes: code === null ? [] : [code], endsAtMs: null },
    ];
  });
  const told = fresh.length === 0 ? { alone: [], messages: 0 } : await parts.onPaidTogether(tx, fresh);
  for (const purchase of told.alone) await asProviderWithin(tx, purchase.provider_id, () => parts.onPaid(tx, purchase));
  await settleAllEvidence(tx, decided.flatMap(toSettled));
  const changed = decided.flatMap(({ purchase, items, after }) => {
    const page = items.find(({ redirectUrl }) => redirectUrl !== null)?.redirectUrl ?? null;
    const fields = changedFields(purchase, after, page, nowMs);
    return fields === null ? [] : [{ provider_id: purchase.provider_id, purchase_id: purchase.purchase_id, ...fields }];
  });
  await setPurchases(tx, changed);
  const events: (HubEvent & { providerId: string })[] = [
    ...grantsOpened.map(({ providerId, grantId: id }) => ({
      providerId,
      topic: "grant" as const,
      id,
      action: "opened",
    })),
    ...changed.map(({ provider_id: providerId, purchase_id: id, state: action }) => {
      return { providerId, topic: "payment" as const, id, action };
    }),
  ];
  await quietEmitMany(tx, events);
  return {
    notices: [
      ...grantsOpened.map(({ notice }) => notice),
      ...[...new Set(events.map(({ providerId }) => providerId))].map(eventNotice),
    ],
    hasJobs: told.messages > 0,
  };
}

const toEntry =
  (newEntryId: () => string) =>
  ({ purchase, plan }: Decided): CausedEntry => {
    const { party, entry, received } = plan.entries[0] as EffectPlan["entries"][number];
    const cause = { providerId: purchase.provider_id, purchaseId: purchase.purchase_id, party };
    return { cause, entryId: newEntryId(), entry, received };
  };

function toReceipt({ purchase, plan }: Decided, entryId: string, nowMs: number): NewReceipt {
  const change = plan.receipts[0];
  if (change?.kind !== "insert") throw new Error("the plan books no new receipt");
  const { row } = change;
  return {
    provider_id: purchase.provider_id,
    rail: purchase.channel.facts.rail,
    receipt: change.receipt,
    entry_id: entryId,
    channel_id: purchase.channel_id,
    purchase_id: purchase.purchase_id,
    amount_cents: row.amount_cents,
    plan_cents: row.plan_cents,
    credit_cents: row.credit_cents,
    suspense_cents: row.suspense_cents ?? 0,
    currency: purchase.currency,
    booked_at_ms: nowMs,
    state: row.state ?? "booked",
    source: row.source ?? "stk-callback",
    corroborated: row.corroborated ?? false,
    proved_by: row.proved_by ?? null,
    party: row.party ?? null,
    payer_hash: purchase.phone_hash,
    payer_masked: purchase.phone_masked,
    account_text: purchase.reference,
    paid_at_ms: row.paid_at_ms ?? null,
    note: row.note ?? null,
  };
}

async function toGrants(parts: PurchaseParts, tx: Tx, paid: readonly Decided[]): Promise<OpenedPurchase[]> {
  const withCode = paid.filter(({ wantsCode }) => wantsCode);
  const codes =
    withCode.length === 0
      ? []
      : await newSaleCodes(
          parts.world,
          tx,
          withCode.map(({ purchase }) => purchase.provider_id),
        );
  const codeOf = new Map(withCode.map((each, index) => [each, codes[index] as string]));
  return paid.map((each) => {
    const { purchase, plan } = each;
    const step = plan.grantSteps[0];
    return {
      providerId: purchase.provider_id,
      purchaseId: purchase.purchase_id,
      siteId: purchase.site_id,
      planName: purchase.plan_name,
      terms: purchase.terms,
      party: purchase.phone_hash,
      renewsGrantId: null,
      code: codeOf.get(each) ?? null,
      sold: soldNote(parts.envelope, purchase),
      unverified: step?.kind === "open-grant" && step.unverified,
    };
  });
}

function toSettled({ items, steps }: Decided) {
  return items.flatMap(({ row }, index) => {
    const last = steps.findLast((step) => step.index === index)?.transition;
    if (last === undefined) return [];
    const { provider_id, evidence_id } = row;
    return [
      { provider_id, evidence_id, state: last.parked ? ("parked" as const) : ("done" as const), outcome: last.outcome },
    ];
  });
}

/**
 * Applies new evidence of many purchases, of any providers, in one transaction and some twenty statements: what `absorb-evidence.ts` does for one. The
 * deciding functions are the same; only reading and writing is done by sets. It takes the purchases whose evidence is a prompt's callback, a line of a
 * list or a confirmation, and whose plan is a usual one: a new receipt that pays the price, one entry and the grant; the proof of such a receipt; what
 * a confirmation says of the payer of one; or a failure, which moves nothing. All else goes alone.
 *
 * Its locks: the purchases, and then the receipts that callbacks name (those that lists name before them). It waits for neither, because a row that a
 * person holds must not hold the others up: what is held goes alone. It waits, each in sorted order, for limits of unverified money, feed scopes and, last, event counters.
 */
import { newId } from "@karibu/protocol/identifiers";
import { cents } from "@karibu/protocol/quantities";
import { newSaleCodes } from "../../catalogue/grants/new-sale-code.ts";
import type { OpenedPurchase } from "../../catalogue/grants/open-grants.ts";
import { lockFreeGrants } from "../../catalogue/grants/verify-grants.ts";
import { asProviderWithin } from "../../ground/db/as-role.ts";
import type { Notice, Tx } from "../../ground/db/database.ts";
import type { HubEvent } from "../../ground/events/emit.ts";
import { eventNotice } from "../../ground/events/record.ts";
import { feedNotice } from "../../ground/feed/publish.ts";
import type { EvidenceSource, Trust } from "../evidence/evidence.ts";
import {
  type EvidenceRow,
  linkAllEvidence,
  openEvidenceOf,
  opened,
  settleAllEvidence,
} from "../evidence/evidence-rows.ts";
import { lockNamesInTurn } from "../evidence/money-locks.ts";
import type { CausedEntry } from "../ledger/post-entry.ts";
import {
  insertReceipts,
  type NewReceipt,
  namesInBooks,
  type ReceiptDetails,
  type ReceiptId,
  type ReceiptRow,
  receiptName,
  receiptsOfPurchases,
  setReceipts,
} from "../receipts/receipt-rows.ts";
import { changedFields } from "./absorb-evidence.ts";
import { type EffectPlan, planEffects } from "./plan-effects.ts";
import { type LoadedPurchase, lockFreePurchases, type PurchaseParts, setPurchases } from "./purchase-rows.ts";
import { type FactItem, isOwnRequest, readRow, toPurchaseAlone } from "./read-facts.ts";
import { soldNote } from "./sold-note.ts";
import { absorb, receiptOf } from "./transition/absorb.ts";
import type { Effect, KnownReceipt, Purchase, Transition } from "./transition/purchase-facts.ts";
import { limitName, trustLeft } from "./unverified-limit.ts";

export interface PurchaseId {
  readonly providerId: string;
  readonly purchaseId: string;
}

/** A line of a list, or a confirmation, that tells of a purchase's money. It is linked to its purchase when that is written. */
export interface ListedFact extends PurchaseId {
  readonly row: EvidenceRow;
  readonly source: EvidenceSource;
  readonly trust: Trust;
  readonly receipt: string;
  /** Its receipt as it stands in the books, locked; null: it is in none. */
  readonly booked: (ReceiptRow & { readonly details: ReceiptDetails }) | null;
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
  readonly purchase: LoadedPurchase;
  readonly items: readonly FactItem[];
  /** One of the items, where a list tells of it. */
  readonly listed: ListedFact | null;
}

interface Decided extends Candidate {
  readonly after: Purchase;
  readonly steps: readonly { readonly index: number; readonly transition: Transition }[];
  readonly plan: EffectPlan;
  readonly wantsCode: boolean;
}

/**
 * Throws what one of them can't be written with; then none is.
 * @param tx of `asBooker`, for the providers of all of them; of `asProvider` where lists tell of them
 * @param listed at most one for a purchase; the names of their receipts are locked
 */
export async function bookTogether(
  parts: PurchaseParts,
  tx: Tx,
  batch: readonly PurchaseId[],
  listed: readonly ListedFact[] = [],
): Promise<BookedTogether> {
  const purchases = await lockFreePurchases(parts, tx, batch);
  const evidence = Map.groupBy(await openEvidenceOf(tx, purchases), (row) =>
    nameOf(row.providerId, row.purchaseId ?? ""),
  );
  const factOf = new Map(listed.map((fact) => [nameOfPurchase(fact), fact]));
  const done = new Set<string>();
  const candidates: Candidate[] = [];
  for (const purchase of purchases.filter(isUsual)) {
    const name = nameOf(purchase.providerId, purchase.purchaseId);
    const rows = evidence.get(name) ?? [];
    const fact = factOf.get(name) ?? null;
    // It was judged meanwhile.
    if (fact === null && !rows.some(({ state }) => state === "new")) done.add(name);
    else {
      const items = readItems(parts, purchase, [
        ...rows.map((row) => ({ open: () => opened(parts.envelope, row), listedAs: null })),
        ...(fact === null ? [] : [{ open: () => fact.row, listedAs: fact.trust }]),
      ]);
      if (items !== null) candidates.push({ purchase, items, listed: fact });
    }
  }
  const sound = await withNoOtherReceipts(tx, candidates.filter(isAtSoundChannel));
  const free = await withFreeGrants(tx, await withFreeReceipts(tx, sound));
  const decided = await planUsualPayments(parts, tx, free);
  // Lists are read in a transaction of their provider, who needs no other role there.
  const asProvider = listed.length > 0 ? alreadyAsProvider : asProviderWithin;
  const written = await writePlanned(parts, tx, decided, asProvider);
  for (const { purchase } of decided) done.add(nameOf(purchase.providerId, purchase.purchaseId));
  return { alone: batch.filter((each) => !done.has(nameOfPurchase(each))), ...written };
}

/** By which purchases of several providers are told apart. */
export const nameOfPurchase = ({ providerId, purchaseId }: PurchaseId): string => nameOf(providerId, purchaseId);

const nameOf = (providerId: string, purchaseId: string): string => `${providerId}/${purchaseId}`;

/** Nothing but its price is paid, with money that comes in through a channel, and for one grant that continues no other. */
function isUsual(purchase: LoadedPurchase): boolean {
  const { facts } = purchase.channel;
  const isAtChannel = facts.paidFrom === null && facts.pays !== "immediate";
  const isPendingWhole = purchase.state === "paid" && purchase.pendingCents === purchase.amountCents;
  const isWholePrice =
    purchase.askedCents === null && purchase.heldCents === 0 && (purchase.pendingCents === 0 || isPendingWhole);
  const isOneGrant = purchase.renewsGrantId === null && (purchase.terms.codes ?? 1) === 1;
  return isAtChannel && isWholePrice && isOneGrant && purchase.promotionId === null && !purchase.corroborated;
}

interface Unread {
  readonly open: () => EvidenceRow;
  /** How far its source is trusted; null: it is no line of a list, but what a callback brought. */
  readonly listedAs: Trust | null;
}

/** What callbacks of a prompt and lists say, all of it genuine and known by its code. @returns null: some of it is not of that kind */
function readItems({ parties }: PurchaseParts, purchase: LoadedPurchase, rows: readonly Unread[]): FactItem[] | null {
  const items: FactItem[] = [];
  for (const unread of rows) {
    const item = readItem(parties, purchase, unread);
    if (item === null) return null;
    items.push(item);
  }
  // In the order in which one by one takes them.
  return items.sort((one, other) => (one.row.evidenceId < other.row.evidenceId ? -1 : 1));
}

function readItem(
  parties: PurchaseParts["parties"],
  purchase: LoadedPurchase,
  { open, listedAs }: Unread,
): FactItem | null {
  try {
    const row = open();
    const read =
      listedAs !== null || row.source === "stk-callback"
        ? readRow(parties, purchase, row)
        : { refused: "not of a push" };
    if ("refused" in read) return null;
    const { evidence, unknownCode, redirectUrl = null, trouble = null } = read.message;
    const isVerdict =
      (evidence.kind === "success" && evidence.trust === (listedAs ?? "pushed")) ||
      (listedAs === null && evidence.kind === "failure");
    if (!isVerdict || unknownCode !== null || trouble !== null || !isOwnRequest(purchase, evidence)) return null;
    return { row, evidence, redirectUrl };
  } catch {
    return null; // alone, it is noted
  }
}

/** A payment that shows for the first time that a channel works, or that it works again, is noted at the channel: that one goes alone. */
function isAtSoundChannel({ purchase, items }: Candidate): boolean {
  const pays = items.some(({ evidence }) => evidence.kind === "success");
  return !pays || (purchase.requestAcceptedAtMs !== null && !purchase.channelFails);
}

const receiptsOf = ({ purchase, items }: Candidate): ReceiptId[] =>
  items.flatMap(({ evidence }) => {
    const receipt = receiptOf(evidence);
    return receipt === null ? [] : [{ providerId: purchase.providerId, rail: purchase.channel.facts.rail, receipt }];
  });

/** What is fetched may replace a receipt that was only told: a purchase with another receipt than that of the list goes alone. */
async function withNoOtherReceipts(tx: Tx, candidates: readonly Candidate[]): Promise<Candidate[]> {
  const listed = candidates.flatMap((each) => each.listed ?? []);
  if (listed.length === 0) return [...candidates];
  const all = Map.groupBy(await receiptsOfPurchases(tx, listed), ({ providerId, purchaseId }) =>
    nameOf(providerId, purchaseId),
  );
  return candidates.filter(({ listed: fact }) => {
    if (fact === null) return true;
    const own = all.get(nameOfPurchase(fact)) ?? [];
    return own.every(({ receipt }) => receipt === fact.booked?.receipt);
  });
}

/** Those whose receipts nobody holds, that are in no book yet but for what a list proves, and that no other of the batch names. */
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
  const isFree = ({ listed }: Candidate, name: string) => {
    const isProvedNow = listed?.booked != null && receiptName(listed.booked) === name;
    return free.has(name) && (isProvedNow || !inBooks.has(name));
  };
  return candidates.filter(
    (each) =>
      !alone.has(each) &&
      receiptsOf(each)
        .map(receiptName)
        .every((name) => isFree(each, name)),
  );
}

/** A person who changes one grant must not send the whole batch the single way. */
async function withFreeGrants(tx: Tx, candidates: readonly Candidate[]): Promise<readonly Candidate[]> {
  const proofs = candidates.filter(({ listed }) => listed?.booked != null).map(({ purchase }) => purchase);
  const held = new Set((await lockFreeGrants(tx, proofs)).map((each) => nameOf(each.providerId, each.purchaseId)));
  return candidates.filter(({ purchase }) => !held.has(nameOf(purchase.providerId, purchase.purchaseId)));
}

/** What becomes of each, one after the other: what one opens counts against the limit of the next. */
async function planUsualPayments(parts: PurchaseParts, tx: Tx, candidates: readonly Candidate[]): Promise<Decided[]> {
  // What is in the books already asks no limit. What a list proves asks none for its money, but opens a grant with a code where its provider wants one,
  // which stands in the same row.
  const asksTrust = ({ items, listed }: Candidate) =>
    listed?.booked == null && items.some(({ evidence }) => evidence.kind === "success");
  const limitOf = ({ purchase: { providerId, currency } }: Candidate) => ({ providerId, currency });
  const left = new Map(await trustLeft(parts, tx, candidates.filter(asksTrust).map(limitOf)));
  const decided: Decided[] = [];
  for (const candidate of candidates) {
    const { purchase, items, listed } = candidate;
    const limit = limitName(limitOf(candidate));
    const { cents: leftCents = 0, wantsCode = false } = left.get(limit) ?? {};
    const before = toPurchaseAlone(purchase);
    const evidence = items.map((item) => item.evidence);
    const { after, steps } = absorb(before, evidence, knownTo(listed), purchase.amountCents <= leftCents);
    const effects = steps.flatMap((step) => step.transition.effects);
    if (!effects.every(({ kind }) => usualEffects.has(kind))) continue;
    const plan = planEffects(purchase, effects, {
      receipts: new Map(listed?.booked == null ? [] : [[listed.receipt, listed.booked]]),
      balances: new Map(),
    });
    if (!isUsualPlan(plan)) continue;
    const isToldAgain = listed !== null && plan.receipts.length === 0;
    if (isToldAgain && !isOnlyToldAgain(candidate, after)) continue;
    // Money that is told of again is counted already.
    if (!isToldAgain && after.state === "paid" && !after.verified)
      left.set(limit, { cents: leftCents - purchase.amountCents, wantsCode });
    decided.push({ ...candidate, after, steps, plan, wantsCode });
  }
  return decided;
}

/** The money is in the books, and a report tells of it once more: nothing is new but what that says of the payer. */
const isOnlyToldAgain = ({ purchase, listed }: Candidate, after: Purchase): boolean =>
  listed?.booked != null && listed.trust === "pushed" && changedFields(purchase, after, null, 0) === null;

const usualEffects: ReadonlySet<Effect["kind"]> = new Set([
  "book-receipt",
  "open-grant",
  "confirm-receipt",
  "verify-grant",
]);

function knownTo(listed: ListedFact | null): ReadonlyMap<string, KnownReceipt> {
  if (listed?.booked == null) return new Map();
  const { purchaseId, amountCents, state, source, corroborated: verified } = listed.booked;
  return new Map([[listed.receipt, { purchaseId, amountCents: cents(amountCents), state, source, verified }]]);
}

/** One entry for one new receipt that pays the whole price, and its grant; the proof of one; or nothing at all. */
function isUsualPlan(plan: EffectPlan): boolean {
  const { entries, receipts, grantSteps, toldCreditCents, replaced, returnsCredit, asks, refundedTwiceCents } = plan;
  if (toldCreditCents > 0 || replaced.length > 0 || returnsCredit || asks || refundedTwiceCents > 0) return false;
  if (receipts[0]?.kind === "set")
    return (
      receipts.length === 1 && entries.length <= 1 && grantSteps.length === 1 && grantSteps[0]?.kind === "verify-grant"
    );
  if (entries.length === 0) return receipts.length === 0 && grantSteps.length === 0;
  const [entry, receipt, step] = [entries[0], receipts[0], grantSteps[0]];
  if (entries.length > 1 || receipts.length > 1 || grantSteps.length > 1) return false;
  const isBooked = receipt?.kind === "insert" && receipt.row.state === undefined && receipt.row.creditCents === 0;
  return entry?.received != null && isBooked && step?.kind === "open-grant";
}

const alreadyAsProvider: typeof asProviderWithin = (_tx, _providerId, work) => work();

async function writePlanned(
  parts: PurchaseParts,
  tx: Tx,
  decided: readonly Decided[],
  asProvider: typeof asProviderWithin,
): Promise<Omit<BookedTogether, "alone">> {
  if (decided.length === 0) return { notices: [], hasJobs: false };
  const { world, ledger, openGrants, quietEmitMany } = parts;
  const nowMs = world.clock.wall().atMs;
  const paid = decided.filter(({ plan }) => plan.receipts[0]?.kind === "insert");
  const proved = decided.filter(({ plan }) => plan.receipts[0]?.kind === "set");
  const entries = paid.map(toEntry(() => newId(world)));
  const proofs = proved.filter(({ plan }) => plan.entries.length > 0).map(toEntry(() => newId(world)));
  await ledger.postAll(tx, [...entries, ...proofs], nowMs);
  if (paid.length > 0)
    await insertReceipts(
      tx,
      paid.map((each, index) => toReceipt(each, (entries[index] as CausedEntry).entryId, nowMs)),
    );
  // Grants that are there are locked before the feeds of sites, and those in one round: so others lock them as well.
  const proofOf = proved.map(({ purchase }) => purchase);
  const verified = proofOf.length === 0 ? [] : await parts.verifyGrants(tx, proofOf);
  const toOpen = await toGrants(parts, tx, paid);
  const feed = verified.flatMap(({ published }) => published ?? []);
  const grantsOpened = toOpen.length + feed.length === 0 ? [] : await openGrants(tx, toOpen, feed);
  const isNew = new Set(grantsOpened.map(({ providerId, purchaseId }) => nameOf(providerId, purchaseId)));
  // A grant that its site gave back after a restore is not new: its customer has heard of it.
  const fresh = paid.flatMap(({ purchase, plan }, index) => {
    if (!isNew.has(nameOf(purchase.providerId, purchase.purchaseId))) return [];
    const code = toOpen[index]?.code ?? null;
    return [
      { purchase, receipt: plan.receipts[0]?.receipt ?? null, codes: code === null ? [] : [code], endsAtMs: null },
    ];
  });
  const told = fresh.length === 0 ? { alone: [], messages: 0 } : await parts.onPaidTogether(tx, fresh);
  for (const purchase of told.alone) await asProvider(tx, purchase.providerId, () => parts.onPaid(tx, purchase));
  await setReceipts(tx, decided.flatMap(receiptChanges));
  await linkAllEvidence(
    tx,
    decided.flatMap(({ listed }) => (listed === null ? [] : [{ ...listed.row, ...linkOf(listed) }])),
  );
  await settleAllEvidence(tx, decided.flatMap(toSettled));
  const changed = decided.flatMap(({ purchase, items, after }) => {
    const page = items.find(({ redirectUrl }) => redirectUrl !== null)?.redirectUrl ?? null;
    const fields = changedFields(purchase, after, page, nowMs);
    return fields === null ? [] : [{ providerId: purchase.providerId, purchaseId: purchase.purchaseId, ...fields }];
  });
  await setPurchases(tx, changed);
  const ofGrant = (action: string) => (grant: { readonly providerId: string; readonly grantId: string }) => {
    return { providerId: grant.providerId, topic: "grant" as const, id: grant.grantId, action };
  };
  const events: (HubEvent & { providerId: string })[] = [
    ...grantsOpened.map(ofGrant("opened")),
    ...verified.map(ofGrant("verified")),
    ...changed.map(({ providerId, purchaseId: id, state: action }) => {
      return { providerId, topic: "payment" as const, id, action };
    }),
  ];
  await quietEmitMany(tx, events);
  return {
    notices: [
      ...grantsOpened.map(({ notice }) => notice),
      ...feed.map(feedNotice),
      ...[...new Set(events.map(({ providerId }) => providerId))].map(eventNotice),
    ],
    hasJobs: told.messages > 0,
  };
}

const toEntry =
  (newEntryId: () => string) =>
  ({ purchase, plan }: Decided): CausedEntry => {
    const { party, entry, received } = plan.entries[0] as EffectPlan["entries"][number];
    const cause = { providerId: purchase.providerId, purchaseId: purchase.purchaseId, party };
    return { cause, entryId: newEntryId(), entry, received };
  };

function toReceipt({ purchase, plan }: Decided, entryId: string, nowMs: number): NewReceipt {
  const change = plan.receipts[0];
  if (change?.kind !== "insert") throw new Error("the plan books no new receipt");
  const { row } = change;
  return {
    providerId: purchase.providerId,
    rail: purchase.channel.facts.rail,
    receipt: change.receipt,
    entryId,
    channelId: purchase.channelId,
    purchaseId: purchase.purchaseId,
    amountCents: row.amountCents,
    planCents: row.planCents,
    creditCents: row.creditCents,
    suspenseCents: row.suspenseCents ?? 0,
    currency: purchase.currency,
    bookedAtMs: nowMs,
    state: row.state ?? "booked",
    source: row.source ?? "stk-callback",
    corroborated: row.corroborated ?? false,
    provedBy: row.provedBy ?? null,
    party: row.party ?? null,
    payerHash: purchase.phoneHash,
    payerMasked: purchase.phoneMasked,
    accountText: purchase.reference,
    paidAtMs: row.paidAtMs ?? null,
    note: row.note ?? null,
  };
}

const linkOf = ({ purchaseId, receipt }: ListedFact) => ({ purchaseId, receipt });

/** The receipt that is in the books already, as it is proved now or as its payer is shown now. */
function receiptChanges({ purchase, plan, listed }: Decided) {
  const booked = listed?.booked ?? null;
  const [change] = plan.receipts;
  if (change?.kind === "set" && booked === null) throw new Error("the plan proves no receipt of a list");
  if (change?.kind === "insert" || booked === null) return [];
  return [
    {
      providerId: purchase.providerId,
      rail: booked.rail,
      receipt: booked.receipt,
      corroborated: change?.changes.corroborated ?? booked.corroborated,
      provedBy: change?.changes.provedBy ?? booked.provedBy,
      ...booked.details,
    },
  ];
}

async function toGrants(parts: PurchaseParts, tx: Tx, paid: readonly Decided[]): Promise<OpenedPurchase[]> {
  const withCode = paid.filter(({ wantsCode }) => wantsCode);
  const codes =
    withCode.length === 0
      ? []
      : await newSaleCodes(
          parts.world,
          tx,
          withCode.map(({ purchase }) => purchase.providerId),
        );
  const codeOf = new Map(withCode.map((each, index) => [each, codes[index] as string]));
  return paid.map((each) => {
    const { purchase, plan } = each;
    const step = plan.grantSteps[0];
    return {
      providerId: purchase.providerId,
      purchaseId: purchase.purchaseId,
      siteId: purchase.siteId,
      planName: purchase.planName,
      terms: purchase.terms,
      party: purchase.phoneHash,
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
    const { providerId, evidenceId } = row;
    return [
      { providerId, evidenceId, state: last.parked ? ("parked" as const) : ("done" as const), outcome: last.outcome },
    ];
  });
}

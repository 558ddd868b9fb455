/** Reads everything that decides about a purchase: its new and parked evidence, the receipts that it names, the hourly limit. */

import { cents } from "@karibu/protocol/quantities";
import type { Parties } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { noteAnswer } from "../channel-health/note-answer.ts";
import type { Evidence, Read, ReadEvidence } from "../evidence/evidence.ts";
import { type EvidenceRow, openEvidenceOf, opened, settleEvidence } from "../evidence/evidence-rows.ts";
import { payerParty, readStoredInflow, verifiedPaidAtMs, withSoundTime } from "../evidence/inflow.ts";
import { noteUnknownCode } from "../evidence/unknown-codes.ts";
import { lockReceipts, peekReceipt } from "../receipts/receipt-rows.ts";
import { readSpendable, type SpendableCredit, toldUseOf } from "../receipts/told-credit.ts";
import { isGivenBack, type LoadedPurchase, type PurchaseParts, type PurchaseRow } from "./purchase-rows.ts";
import { receiptOf } from "./transition/absorb.ts";
import type { KnownReceipt, Purchase } from "./transition/purchase-facts.ts";
import { needsItsReceipts } from "./transition/transition-steps.ts";
import { mayTrust } from "./unverified-limit.ts";

export interface FactItem {
  readonly row: EvidenceRow;
  readonly evidence: Evidence;
  readonly redirectUrl: string | null;
}

export interface Facts {
  readonly before: Purchase;
  readonly items: readonly FactItem[];
  /** Receipts in the books, by receipt. */
  readonly known: ReadonlyMap<string, KnownReceipt>;
  readonly mayTrust: boolean;
}

/** What reading evidence takes: its text is sealed, and its payer gets the books' name. */
type Readers = Pick<PurchaseParts, "envelope" | "parties">;

/**
 * @param rows its open evidence, read under the purchase's lock
 * @returns null: there is no new evidence. Evidence that is not genuine is settled as unmatched, and left out.
 */
export async function readFacts(
  parts: PurchaseParts,
  tx: Tx,
  purchase: LoadedPurchase,
  rows: readonly EvidenceRow[],
): Promise<Facts | null> {
  const { providerId, purchaseId, currency, amountCents } = purchase;
  const { parties } = parts;
  if (!rows.some((row) => row.state === "new")) return null;
  const items: FactItem[] = [];
  for (const row of rows) {
    const read = readRow(parties, purchase, row);
    const refusal = "refused" in read ? read.refused : await requestIdRefusal(tx, purchase, row, read.message.evidence);
    if ("refused" in read || refusal !== null) {
      await settleEvidence(tx, row, "unmatched", `not a genuine message: ${refusal}`);
      continue;
    }
    const { evidence, unknownCode, redirectUrl = null, trouble = null } = read.message;
    if (row.state === "new") await noteAnswer(parts, tx, requestOf(purchase), evidence, trouble);
    if (unknownCode !== null) await noteUnknownCode(tx, parts.world, row, unknownCode);
    items.push({ row, evidence, redirectUrl });
  }
  const known = await knownReceipts(tx, purchase, items);
  const isReversed = items.some(({ evidence }) => evidence.kind === "reversal");
  const refunded = isReversed ? await refundedOfPrice(parts, tx, purchase) : 0;
  const toldCents = purchase.pendingCents === 0 ? 0 : await toldUseOf(tx, providerId, purchaseId);
  const { creditCents, provedCents } = purchase.heldCents === 0 ? noCredit : await spendableOf(tx, purchase);
  return {
    before: {
      ...toPurchase(purchase),
      // Money held for this purchase is the customer's, who may have spent it meanwhile.
      heldCents: cents(Math.min(purchase.heldCents, creditCents)),
      refundedCents: cents(refunded),
      toldCents: cents(toldCents),
      provedCreditCents: cents(provedCents),
    },
    items,
    known,
    mayTrust: !needsTrust(purchase, items) || (await mayTrust(parts, tx, { providerId, currency, amountCents })),
  };
}

/** What our refunds gave back of the price; beyond what its channel had left of it they are the customer's debt already. */
async function refundedOfPrice(
  parts: Pick<PurchaseParts, "refundedCents">,
  tx: Tx,
  { providerId, purchaseId, amountCents, receipt }: LoadedPurchase,
): Promise<number> {
  const paidBy = receipt === null ? null : await peekReceipt(tx, providerId, receipt);
  const leftCents = amountCents - (paidBy?.returnedPlanCents ?? 0);
  return Math.min(Math.max(0, leftCents), await parts.refundedCents(tx, providerId, purchaseId));
}

/** Only money that is told, or that unproved credit completes, asks the limit: asking makes others wait. */
const needsTrust = ({ heldCents }: PurchaseRow, items: readonly FactItem[]): boolean =>
  items.some(({ evidence }) => evidence.kind === "success" && (evidence.trust === "pushed" || heldCents > 0));

/** Of its open evidence, what can't be read: opening or reading it throws. */
export async function unreadableEvidence(
  { envelope, parties }: Readers,
  tx: Tx,
  purchase: LoadedPurchase,
): Promise<string[]> {
  const rows = await openEvidenceOf(tx, [purchase]);
  return rows.flatMap((row) => {
    try {
      readRow(parties, purchase, opened(envelope, row));
      return [];
    } catch {
      return [row.evidenceId];
    }
  });
}

/** What may still change it. */
export async function openEvidence(envelope: Envelope, tx: Tx, purchase: LoadedPurchase): Promise<EvidenceRow[]> {
  return (await openEvidenceOf(tx, [purchase])).map((row) => opened(envelope, row));
}

/** The receipts that its evidence can change, for who locks them before the purchase. Some evidence may change each one of it. */
export async function receiptsNamed(
  { envelope, parties }: Readers,
  tx: Tx,
  purchase: LoadedPurchase,
): Promise<string[]> {
  const rows = await openEvidence(envelope, tx, purchase);
  if (!rows.some((row) => row.state === "new")) return [];
  const all = genuine(parties, purchase, rows);
  const named = all.flatMap((evidence) => receiptOf(evidence) ?? []);
  if (!all.some((evidence) => needsItsReceipts(evidence, purchase.askedCents !== null))) return named;
  const own = await tx
    .selectFrom("receipts")
    .select("receipt")
    .where("providerId", "=", purchase.providerId)
    .where("rail", "=", purchase.channel.facts.rail)
    .where("purchaseId", "=", purchase.purchaseId)
    .execute();
  return [...named, ...own.map(({ receipt }) => receipt)];
}

const genuine = (parties: Parties, purchase: LoadedPurchase, rows: readonly EvidenceRow[]): Evidence[] =>
  rows.flatMap((row) => {
    const read = readRow(parties, purchase, row);
    return "refused" in read ? [] : [read.message.evidence];
  });

const requestOf = ({ providerId, channelId, createdAtMs, requestAcceptedAtMs, channelFails }: LoadedPurchase) => ({
  providerId,
  channelId,
  madeAtMs: createdAtMs,
  requestAcceptedAtMs,
  channelFails,
});

/** What one piece of stored evidence says of its purchase. Throws where it can't be read at all. */
export function readRow(parties: Parties, purchase: LoadedPurchase, row: EvidenceRow): Read<ReadEvidence> {
  const { readers } = purchase.channel;
  switch (row.source) {
    case "stk-callback": {
      const read = readers.readCallback?.(row.body) ?? { refused: "this channel sends no such callbacks" };
      if ("refused" in read) return read;
      return {
        message: { ...read.message, evidence: withTimeOfPrompt(read.message.evidence, purchase, row.receivedAtMs) },
      };
    }
    case "push-answer":
      return { message: readers.readStart(row.body) };
    case "stk-query":
    case "order-status": {
      const sinceRequestMs = row.receivedAtMs - (purchase.sentAtMs ?? purchase.createdAtMs);
      const { reference, currency, amountCents: priceCents, askedCents: restCents } = purchase;
      const amountCents = restCents ?? priceCents;
      return { message: readers.readQuery(row.body, sinceRequestMs, { reference, currency, amountCents }) };
    }
    // Our own facts: silence, a person's word, a result that was read before.
    case "silence":
    case "operator":
    case "reversal-result":
      return { message: { evidence: JSON.parse(row.body) as Evidence, unknownCode: null } };
    case "transaction-status":
    case "statement":
    case "entered":
    case "forwarded-message":
      return inflowEvidence(parties, purchase, row, readStoredInflow(row.body));
    default:
      return inflowEvidence(
        parties,
        purchase,
        row,
        readers.readInflow?.(row.source, row.body) ?? { refused: `nothing here reads ${row.source}` },
      );
  }
}

function inflowEvidence(
  parties: Parties,
  purchase: LoadedPurchase,
  row: EvidenceRow,
  read: ReturnType<typeof readStoredInflow>,
): Read<ReadEvidence> {
  if ("refused" in read) return read;
  const { source, trust, receipt, amountCents } = read.message;
  const paidAtMs = verifiedPaidAtMs(withSoundTime(read.message, row.receivedAtMs));
  // A typed payer proves nothing about who paid.
  const payer = source === "entered" ? null : payerParty(parties, purchase.providerId, read.message.payer);
  const isOwners = payer !== null && payer === purchase.phoneHash;
  const evidence: Evidence = {
    kind: "success",
    source,
    trust,
    requestId: null,
    receipt,
    amountCents,
    paidAtMs,
    ...(isOwners ? { isOwners } : {}),
  };
  return { message: { evidence, unknownCode: null } };
}

/** Does the channel's own answer say that this request is the purchase's? Else another purchase's may be (`requestIdRefusal`). */
export const isOwnRequest = (purchase: PurchaseRow, evidence: Evidence): boolean =>
  !("requestId" in evidence) ||
  evidence.requestId === null ||
  (purchase.requestIdFrom === "answer" && evidence.requestId === purchase.requestId);

/** A callback with the request id of another purchase is not genuine. */
async function requestIdRefusal(
  tx: Tx,
  purchase: LoadedPurchase,
  row: EvidenceRow,
  evidence: Evidence,
): Promise<string | null> {
  if (row.source !== "stk-callback" || !("requestId" in evidence) || isOwnRequest(purchase, evidence)) return null;
  const other = await tx
    .selectFrom("purchases")
    .select("purchaseId")
    .where("providerId", "=", purchase.providerId)
    .where("channelId", "=", purchase.channelId)
    .where("requestId", "=", evidence.requestId)
    .where("purchaseId", "!=", purchase.purchaseId)
    .executeTakeFirst();
  return other === undefined ? null : "its request id is another purchase's";
}

/** The most that the channel's clock and ours differ. */
const clockSlackMs = 5 * 60_000;

/** A callback's own time counts between the prompt and its arrival: a forged callback must not choose the day that it counts for. */
function withTimeOfPrompt(evidence: Evidence, purchase: PurchaseRow, receivedAtMs: number): Evidence {
  if (evidence.kind !== "success" || evidence.paidAtMs == null) return evidence;
  const { paidAtMs } = evidence;
  const promptedAtMs = purchase.sentAtMs ?? purchase.createdAtMs;
  const isSound = paidAtMs >= promptedAtMs - clockSlackMs && paidAtMs <= receivedAtMs + clockSlackMs;
  return isSound ? evidence : { ...evidence, paidAtMs: null };
}

const noCredit: SpendableCredit = { creditCents: 0, provedCents: 0 };

/** Who gave no number has no credit. */
function spendableOf(tx: Tx, purchase: PurchaseRow): Promise<SpendableCredit> {
  const { providerId, phoneHash: party, currency, purchaseId } = purchase;
  return party === null ? Promise.resolve(noCredit) : readSpendable(tx, { providerId, party, currency }, purchaseId);
}

async function knownReceipts(
  tx: Tx,
  purchase: LoadedPurchase,
  items: readonly FactItem[],
): Promise<Map<string, KnownReceipt>> {
  const receipts = items.flatMap(({ evidence }) => receiptOf(evidence) ?? []);
  const withAllOfIts = items.some(({ evidence }) => needsItsReceipts(evidence, purchase.askedCents !== null));
  if (receipts.length === 0 && !withAllOfIts) return new Map();
  await lockReceipts(tx, { providerId: purchase.providerId, rail: purchase.channel.facts.rail }, receipts);
  const rows = await tx
    .selectFrom("receipts")
    .select(["receipt", "purchaseId", "amountCents", "state", "source", "corroborated"])
    .where("providerId", "=", purchase.providerId)
    .where("rail", "=", purchase.channel.facts.rail)
    .where((where) => {
      const named = where("receipt", "in", [...receipts, ""]);
      return withAllOfIts ? where.or([named, where("purchaseId", "=", purchase.purchaseId)]) : named;
    })
    .orderBy("bookedAtMs")
    .execute();
  return new Map(
    rows.map((row) => {
      const { purchaseId, state, source, corroborated: verified } = row;
      return [row.receipt, { purchaseId, amountCents: cents(row.amountCents), state, source, verified }] as const;
    }),
  );
}

type ReadApart = "heldCents" | "refundedCents" | "toldCents" | "provedCreditCents";

/** One with nothing in credit, refunds or told money: what is read apart of it is nought. */
export const toPurchaseAlone = (purchase: LoadedPurchase): Purchase => ({
  ...toPurchase(purchase),
  heldCents: cents(0),
  refundedCents: cents(0),
  toldCents: cents(0),
  provedCreditCents: cents(0),
});

function toPurchase(purchase: LoadedPurchase): Omit<Purchase, ReadApart> {
  return {
    purchaseId: purchase.purchaseId,
    amountCents: cents(purchase.amountCents),
    askedCents: cents(purchase.askedCents ?? purchase.amountCents),
    state: purchase.state,
    reason: purchase.reason,
    requestId: purchase.requestId,
    requestIdFrom: purchase.requestIdFrom,
    receipt: purchase.receipt,
    unreceipted: purchase.unreceipted,
    verified: purchase.corroborated,
    review: purchase.review,
    pendingCents: cents(purchase.pendingCents),
    isFromCredit: purchase.channel.facts.paidFrom === "credit",
    isGivenBack: isGivenBack(purchase),
    siteIsDeleted: purchase.siteIsDeleted,
  };
}

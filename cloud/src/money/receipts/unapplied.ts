/** Unapplied money: receipts without a purchase. They stand in suspense, or in a customer's credit. */

import { cents } from "@karibu/protocol/quantities";
import type { World } from "@karibu/protocol/world";
import type { Parties, Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { Emit } from "../../ground/events/emit.ts";
import { type ProvingSource, provingSource } from "../evidence/evidence.ts";
import { type Inflow, payerMask, payerParty, verifiedPaidAtMs } from "../evidence/inflow.ts";
import { creditToTakeBack } from "../ledger/credit.ts";
import { balanced, transferEntry } from "../ledger/entries.ts";
import type { Ledger } from "../ledger/post-entry.ts";
import { toBooked, undoEntry } from "./receipt-entries.ts";
import {
  insertReceipt,
  type ReceiptId,
  type ReceiptRow,
  readReceiptOnRail,
  setReceipt,
  twoAmounts,
} from "./receipt-rows.ts";
import { noteSpentCredit } from "./told-credit.ts";

type SpentParts = Parameters<typeof noteSpentCredit>[0];

export interface BookParts {
  readonly world: World;
  readonly parties: Parties;
  readonly ledger: Ledger;
  readonly emit: Emit;
}

/** The channel that got the money. */
export interface PaidChannel {
  readonly providerId: string;
  readonly channelId: string;
  readonly rail: string;
  readonly currency: string;
}

/** Books an inflow: one entry and one row. @param owner `party` null: into suspense; `note` says why it has no owner */
export async function bookUnapplied(
  { world, parties, ledger, emit }: BookParts,
  tx: Tx,
  { providerId, channelId, rail, currency }: PaidChannel,
  inflow: Inflow,
  owner: { readonly party: Party | null; readonly note: string | null },
): Promise<void> {
  const { receipt, amountCents } = inflow;
  const { party, note } = owner;
  const provedBy = provedByInflow(inflow);
  const state = party === null ? "suspense" : "credit";
  const entry = balanced({
    entryKey: `receipt:${rail}:${receipt}`,
    kind: party === null ? "suspense" : "receipt",
    postings: [
      { account: `clearing:${channelId}`, currency, amountCents },
      { account: state, currency, amountCents: cents(-amountCents) },
    ],
  });
  const entryId = await ledger.post(tx, { providerId, purchaseId: null, party }, entry);
  await insertReceipt(tx, {
    providerId,
    rail,
    receipt,
    channelId,
    purchaseId: null,
    amountCents,
    planCents: 0,
    creditCents: party === null ? 0 : amountCents,
    suspenseCents: party === null ? amountCents : 0,
    currency,
    entryId,
    bookedAtMs: world.clock.wall().atMs,
    state,
    source: inflow.source,
    corroborated: provedBy !== null,
    provedBy,
    party,
    payerHash: payerParty(parties, providerId, inflow.payer),
    payerMasked: payerMask(inflow.payer),
    payerName: inflow.payerName,
    accountText: inflow.accountText,
    paidAtMs: verifiedPaidAtMs(inflow),
    paidByMs: inflow.source === "pull" ? inflow.paidAtMs : null,
    note,
  });
  await emit(tx, providerId, { topic: "payment", id: receipt, action: party === null ? "suspense" : "credited" });
}

/** Moves money from suspense into a customer's credit. @returns false: it is not in suspense */
export async function giveToCredit(
  { ledger }: Pick<BookParts, "ledger">,
  tx: Tx,
  row: ReceiptRow,
  party: Party,
  note: string,
): Promise<boolean> {
  if (row.state !== "suspense") return false;
  const entry = transferEntry(`assigned:${row.rail}:${row.receipt}`, "assignment", {
    from: "credit",
    to: "suspense",
    amountCents: row.suspenseCents,
    currency: row.currency,
    fromParty: party,
  });
  await ledger.post(tx, { providerId: row.providerId, purchaseId: null, party }, entry);
  const owned = { creditCents: row.suspenseCents, suspenseCents: 0, party, note, purchaseId: null };
  await setReceipt(tx, row, { state: "credit", ...owned });
  return true;
}

/** What proves its money; null: the source only tells of it. */
export const provedByInflow = ({ source, trust }: Pick<Inflow, "source" | "trust">): ProvingSource | null =>
  trust === "fetched" ? provingSource(source) : null;

/** A source proves money that has no purchase. The first proof stays. What its credit paid hears of it. */
export async function proveUnapplied(
  parts: SpentParts,
  tx: Tx,
  row: ReceiptRow,
  provedBy: ProvingSource,
  changes: { readonly note?: string } = {},
): Promise<void> {
  await setReceipt(tx, row, { ...changes, ...(row.corroborated ? {} : { corroborated: true, provedBy }) });
  if (row.corroborated) return;
  await noteSpentCredit(parts, tx, row, true);
}

/**
 * A prompt's callbacks named two receipts, so the channel's answer about the prompt does not say that this one was paid: what it proved is only told
 * again. What another source has proved stays.
 */
export async function unproveByAnswer(tx: Tx, id: ReceiptId): Promise<void> {
  const row = await readReceiptOnRail(tx, id);
  const isByAnswer = row?.provedBy === "stk-query" || row?.provedBy === "order-status";
  if (row !== undefined && isByAnswer && row.purchaseId === null)
    await setReceipt(tx, row, { corroborated: false, provedBy: null });
}

export const isUndone = ({ state }: ReceiptRow): boolean => state === "reversed" || state === "disproved";

/** Unapplied money went back, or was never there. */
export async function undoUnapplied(
  parts: Pick<BookParts, "ledger"> & SpentParts,
  tx: Tx,
  row: ReceiptRow,
  because: "reversed" | "disproved",
): Promise<void> {
  const { providerId, rail, currency, channelId, party } = row;
  const credit = party === null ? 0 : await creditToTakeBack(tx, providerId, party, currency);
  const entry = undoEntry(toBooked(row), because, credit, { channelId, rail, currency });
  await parts.ledger.post(tx, { providerId, purchaseId: null, party }, entry);
  await setReceipt(tx, row, { state: because });
  await noteSpentCredit(parts, tx, row, because === "reversed");
}

/**
 * One source said that the receipt does not exist, and another one confirms it, perhaps with another sum than was told first: that much is back where
 * it was. @returns the row as it is now
 */
export async function restoreUnapplied(
  { ledger }: Pick<BookParts, "ledger">,
  tx: Tx,
  row: ReceiptRow,
  proof: { readonly amountCents: number; readonly provedBy: ProvingSource },
): Promise<ReceiptRow> {
  const { providerId, rail, receipt, currency, party } = row;
  const owner = party === null ? "suspense" : "credit";
  const real = proof.amountCents === row.amountCents ? row : { ...row, ...withSum(row, proof.amountCents) };
  const entry = transferEntry(`restored:${rail}:${receipt}`, "restored", {
    from: owner,
    to: `clearing:${row.channelId}`,
    amountCents: real.amountCents - real.returnedCents,
    currency,
  });
  await ledger.post(tx, { providerId, purchaseId: null, party }, entry);
  const restored = { ...real, state: owner, corroborated: true, provedBy: row.provedBy ?? proof.provedBy } as const;
  const { amountCents, planCents, creditCents, suspenseCents, note, state, corroborated, provedBy } = restored;
  const money = { amountCents, planCents, creditCents, suspenseCents };
  await setReceipt(tx, row, { ...money, note, state, corroborated, provedBy });
  return restored;
}

/** Another sum than was told, of which nothing has gone back. A person hears of it. */
function withSum({ party }: ReceiptRow, amountCents: number) {
  const owned = party === null ? { suspenseCents: amountCents } : { creditCents: amountCents };
  return { amountCents, planCents: 0, creditCents: 0, suspenseCents: 0, ...owned, note: twoAmounts };
}

/** The channel knows the receipt, and less came in by it than was told: that much is proved, the rest was never there. */
export async function lowerUnapplied(
  parts: Pick<BookParts, "ledger"> & SpentParts,
  tx: Tx,
  row: ReceiptRow,
  amountCents: number,
  provedBy: ProvingSource,
): Promise<void> {
  await undoUnapplied(parts, tx, row, "disproved");
  await restoreUnapplied(parts, tx, row, { amountCents, provedBy });
}

/**
 * Turns the effects of a transition into what is written: ledger entries, changes of receipts, steps of the grant. Pure. Effects
 * build on each other, so the plan follows what each does to receipts and to customers' money.
 */

import type { Insertable, Updateable } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { ProvingSource } from "../evidence/evidence.ts";
import type { LedgerEntry } from "../ledger/entries.ts";
import type { ReceivedRow } from "../ledger/received-row.ts";
import {
  type BookedReceipt,
  replacePlanPayment,
  returnPlanEntry,
  toBooked,
  undoEntry,
} from "../receipts/receipt-entries.ts";
import { type ReceiptRow, tooMuchUnverified, waitsForPrompt } from "../receipts/receipt-rows.ts";
import { effectEntry } from "./effect-entries.ts";
import type { LoadedPurchase } from "./purchase-rows.ts";
import type { Books } from "./read-books.ts";
import type { Effect } from "./transition/purchase-facts.ts";

export interface PlannedEntry {
  /** The customer whose credit or debt it changes; null: nobody's number is known, and it changes neither. */
  readonly party: Party | null;
  readonly entry: LedgerEntry;
  /** Its row in the list of money received. Null: the database finds out what it is. */
  readonly received: ReceivedRow | null;
}

type ReceiptFields = Schema["receipts"];

export type ReceiptChange =
  /** `entry` points into the plan's entries: the one that booked it. */
  | {
      readonly kind: "insert";
      readonly receipt: string;
      readonly entry: number;
      readonly row: Pick<
        Insertable<ReceiptFields>,
        | "state"
        | "amountCents"
        | "planCents"
        | "creditCents"
        | "suspenseCents"
        | "source"
        | "corroborated"
        | "provedBy"
        | "party"
        | "note"
        | "paidAtMs"
      >;
    }
  | { readonly kind: "set"; readonly receipt: string; readonly changes: Updateable<ReceiptFields> };

export type GrantStep = Extract<Effect, { kind: "open-grant" | "verify-grant" | "revoke-grant" }>;

export interface EffectPlan {
  readonly entries: readonly PlannedEntry[];
  readonly receipts: readonly ReceiptChange[];
  readonly grantSteps: readonly GrantStep[];
  /** Credit that is spent here before it is proved. */
  readonly toldCreditCents: number;
  /** `by` pays the plan now, and keeps `leftCents` as credit; `receipt` is credit from here on, and stands. */
  readonly replaced: readonly { readonly receipt: string; readonly by: string; readonly leftCents: number }[];
  /** Credit that paid is the customer's again: it is spent no more. */
  readonly returnsCredit: boolean;
  /** The channel is asked soon. */
  readonly asks: boolean;
  /** What the customers have twice: refunded by us, and taken back by the channel. */
  readonly refundedTwiceCents: number;
}

interface PlannedReceipt {
  readonly booked: BookedReceipt;
  readonly channelId: string;
  readonly party: Party | null;
}

/** Throws when a receipt is to be replaced or undone that is not in `books`, or whose customer's money is not. */
export function planEffects(purchase: LoadedPurchase, effects: readonly Effect[], books: Books): EffectPlan {
  const { channelId, phoneHash: ownParty, currency, purchaseId } = purchase;
  const { rail, paidFrom } = purchase.channel.facts;
  const priceCents = purchase.amountCents;
  const context = { channelId, rail, currency, purchaseId, priceCents, fromCredit: paidFrom === "credit" };
  const entries: PlannedEntry[] = [];
  const changes: ReceiptChange[] = [];
  const replaced: { receipt: string; by: string; leftCents: number }[] = [];
  const receipts = new Map<string, PlannedReceipt>(
    [...books.receipts].map(([receipt, row]) => [
      receipt,
      { booked: toBooked(row), channelId: row.channelId, party: row.party },
    ]),
  );

  const inBooks = (receipt: string): PlannedReceipt => {
    const found = receipts.get(receipt);
    if (found === undefined) throw new Error(`the receipt ${receipt} is not in the books`);
    return found;
  };
  const set = (receipt: string, fields: Updateable<ReceiptFields>) =>
    void changes.push({ kind: "set", receipt, changes: fields });
  /** What the receipt's money becomes. The channel of a known receipt stays, and its sum where none is named. */
  const follow = (
    { receipt, amountCents }: { readonly receipt: string; readonly amountCents: number },
    money: Pick<BookedReceipt, "planCents" | "creditCents" | "suspenseCents"> & Partial<BookedReceipt>,
    party?: Party | null,
  ) => {
    const before = receipts.get(receipt) ?? { booked: { receipt, amountCents }, channelId, party: null };
    receipts.set(receipt, { ...before, booked: { ...before.booked, ...money }, party: party ?? before.party });
  };

  /** What the entries so far leave of the party's money. */
  function moneyOf(party: Party | null): { readonly creditCents: number; readonly debtCents: number } {
    if (party === null) return { creditCents: 0, debtCents: 0 };
    const before = books.balances.get(party);
    if (before === undefined) throw new Error(`the money of the party of ${purchaseId} was not read`);
    let { credit, debts } = before;
    for (const { entry, party: causeParty } of entries) {
      for (const { account, amountCents, party: owner = causeParty } of entry.postings) {
        if (owner !== party) continue;
        if (account === "credit") credit += amountCents;
        if (account === "debts") debts += amountCents;
      }
    }
    return { creditCents: Math.max(0, -credit), debtCents: Math.max(0, debts) };
  }

  function undo(effect: Extract<Effect, { kind: "undo-receipt" }>): void {
    const { receipt, because, returnsCredit, refundedCents, pendingCents } = effect;
    const { booked, channelId, party: owner } = inBooks(receipt);
    const party = owner ?? ownParty;
    const { creditCents, debtCents } = moneyOf(party);
    // What of the plan's part went back before is with the customer: it was no credit that paid beside the receipt.
    const paidCents = booked.planCents + (books.receipts.get(receipt)?.returnedPlanCents ?? 0);
    const plan = {
      refundedCents,
      pendingCents,
      usedCents: returnsCredit ? purchase.amountCents - paidCents : 0,
      debtCents: returnsCredit ? debtCents : 0,
    };
    const entry = undoEntry(booked, because, creditCents, { channelId, rail, currency }, plan);
    entries.push({ party, entry, received: null });
    set(receipt, { state: because });
  }

  /** The first proof stays. */
  function provedOnce(receipt: string, provedBy: ProvingSource | null): Updateable<ReceiptFields> {
    const isProved = books.receipts.get(receipt)?.corroborated === true;
    return provedBy === null || isProved ? {} : { corroborated: true, provedBy };
  }

  const waitsFor = (isProved: boolean) => ({ note: isProved ? waitsForPrompt : tooMuchUnverified });
  const isHeldHere = (row: ReceiptRow) => row.state === "suspense" && row.purchaseId === purchaseId;
  const held = new Set([...books.receipts].flatMap(([receipt, row]) => (isHeldHere(row) ? [receipt] : [])));

  for (const effect of effects) {
    if (effect.kind === "hold-receipt") held.add(effect.receipt);
    else if ("receipt" in effect && effect.kind !== "confirm-receipt") held.delete(effect.receipt);
    const entry = effectEntry(effect, context);
    if (entry !== null) entries.push({ party: ownParty, entry, received: receivedRow(purchase, effect) });
    switch (effect.kind) {
      case "book-receipt": {
        const { receipt, amountCents, planCents, creditCents, source, provedBy, paidAtMs } = effect;
        const owned = { planCents, creditCents, suspenseCents: 0, party: ownParty };
        follow(effect, { planCents, creditCents, suspenseCents: 0 }, ownParty);
        if (effect.fromSuspense) {
          const booked = { ...owned, purchaseId, state: "booked", note: null } as const;
          set(receipt, { ...booked, ...provedOnce(receipt, provedBy) });
          break;
        }
        const proof = { corroborated: provedBy !== null, provedBy };
        const row = { ...owned, amountCents, source, ...proof, paidAtMs };
        changes.push({ kind: "insert", receipt, entry: entries.length - 1, row });
        break;
      }
      case "hold-receipt": {
        const { receipt, amountCents, source, provedBy, paidAtMs } = effect;
        if (effect.fromSuspense) {
          const isProved = provedBy !== null || books.receipts.get(receipt)?.corroborated === true;
          set(receipt, { purchaseId, ...waitsFor(isProved), ...provedOnce(receipt, provedBy) });
          break;
        }
        follow(effect, { planCents: 0, creditCents: 0, suspenseCents: amountCents });
        const held = { planCents: 0, creditCents: 0, suspenseCents: amountCents, party: null } as const;
        const proof = { corroborated: provedBy !== null, provedBy };
        const row = { ...held, state: "suspense", amountCents, source, ...proof } as const;
        const noted = { ...row, ...waitsFor(provedBy !== null), paidAtMs };
        changes.push({ kind: "insert", receipt, entry: entries.length - 1, row: noted });
        break;
      }
      case "restore-receipt": {
        const { receipt, amountCents, planCents, provedBy } = effect;
        const creditCents = amountCents - planCents;
        follow(effect, { amountCents, planCents, creditCents, suspenseCents: 0 });
        // The channel may have got less than was told: then that is the receipt.
        const money = {
          amountCents,
          planCents,
          creditCents,
          suspenseCents: 0,
        };
        set(receipt, { ...money, state: "booked", ...provedOnce(receipt, provedBy) });
        break;
      }
      case "replace-receipt": {
        const after = replacePlanPayment(inBooks(effect.receipt).booked, inBooks(effect.by).booked);
        for (const booked of [after.from, after.to]) {
          follow(booked, booked);
          set(booked.receipt, { planCents: booked.planCents, creditCents: booked.creditCents });
        }
        replaced.push({ receipt: effect.receipt, by: effect.by, leftCents: after.to.creditCents });
        break;
      }
      case "release-receipt": {
        const { planCents, creditCents } = inBooks(effect.receipt).booked;
        const money = { planCents: 0, creditCents: planCents + creditCents };
        set(effect.receipt, { ...money, state: "credit", purchaseId: null, note: null });
        break;
      }
      case "undo-receipt":
        undo(effect);
        break;
      case "return-plan": {
        const { booked } = inBooks(effect.receipt);
        const { debtCents } = moneyOf(ownParty);
        const { pendingCents } = effect;
        const returned = returnPlanEntry({ purchaseId, currency }, { pendingCents, debtCents });
        entries.push({ party: ownParty, entry: returned, received: null });
        // Of a payment out of credit nothing stays; a payment at a channel is credit now.
        if (paidFrom === "credit") set(effect.receipt, { state: "disproved" });
        else {
          const money = { planCents: 0, creditCents: booked.planCents + booked.creditCents, suspenseCents: 0 };
          follow(booked, money);
          set(effect.receipt, { planCents: 0, creditCents: money.creditCents });
        }
        break;
      }
      case "confirm-receipt":
        set(effect.receipt, {
          ...provedOnce(effect.receipt, effect.provedBy),
          ...(held.has(effect.receipt) ? waitsFor(true) : {}),
        });
    }
  }
  return {
    entries,
    receipts: changes,
    grantSteps: effects.filter(isGrantStep),
    toldCreditCents: effects.reduce((sum, effect) => sum + ("toldCents" in effect ? effect.toldCents : 0), 0),
    replaced: replaced.filter(({ receipt }) => !leavesPurchase(effects, receipt)),
    returnsCredit: effects.some(
      (effect) =>
        effect.kind === "return-plan" ||
        (effect.kind === "undo-receipt" && effect.returnsCredit) ||
        (effect.kind === "release-receipt" && effect.returnsPlan),
    ),
    asks: effects.some(({ kind }) => kind === "ask"),
    refundedTwiceCents: effects.reduce(
      (sum, effect) => sum + (effect.kind === "undo-receipt" ? effect.refundedCents : 0),
      0,
    ),
  };
}

/**
 * What the list of money received says of a new receipt at a channel, as `karibu_write_received` does: by far the most entries are of this
 * kind. Null for every other; and where the purchase was proved before its receipt came, for then more than this effect decides.
 */
function receivedRow(purchase: LoadedPurchase, effect: Effect): ReceivedRow | null {
  if (effect.kind !== "book-receipt" || effect.fromSuspense || effect.settlesUnreceipted) return null;
  const { receipt, amountCents, source, provedBy } = effect;
  const { rail, paidFrom } = purchase.channel.facts;
  if (paidFrom !== null || (purchase.corroborated && provedBy === null)) return null;
  const isEntered = source === "operator" || source === "entered";
  return {
    currency: purchase.currency,
    amountCents,
    channelId: purchase.channelId,
    takenBy: null,
    kind: "purchase",
    movement: "received",
    state: provedBy !== null ? "proved" : isEntered ? "entered" : "told",
    siteId: purchase.siteId ?? "",
    purchaseId: purchase.purchaseId,
    rail,
    receipt,
  };
}

function leavesPurchase(effects: readonly Effect[], receipt: string): boolean {
  return effects.some(
    (effect) => (effect.kind === "undo-receipt" || effect.kind === "release-receipt") && effect.receipt === receipt,
  );
}

function isGrantStep(effect: Effect): effect is GrantStep {
  return effect.kind === "open-grant" || effect.kind === "verify-grant" || effect.kind === "revoke-grant";
}

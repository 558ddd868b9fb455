/**
 * The disk of the small hub in `test-crash-model.ts`: the rows of one purchase, and how a payment's effects change them. An error
 * is thrown where the hub's tables have a unique index.
 */
import type { Posting } from "@karibu/cloud/money/ledger/entries";
import { effectEntry } from "@karibu/cloud/money/purchases/effect-entries";
import { price, sending } from "@karibu/cloud/money/purchases/test-purchase";
import { remember } from "@karibu/cloud/money/purchases/transition/absorb";
import type { Effect, KnownReceipt, Purchase } from "@karibu/cloud/money/purchases/transition/purchase-facts";
import { type BookedReceipt, replacePlanPayment, undoEntry } from "@karibu/cloud/money/receipts/receipt-entries";
import { cents } from "@karibu/protocol/quantities";

/** A raw fact as stored. Two facts with the same source, key and body are one. */
export interface Fact {
  readonly source: string;
  readonly key: string;
  readonly body: string;
}

export interface Row extends Fact {
  readonly mine: boolean;
  readonly state: "new" | "parked" | "done";
}

interface Job {
  readonly kind: "absorb" | "route" | "ask";
  /** Which row a `route` job is about. */
  readonly row: number;
}

/** What survives a crash. Each commit replaces it as a whole. */
export interface Disk {
  readonly purchase: Purchase;
  readonly rows: readonly Row[];
  readonly jobs: readonly Job[];
  readonly books: ReadonlyMap<string, KnownReceipt>;
  readonly booked: ReadonlyMap<string, BookedReceipt>;
  readonly entries: ReadonlyMap<string, readonly Posting[]>;
  readonly grant: { readonly unverified: boolean; readonly revoked: boolean } | null;
  readonly grantsOpened: number;
  readonly questions: number;
  /** What the purchase holds of its customer's credit. */
  readonly holdCents: number;
}

/** A transaction's copy of the disk before its commit. */
export type Stage = {
  purchase: Purchase;
  rows: Row[];
  jobs: Job[];
  books: Map<string, KnownReceipt>;
  booked: Map<string, BookedReceipt>;
  entries: Map<string, readonly Posting[]>;
  grant: Disk["grant"];
  grantsOpened: number;
  questions: number;
  holdCents: number;
};

export const phone = "254711000111";
export const reference = "K7Q2M9XW";
export const sentAtMs = Date.UTC(2026, 10, 20, 9);

export const emptyDisk: Disk = {
  purchase: sending,
  rows: [],
  jobs: [],
  books: new Map(),
  booked: new Map(),
  entries: new Map(),
  grant: null,
  grantsOpened: 0,
  questions: 0,
  holdCents: 0,
};

/** What a customer has, and what of it the purchase holds: the prompt asked for the rest of the price. */
export const walletCents = cents(6000);
export const heldCents = cents(2000);
const topUp: readonly Posting[] = [
  { account: "cash", currency: "KES", amountCents: walletCents },
  { account: "credit", currency: "KES", amountCents: cents(-walletCents) },
];
export const walletDisk: Disk = {
  ...emptyDisk,
  purchase: { ...sending, askedCents: cents(price - heldCents), heldCents },
  entries: new Map([["top-up", topUp]]),
  holdCents: heldCents,
};

const context = { channelId: "c1", rail: "mpesa", currency: "KES", purchaseId: "i1", priceCents: price };

/** Each key has at most one entry. */
export function post(
  stage: Stage,
  entry: { readonly entryKey: string; readonly postings: readonly Posting[] } | null,
): void {
  if (entry === null) return;
  if (stage.entries.has(entry.entryKey)) throw new Error(`written twice: ${entry.entryKey}`); // the unique index
  stage.entries.set(entry.entryKey, entry.postings);
}

/** Applies an effect, as `absorb-evidence.ts` does in its transaction. */
export function carryOut(stage: Stage, effect: Effect): void {
  switch (effect.kind) {
    case "undo-receipt": {
      const row = stage.booked.get(effect.receipt);
      if (row === undefined) throw new Error(`not in the books: ${effect.receipt}`);
      const { credit = 0, debts: debtCents = 0 } = balancesOf(stage);
      const usedCents = effect.returnsCredit ? price - row.planCents : 0;
      const { pendingCents } = effect;
      post(stage, undoEntry(row, effect.because, -credit, context, { usedCents, debtCents, pendingCents }));
      break;
    }
    case "replace-receipt": {
      const [from, to] = [stage.booked.get(effect.receipt), stage.booked.get(effect.by)];
      if (from === undefined || to === undefined) throw new Error(`not in the books: ${effect.receipt}, ${effect.by}`);
      const after = replacePlanPayment(from, to);
      stage.booked.set(effect.receipt, after.from).set(effect.by, after.to);
      break;
    }
    case "book-receipt": {
      if (!effect.fromSuspense && stage.books.has(effect.receipt)) throw new Error(`booked twice: ${effect.receipt}`);
      const { receipt, amountCents, planCents, creditCents } = effect;
      stage.booked.set(receipt, { receipt, amountCents, planCents, creditCents, suspenseCents: 0 });
      post(stage, effectEntry(effect, context));
      break;
    }
    case "hold-receipt": {
      if (!effect.fromSuspense && stage.books.has(effect.receipt)) throw new Error(`booked twice: ${effect.receipt}`);
      const { receipt, amountCents } = effect;
      stage.booked.set(receipt, { receipt, amountCents, planCents: 0, creditCents: 0, suspenseCents: amountCents });
      post(stage, effectEntry(effect, context));
      break;
    }
    case "release-receipt": {
      const row = stage.booked.get(effect.receipt);
      if (row === undefined) throw new Error(`not in the books: ${effect.receipt}`);
      const { planCents, creditCents } = row;
      stage.booked.set(effect.receipt, { ...row, planCents: 0, creditCents: planCents + creditCents });
      post(stage, effectEntry(effect, context));
      break;
    }
    case "open-grant":
      if (stage.grant === null) {
        stage.grant = { unverified: effect.unverified, revoked: false };
        stage.grantsOpened++;
      }
      break;
    case "verify-grant":
      if (stage.grant !== null) stage.grant = { ...stage.grant, unverified: false };
      post(stage, effectEntry(effect, context));
      break;
    case "revoke-grant":
      if (stage.grant !== null) stage.grant = { ...stage.grant, revoked: true };
      break;
    case "ask":
      stage.jobs.push({ kind: "ask", row: -1 });
      break;
    default:
      post(stage, effectEntry(effect, context));
  }
  remember(stage.books, stage.purchase.purchaseId, effect);
}

/** Balances by account, zeros left out. A customer's credit is `credit`. */
export function balancesOf({ entries }: Pick<Disk, "entries">): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { account, amountCents } of [...entries.values()].flat()) {
    const name = account.replace(/:.*/, "");
    sums[name] = (sums[name] ?? 0) + amountCents;
  }
  return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0));
}

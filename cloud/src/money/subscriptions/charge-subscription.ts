/**
 * The money of subscriptions: a renewal, a change of plan, a deposit that goes back. The entry in the books, the paid time, the log and the row
 * for the site are one transaction, and each entry has a key of its cause, so a process that dies, a repeated request and two jobs at once
 * charge once or not at all.
 */
import { cents } from "@karibu/protocol/quantities";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { customerRefusal, refusal } from "../../ground/http/problem.ts";
import type { ChargeLine } from "../documents/document-facts.ts";
import { noteCharge } from "../documents/note-charge.ts";
import { takeOntoFloat } from "../ledger/cash-by-hand.ts";
import { takenOverDebtOf } from "../ledger/credit.ts";
import { balanced, type LedgerEntry, type Posting } from "../ledger/entries.ts";
import type { Ledger } from "../ledger/post-entry.ts";
import { isPosted } from "../ledger/posted-sum.ts";
import { settleTakenOver } from "../receipts/taken-over-debts.ts";
import { readSpendable } from "../receipts/told-credit.ts";
import { type Paid, paidUntilOf, renewed } from "./period-arithmetic.ts";
import type { ItemRow, SubscriptionRow } from "./subscription.ts";
import { inTimeUntilOf, letInAgainMsOf, promiseAfter } from "./subscription-policy.ts";
import { columnsOf, factsOf, keep, type RowParts } from "./subscription-rows.ts";

export interface ChargeParts extends RowParts {
  readonly ledger: Ledger;
}

/** `credit`: out of what the customer has and is proved. `cash`: somebody took it for the office. */
export type PayFrom = "credit" | "cash";

export interface Payment {
  readonly from: PayFrom;
  /** Of its cause: one key is charged once. */
  readonly key: string;
  readonly who: string;
  readonly why?: string | null | undefined;
  /** Until when it was paid as whoever pays was shown it: renewed meanwhile, it is not paid a second time. */
  readonly seenUntilMs?: number | undefined;
  /** The person who took the cash; null or left out: it is credit, or the office itself took it. */
  readonly takenBy?: string | null;
}

/** What is due for so many periods: the price and add-ons each, and what is open once. */
export function dueCents(row: Pick<SubscriptionRow, "priceCents">, items: readonly ItemRow[], periods: number): number {
  const open = items.filter(({ state }) => state === "open");
  const once = open.filter(({ kind }) => kind !== "add-on").reduce((sum, item) => sum + item.amountCents, 0);
  const each = open
    .filter(({ kind }) => kind === "add-on")
    .reduce((sum, item) => sum + item.amountCents, row.priceCents);
  return each * periods + once;
}

export function itemsOf(tx: Tx, subscriptionId: string): Promise<ItemRow[]> {
  return tx
    .selectFrom("subscription_items")
    .selectAll()
    .where("subscriptionId", "=", subscriptionId)
    .orderBy("itemId")
    .execute();
}

/** The customer's name in the books; null: no number is known, so nothing of theirs is. */
export async function partyOf(tx: Tx, row: SubscriptionRow): Promise<Party | null> {
  const customer = await tx
    .selectFrom("customers")
    .select("phoneHash")
    .where("customerId", "=", row.customerId)
    .executeTakeFirst();
  return customer?.phoneHash ?? null;
}

/** Proved credit that it could spend now, minor units. Locked until the transaction ends. */
export async function creditFor(tx: Tx, row: SubscriptionRow): Promise<number> {
  const party = await partyOf(tx, row);
  if (party === null) return 0;
  return (await readSpendable(tx, { providerId: row.providerId, party, currency: row.currency })).provedCents;
}

/** What they owed to the system that they came from goes before the next period. */
export async function settleDebtFirst(parts: ChargeParts, tx: Tx, row: SubscriptionRow): Promise<void> {
  const party = await partyOf(tx, row);
  if (party !== null) await settleTakenOver(parts, tx, { providerId: row.providerId, party, currency: row.currency });
}

/** What is still owed of that, minor units: whoever is asked to pay for a period is asked for it too, or what they paid would not bring them back. */
export async function owedBefore(tx: Tx, row: SubscriptionRow): Promise<number> {
  const party = await partyOf(tx, row);
  if (party === null) return 0;
  return takenOverDebtOf(tx, { providerId: row.providerId, party, currency: row.currency });
}

/** Pays for so many periods more. Throws Problem "no-credit", "renewed-meanwhile". The row is locked. @param also `lookedAtMs`: a look charges it, at that time @returns as it is then; unchanged where the key was charged before */
export async function renew(
  parts: ChargeParts,
  tx: Tx,
  row: SubscriptionRow,
  periods: number,
  payment: Payment,
  also: { readonly lookedAtMs?: number } = {},
): Promise<SubscriptionRow> {
  const entryKey = keyOf(row, payment);
  if (await isPosted(tx, row.providerId, entryKey)) return row;
  if ((payment.seenUntilMs ?? row.paidUntilMs) !== row.paidUntilMs)
    throw customerRefusal("renewed-meanwhile", { field: "paidUntilMs" });
  const nowMs = also.lookedAtMs ?? parts.world.clock.wall().atMs;
  const facts = await factsOf(tx, row);
  const items = await itemsOf(tx, row.subscriptionId);
  const amountCents = dueCents(row, items, periods);
  const once = items.filter(({ state, kind }) => state === "open" && kind !== "add-on");
  const depositCents = once.filter(({ kind }) => kind === "deposit").reduce((sum, item) => sum + item.amountCents, 0);
  const { utcOffsetMinutes } = facts;
  const time = { nowMs, overMs: inTimeUntilOf(facts), letInAgainMs: letInAgainMsOf(facts), utcOffsetMinutes };
  const paid = renewed(facts.paid, periods, time);
  const lines = linesOf(row, items, { periods, paid });
  const entryId = await charge(parts, tx, row, { ...payment, entryKey, amountCents, depositCents, lines });
  for (const item of once)
    await tx
      .updateTable("subscription_items")
      .set({ state: "paid", entryId, changedAtMs: nowMs })
      .where("itemId", "=", item.itemId)
      .execute();
  const columns = columnsOf(paid);
  const none = { ...promiseAfter(facts, columns.paidUntilMs), bridgedUntilMs: null, promptedAtMs: null };
  const change = { ...columns, ...none, prompts: 0 };
  return keep(parts, tx, row, change, { ...payment, what: "renewed", amountCents, entryId }, also);
}

/** Charges, or gives back into the customer's credit, what a change costs. @param cents below zero: the customer gets it. @returns the entry; null: nothing to pay */
export async function settleChange(
  parts: ChargeParts,
  tx: Tx,
  row: SubscriptionRow,
  changeCents: number,
  payment: Payment,
  plan: Pick<SubscriptionRow, "planId" | "planName"> = row,
): Promise<string | null> {
  const entryKey = keyOf(row, payment);
  const line = { kind: "plan-change", text: plan.planName, planId: plan.planId, quantity: 1 } as const;
  const lines = [{ ...line, totalCents: changeCents }];
  if (changeCents > 0)
    return charge(parts, tx, row, { ...payment, entryKey, amountCents: changeCents, depositCents: 0, lines });
  if (changeCents === 0) return null;
  const entryId = await giveCredit(parts, tx, row, { entryKey, amountCents: -changeCents, out: "revenue" });
  await note(parts, tx, row, { chargeId: entryKey, entryId, lines });
  return entryId;
}

/** What a renewal pays for, as its document says it. */
function linesOf(
  row: SubscriptionRow,
  items: readonly ItemRow[],
  { periods, paid }: { readonly periods: number; readonly paid: Paid },
): ChargeLine[] {
  const dayOf = (atMs: number) => new Date(atMs + paid.utcOffsetMinutes * 60_000).toISOString().slice(0, 10);
  const before = paidUntilOf({ ...paid, periods: paid.periods - periods });
  const period = { fromDay: dayOf(before), untilDay: dayOf(paidUntilOf(paid)) };
  const plan = { kind: "plan" as const, text: row.planName, planId: row.planId, period, quantity: periods };
  return [
    { ...plan, totalCents: row.priceCents * periods },
    ...items
      .filter(({ state }) => state === "open")
      .map((item) => {
        const quantity = item.kind === "add-on" ? periods : 1;
        const totalCents = item.amountCents * quantity;
        return { kind: item.kind, text: item.name, planId: null, quantity, totalCents };
      }),
  ].filter(({ totalCents }) => totalCents !== 0);
}

/** Of its charges, for their documents. */
export const causeOf = ({ subscriptionId: id }: Pick<SubscriptionRow, "subscriptionId">) =>
  `subscription:${id}` as const;

/** Its document is due. */
async function note(
  { world }: ChargeParts,
  tx: Tx,
  row: SubscriptionRow,
  charged: { readonly chargeId: string; readonly entryId: string; readonly lines: readonly ChargeLine[] },
): Promise<void> {
  const customer = await tx
    .selectFrom("customers")
    .select(["name", "phoneHash"])
    .where("customerId", "=", row.customerId)
    .executeTakeFirst();
  await noteCharge(world, tx, {
    providerId: row.providerId,
    cause: causeOf(row),
    customerId: row.customerId,
    party: customer?.phoneHash ?? null,
    customerName: customer?.name ?? "",
    currency: row.currency,
    ...charged,
  });
}

/** A deposit goes into the customer's credit, from where it is paid out or spent. */
export async function returnDeposit(parts: ChargeParts, tx: Tx, row: SubscriptionRow, item: ItemRow): Promise<string> {
  const entryKey = `subscription:${row.subscriptionId}:deposit:${item.itemId}`;
  return giveCredit(parts, tx, row, { entryKey, amountCents: item.amountCents, out: "deposits" });
}

async function giveCredit(
  { ledger }: ChargeParts,
  tx: Tx,
  row: SubscriptionRow,
  given: { readonly entryKey: string; readonly amountCents: number; readonly out: "revenue" | "deposits" },
): Promise<string> {
  const party = await partyOf(tx, row);
  if (party === null) throw refusal("customer-without-phone");
  const { entryKey, amountCents, out } = given;
  const postings: Posting[] = [
    { account: out, currency: row.currency, amountCents: cents(amountCents) },
    { account: "credit", currency: row.currency, amountCents: cents(-amountCents), party },
  ];
  const entry = balanced({ entryKey, kind: "assignment", postings });
  return ledger.post(tx, { providerId: row.providerId, purchaseId: null, party }, entry);
}

async function charge(
  parts: ChargeParts,
  tx: Tx,
  row: SubscriptionRow,
  charged: {
    readonly entryKey: string;
    readonly from: PayFrom;
    readonly takenBy?: string | null;
    readonly amountCents: number;
    /** Of it: the customer's still. */
    readonly depositCents: number;
    readonly lines: readonly ChargeLine[];
  },
): Promise<string | null> {
  const { entryKey, from, takenBy = null, amountCents, depositCents, lines } = charged;
  if (amountCents === 0) return null;
  const party = await partyOf(tx, row);
  const { currency, providerId } = row;
  if (from === "credit" && (await creditFor(tx, row)) < amountCents) throw refusal("no-credit");
  if (from === "cash" && takenBy !== null)
    await takeOntoFloat(parts.ledger, tx, { providerId, userId: takenBy, currency }, { entryKey, amountCents });
  const postings: Posting[] = [
    {
      account: from,
      currency,
      amountCents: cents(amountCents),
      ...(from === "credit" && party !== null ? { party } : {}),
    },
    { account: "revenue", currency, amountCents: cents(depositCents - amountCents) },
    { account: "deposits", currency, amountCents: cents(-depositCents) },
  ];
  const entry: LedgerEntry = balanced({ entryKey, kind: from === "credit" ? "credit-used" : "receipt", postings });
  const entryId = await parts.ledger.post(tx, { providerId, purchaseId: null, party }, entry);
  await note(parts, tx, row, { chargeId: entryKey, entryId, lines });
  return entryId;
}

const keyOf = (row: SubscriptionRow, { key }: Payment): string => `subscription:${row.subscriptionId}:${key}`;

/** Money at an account of ours: it buys the plan that the account stands for, or becomes its owner's credit. */

import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { creditToSpend } from "../ledger/credit.ts";
import {
  insertPurchaseByHand,
  lastBoughtByHand,
  type MoneyHere,
  type PlanBought,
  planOnSale,
} from "../purchases/purchase-for-receipt.ts";
import type { PurchaseParts } from "../purchases/purchase-rows.ts";
import { mayTrust } from "../purchases/unverified-limit.ts";
import { type ReceiptRow, setReceipt, tooMuchUnverified } from "../receipts/receipt-rows.ts";
import { creditSince } from "../receipts/receipts-of-party.ts";
import { giveToCredit } from "../receipts/unapplied.ts";
import { accountKey, foldConfusable, nearKeys } from "./account-text.ts";
import type { PayAccount } from "./inflow-policy.ts";
import { type GivenToPurchase, giveToPurchase } from "./suspense.ts";

export interface NumberedAccount extends PayAccount {
  /** As it was given out. */
  readonly number: string;
}

/** A longer text is near no number: they have at most 20 signs. */
const nearLengthMax = 64;

/**
 * The accounts that one of these texts can mean: exactly or with look-alike letters, and with `near` also one letter apart. By index:
 * a provider may have as many accounts as customers. @param keys as `accountKey` makes them
 */
export async function accountsLike(
  tx: Tx,
  providerId: string,
  keys: readonly string[],
  near = false,
): Promise<NumberedAccount[]> {
  const typed = [...new Set(keys)].filter((key) => key !== "");
  if (typed.length === 0) return [];
  const folded = typed.map(foldConfusable);
  const fold = sql`translate(account_key, 'OILSBZ', '011582')`;
  const alike = sql`${fold} = any(${folded}::text[])`;
  // A key has as many near ones as letters, and a forged message has as many letters as it likes.
  const short = folded.filter((key) => key.length <= nearLengthMax);
  const nearly = sql`karibu_near_keys(${fold}) && ${short.flatMap(nearKeys)}::text[]`;
  const rows = await tx
    .selectFrom("pay_accounts")
    .selectAll()
    .select(
      // A customer's own number is that of the person, whatever their phone is by now; of one who is gone it is nobody's.
      sql<Party | null>`case when customer_id is null then party else (select c.phone_hash from customers c
        where c.provider_id = pay_accounts.provider_id and c.customer_id = pay_accounts.customer_id and c.deleted_at_ms is null) end`.as(
        "owner",
      ),
    )
    .where("providerId", "=", providerId)
    .where("active", "=", true)
    .where(near ? sql<boolean>`(${alike} or ${nearly})` : sql<boolean>`${alike}`)
    .orderBy("accountKey")
    .execute();
  return rows.map((row) => ({
    accountKey: row.accountKey,
    number: row.accountNumber,
    kind: row.kind,
    party: row.owner,
    isCustomers: row.customerId !== null,
    siteId: row.siteId,
    planId: row.planId,
  }));
}

/** By its number as anybody would type it; null: there is none. */
export async function findAccount(tx: Tx, providerId: string, typed: string): Promise<NumberedAccount | null> {
  const key = accountKey(typed);
  return (await accountsLike(tx, providerId, [key])).find((each) => each.accountKey === key) ?? null;
}

/** `waits`: only a callback has reported the money, and too much is unverified. */
export type BoughtAtAccount =
  | { readonly kind: "purchase"; readonly purchaseId: string }
  | { readonly kind: "credit" }
  | { readonly kind: "waits" };

/**
 * An account that stands for a plan at a site is bought by paying its price or more. Less than that is credit, until a later
 * payment at the same number completes the price. Where no plan is meant, it is money for the credit.
 * @param isBelieved the money is proved, or one of us says whose it is: the hourly limit is not asked
 */
export async function purchaseAtAccount(
  parts: PurchaseParts,
  tx: Tx,
  money: Omit<MoneyHere, "siteId"> & { readonly amountCents: number; readonly currency: string },
  { accountKey: key, siteId, planId }: PayAccount,
  isBelieved: boolean,
): Promise<BoughtAtAccount> {
  if (siteId === null) return { kind: "credit" };
  const { amountCents, currency, ...here } = money;
  const { providerId } = here;
  const meant = planId === null ? { priceCents: amountCents } : { planId };
  const plan = await planOnSale(parts.world, tx, { providerId, siteId }, currency, meant);
  if (plan === null) return { kind: "credit" };
  const missingCents = plan.priceCents - amountCents;
  if (missingCents > 0 && (await paidBefore(tx, { ...here, siteId }, key, plan)) < missingCents)
    return { kind: "credit" };
  const price = { providerId, currency, amountCents: plan.priceCents };
  if (!isBelieved && !(await mayTrust(parts, tx, price))) return { kind: "waits" };
  return {
    kind: "purchase",
    purchaseId: await insertPurchaseByHand(parts, tx, { ...here, siteId }, plan, missingCents),
  };
}

/** Parts of an underpaid price that are older have been forgotten by who paid them. */
const partsWithinMs = 30 * 86_400_000;

/** What this customer has paid at this number since they last bought there, and still has as credit, minor units. */
async function paidBefore(tx: Tx, money: MoneyHere, key: string, plan: PlanBought): Promise<number> {
  const { providerId, party } = money;
  // First, because it locks: another part that is judged at this moment is seen, or waits until it can see this one.
  const spendable = await creditToSpend(tx, providerId, party, plan.currency);
  const last = await lastBoughtByHand(tx, money, plan);
  const rows = await creditSince(tx, money, last ?? 0);
  const latestMs = Math.max(0, ...rows.map((row) => row.bookedAtMs));
  const parts = rows.filter(
    (row) => accountKey(row.accountText ?? "") === key && row.bookedAtMs > latestMs - partsWithinMs,
  );
  const sum = parts.reduce((cents, row) => cents + row.creditCents, 0);
  return Math.min(sum, spendable);
}

/** The money of a receipt, for `purchaseAtAccount`: without whose it is. */
export const moneyOf = (row: ReceiptRow) => ({
  providerId: row.providerId,
  channelId: row.channelId,
  rail: row.rail,
  receipt: row.receipt,
  payerMasked: row.payerMasked ?? "",
  amountCents: row.amountCents,
  currency: row.currency,
});

/**
 * Money in suspense goes where it would have gone at once, had its payer been known.
 * @param owner the payer as the books name them, and their number where it is known (MSISDN)
 * @param isBelieved as for `purchaseAtAccount`
 */
export async function giveToAccount(
  parts: PurchaseParts,
  tx: Tx,
  row: ReceiptRow,
  account: PayAccount,
  owner: { readonly party: Party; readonly phone: string | null; readonly note: string },
  isBelieved: boolean,
): Promise<GivenToPurchase> {
  if (row.state !== "suspense") return "not-in-suspense";
  const { party, phone, note } = owner;
  const bought = await purchaseAtAccount(parts, tx, { ...moneyOf(row), party, phone }, account, isBelieved);
  if (bought.kind === "purchase") return giveToPurchase(parts, tx, row, bought.purchaseId, { isBelieved, phone });
  if (bought.kind === "credit") {
    await giveToCredit(parts, tx, row, party, note);
    return "given";
  }
  await setReceipt(tx, row, { note: tooMuchUnverified });
  return "waits";
}

const customersSinceMs = 90 * 86_400_000;

/**
 * Of numbers that are half hidden (`2547***126`), those that only one customer of late has: their party. Good enough for what a
 * person confirms, and never for a decision, since strangers can look alike.
 */
export async function onlyCustomersLike(
  world: World,
  tx: Tx,
  providerId: string,
  masked: readonly string[],
): Promise<ReadonlyMap<string, Party>> {
  if (masked.length === 0) return new Map();
  const rows = await tx
    .selectFrom("purchases")
    .select(["phoneMasked", "phoneHash"])
    .distinct()
    .where("providerId", "=", providerId)
    .where("createdAtMs", ">", world.clock.wall().atMs - customersSinceMs)
    .where("phoneMasked", "in", [...masked])
    .where("phoneHash", "is not", null)
    .$narrowType<{ phoneMasked: string; phoneHash: Party }>()
    .execute();
  const alike = Map.groupBy(rows, (row) => row.phoneMasked);
  return new Map(
    [...alike].flatMap(([mask, [one, ...others]]) =>
      one === undefined || others.length > 0 ? [] : [[mask, one.phoneHash] as const],
    ),
  );
}

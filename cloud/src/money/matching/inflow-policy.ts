/**
 * Whose is this money? Rules in order of precedence; the first that fits decides, and doubt goes to suspense with
 * suggestions for a person. Nothing is ever sent back by itself, and nothing is lost.
 *
 * | the account text or the payer                                  | the money goes to                            |
 * |----------------------------------------------------------------|----------------------------------------------|
 * | a purchase's reference, exactly                                | that purchase                                |
 * | a purchase's reference, with look-alike letters, one only      | that purchase                                |
 * | an account of ours, exactly or by look-alikes, one only        | that account's customer; a site's: its payer |
 * | a phone that is a customer's                                   | that customer's credit                       |
 * | one open purchase of this payer, this amount, about this time  | that purchase                                |
 * | the same, where the payer's number is half hidden, and the     | that purchase                                |
 * |   payer has the whole name of its customer                     |                                              |
 * | a site's account, and the payer's number is hidden             | suspense, with the account                   |
 * | anything else                                                  | suspense, with suggestions                   |
 *
 * A number that is half hidden fits strangers too, so by itself it proposes, and decides nothing.
 */

import type { Party } from "../../ground/amounts/parties.ts";
import { type Inflow, payerFits } from "../evidence/inflow.ts";
import { accountKey, foldConfusable, isNearlyEqual } from "./account-text.ts";

export interface OpenPurchase {
  readonly purchaseId: string;
  readonly reference: string;
  readonly amountCents: number;
  /** Null, with the mask: nobody's number is known. */
  readonly party: Party | null;
  readonly phoneMasked: string | null;
  readonly sentAtMs: number;
  readonly hasReceipt: boolean;
  /** As the provider's list of customers has it; null: it has none for this phone. */
  readonly customerName: string | null;
}

export interface PayAccount {
  readonly accountKey: string;
  readonly kind: "customer" | "site" | "order";
  readonly party: Party | null;
  /** The number of one customer: something of theirs may wait for this money. */
  readonly isCustomers?: boolean;
  readonly siteId: string | null;
  readonly planId: string | null;
}

export interface Known {
  /** Purchases that could be meant: by reference, or by payer and amount. */
  readonly purchases: readonly OpenPurchase[];
  /** There are more that could be meant by payer and amount than are listed. */
  readonly isCut: boolean;
  readonly accounts: readonly PayAccount[];
  /** How the books name the payer; null: the source shows too little. */
  readonly payer: Party | null;
  /** Of the phone that was typed as account, where it is a customer's here, or has bought here. Null: no such phone was typed. */
  readonly typed: Party | null;
}

export interface Suggestion {
  readonly kind: "payment" | "account";
  readonly id: string;
  readonly because: string;
}

/** An account of ours that a text may mean, and why: in the order of how sure that is. */
export interface AccountMeant<Account extends Pick<PayAccount, "accountKey"> = PayAccount> {
  readonly account: Account;
  readonly because: "its account" | "look-alike letters" | "one letter apart";
}

export type InflowDecision =
  | { readonly kind: "purchase"; readonly purchaseId: string; readonly rule: string }
  | { readonly kind: "account"; readonly account: PayAccount; readonly party: Party; readonly rule: string }
  | { readonly kind: "credit"; readonly party: Party; readonly rule: string }
  | { readonly kind: "suspense"; readonly why: string; readonly suggestions: readonly Suggestion[] };

/** The rule that needs no other: what was typed, or asked for, is the reference to the letter. */
export const itsReference = "its reference";

const beforePromptMs = 60_000;
const afterPromptMs = 15 * 60_000;
/** A source's clock may be in another zone than it says. */
const zoneMs = 3 * 3_600_000 + 5 * 60_000;

/** When what was paid at this time can have been asked for, whatever the clocks say. */
export function askedAround(paidAtMs: number): { readonly fromMs: number; readonly toMs: number } {
  return { fromMs: paidAtMs - afterPromptMs - zoneMs, toMs: paidAtMs + beforePromptMs + zoneMs };
}

/** `slackMs`: so far the clocks may be apart. */
const isInTime = (afterMs: number, slackMs: number): boolean =>
  afterMs >= -beforePromptMs - slackMs && afterMs <= afterPromptMs + slackMs;

/** Was this paid about when a purchase of then was asked for? */
export const isOfPrompt = (
  askedAtMs: number,
  paid: { readonly paidAtMs: number | null; readonly bookedAtMs: number },
): boolean => isInTime((paid.paidAtMs ?? paid.bookedAtMs) - askedAtMs, 0);

/** @param clockIsSure false: the time is of a source whose zone nobody has proved */
export function decideInflow(inflow: Inflow, known: Known, clockIsSure = true): InflowDecision {
  const typed = inflow.accountText ?? "";
  const key = accountKey(typed);
  let isPayerHidden = false;
  const atAccount = (account: PayAccount, rule: string): InflowDecision | null => {
    const party = account.party ?? known.payer;
    isPayerHidden = party === null;
    return party === null ? null : { kind: "account", account, party, rule };
  };
  if (key !== "") {
    const exact = known.purchases.find((purchase) => purchase.reference === key);
    if (exact !== undefined) return { kind: "purchase", purchaseId: exact.purchaseId, rule: itsReference };
    const account = known.accounts.find((each) => each.accountKey === key);
    const owned = account === undefined ? null : atAccount(account, "the account");
    if (owned !== null) return owned;
    if (known.typed !== null) return { kind: "credit", party: known.typed, rule: "the phone typed as account" };
    const folded = foldConfusable(key);
    const alike = [
      ...known.purchases.filter((each) => foldConfusable(each.reference) === folded).map((each) => each.purchaseId),
      ...known.accounts.filter((each) => foldConfusable(each.accountKey) === folded),
    ];
    const [only] = alike;
    if (alike.length === 1 && only !== undefined) {
      if (typeof only === "string") return { kind: "purchase", purchaseId: only, rule: "its reference, look-alikes" };
      const given = atAccount(only, "the account, look-alikes");
      if (given !== null) return given;
    }
  }
  const near = known.purchases.filter((purchase) => isAboutThis(purchase, inflow, known.payer, clockIsSure));
  const isMasked = inflow.payer.kind === "mask";
  const sure = isMasked
    ? near.filter(({ customerName }) => clockIsSure && isSameName(inflow.payerName, customerName))
    : near;
  const [one] = sure;
  if (sure.length === 1 && one !== undefined && !known.isCut) {
    const rule = isMasked ? "payer's name and digits, amount and time" : "payer, amount and time";
    return { kind: "purchase", purchaseId: one.purchaseId, rule };
  }
  return {
    kind: "suspense",
    why:
      near.length > 1 || known.isCut
        ? "several purchases fit"
        : isPayerHidden || (isMasked && near.length === 1)
          ? "the payer is hidden"
          : "no account fits",
    suggestions: suggest(inflow, key, known, near),
  };
}

/** What a person is shown: the account that was typed, or those that were nearly typed. */
export function accountsMeant<Account extends Pick<PayAccount, "accountKey">>(
  typed: string,
  accounts: readonly Account[],
): AccountMeant<Account>[] {
  const key = accountKey(typed);
  if (key === "") return [];
  const exact = accounts.find((each) => each.accountKey === key);
  if (exact !== undefined) return [{ account: exact, because: "its account" }];
  const folded = foldConfusable(key);
  const keyed = accounts.map((account) => ({ account, folded: foldConfusable(account.accountKey) }));
  const alike = keyed.filter((each) => each.folded === folded);
  if (alike.length > 0) return alike.map(({ account }) => ({ account, because: "look-alike letters" }));
  if (key.length < nearLengthMin) return [];
  const near = keyed.filter((each) => isNearlyEqual(folded, each.folded));
  return near.map(({ account }) => ({ account, because: "one letter apart" }));
}

/** A shorter text is one letter apart from too much. */
const nearLengthMin = 4;

/** A first name alone is many people's. */
const sharedNamesMin = 2;

/** The shorter name's words are all in the longer one, in any order, and there are two at least. */
function isSameName(one: string | null, other: string | null): boolean {
  const wordsOf = (name: string | null) =>
    new Set((name ?? "").toLocaleLowerCase("en").match(/[\p{L}\p{M}']+/gu) ?? []);
  const [fewer, more] = [wordsOf(one), wordsOf(other)].sort((a, b) => a.size - b.size) as [Set<string>, Set<string>];
  return fewer.size >= sharedNamesMin && [...fewer].every((word) => more.has(word));
}

const fits = (inflow: Inflow, party: Party | null, purchase: OpenPurchase): boolean =>
  payerFits({ payer: inflow.payer, party }, { party: purchase.party, mask: purchase.phoneMasked });

function isAboutThis(purchase: OpenPurchase, inflow: Inflow, payer: Party | null, clockIsSure: boolean): boolean {
  if (purchase.hasReceipt || purchase.amountCents !== inflow.amountCents || inflow.paidAtMs === null) return false;
  if (!fits(inflow, payer, purchase)) return false;
  return isInTime(inflow.paidAtMs - purchase.sentAtMs, clockIsSure ? 0 : zoneMs);
}

function suggest(inflow: Inflow, key: string, known: Known, near: readonly OpenPurchase[]): Suggestion[] {
  const suggestions: Suggestion[] = near.map((each) => ({
    kind: "payment",
    id: each.purchaseId,
    because: "the same payer and amount at about that time",
  }));
  for (const { account, because } of accountsMeant(inflow.accountText ?? "", known.accounts)) {
    suggestions.push({ kind: "account", id: account.accountKey, because });
  }
  for (const purchase of known.purchases) {
    if (suggestions.some((each) => each.id === purchase.purchaseId)) continue;
    if (key.length >= 6 && isNearlyEqual(key, purchase.reference)) {
      suggestions.push({ kind: "payment", id: purchase.purchaseId, because: "its reference is one letter apart" });
    } else if (fits(inflow, known.payer, purchase) && !purchase.hasReceipt) {
      suggestions.push({ kind: "payment", id: purchase.purchaseId, because: "the same payer" });
    }
  }
  return suggestions.slice(0, 10);
}

import type { OwnedAccountKind } from "@karibu/cloud/money/ledger/accounts";
import type { Balance } from "../../data/money/ledger.ts";
import { say, word } from "../../strings/strings.ts";

/** The name of an account: `clearing:0197…` -> "Held by M-Pesa 600000". `owner`: whose it is; null: nobody knows. */
export function accountName(account: string, owner: string | null): string {
  const [kind = ""] = account.split(":");
  const gone = Object.hasOwn(goneOwner, kind) ? goneOwner[kind as OwnedAccountKind]() : "";
  return word("account", kind).replace("{name}", owner ?? gone);
}

/** What an owner is called that nobody knows any more. */
const goneOwner: Readonly<Record<OwnedAccountKind, () => string>> = {
  clearing: () => say("channel"),
  unreceipted: () => say("channel"),
  float: () => say("unnamedUser"),
  venue: () => say("unnamedVenue"),
  paper: () => say("unnamedBatch"),
};

/**
 * What an account stands for in the trial balance: kind and side agree. A float below zero is money that you have with the seller; a channel that holds
 * less than nothing is owed; a till that does was overdrawn: nobody is owed what was paid out of it.
 */
export function natureShown({
  account,
  nature,
  debitCents,
  creditCents,
}: Pick<Balance, "account" | "nature" | "debitCents" | "creditCents">): string {
  if (nature === "liability" && debitCents > 0) return "asset";
  if (account === "cash" && creditCents > 0) return "overdrawn";
  return nature === "asset" && creditCents > 0 ? "liability" : nature;
}

/** Reads and locks what decides about a correction: its receipt or top-up, then its customer's credit and debts. */
import type { Tx } from "../../ground/db/database.ts";
import { balancesToTakeBack } from "../ledger/credit.ts";
import { type ReceiptRow, readReceipt } from "../receipts/receipt-rows.ts";
import { readSpendable } from "../receipts/told-credit.ts";
import type { CorrectionFacts } from "./correction-policy.ts";

/** Whose money it is, and which. */
export interface CorrectionSubject {
  readonly providerId: string;
  readonly party: string;
  readonly toParty: string | null;
  readonly currency: string;
  readonly receipt: string | null;
  readonly topUpEntryId: string | null;
}

export async function readCorrectionFacts(
  tx: Tx,
  subject: CorrectionSubject,
): Promise<{ readonly facts: CorrectionFacts; readonly receipt: ReceiptRow | null }> {
  const { providerId, party, toParty, currency } = subject;
  // In the order of locks: the receipt, then its customer's credit.
  const receipt = subject.receipt === null ? null : await readReceipt(tx, providerId, subject.receipt);
  const { creditCents, provedCents } = await readSpendable(tx, { providerId, party, currency });
  const { debts } = await balancesToTakeBack(tx, providerId, party, currency);
  const facts = {
    currency,
    party,
    toParty,
    creditCents,
    provedCents,
    debtCents: Math.max(0, debts),
    receipt: receipt === null ? null : { ...whatItIs(receipt, party), isUsed: await isUsed(tx, receipt) },
    topUpLeftCents: subject.topUpEntryId === null ? 0 : await leftOfTopUp(tx, providerId, subject.topUpEntryId),
  };
  return { facts, receipt };
}

const whatItIs = (row: ReceiptRow, party: string) => ({
  // Whoever asked, it may be another customer's by now.
  isInCredit: row.state === "credit" && row.party === party,
  creditCents: row.credit_cents,
  isProved: row.corroborated,
});

async function isUsed(tx: Tx, row: ReceiptRow): Promise<boolean> {
  const use = await tx
    .selectFrom("told_credit_uses")
    .select("intent_id")
    .where("provider_id", "=", row.provider_id)
    .where("rail", "=", row.rail)
    .where("receipt", "=", row.receipt)
    .executeTakeFirst();
  return use !== undefined;
}

/** A top-up in the books: whose, and how much; null: the entry is none. */
export async function readTopUp(
  tx: Tx,
  providerId: string,
  entryId: string,
): Promise<{ readonly party: string; readonly amountCents: number; readonly currency: string } | null> {
  const line = await tx
    .selectFrom("ledger_entries as e")
    .innerJoin("ledger_postings as p", (join) =>
      join.onRef("p.provider_id", "=", "e.provider_id").onRef("p.entry_id", "=", "e.entry_id"),
    )
    .select(["p.party", "p.amount_cents", "p.currency"])
    .where("e.provider_id", "=", providerId)
    .where("e.entry_id", "=", entryId)
    .where("e.kind", "=", "top-up")
    .where("p.account", "=", "credit")
    .executeTakeFirst();
  if (line === undefined || line.party === null) return null;
  return { party: line.party, amountCents: 0 - line.amount_cents, currency: line.currency };
}

/** The customer's credit is locked, so two corrections of one top-up take turns. */
async function leftOfTopUp(tx: Tx, providerId: string, entryId: string): Promise<number> {
  const topUp = await readTopUp(tx, providerId, entryId);
  const taken = await tx
    .selectFrom("corrections")
    .select((select) => select.fn.sum<number | null>("amount_cents").as("sum"))
    .where("provider_id", "=", providerId)
    .where("top_up_entry_id", "=", entryId)
    .where("state", "=", "done")
    .executeTakeFirst();
  return Math.max(0, (topUp?.amountCents ?? 0) - Number(taken?.sum ?? 0));
}

/** What prompts of a payment link have paid of a service: nobody is asked twice while that may still renew it, and nobody is told "paid" for ever. */
import type { Tx } from "../../ground/db/database.ts";
import { peekReceipt } from "../../money/receipts/receipt-rows.ts";
import { isUndone } from "../../money/receipts/unapplied.ts";
import { creditFor } from "../../money/subscriptions/charge-subscription.ts";
import type { SubscriptionRow } from "../../money/subscriptions/subscription.ts";
import { provedWithinMs, renewsUntilMs } from "./pay-parts.ts";

interface PaidByLink {
  /** Of the newest that stands, or is on its way into the books; null: none does. */
  readonly receipt: string | null;
  /** It may still renew the service by itself. */
  readonly mayRenew: boolean;
  /** What of it is the customer's credit now, minor units: it need not be paid again. */
  readonly leftCents: number;
}

/** @param of `dueCents`: what a period costs now. A receipt that was disproved, reversed or is in doubt pays nothing */
export async function paidByLink(
  tx: Tx,
  askedBy: string,
  of: { readonly row: SubscriptionRow; readonly dueCents: number; readonly nowMs: number },
): Promise<PaidByLink> {
  const { row, dueCents, nowMs } = of;
  const prompts = await tx
    .selectFrom("invoice_prompts")
    .select(["receipt", "amountCents", "createdAtMs", "reference"])
    .where("askedBy", "=", askedBy)
    .where("state", "=", "paid")
    .orderBy("createdAtMs", "desc")
    .execute();
  let receipt: string | null = null;
  let paidCents = 0;
  let mayRenew = false;
  const creditCents = prompts.length === 0 ? 0 : await creditFor(tx, row);
  for (const prompt of prompts) {
    const booked = prompt.receipt === null ? null : await peekReceipt(tx, row.providerId, prompt.receipt);
    if (booked !== null && (isUndone(booked) || booked.state === "frozen")) continue;
    receipt ??= prompt.receipt;
    paidCents += prompt.amountCents;
    // As the job that renews has it: proof may take its time, and what is proved and spent on something else renews nothing.
    const untilMs = renewsUntilMs(prompt);
    const isSpent = nowMs > untilMs && booked?.corroborated === true && creditCents < dueCents;
    mayRenew ||= nowMs <= untilMs + provedWithinMs && !isSpent;
  }
  return { receipt, mayRenew, leftCents: Math.min(creditCents, paidCents) };
}

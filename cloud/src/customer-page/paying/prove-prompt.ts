/**
 * A callback tells that a prompt was paid; credit is spent when that is proved. The customer sits before the page, so the channel is asked at once
 * what became of this very request, within the app's budget of questions. An answer that our own call fetched proves the receipt that the callback
 * named, if it is in the books with the sum that was asked for; a forged callback meets an answer that says no. Where its callbacks named two
 * receipts, the answer proves neither.
 */
import type { Tx } from "../../ground/db/database.ts";
import { readChannel } from "../../money/channels/channel-rows.ts";
import { provingSource } from "../../money/evidence/evidence.ts";
import type { InvoicePromptRow } from "../../money/matching/invoice-prompts.ts";
import type { QuestionBudgets } from "../../money/questions/question-budget.ts";
import { readReceiptOnRail } from "../../money/receipts/receipt-rows.ts";
import { proveUnapplied } from "../../money/receipts/unapplied.ts";
import type { PayParts } from "./pay-parts.ts";

/** Asks nobody. */
export async function isPromptProved(
  { database, channels }: Pick<PayParts, "database" | "channels">,
  { providerId, channelId, receipt }: InvoicePromptRow,
): Promise<boolean> {
  if (receipt === null) return false;
  return database.asProvider(providerId, async (tx) => {
    const { kind } = await readChannel(tx, providerId, channelId);
    const { rail } = channels.kinds.factsOf(kind);
    const row = await readReceiptOnRail(tx, { providerId, rail, receipt });
    return row?.corroborated === true;
  });
}

/** False: the app may not be asked yet, or the channel did not say that it was paid. */
export async function provePrompt(
  parts: PayParts,
  budgets: QuestionBudgets,
  prompt: InvoicePromptRow,
): Promise<boolean> {
  const { world, database, channels } = parts;
  const { providerId, requestId, receipt } = prompt;
  if (prompt.state !== "paid" || requestId === null || receipt === null || prompt.isDoubtful) return false;
  const channel = await database.asProvider(providerId, (tx) => readChannel(tx, providerId, prompt.channelId));
  const { readers, facts } = channels.kinds.definitionOf(channel.kind);
  if (await isPromptProved(parts, prompt)) return true;
  const mayAsk = await database.asProvider(providerId, async (tx) => {
    const budget = await budgets.lock(tx, prompt);
    if (budget.nextAtMs > world.clock.wall().atMs) return false;
    await budgets.delay(tx, budget, budget.spacingMs);
    return true;
  });
  if (!mayAsk) return false;
  const answer = await channels
    .open(channel)
    .query(requestId)
    .catch((error: unknown) => {
      world.log.warn("prompt-not-asked-about", { promptId: prompt.promptId, error: String(error) });
      return null;
    });
  if (answer === null) return false;
  const expected = {
    reference: prompt.reference ?? prompt.accountNumber,
    currency: prompt.currency,
    amountCents: prompt.amountCents,
  };
  const sinceMs = world.clock.wall().atMs - prompt.createdAtMs;
  const { evidence } = readers.readQuery(JSON.stringify({ ...answer, requestId }), sinceMs, expected);
  const provedBy = provingSource(facts.querySource);
  if (evidence.kind !== "success" || provedBy === null) return false;
  return database.asProvider(providerId, async (tx) => {
    if (await isDoubtfulNow(tx, prompt)) return false;
    const row = await readReceiptOnRail(tx, { providerId, rail: facts.rail, receipt });
    const isItsMoney =
      row?.state === "credit" && row.amountCents === prompt.amountCents && row.currency === prompt.currency;
    if (row === undefined || !isItsMoney) return false;
    await proveUnapplied(parts, tx, row, provedBy);
    return true;
  });
}

/** Another callback may have come while the channel was asked. Locked: one that comes now waits for the proof, and takes it back. */
async function isDoubtfulNow(tx: Tx, { providerId, promptId, receipt }: InvoicePromptRow): Promise<boolean> {
  const now = await tx
    .selectFrom("invoice_prompts")
    .select(["isDoubtful", "receipt"])
    .where("providerId", "=", providerId)
    .where("promptId", "=", promptId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return now.isDoubtful || now.receipt !== receipt;
}

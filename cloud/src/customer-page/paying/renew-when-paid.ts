/**
 * Who pays for a service by a prompt wants the service, not credit: as soon as the money is proved it is renewed, page open or not. Renewed once for
 * each prompt (its key in the books), and not at all where somebody else was faster. Nothing is to be seen of a prompt before somebody says that it was
 * paid: its callback, its page's channel, or money of its sum at its account number. That begins it, however late it comes.
 */
import { z } from "zod";
import { type InvoicePromptRow, promptPaidJob } from "../../money/matching/invoice-prompts.ts";
import { findPromptMoney, promptMoneyJob } from "../../money/matching/prompt-money.ts";
import { createQuestionBudgets } from "../../money/questions/question-budget.ts";
import { creditFor, dueCents, itemsOf, renew, settleDebtFirst } from "../../money/subscriptions/charge-subscription.ts";
import { waiveUndueFee } from "../../money/subscriptions/late-fee.ts";
import { isOn } from "../../money/subscriptions/subscription-jobs.ts";
import { readSubscription } from "../../money/subscriptions/subscription-rows.ts";
import { isOpen, who } from "../services/service-routes.ts";
import { firstLookMs, type PayParts, provedWithinMs, renewJob, renewsUntilMs, renewWithinMs } from "./pay-parts.ts";
import { isPromptProved, provePrompt } from "./prove-prompt.ts";

const promptSchema = z.object({ providerId: z.string(), promptId: z.string() });
const renewSchema = promptSchema.extend({
  subscriptionId: z.string(),
  paidUntilMs: z.int(),
  untilMs: z.int(),
});
const laterMs = 20_000;
/** Once nobody sits before the page any more. */
const muchLaterMs = 600_000;

/** The money of a prompt is on its way into credit: whoever asked wants their service, not credit. */
export async function registerRenewals(parts: PayParts & { readonly questionSpacingMs: number }): Promise<void> {
  const { world, database, jobs } = parts;
  const budgets = createQuestionBudgets(parts, { spacingMs: parts.questionSpacingMs });

  const readPrompt = ({ providerId, promptId }: z.infer<typeof promptSchema>) =>
    database.asProvider(providerId, (tx) =>
      tx
        .selectFrom("invoice_prompts")
        .selectAll()
        .where("providerId", "=", providerId)
        .where("promptId", "=", promptId)
        .executeTakeFirst(),
    );

  async function look(prompt: InvoicePromptRow, asked: z.infer<typeof renewSchema>): Promise<void> {
    const nowMs = world.clock.wall().atMs;
    // What was found for it may be another's by now: finding its own starts this again.
    if (prompt.state !== "paid" || nowMs > asked.untilMs + provedWithinMs) return;
    const isLate = nowMs > asked.untilMs;
    const isProved = await (isLate ? isPromptProved(parts, prompt) : provePrompt(parts, budgets, prompt));
    await database.asProvider(asked.providerId, async (tx) => {
      const row = await readSubscription(tx, asked.subscriptionId);
      // Renewed meanwhile, by its own clock or by hand: the rest is credit.
      if (row.paidUntilMs !== asked.paidUntilMs || !(await isOpen(tx, row))) return;
      // Nobody pays for a line that is off, or held back: it may be on again while the job waits.
      if (row.suspendedReason === null && (await isOn(tx, row, nowMs))) {
        await settleDebtFirst(parts, tx, row);
        const now = await waiveUndueFee(parts, tx, row);
        const wanted = dueCents(now, await itemsOf(tx, now.subscriptionId), 1);
        if ((await creditFor(tx, now)) >= wanted) {
          await renew(parts, tx, now, 1, { from: "credit", key: `prompt/${asked.promptId}`, who });
          return;
        }
        // Its money was spent on something else: what comes later was not paid for this.
        if (isLate && isProved) return;
      }
      const ageMs = nowMs - prompt.createdAtMs;
      const startAfterMs = isLate || ageMs > renewWithinMs ? muchLaterMs : ageMs < 120_000 ? firstLookMs : laterMs;
      await jobs.send(tx, renewJob, asked, { startAfterMs });
    });
  }

  await jobs.work(renewJob, async (data) => {
    const asked = renewSchema.parse(data);
    const prompt = await readPrompt(asked);
    if (prompt !== undefined) await look(prompt, asked);
  });
  await jobs.work(promptPaidJob, async (data) => {
    const named = promptSchema.parse(data);
    const prompt = await readPrompt(named);
    if (prompt === undefined || prompt.subscriptionId === null || prompt.renewsFromMs === null) return;
    const { subscriptionId, renewsFromMs: paidUntilMs } = prompt;
    await look(prompt, { ...named, subscriptionId, paidUntilMs, untilMs: renewsUntilMs(prompt) });
  });
  await jobs.work(promptMoneyJob, async (data) => {
    const named = promptSchema.parse(data);
    const prompt = await readPrompt(named);
    if (prompt === undefined || prompt.state === "paid") return;
    const { providerId, accountNumber } = prompt;
    await database.asProvider(providerId, async (tx) => {
      for (const found of await findPromptMoney(world, tx, { providerId, accountNumber }))
        if (found.renewsFromMs !== null) await jobs.send(tx, promptPaidJob, { providerId, promptId: found.promptId });
    });
  });
}

/**
 * Who pays for a service by a prompt wants the service, not credit: as soon as the money is proved it is renewed, page open or not. Renewed once for
 * each prompt (its key in the books), and not at all where somebody else was faster. A phone that is asked is watched from then on; of a payment page
 * nothing is to be seen before its channel says that it was paid, and that begins it.
 */
import { z } from "zod";
import type { InvoicePromptRow } from "../../money/matching/invoice-prompts.ts";
import { pagePaidJob } from "../../money/matching/payment-pages.ts";
import { createQuestionBudgets } from "../../money/questions/question-budget.ts";
import { creditFor, dueCents, itemsOf, renew, settleDebtFirst } from "../../money/subscriptions/charge-subscription.ts";
import { isOn } from "../../money/subscriptions/subscription-jobs.ts";
import { readSubscription } from "../../money/subscriptions/subscription-rows.ts";
import { mayRenew, who } from "../services/service-routes.ts";
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
        .where("provider_id", "=", providerId)
        .where("prompt_id", "=", promptId)
        .executeTakeFirst(),
    );

  async function look(prompt: InvoicePromptRow, asked: z.infer<typeof renewSchema>): Promise<void> {
    const nowMs = world.clock.wall().atMs;
    const isPaid = prompt.state === "paid";
    if (prompt.state === "failed" || nowMs > asked.untilMs + (isPaid ? provedWithinMs : 0)) return;
    const isLate = nowMs > asked.untilMs;
    const isProved = isPaid && (await (isLate ? isPromptProved(parts, prompt) : provePrompt(parts, budgets, prompt)));
    await database.asProvider(asked.providerId, async (tx) => {
      const row = await readSubscription(tx, asked.subscriptionId);
      // Renewed meanwhile, by its own clock or by hand: the rest is credit.
      if (row.paid_until_ms !== asked.paidUntilMs || !(await mayRenew(tx, row))) return;
      // Nobody pays for a line that is off, or held back: it may be on again while the job waits.
      if (isPaid && row.suspended_reason === null && (await isOn(tx, row, nowMs))) {
        await settleDebtFirst(parts, tx, row);
        const wanted = dueCents(row, await itemsOf(tx, row.subscription_id), 1);
        if ((await creditFor(tx, row)) >= wanted) {
          await renew(parts, tx, row, 1, { from: "credit", key: `prompt/${asked.promptId}`, who });
          return;
        }
        // Its money was spent on something else: what comes later was not paid for this.
        if (isLate && isProved) return;
      }
      const ageMs = nowMs - prompt.created_at_ms;
      const startAfterMs = isLate || ageMs > renewWithinMs ? muchLaterMs : ageMs < 120_000 ? firstLookMs : laterMs;
      await jobs.send(tx, renewJob, asked, { startAfterMs });
    });
  }

  await jobs.work(renewJob, async (data) => {
    const asked = renewSchema.parse(data);
    const prompt = await readPrompt(asked);
    if (prompt !== undefined) await look(prompt, asked);
  });
  await jobs.work(pagePaidJob, async (data) => {
    const named = promptSchema.parse(data);
    const page = await readPrompt(named);
    if (page === undefined || page.subscription_id === null || page.renews_from_ms === null) return;
    const { subscription_id: subscriptionId, renews_from_ms: paidUntilMs } = page;
    await look(page, { ...named, subscriptionId, paidUntilMs, untilMs: renewsUntilMs(page) });
  });
}

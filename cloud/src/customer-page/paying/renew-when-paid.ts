/**
 * Who pays for a service by a prompt wants the service, not credit: as soon as the money is proved it is renewed, page open or not. Renewed once for
 * each prompt (its key in the books), and not at all where somebody else was faster.
 */
import { z } from "zod";
import { createQuestionBudgets } from "../../money/questions/question-budget.ts";
import { creditFor, dueCents, itemsOf, renew, settleDebtFirst } from "../../money/subscriptions/charge-subscription.ts";
import { isOn } from "../../money/subscriptions/subscription-jobs.ts";
import { readSubscription } from "../../money/subscriptions/subscription-rows.ts";
import { mayRenew, who } from "../services/service-routes.ts";
import { firstLookMs, type PayParts, provedWithinMs, renewJob, renewWithinMs } from "./pay-parts.ts";
import { isPromptProved, provePrompt } from "./prove-prompt.ts";

const renewSchema = z.object({
  providerId: z.string(),
  subscriptionId: z.string(),
  promptId: z.string(),
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
  await jobs.work(renewJob, async (data) => {
    const asked = renewSchema.parse(data);
    const { providerId } = asked;
    const prompt = await database.asProvider(providerId, (tx) =>
      tx
        .selectFrom("invoice_prompts")
        .selectAll()
        .where("provider_id", "=", providerId)
        .where("prompt_id", "=", asked.promptId)
        .executeTakeFirst(),
    );
    const nowMs = world.clock.wall().atMs;
    const isPaid = prompt?.state === "paid";
    // On a page, who failed may try again.
    if (prompt === undefined || (prompt.state === "failed" && prompt.reference === null)) return;
    if (nowMs > asked.untilMs + (isPaid ? provedWithinMs : 0)) return;
    const isLate = nowMs > asked.untilMs;
    const isProved = isPaid && (await (isLate ? isPromptProved(parts, prompt) : provePrompt(parts, budgets, prompt)));
    await database.asProvider(providerId, async (tx) => {
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
  });
}

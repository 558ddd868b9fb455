/**
 * Who pays for a service by a prompt wants the service, not credit: as soon as the money is proved it is renewed, page open or not. Renewed once for
 * each prompt (its key in the books), and not at all where somebody else was faster.
 */
import { z } from "zod";
import { createQuestionBudgets } from "../../money/questions/question-budget.ts";
import { creditFor, dueCents, itemsOf, renew, settleDebtFirst } from "../../money/subscriptions/charge-subscription.ts";
import { readSubscription } from "../../money/subscriptions/subscription-rows.ts";
import { mayRenew, who } from "../services/service-routes.ts";
import { firstLookMs, type PayParts, renewJob } from "./pay-parts.ts";
import { provePrompt } from "./prove-prompt.ts";

const renewSchema = z.object({
  providerId: z.string(),
  subscriptionId: z.string(),
  promptId: z.string(),
  paidUntilMs: z.int(),
  untilMs: z.int(),
});
const laterMs = 20_000;

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
    if (prompt === undefined || prompt.state === "failed" || world.clock.wall().atMs > asked.untilMs) return;
    if (prompt.state === "paid") await provePrompt(parts, budgets, prompt);
    await database.asProvider(providerId, async (tx) => {
      const row = await readSubscription(tx, asked.subscriptionId);
      // Renewed meanwhile, by its own clock or by hand: the rest is credit.
      if (row.paid_until_ms !== asked.paidUntilMs || !(await mayRenew(tx, row))) return;
      if (prompt.state === "paid") await settleDebtFirst(parts, tx, row);
      const wanted = dueCents(row, await itemsOf(tx, row.subscription_id), 1);
      if (prompt.state === "paid" && (await creditFor(tx, row)) >= wanted) {
        await renew(parts, tx, row, 1, { from: "credit", key: `prompt/${asked.promptId}`, who });
        return;
      }
      const isNew = world.clock.wall().atMs - prompt.created_at_ms < 120_000;
      await jobs.send(tx, renewJob, asked, { startAfterMs: isNew ? firstLookMs : laterMs });
    });
  });
}

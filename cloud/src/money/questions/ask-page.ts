/**
 * Asks a channel what became of a payment page: at growing distances for a day, and each time that a notice says that there is news, however late it
 * comes. The answer is evidence like any other, and its money is booked as what came in at the account that the page names.
 */
import { readChannel } from "../channels/channel-rows.ts";
import { takeInflow } from "../claims/take-inflow.ts";
import { keepEvidence } from "../evidence/failed-evidence.ts";
import type { StoredAnswer } from "../evidence/stored-answer.ts";
import { type InvoicePromptRow, setPrompt } from "../matching/invoice-prompts.ts";
import { askPageJob, lockPage } from "../matching/payment-pages.ts";
import type { AskParts } from "./ask.ts";
import { type AskDecision, type AskSettings, decideAsk } from "./ask-policy.ts";
import { createQuestionBudgets, type QuestionBudget } from "./question-budget.ts";

export interface PageQuestion {
  readonly providerId: string;
  readonly promptId: string;
  /** A notice says that there is news of this order. Left out: it is time to look. */
  readonly requestId?: string | undefined;
}

/** @returns the job */
export function createAskPage(parts: AskParts, settings: AskSettings): (question: PageQuestion) => Promise<void> {
  const { world, database, channels, jobs } = parts;
  const budgets = createQuestionBudgets(parts, settings);

  /** @returns the order to ask about; null: nobody is asked now, and the next look is sent where there is one */
  async function decide(question: PageQuestion): Promise<{ page: InvoicePromptRow; requestId: string } | null> {
    const { providerId, promptId } = question;
    return database.asProvider(providerId, async (tx) => {
      const page = await lockPage(tx, providerId, promptId);
      if (page === undefined) return null;
      const nowMs = world.clock.wall().atMs;
      const budget = await budgets.lock(tx, page);
      const later = (soonMs: number, again: PageQuestion) => {
        // Several causes may want a look at about the same time: one is enough, but none may hide an earlier one.
        const moment = Math.ceil((nowMs + soonMs) / 2000);
        const singletonKey = `${promptId}/${again.requestId === undefined ? "" : "notice-"}${moment}`;
        return jobs.send(tx, askPageJob, { ...again }, { startAfterMs: Math.max(1, soonMs), singletonKey });
      };
      const decision = decideFor(page, question, budget, nowMs);
      if (decision.kind === "answer-lost") {
        await setPrompt(world, tx, page, { state: "unknown" });
        await later(1, question);
      } else if (decision.kind === "wait") await later(decision.soonMs, question);
      const requestId = question.requestId ?? page.requestId;
      if (decision.kind !== "ask" || requestId === null) return null;
      await budgets.delay(tx, budget, budget.spacingMs);
      await setPrompt(world, tx, page, { questions: page.questions + 1 });
      // Sent before the question is put: a crash in the middle leaves a next look behind.
      await later(settings.spacingMs, { providerId, promptId });
      return { page, requestId };
    });
  }

  function decideFor(
    page: InvoicePromptRow,
    question: PageQuestion,
    budget: QuestionBudget,
    nowMs: number,
  ): AskDecision {
    const freeInMs = Math.max(0, budget.nextAtMs - nowMs);
    if (question.requestId !== undefined) return freeInMs > 0 ? { kind: "wait", soonMs: freeInMs } : { kind: "ask" };
    return decideAsk(
      {
        state: page.state,
        // A declined card is not the end of a page: it is asked about as one that may be paid after all.
        reason: page.reason === "other" ? "expired" : page.reason,
        deniedAgeMs: null,
        requestId: page.requestId,
        corroborated: true,
        unreceipted: false,
        ageMs: nowMs - page.createdAtMs,
        questions: page.questions,
        hasParked: false,
      },
      { freeInMs, idle: budget.nextAtMs <= nowMs - settings.spacingMs },
      settings,
    );
  }

  return async (question) => {
    const asked = await decide(question);
    if (asked === null) return;
    const { page, requestId } = asked;
    const { providerId, promptId, channelId } = page;
    const channel = await database.asProvider(providerId, (tx) => readChannel(tx, providerId, channelId));
    const { facts } = channels.kinds.definitionOf(channel.kind);
    const answer: StoredAnswer = await channels
      .open(channel)
      .query(requestId)
      .catch((error: unknown) => {
        world.log.warn("page-not-asked-about", { promptId, error: String(error) });
        return { status: 0, body: "" };
      });
    await takeInflow(parts, providerId, (tx) =>
      keepEvidence(tx, parts, {
        providerId,
        channelId,
        purchaseId: null,
        source: facts.querySource,
        naturalKey: promptId,
        body: JSON.stringify({ ...answer, requestId, question: page.questions + 1 }),
        remoteAddress: null,
        unmatchedReason: null,
      }),
    );
  };
}

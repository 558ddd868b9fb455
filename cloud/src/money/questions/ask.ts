/** The shell around `ask-policy.ts`: puts questions about open purchases to their channel, within its budget. */

import type { Database, Tx } from "../../ground/db/database.ts";
import { isPassing } from "../../ground/db/passing.ts";
import type { SendOptions } from "../../ground/jobs/queue.ts";
import { readChannel } from "../channels/channel-rows.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { storeEvidence } from "../evidence/evidence-rows.ts";
import { noteJudgeFailure } from "../evidence/failed-evidence.ts";
import type { StoredAnswer } from "../evidence/stored-answer.ts";
import { isParked } from "../evidence/unjudged.ts";
import { absorbEvidence } from "../purchases/absorb-evidence.ts";
import {
  askJob,
  askNowJob,
  countQuestion,
  findPurchase,
  type PurchaseParts,
  type PurchaseRow,
  peekPurchase,
  setPurchase,
} from "../purchases/purchase-rows.ts";
import { lockWaiting, selectWaiting } from "../purchases/purchases-to-ask.ts";
import { unreadableEvidence } from "../purchases/read-facts.ts";
import { lockRefundsOf } from "../refunds/refund-rows.ts";
import { settleReversed } from "../refunds/send-refund.ts";
import {
  type Askable,
  type AskDecision,
  type AskSettings,
  decideAsk,
  isUrgent,
  told,
  whoIsNext,
} from "./ask-policy.ts";
import { createQuestionBudgets, type QuestionBudget } from "./question-budget.ts";

/** Of a purchase's next look, so long after `nowMs`. Several causes may want one at about the same time: one is enough, but none may hide an earlier one. */
export const lookOptions = (purchaseId: string, nowMs: number, soonMs: number, notice = false): SendOptions => ({
  startAfterMs: Math.max(1, soonMs),
  singletonKey: `${purchaseId}/${notice ? "notice-" : ""}${Math.ceil((nowMs + soonMs) / 2000)}`,
});

/** A customer says "I paid", and has no answer yet: it is asked about whatever its state. */
export const isClaimed = (purchase: Pick<PurchaseRow, "claimedAtMs" | "waitsSinceMs">): boolean =>
  purchase.claimedAtMs !== null && purchase.waitsSinceMs !== null;

/** What decides about the next question. Pure. */
export function toAskable(
  purchase: Pick<PurchaseRow, (typeof askedColumns)[number]>,
  hasParked: boolean,
  nowMs: number,
): Askable {
  const sentAtMs = purchase.sentAtMs ?? purchase.createdAtMs;
  return {
    state: purchase.state,
    reason: purchase.reason,
    deniedAgeMs: purchase.deniedAtMs === null ? null : purchase.deniedAtMs - sentAtMs,
    requestId: purchase.requestId,
    corroborated: purchase.corroborated,
    unreceipted: purchase.unreceipted,
    ageMs: nowMs - sentAtMs,
    questions: purchase.questions,
    hasParked,
  };
}

export const askedColumns = [
  "state",
  "reason",
  "deniedAtMs",
  "sentAtMs",
  "createdAtMs",
  "requestId",
  "corroborated",
  "unreceipted",
  "questions",
] as const satisfies readonly (keyof PurchaseRow)[];

export type AskParts = PurchaseParts & { readonly database: Database };

export interface Asking {
  /** The job `payments.ask-now`: asks, waits or gives up, and sends the next look. */
  run(providerId: string, purchaseId: string, notice?: boolean): Promise<void>;
  /** The job `payments.ask-next`: of those that wait for this channel's app, asks about the one whose turn it is. */
  askNext(providerId: string, channelId: string): Promise<void>;
  /** The customer is back and says "I paid": asks now, or stands in the queue as who waits at a phone now. */
  claimed(providerId: string, purchaseId: string): Promise<void>;
  /** An operator wants to know now. `asked` false: nothing to ask with, or nobody may be asked yet. */
  now(
    providerId: string,
    purchaseId: string,
  ): Promise<{ readonly asked: boolean; readonly retryAfterMs: number | null }>;
}

/** Of those that wait for an app's budget: one job for all, at the moment at which it is free. */
export const askNextJob = "payments.ask-next";

/** Of those that wait, as many are compared. */
const waitingMax = 200;

export function createAsking(parts: AskParts, settings: AskSettings): Asking {
  const { world, database, channels, jobs } = parts;
  const budgets = createQuestionBudgets(parts, settings);

  /** @param notice the channel itself says that there is news: its budget is all that could be in the way */
  async function decide(
    tx: Tx,
    purchase: PurchaseRow,
    notice: boolean,
  ): Promise<{ readonly decision: AskDecision; readonly asked: PurchaseRow }> {
    const { providerId, purchaseId } = purchase;
    const hasParked = await isParked(tx, providerId, purchaseId);
    const nowMs = world.clock.wall().atMs;
    const budget = await budgets.lock(tx, purchase);
    const { nextAtMs } = budget;
    const freeInMs = Math.max(0, nextAtMs - nowMs);
    if ((notice || isClaimed(purchase)) && purchase.requestId !== null) {
      if (freeInMs === 0) {
        await spend(tx, purchase, budget);
        return { decision: { kind: "ask" }, asked: purchase };
      }
      // A notice tells of a reversal once: it waits for its turn, and is not dropped.
      if (notice) await lookAgain(tx, purchase, freeInMs, true);
      else await waitForTurn(tx, purchase, budget, freeInMs);
      return { decision: { kind: "wait", soonMs: freeInMs }, asked: purchase };
    }
    const decision = decideAsk(
      toAskable(purchase, hasParked, nowMs),
      { freeInMs, idle: nextAtMs <= nowMs - settings.spacingMs },
      settings,
    );
    if (decision.kind === "wait" && decision.forBudget === true) {
      if (isUrgent(purchase)) await waitForTurn(tx, purchase, budget, decision.soonMs);
      else {
        // It may be chosen at somebody else's turn. By itself it looks once: who has paid takes what the others leave.
        await startWaiting(tx, purchase, nowMs);
        await lookAgain(tx, purchase, decision.soonMs);
      }
    } else if (decision.kind === "wait") await lookAgain(tx, purchase, decision.soonMs);
    const isOver = decision.kind === "done" || decision.kind === "give-up";
    // Nothing is asked about it any more: its place in the queue is another's.
    if (isOver && purchase.waitsSinceMs !== null) await setPurchase(tx, purchase, { waitsSinceMs: null });
    if (decision.kind !== "ask") return { decision, asked: purchase };
    const next = (await nextToAsk(tx, budget, purchase)).next ?? purchase;
    await spend(tx, next, budget);
    // Somebody else's turn: this one waits for the next.
    if (next.purchaseId !== purchaseId) await waitForTurn(tx, purchase, budget, budget.spacingMs);
    return { decision, asked: next };
  }

  /** Everybody who waits for an app looks when it is free by one job, and by itself only in case that job is lost. */
  async function waitForTurn(tx: Tx, purchase: PurchaseRow, budget: QuestionBudget, freeInMs: number): Promise<void> {
    await startWaiting(tx, purchase, world.clock.wall().atMs);
    await sendNext(tx, budget, purchase.channelId, freeInMs);
    await lookAgain(tx, purchase, Math.max(freeInMs, settings.agesMs.at(-1) ?? 0));
  }

  function sendNext(tx: Tx, { providerId, app }: QuestionBudget, channelId: string, inMs: number): Promise<void> {
    const key = { singletonKey: `${providerId}/${app}` };
    return jobs.send(tx, askNextJob, { providerId, channelId }, { startAfterMs: Math.max(1, inMs), ...key });
  }

  async function startWaiting(tx: Tx, purchase: PurchaseRow, nowMs: number): Promise<void> {
    if (purchase.waitsSinceMs !== null) return;
    await setPurchase(tx, purchase, { waitsSinceMs: nowMs });
  }

  /**
   * Of those whose question is due on this app, the one whose turn it is, locked; the budget's lock is held. Who is locked is being judged at this
   * moment, and passed over. Without `own` nobody is asked about where all that wait have paid: they take what the others leave.
   * @param own asks as well
   * @returns null: nobody's turn is now; `more`: the job must look again at the next turn
   */
  async function nextToAsk(
    tx: Tx,
    { providerId, channelIds, asked: turn }: QuestionBudget,
    own: PurchaseRow | null,
  ): Promise<{ readonly next: PurchaseRow | null; readonly more: boolean }> {
    const waiting = await selectWaiting(tx, providerId, channelIds)
      .where("purchaseId", "!=", own?.purchaseId ?? "")
      // Those for whom somebody waits: else many who take what is left would fill the page, and nobody would be asked about.
      .orderBy((by) => by.and([by("state", "in", [...told]), by("claimedAtMs", "is", null)]))
      .orderBy("waitsSinceMs")
      .limit(waitingMax)
      .execute();
    const all = [...(own === null ? [] : [own]), ...waiting];
    const urgent = all.filter(isUrgent).length;
    if (own === null && urgent === 0) return { next: null, more: false };
    while (all.length > 0) {
      const nowMs = world.clock.wall().atMs;
      const chosen = whoIsNext(
        all.map((each) => ({
          state: each.state,
          standsSinceMs: Math.max(each.sentAtMs ?? each.createdAtMs, each.claimedAtMs ?? 0),
          waitsSinceMs: each.waitsSinceMs ?? nowMs,
        })),
        turn,
      );
      const [each] = all.splice(chosen, 1) as [(typeof all)[number]];
      if (each === own) return { next: own, more: urgent > 1 };
      const next = await lockWaiting(tx, providerId, each.purchaseId);
      if (next !== undefined) return { next, more: urgent > (isUrgent(next) ? 1 : 0) };
    }
    return { next: null, more: urgent > 0 };
  }

  async function spend(tx: Tx, purchase: PurchaseRow, budget: QuestionBudget): Promise<void> {
    await budgets.delay(tx, budget, budget.spacingMs);
    await countQuestion(tx, purchase);
    // Sent before the question is put: a crash in the middle leaves a next look behind.
    await lookAgain(tx, purchase, settings.spacingMs);
  }

  async function lookAgain(tx: Tx, purchase: PurchaseRow, soonMs: number, notice = false): Promise<void> {
    const { providerId, purchaseId } = purchase;
    const when = lookOptions(purchaseId, world.clock.wall().atMs, soonMs, notice);
    if (notice) await jobs.send(tx, askNowJob, { providerId, purchaseId, notice }, when);
    else await jobs.send(tx, askJob, { providerId, purchaseId }, when);
  }

  async function put(purchase: PurchaseRow): Promise<void> {
    const { providerId, purchaseId, requestId } = purchase;
    if (requestId === null) return;
    const channel = await database.asProvider(providerId, (tx) => readChannel(tx, providerId, purchase.channelId));
    const answer: StoredAnswer = await channels
      .open(channel)
      .query(requestId)
      .catch((error: { code?: string }) => ({
        status: 0,
        body: "",
        notSent: /\/keys$/.test(error.code ?? "") ? ("keys" as const) : ("away" as const),
      }));
    await database.asProvider(providerId, async (tx) => {
      const { readers, facts } = channels.kinds.definitionOf(channel.kind);
      await storeEvidence(tx, parts, {
        providerId,
        channelId: channel.channelId,
        purchaseId,
        source: facts.querySource,
        naturalKey: purchaseId,
        body: JSON.stringify({ ...answer, requestId, question: purchase.questions + 1 }),
        remoteAddress: null,
        unmatchedReason: null,
      });
      await lockRefundsOf(tx, purchase);
      const now = await absorbEvidence(parts, tx, providerId, purchaseId);
      if (now.state === "reversed") await settleReversed(parts, tx, now);
      // The app's row comes after the purchase, as in `decide`.
      const slowDownMs = readers.retryAfterMs(answer);
      if (slowDownMs !== null) {
        await budgets.delay(tx, { providerId, app: channels.appOf(channel) }, slowDownMs);
      }
    });
  }

  /** Nothing came, and that is a fact too. */
  async function noteSilence(tx: Tx, purchase: PurchaseRow, evidence: Evidence): Promise<void> {
    const { providerId, purchaseId, channelId } = purchase;
    await storeEvidence(tx, parts, {
      providerId,
      channelId,
      purchaseId,
      source: "silence",
      naturalKey: purchaseId,
      body: JSON.stringify(evidence),
      remoteAddress: null,
      unmatchedReason: null,
    });
    await absorbEvidence(parts, tx, providerId, purchaseId);
  }

  /** What can't be opened any more must not keep its purchase from being asked about: a person sees it, and the next try goes without it. */
  async function setUnreadableAside(
    tx: Tx,
    id: { readonly providerId: string; readonly purchaseId: string },
    error: Error,
  ) {
    const purchase = await peekPurchase(parts, tx, id.providerId, id.purchaseId);
    const unreadable = await unreadableEvidence(parts, tx, purchase);
    if (unreadable.length > 0) await noteJudgeFailure(parts, tx, id, { unreadable, why: error.message });
  }

  async function readPurchase(tx: Tx, providerId: string, purchaseId: string): Promise<PurchaseRow> {
    const purchase = await findPurchase(tx, providerId, purchaseId);
    if (purchase === undefined) throw new Error(`there is no purchase ${purchaseId}`);
    return purchase;
  }

  return {
    async run(providerId, purchaseId, notice = false) {
      const look = async (tx: Tx) => {
        await absorbEvidence(parts, tx, providerId, purchaseId);
        const before = await readPurchase(tx, providerId, purchaseId);
        const { decision: decided, asked } = await decide(tx, before, notice);
        if (decided.kind === "answer-lost") {
          await noteSilence(tx, before, { kind: "unknown", source: "silence", why: "the push's answer was lost" });
          await lookAgain(tx, before, 1);
        } else if (decided.kind === "give-up") {
          await noteSilence(tx, before, { kind: "give-up", source: "silence", why: decided.why });
        }
        return { asked, decision: decided };
      };
      const { asked, decision } = await database.asProvider(providerId, look).catch(async (error: Error) => {
        if (!isPassing(error))
          await database.asProvider(providerId, (tx) => setUnreadableAside(tx, { providerId, purchaseId }, error));
        throw error;
      });
      if (decision.kind === "ask") await put(asked);
    },
    async askNext(providerId, channelId) {
      const asked = await database.asProvider(providerId, async (tx) => {
        const budget = await budgets.lock(tx, { providerId, channelId });
        const freeInMs = budget.nextAtMs - world.clock.wall().atMs;
        if (freeInMs > 0) {
          await sendNext(tx, budget, channelId, freeInMs);
          return null;
        }
        const { next, more } = await nextToAsk(tx, budget, null);
        if (next !== null) await spend(tx, next, budget);
        if (more) await sendNext(tx, budget, channelId, budget.spacingMs);
        return next;
      });
      if (asked !== null) await put(asked);
    },
    async claimed(providerId, purchaseId) {
      const asked = await database.asProvider(providerId, async (tx) => {
        const purchase = await readPurchase(tx, providerId, purchaseId);
        if (purchase.requestId === null) return null;
        const nowMs = world.clock.wall().atMs;
        await setPurchase(tx, purchase, { claimedAtMs: nowMs });
        const budget = await budgets.lock(tx, purchase);
        if (budget.nextAtMs <= nowMs) {
          await spend(tx, purchase, budget);
          return purchase;
        }
        await waitForTurn(tx, purchase, budget, budget.nextAtMs - nowMs);
        return null;
      });
      if (asked !== null) await put(asked);
    },
    async now(providerId, purchaseId) {
      const { purchase, freeInMs } = await database.asProvider(providerId, async (tx) => {
        const purchase = await readPurchase(tx, providerId, purchaseId);
        const budget = await budgets.lock(tx, purchase);
        const freeInMs = Math.max(0, budget.nextAtMs - world.clock.wall().atMs);
        if (purchase.requestId !== null && freeInMs === 0) await spend(tx, purchase, budget);
        return { purchase, freeInMs };
      });
      if (purchase.requestId === null) return { asked: false, retryAfterMs: null };
      if (freeInMs > 0) return { asked: false, retryAfterMs: freeInMs };
      await put(purchase);
      return { asked: true, retryAfterMs: null };
    },
  };
}

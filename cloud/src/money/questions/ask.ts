/** The shell around `ask-policy.ts`: puts questions about open purchases to their channel, within its budget. */
import type { Database, Tx } from "../../ground/db/database.ts";
import { readChannel } from "../channels/channel-rows.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { storeEvidence } from "../evidence/evidence-rows.ts";
import type { StoredAnswer } from "../evidence/stored-answer.ts";
import { absorbEvidence } from "../purchases/absorb-evidence.ts";
import {
  askJob,
  countQuestion,
  findIntent,
  type IntentRow,
  type PurchaseParts,
  setIntent,
} from "../purchases/intent-rows.ts";
import { lockRefundsOf } from "../refunds/refund-rows.ts";
import { settleReversed } from "../refunds/send-refund.ts";
import { type AskDecision, type AskSettings, decideAsk, whoIsNext } from "./ask-policy.ts";
import { createQuestionBudgets, type QuestionBudget } from "./question-budget.ts";

export type AskParts = PurchaseParts & { readonly database: Database };

export interface Asking {
  /** The job `payments.ask`: asks, waits or gives up, and sends the next job. */
  run(providerId: string, intentId: string, notice?: boolean): Promise<void>;
  /** The customer is back and says "I paid": asks now, or stands in the queue as who waits at a phone now. */
  claimed(providerId: string, intentId: string): Promise<void>;
  /** An operator wants to know now. `asked` false: nothing to ask with, or nobody may be asked yet. */
  now(providerId: string, intentId: string): Promise<{ readonly asked: boolean; readonly retryAfterMs: number | null }>;
}

export function createAsking(parts: AskParts, settings: AskSettings): Asking {
  const { world, database, channels, jobs } = parts;
  const budgets = createQuestionBudgets(parts, settings);

  /** @param notice the channel itself says that there is news: its budget is all that could be in the way */
  async function decide(
    tx: Tx,
    intent: IntentRow,
    notice: boolean,
  ): Promise<{ readonly decision: AskDecision; readonly asked: IntentRow }> {
    const { provider_id: providerId, intent_id: intentId } = intent;
    const parked = await tx
      .selectFrom("evidence")
      .select("evidence_id")
      .where("provider_id", "=", providerId)
      .where("intent_id", "=", intentId)
      .where("state", "=", "parked")
      .executeTakeFirst();
    const nowMs = world.clock.wall().atMs;
    const budget = await budgets.lock(tx, intent);
    const { nextAtMs, asked: turn } = budget;
    const freeInMs = Math.max(0, nextAtMs - nowMs);
    // A customer who says "I paid" is asked about whatever the purchase's state.
    const isClaimed = intent.claimed_at_ms !== null && intent.waits_since_ms !== null;
    if ((notice || isClaimed) && intent.request_id !== null) {
      if (freeInMs === 0) {
        await spend(tx, intent, budget);
        return { decision: { kind: "ask" }, asked: intent };
      }
      // A notice tells of a reversal once: it waits for its turn, and is not dropped.
      await lookAgain(tx, intent, freeInMs, notice);
      return { decision: { kind: "wait", soonMs: freeInMs }, asked: intent };
    }
    const decision = decideAsk(
      {
        state: intent.state,
        requestId: intent.request_id,
        corroborated: intent.corroborated,
        unreceipted: intent.unreceipted,
        ageMs: nowMs - (intent.sent_at_ms ?? intent.created_at_ms),
        questions: intent.questions,
        hasParked: parked !== undefined,
      },
      { freeInMs, idle: nextAtMs <= nowMs - settings.spacingMs },
      settings,
    );
    if (decision.kind === "wait") {
      if (decision.forBudget) await startWaiting(tx, intent, nowMs);
      await lookAgain(tx, intent, decision.soonMs);
    }
    if (decision.kind !== "ask") return { decision, asked: intent };
    const next = await nextToAsk(tx, intent, budget, turn);
    await spend(tx, next, budget);
    // Somebody else's turn: this one waits for the next.
    if (next.intent_id !== intentId) {
      await startWaiting(tx, intent, nowMs);
      await lookAgain(tx, intent, settings.spacingMs);
    }
    return { decision, asked: next };
  }

  async function startWaiting(tx: Tx, intent: IntentRow, nowMs: number): Promise<void> {
    if (intent.waits_since_ms !== null) return;
    await setIntent(tx, intent, { waits_since_ms: nowMs });
  }

  /** Of those whose question is due on this app, the one whose turn it is; the budget's lock is held. */
  async function nextToAsk(tx: Tx, intent: IntentRow, budget: QuestionBudget, turn: number): Promise<IntentRow> {
    const waiting = await tx
      .selectFrom("intents")
      .selectAll()
      .where("provider_id", "=", intent.provider_id)
      .where("channel_id", "in", budget.channelIds)
      .where("waits_since_ms", "is not", null)
      .where("request_id", "is not", null)
      .where("intent_id", "!=", intent.intent_id)
      .orderBy("waits_since_ms")
      .limit(200)
      .forUpdate()
      .skipLocked()
      .execute();
    const all = [intent, ...waiting];
    const chosen = whoIsNext(
      all.map((each) => ({
        state: each.state,
        standsSinceMs: Math.max(each.sent_at_ms ?? each.created_at_ms, each.claimed_at_ms ?? 0),
        waitsSinceMs: each.waits_since_ms ?? world.clock.wall().atMs,
      })),
      turn,
    );
    return all[chosen] ?? intent;
  }

  async function spend(tx: Tx, intent: IntentRow, budget: QuestionBudget): Promise<void> {
    await budgets.delay(tx, budget, budget.spacingMs);
    await countQuestion(tx, intent);
    // Sent before the question is put: a crash in the middle leaves a next look behind.
    await lookAgain(tx, intent, settings.spacingMs);
  }

  async function lookAgain(tx: Tx, intent: IntentRow, soonMs: number, notice = false): Promise<void> {
    const { provider_id: providerId, intent_id: intentId } = intent;
    // Several causes may want a query at about the same time: one is enough, but none may hide an earlier one.
    const moment = Math.ceil((world.clock.wall().atMs + soonMs) / 2000);
    await jobs.send(
      tx,
      askJob,
      { providerId, intentId, ...(notice ? { notice } : {}) },
      { startAfterMs: Math.max(1, soonMs), singletonKey: `${intentId}/${notice ? "notice-" : ""}${moment}` },
    );
  }

  async function put(intent: IntentRow): Promise<void> {
    const { provider_id: providerId, intent_id: intentId, request_id: requestId } = intent;
    if (requestId === null) return;
    const channel = await database.asProvider(providerId, (tx) => readChannel(tx, providerId, intent.channel_id));
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
        channelId: channel.channel_id,
        intentId,
        source: facts.querySource,
        naturalKey: intentId,
        body: JSON.stringify({ ...answer, requestId, question: intent.questions + 1 }),
        remoteAddress: null,
        unmatchedReason: null,
      });
      await lockRefundsOf(tx, intent);
      const now = await absorbEvidence(parts, tx, providerId, intentId);
      if (now.state === "reversed") await settleReversed(parts, tx, now);
      // The app's row comes after the purchase, as in `decide`.
      const slowDownMs = readers.retryAfterMs(answer);
      if (slowDownMs !== null) {
        await budgets.delay(tx, { providerId, app: channels.appOf(channel) }, slowDownMs);
      }
    });
  }

  /** Nothing came, and that is a fact too. */
  async function noteSilence(tx: Tx, intent: IntentRow, evidence: Evidence): Promise<void> {
    const { provider_id: providerId, intent_id: intentId, channel_id: channelId } = intent;
    await storeEvidence(tx, parts, {
      providerId,
      channelId,
      intentId,
      source: "silence",
      naturalKey: intentId,
      body: JSON.stringify(evidence),
      remoteAddress: null,
      unmatchedReason: null,
    });
    await absorbEvidence(parts, tx, providerId, intentId);
  }

  async function readIntent(tx: Tx, providerId: string, intentId: string): Promise<IntentRow> {
    const intent = await findIntent(tx, providerId, intentId);
    if (intent === undefined) throw new Error(`there is no purchase ${intentId}`);
    return intent;
  }

  return {
    async run(providerId, intentId, notice = false) {
      const { asked, decision } = await database.asProvider(providerId, async (tx) => {
        await absorbEvidence(parts, tx, providerId, intentId);
        const before = await readIntent(tx, providerId, intentId);
        const { decision: decided, asked } = await decide(tx, before, notice);
        if (decided.kind === "answer-lost") {
          await noteSilence(tx, before, { kind: "unknown", source: "silence", why: "the push's answer was lost" });
          await lookAgain(tx, before, 1);
        } else if (decided.kind === "give-up") {
          await noteSilence(tx, before, { kind: "give-up", source: "silence", why: decided.why });
        }
        return { asked, decision: decided };
      });
      if (decision.kind === "ask") await put(asked);
    },
    async claimed(providerId, intentId) {
      const asked = await database.asProvider(providerId, async (tx) => {
        const intent = await readIntent(tx, providerId, intentId);
        if (intent.request_id === null) return null;
        const nowMs = world.clock.wall().atMs;
        await setIntent(tx, intent, { claimed_at_ms: nowMs });
        const budget = await budgets.lock(tx, intent);
        if (budget.nextAtMs <= nowMs) {
          await spend(tx, intent, budget);
          return intent;
        }
        await startWaiting(tx, intent, nowMs);
        await lookAgain(tx, intent, budget.nextAtMs - nowMs);
        return null;
      });
      if (asked !== null) await put(asked);
    },
    async now(providerId, intentId) {
      const { intent, freeInMs } = await database.asProvider(providerId, async (tx) => {
        const intent = await readIntent(tx, providerId, intentId);
        const budget = await budgets.lock(tx, intent);
        const freeInMs = Math.max(0, budget.nextAtMs - world.clock.wall().atMs);
        if (intent.request_id !== null && freeInMs === 0) await spend(tx, intent, budget);
        return { intent, freeInMs };
      });
      if (intent.request_id === null) return { asked: false, retryAfterMs: null };
      if (freeInMs > 0) return { asked: false, retryAfterMs: freeInMs };
      await put(intent);
      return { asked: true, retryAfterMs: null };
    },
  };
}

/**
 * Answers to prompts. Most say that the prompt is on its way to the phone, and nothing more: those that come at the same moment are taken in by one
 * transaction and five statements, of any providers. A purchase goes alone, as `absorb-evidence.ts` does it, where its answer says anything else, where
 * something else waits to be judged with it, where its channel's health is in question, or where somebody holds it.
 */
import type { Database, Notice, Tx } from "../../ground/db/database.ts";
import type { HubEvent } from "../../ground/events/emit.ts";
import { eventNotice } from "../../ground/events/record.ts";
import { together } from "../../ground/jobs/together.ts";
import type { ReadEvidence } from "../evidence/evidence.ts";
import { type EvidenceRow, openEvidenceOf, type RawEvidence, storeJudged } from "../evidence/evidence-rows.ts";
import type { StoredAnswer } from "../evidence/stored-answer.ts";
import { changedFields } from "./absorb-evidence.ts";
import {
  type LoadedPurchase,
  lockFreePurchases,
  type PurchaseParts,
  type PurchaseRow,
  setPurchases,
} from "./purchase-rows.ts";
import { toPurchaseAlone } from "./read-facts.ts";
import { absorb } from "./transition/absorb.ts";

export interface PromptAnswer {
  readonly purchase: PurchaseRow;
  readonly answer: StoredAnswer;
}

/** What its channel answered to a prompt, as it is stored. */
export const answerEvidence = ({ purchase, answer }: PromptAnswer) =>
  ({
    providerId: purchase.providerId,
    channelId: purchase.channelId,
    purchaseId: purchase.purchaseId,
    source: "push-answer",
    naturalKey: purchase.purchaseId,
    body: JSON.stringify(answer),
    remoteAddress: null,
    unmatchedReason: null,
  }) as const satisfies RawEvidence;

export type PromptedRow = PurchaseRow & { readonly state: "prompted" };

/** As many answers share a transaction. */
const answersMax = 64;
/** Payments go first. Who waits longer for what somebody holds lets those who share the transaction go on, each alone. */
const how = { canWait: true, lockTimeout: "250ms" } as const;

/** Gives what takes an answer in. @returns of that: the purchase, whose prompt is out; null: it goes alone (what was written and not heard of changes nothing twice) */
export function createAnswers(
  parts: PurchaseParts & { readonly database: Database },
): (answer: PromptAnswer) => Promise<PromptedRow | null> {
  const { world, database, announce } = parts;
  return together(answersMax, async (answers: readonly PromptAnswer[]) => {
    const providerIds = [...new Set(answers.map(({ purchase }) => purchase.providerId))].sort();
    try {
      const { changed, notices } = await database.asBooker(providerIds, (tx) => takeAnswers(parts, tx, answers), how);
      announce(notices);
      return answers.map(({ purchase }) => changed.get(nameOf(purchase)) ?? null);
    } catch (error) {
      world.log.warn("answers-not-taken-together", { answers: answers.length, error: String(error) });
      return answers.map(() => null);
    }
  });
}

async function takeAnswers(
  parts: PurchaseParts,
  tx: Tx,
  answers: readonly PromptAnswer[],
): Promise<{ readonly changed: ReadonlyMap<string, PromptedRow>; readonly notices: readonly Notice[] }> {
  const free = new Map((await lockFreePurchases(parts, tx, answers.map(idOf))).map((each) => [nameOf(each), each]));
  const waiting = await openEvidenceOf(tx, [...free.values()]);
  const withOthers = new Set(waiting.map(nameOf));
  const nowMs = parts.world.clock.wall().atMs;
  const judged = answers.flatMap((each) => {
    const name = nameOf(each.purchase);
    const purchase = free.get(name);
    const judgement = purchase === undefined || withOthers.has(name) ? null : judgePrompted(purchase, each, nowMs);
    return judgement === null ? [] : [judgement];
  });
  if (judged.length === 0) return { changed: new Map(), notices: [] };
  await storeJudged(tx, parts, judged);
  await setPurchases(
    tx,
    judged.map(({ fields, after: { providerId, purchaseId } }) => ({ providerId, purchaseId, ...fields })),
  );
  const events = judged.map(({ after }): HubEvent & { providerId: string } => {
    return { providerId: after.providerId, topic: "payment", id: after.purchaseId, action: after.state };
  });
  await parts.quietEmitMany(tx, events);
  return {
    changed: new Map(judged.map(({ after }) => [nameOf(after), after])),
    notices: [...new Set(events.map(({ providerId }) => providerId))].map(eventNotice),
  };
}

/** What an answer that says "accepted", and nothing else, makes of its purchase. Pure. @returns null: it says more, or moves more than the row */
function judgePrompted(purchase: LoadedPurchase, { answer }: PromptAnswer, nowMs: number) {
  const { evidence, unknownCode, redirectUrl = null, trouble = null } = readAnswer(purchase, answer) ?? {};
  const isSound = purchase.requestAcceptedAtMs !== null && !purchase.channelFails;
  if (evidence?.kind !== "accepted" || unknownCode !== null || trouble !== null || !isSound) return null;
  // Money that is held for it may have been spent meanwhile.
  if (purchase.heldCents !== 0 || purchase.pendingCents !== 0) return null;
  const { after, steps } = absorb(toPurchaseAlone(purchase), [evidence], new Map());
  const fields = changedFields(purchase, after, redirectUrl, nowMs);
  const step = steps.at(-1)?.transition;
  if (fields?.state !== "prompted" || step === undefined || step.parked || step.effects.length > 0) return null;
  const raw = answerEvidence({ purchase, answer });
  return { raw, outcome: step.outcome, fields, after: { ...purchase, ...fields, state: fields.state } };
}

/** Null: it can't be read; alone, that is noted. */
function readAnswer({ channel }: LoadedPurchase, answer: StoredAnswer): ReadEvidence | null {
  try {
    return channel.readers.readStart(JSON.stringify(answer));
  } catch {
    return null;
  }
}

const nameOf = ({ providerId, purchaseId }: Pick<EvidenceRow, "providerId" | "purchaseId">): string =>
  `${providerId}/${purchaseId}`;

const idOf = ({ purchase: { providerId, purchaseId } }: PromptAnswer) => ({
  providerId,
  purchaseId,
});

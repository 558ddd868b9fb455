/**
 * When to put the next question about a purchase to its channel, and when to stop. Safaricom allows five questions a minute
 * per app, so they are rationed: `spacingMs` apart, by a row that all hub processes share.
 */
import type { FailureReason } from "../evidence/evidence.ts";
import type { PurchaseStage } from "../purchases/transition/purchase-facts.ts";

export interface AskSettings {
  /** Ages of the prompt at which to ask, when the budget allows. The first one only when the budget has been idle. */
  readonly agesMs: readonly number[];
  readonly spacingMs: number;
  /** After the last age: at double the age each time, so that a channel that was silent for minutes is asked soon after; then this often, until `giveUpAfterMs`. */
  readonly thenEveryMs: number;
  readonly giveUpAfterMs: number;
  /** A prompt without an answer for this long has lost it. Longer than the client waits. */
  readonly answerLostAfterMs: number;
  /** A prompt this old is on no phone any more: what the channel then says of it stays true. */
  readonly promptOverAfterMs: number;
}

export const defaultAskSettings: AskSettings = {
  agesMs: [20_000, 45_000, 60_000, 90_000, 150_000, 300_000],
  spacingMs: 12_500, // five a minute, with room for clocks that differ
  thenEveryMs: 3_600_000,
  giveUpAfterMs: 86_400_000,
  answerLostAfterMs: 60_000,
  promptOverAfterMs: 150_000,
};

export interface Askable {
  readonly state: PurchaseStage;
  /** Why it failed, if it did. */
  readonly reason: FailureReason | null;
  /** The age at which the channel, asked by us, last said that it failed. */
  readonly deniedAgeMs: number | null;
  readonly requestId: string | null;
  readonly corroborated: boolean;
  readonly unreceipted: boolean;
  readonly ageMs: number;
  /** Questions put so far. */
  readonly questions: number;
  /** A callback waits to be believed. */
  readonly hasParked: boolean;
}

export type AskDecision =
  | { readonly kind: "ask" }
  /** Look again after this long. */
  | { readonly kind: "wait"; readonly soonMs: number; readonly forBudget?: boolean }
  | { readonly kind: "answer-lost" }
  | { readonly kind: "give-up"; readonly why: string }
  | { readonly kind: "done" };

/** `freeInMs`: how long until the channel may be asked at all; `idle`: it has not been asked for a while. */
interface Budget {
  readonly freeInMs: number;
  readonly idle: boolean;
}

export function decideAsk(purchase: Askable, budget: Budget, settings: AskSettings): AskDecision {
  const { state, ageMs } = purchase;
  const wait = (soonMs: number): AskDecision => ({ kind: "wait", soonMs });
  const mayBePaid = state === "failed" && mayBePaidAfterAll(purchase, settings);
  if (!mayBePaid && !wantsAnswer(purchase)) return { kind: "done" };
  if (state === "sending" || state === "created") {
    const leftMs = settings.answerLostAfterMs - ageMs;
    return leftMs <= 0 ? { kind: "answer-lost" } : wait(leftMs);
  }
  if (ageMs >= settings.giveUpAfterMs) return { kind: "give-up", why: "no answer within a day" };
  if (purchase.requestId === null) {
    const leftMs = (settings.agesMs.at(-1) ?? 0) - ageMs;
    if (leftMs > 0) return wait(leftMs); // a callback may still bring an id to ask about
    return { kind: "give-up", why: "the push's answer was lost: without its id nobody can be asked" };
  }
  if (mayBePaid) {
    const leftMs = Math.max(settings.promptOverAfterMs, dueAgeMs(purchase, budget.idle, settings)) - ageMs;
    return leftMs > 0 ? wait(leftMs) : takeWhatIsLeft(budget, settings);
  }
  // A query names no receipt: once it has said "paid", only another source can bring one.
  if (purchase.unreceipted) return wait(settings.thenEveryMs);
  const leftMs = dueAgeMs(purchase, budget.idle, settings) - ageMs;
  if (leftMs > 0) return wait(leftMs);
  if (state === "paid" && !purchase.hasParked) return takeWhatIsLeft(budget, settings);
  return budget.freeInMs > 0 ? { kind: "wait", soonMs: budget.freeInMs, forBudget: true } : { kind: "ask" };
}

/** Who has paid, or was told that it failed, is not waiting. */
function takeWhatIsLeft({ freeInMs, idle }: Budget, { agesMs }: AskSettings): AskDecision {
  if (freeInMs > 0) return { kind: "wait", soonMs: freeInMs, forBudget: true };
  return idle ? { kind: "ask" } : { kind: "wait", soonMs: agesMs.at(-1) ?? 0 };
}

/** Failures that the prompt on the phone may outlive: Daraja is known to tell of them, and of the payment later. */
const mayOutlive: ReadonlySet<FailureReason> = new Set(["unreachable", "cancelled", "expired"]);

/**
 * A callback told that it failed, and the next one, that it was paid after all, may be lost: only an answer of the channel settles it, or a person where
 * nobody can be asked. After a day without an answer the lists settle it: an app that is busy all day can't ask about each prompt that was cancelled, and
 * a person could not either.
 */
function mayBePaidAfterAll({ reason, requestId, deniedAgeMs, ageMs }: Askable, settings: AskSettings): boolean {
  if (reason === null || !mayOutlive.has(reason)) return false;
  // Without an id only the prompt's own answer can have denied it: nothing is on a phone.
  if (requestId === null && deniedAgeMs !== null) return false;
  return ageMs < settings.giveUpAfterMs && (deniedAgeMs ?? 0) < settings.promptOverAfterMs;
}

function dueAgeMs(purchase: Askable, idle: boolean, { agesMs, thenEveryMs }: AskSettings): number {
  if (purchase.hasParked && purchase.questions === 0) return 0;
  const at = purchase.questions === 0 && !idle ? 1 : purchase.questions;
  const planned = agesMs[at];
  if (planned !== undefined) return planned;
  let ageMs = agesMs.at(-1) ?? 0;
  for (let more = at - agesMs.length; more >= 0; more--) ageMs += Math.min(ageMs, thenEveryMs);
  return ageMs;
}

function wantsAnswer({ state, corroborated, unreceipted, hasParked }: Askable): boolean {
  if (state === "paid") return !corroborated || hasParked;
  if (state === "paid_unreceipted") return unreceipted;
  return state === "created" || state === "sending" || state === "prompted" || state === "unknown" || hasParked;
}

export interface Waiting {
  readonly state: PurchaseStage;
  /** Since when the customer stands at a phone: the prompt, or their last "I already paid". */
  readonly standsSinceMs: number;
  readonly waitsSinceMs: number;
}

/** Their customers know what became of it. */
export const told: ReadonlySet<PurchaseStage> = new Set(["paid", "paid_unreceipted", "failed"]);

/** Somebody waits for the answer: they have not been told what became of it, or say that they have paid. The others take what is left. */
export const isUrgent = (purchase: { readonly state: PurchaseStage; readonly claimedAtMs: number | null }): boolean =>
  !told.has(purchase.state) || purchase.claimedAtMs !== null;

/** One query in this many goes to the customer who has waited longest. */
const oldestEvery = 5;

/**
 * Whose question is put next, of those that are due: the newest customer who waits for a verdict, for they stand at a phone
 * now; every fifth time the oldest, so that nobody is passed over for ever. Who knows what became of it comes when no one else waits.
 * @param turn questions put so far to this app
 * @returns an index
 */
export function whoIsNext(waiting: readonly Waiting[], turn: number): number {
  const order = waiting.map((_, index) => index);
  const at = (index: number) => waiting[index] as Waiting;
  if (turn % oldestEvery === oldestEvery - 1) {
    return order.sort((one, other) => at(one).waitsSinceMs - at(other).waitsSinceMs || one - other)[0] ?? 0;
  }
  const isTold = (index: number) => Number(told.has(at(index).state));
  return (
    order.sort((one, other) => isTold(one) - isTold(other) || at(other).standsSinceMs - at(one).standsSinceMs)[0] ?? 0
  );
}

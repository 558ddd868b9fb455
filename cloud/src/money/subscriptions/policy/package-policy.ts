/**
 * When a package that renews itself from its customer's credit is bought again. A little before the end: grants are used one
 * after the other, so nothing is lost by it, and nobody is cut off. What credit does not cover, the customer's phone is asked for: at an
 * hour when people are awake, and so many times. Pure.
 */
import type { Terms } from "@karibu/protocol/plan";
import { answerMs, type PromptFacts, promptInMs } from "./prompt-times.ts";

export interface PackageFacts {
  readonly nowMs: number;
  readonly priceCents: number;
  /** What the customer has with the provider now. */
  readonly creditCents: number;
  /** Null: the phone can't be asked. */
  readonly prompt: PromptFacts | null;
  /** Is the plan still on sale? */
  readonly isSold: boolean;
  /** For so long sites may still tell of a package that the hub of before a restore has bought; 0: there was none, or it is over. */
  readonly untilToldMs: number;
  /** What is bought of it ends then, whenever it is bought; null: at no date. */
  readonly soldUntilMs: number | null;
  /** The grant that is to be renewed, and what sites reported of its use; null: there is none yet. */
  readonly last: {
    readonly terms: Terms;
    readonly isRevoked: boolean;
    readonly startedAtMs: number | null;
    readonly endsAtMs: number | null;
    readonly usedBytes: number;
    readonly usedSeconds: number;
  } | null;
}

/** Why one is over: its plan is sold no more, what it would renew was taken back, or that never ends. */
export type PackageEnd = "not-sold" | "taken-back" | "never-ends";

export type PackageDecision =
  | { readonly kind: "buy" }
  /** Look again after this long. */
  | { readonly kind: "wait"; readonly forMs: number }
  /** The phone is asked for what credit does not cover. */
  | { readonly kind: "prompt"; readonly missingCents: number }
  /** The credit does not suffice: money that comes in renews at once. `againInMs`: the phone is asked then; null: no more. */
  | { readonly kind: "suspend"; readonly missingCents: number; readonly againInMs: number | null }
  | { readonly kind: "end"; readonly why: PackageEnd };

const minuteMs = 60_000;
const leadMsMax = 10 * minuteMs;
/** Between two tries: whose package is over sits in the dark. */
const betweenTriesMs = 15 * minuteMs;
const lookMs = 10 * minuteMs;
const lookMsMax = 6 * 60 * minuteMs;
/** Of data or time online: what is used up moves with use, so it is renewed a little before. */
const usedUpPart = 0.95;

export function decidePackage(facts: PackageFacts): PackageDecision {
  const { last, nowMs } = facts;
  if (!facts.isSold) return { kind: "end", why: "not-sold" };
  if (last?.isRevoked) return { kind: "end", why: "taken-back" };
  if (last !== null) {
    const { validitySeconds, useSeconds, dataBytes, validUntilMs } = last.terms;
    if (validitySeconds === null && useSeconds === null && dataBytes === null && validUntilMs === null)
      return { kind: "end", why: "never-ends" };
    const waitMs = dueInMs(last, nowMs);
    if (waitMs > 0) return { kind: "wait", forMs: waitMs };
  }
  // One more would end with the last one, or has ended: nobody pays for that, again and again.
  if (facts.soldUntilMs !== null && facts.soldUntilMs - leadMsMax <= nowMs) return { kind: "end", why: "not-sold" };
  // It may be bought already, out of the credit that the back-up still has.
  if (facts.untilToldMs > 0) return { kind: "wait", forMs: facts.untilToldMs };
  const { prompt } = facts;
  if (prompt?.openForMs != null && prompt.openForMs < answerMs) return { kind: "wait", forMs: minuteMs };
  const missingCents = facts.priceCents - facts.creditCents;
  if (missingCents <= 0) return { kind: "buy" };
  // Nobody knows what became of the last one: whoever asked again might take the money twice.
  const isInDoubt = prompt?.openForMs != null;
  if (prompt === null || isInDoubt || prompt.made >= prompt.max)
    return { kind: "suspend", missingCents, againInMs: null };
  const inMs = promptInMs({ ...prompt, betweenMs: betweenTriesMs }, nowMs);
  if (inMs === 0) return { kind: "prompt", missingCents };
  return inMs <= betweenTriesMs ? { kind: "wait", forMs: inMs } : { kind: "suspend", missingCents, againInMs: inMs };
}

/** How long until the next look; 0: now is the time for another one. */
export function dueInMs(last: NonNullable<PackageFacts["last"]>, nowMs: number): number {
  const { terms, startedAtMs, endsAtMs } = last;
  const isUp = (used: number, whole: number | null) => whole !== null && used >= whole * usedUpPart;
  if (isUp(last.usedBytes, terms.dataBytes) || isUp(last.usedSeconds, terms.useSeconds)) return 0;
  // Bought and not begun: its site may be away, or its customer.
  if (startedAtMs === null) {
    if (terms.validUntilMs !== null && terms.validUntilMs - leadMsMax <= nowMs) return 0;
    const spanMs = (terms.validitySeconds ?? 0) * 1000;
    return Math.min(lookMsMax, Math.max(lookMs, spanMs / 10));
  }
  const isMetered = terms.dataBytes !== null || terms.useSeconds !== null;
  if (endsAtMs === null) return lookMs;
  const leadMs = Math.min(leadMsMax, (endsAtMs - startedAtMs) / 10);
  const leftMs = Math.ceil(endsAtMs - leadMs - nowMs);
  if (leftMs <= 0) return 0;
  return Math.min(leftMs, isMetered ? lookMs : lookMsMax);
}

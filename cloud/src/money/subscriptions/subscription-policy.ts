/**
 * What a subscription gives, and when somebody must look at it again. The site enforces the dates by itself, from the account's row; the hub
 * looks for what only it does: charges, late fees, the log, the end of a pause. Pure.
 */
import type { AfterEnd } from "@karibu/protocol/accounts/customer-account";
import type { Terms } from "@karibu/protocol/plan";
import { kbps } from "@karibu/protocol/quantities";
import type { Standing } from "../../catalogue/accounts/account-standing.ts";
import { afterPause, boundary, dayMs, type Paid, paidUntilOf, periodAt, unshifted } from "./period-arithmetic.ts";
import { promptSlotsMs } from "./policy/line-prompt-policy.ts";

/** A provider's rules, with those of the plan before them. */
export interface SubscriptionRules {
  readonly graceSeconds: number;
  readonly afterWay: "cut" | "page" | "slower";
  /** The speed of the page, and of slower. */
  readonly slowDownKbps: number;
  readonly slowUpKbps: number;
  /** Charged once for each time that the grace ended unpaid; 0: none. */
  readonly lateFeeCents: number;
  /** How long after the paid time a promise may reach; 0: nobody may promise. */
  readonly promiseDaysMax: number;
  /** In a year of the subscription; 0: no pauses. */
  readonly pauseDaysMax: number;
}

export const usualRules: SubscriptionRules = {
  graceSeconds: 0,
  afterWay: "page",
  slowDownKbps: 512,
  slowUpKbps: 512,
  lateFeeCents: 0,
  promiseDaysMax: 3,
  pauseDaysMax: 30,
};

export interface SubscriptionFacts {
  readonly paid: Paid;
  readonly isEnded: boolean;
  /** It ends with what is paid. */
  readonly cancelAtEnd: boolean;
  readonly suspendedReason: string | null;
  readonly pausedAtMs: number | null;
  readonly pauseUntilMs: number | null;
  readonly promisedUntilMs: number | null;
  /** When that was promised; null: nothing is, or before it was written down. */
  readonly promisedAtMs: number | null;
  /** The provider's clock by now, minutes east of UTC: when phones may ring. The periods have that of their anchor. */
  readonly utcOffsetMinutes: number;
  /** Its credit covered the next period shortly before the end: until it is charged, or not, nobody is cut off. */
  readonly bridgedUntilMs: number | null;
  readonly rules: SubscriptionRules;
  /** Nobody has paid for it yet: its end is no date that anybody chose. */
  readonly isNeverPaid?: boolean;
  /** Of its plan: is anything counted by period? */
  readonly terms: Pick<Terms, "dataBytes" | "useSeconds">;
}

export type Phase = "active" | "grace" | "over" | "suspended" | "paused" | "ended";

/** Until when the customer is let in as usual. */
export function graceUntilOf({ paid, cancelAtEnd, promisedUntilMs, rules }: SubscriptionFacts): number {
  const endMs = paidUntilOf(paid);
  return cancelAtEnd ? endMs : Math.max(endMs + rules.graceSeconds * 1000, promisedUntilMs ?? 0);
}

/** The end, and the moments after it until credit that is there is charged. */
const servedUntilOf = ({ paid, cancelAtEnd, bridgedUntilMs }: SubscriptionFacts): number =>
  Math.max(paidUntilOf(paid), cancelAtEnd ? 0 : (bridgedUntilMs ?? 0));

/** A renewal until then goes on from the end. */
export const inTimeUntilOf = (facts: SubscriptionFacts): number => Math.max(graceUntilOf(facts), servedUntilOf(facts));

/** It was over, and a promise let the customer in again; null: none did. */
export function letInAgainMsOf({ paid, promisedAtMs, promisedUntilMs, rules }: SubscriptionFacts): number | null {
  if (promisedUntilMs === null || promisedAtMs === null) return null;
  return promisedAtMs >= paidUntilOf(paid) + rules.graceSeconds * 1000 ? promisedAtMs : null;
}

/** What is promised once it is paid until then: a promise that reaches beyond that holds, so that nobody is cut off for having paid a part of its time. */
export const promiseAfter = (
  { promisedUntilMs }: Pick<SubscriptionFacts, "promisedUntilMs">,
  paidUntilMs: number,
): { readonly promisedUntilMs?: null; readonly promisedAtMs?: null } =>
  promisedUntilMs !== null && promisedUntilMs > paidUntilMs ? {} : { promisedUntilMs: null, promisedAtMs: null };

export function phaseOf(facts: SubscriptionFacts, nowMs: number): Phase {
  if (facts.isEnded) return "ended";
  if (facts.pausedAtMs !== null) return "paused";
  if (facts.suspendedReason !== null) return "suspended";
  if (nowMs < servedUntilOf(facts)) return "active";
  return nowMs < graceUntilOf(facts) ? "grace" : "over";
}

/** What its account's sites are told. Who is over by a pause or by its end pays nothing on a page, so there is none. */
export function standingOf(facts: SubscriptionFacts, nowMs: number): Standing {
  const { rules, paid } = facts;
  const paidUntilMs = paidUntilOf(paid);
  const isShut = facts.isEnded || facts.cancelAtEnd || facts.pausedAtMs !== null;
  const afterEnd: AfterEnd | null =
    rules.afterWay === "cut" || isShut
      ? null
      : { way: rules.afterWay, downKbps: kbps(rules.slowDownKbps), upKbps: kbps(rules.slowUpKbps) };
  const isCounted = facts.terms.dataBytes !== null || facts.terms.useSeconds !== null;
  // A pause holds its period: who comes back goes on with what was left of it.
  const n = countedPeriodAt(paid, facts.pausedAtMs ?? nowMs);
  return {
    paidUntilMs,
    graceUntilMs: inTimeUntilOf(facts),
    suspended: facts.isEnded ? "ended" : facts.pausedAtMs !== null ? "paused" : facts.suspendedReason,
    ...resumesOf(facts),
    afterEnd,
    ...(facts.isNeverPaid === true ? { isNeverPaid: true } : {}),
    ...(isCounted ? { period: nameOf(paid, n), ...nextPeriodsOf(facts, n) } : { period: null }),
  };
}

const countedPeriodAt = (paid: Paid, atMs: number): number =>
  Math.max(0, Math.min(periodAt(paid, atMs), paid.periods - 1));

/** By which its sites count data and time online at that moment. */
export const periodNameAt = (paid: Paid, atMs: number): string => nameOf(paid, countedPeriodAt(paid, atMs));

const nameOf = (paid: Paid, n: number): string => `${Math.floor(unshifted(paid, n) / 1000)}`;

/** So many are told ahead: a site that hears nothing for that long goes on counting into the last one. */
const nextPeriodsMax = 12;

/** The site turns what is paid ahead by itself. A pause moves them all. */
function nextPeriodsOf(facts: SubscriptionFacts, n: number): Pick<Standing, "nextPeriods"> {
  const paid = restedOf(facts) ?? facts.paid;
  const count = Math.min(nextPeriodsMax, paid.periods - 1 - n);
  if (count <= 0) return {};
  const ahead = Array.from({ length: count }, (_, index) => n + 1 + index);
  return { nextPeriods: ahead.map((each) => ({ fromMs: boundary(paid, each), period: nameOf(paid, each) })) };
}

/** What is paid when the pause has ended as it was asked for; null: none runs. */
const restedOf = ({ paid, pausedAtMs, pauseUntilMs }: SubscriptionFacts): Paid | null =>
  pausedAtMs === null || pauseUntilMs === null ? null : afterPause(paid, { fromMs: pausedAtMs, untilMs: pauseUntilMs });

/** The site ends a pause by itself, unless staff hold it back as well. */
function resumesOf(facts: SubscriptionFacts): Pick<Standing, "resumes"> {
  const { isEnded, suspendedReason, pauseUntilMs } = facts;
  const rested = restedOf(facts);
  if (isEnded || suspendedReason !== null || rested === null || pauseUntilMs === null) return {};
  const { graceUntilMs, afterEnd } = standingOf({ ...facts, paid: rested, pausedAtMs: null }, pauseUntilMs);
  const paidUntilMs = paidUntilOf(rested);
  return { resumes: { atMs: pauseUntilMs, paidUntilMs, graceUntilMs: graceUntilMs ?? paidUntilMs, afterEnd } };
}

/** When something of it changes by the clock alone; null: nothing does. */
export function nextLookMs(facts: SubscriptionFacts, nowMs: number): number | null {
  if (facts.isEnded) return null;
  const { paid, pauseUntilMs, pausedAtMs } = facts;
  if (pausedAtMs !== null) return pauseUntilMs;
  const endMs = paidUntilOf(paid);
  const asked = paid.periods > 0 ? promptSlotsMs(endMs, facts.utcOffsetMinutes) : [];
  const times = [endMs - bridgeLeadMs, endMs, graceUntilOf(facts), ...asked];
  if (facts.terms.dataBytes !== null || facts.terms.useSeconds !== null)
    times.push(boundary(paid, periodAt(paid, nowMs) + 1));
  const later = times.filter((atMs) => atMs > nowMs);
  return later.length === 0 ? null : Math.min(...later);
}

/** So long before the end it is seen whether credit will pay. */
const bridgeLeadMs = 10 * 60_000;
/** So long after the end a site that then hears nothing from the hub lets the customer stay, where it would. */
export const bridgeMs = 60 * 60_000;

/**
 * What credit is looked at for now. `charge`: it is over, since this moment or longer ago, for money that came in brings it back. `bridge`: it will be
 * soon. Nobody is charged before the end: until then they may still cancel, pause or change. Null: nothing.
 */
export function creditDutyOf(facts: SubscriptionFacts, nowMs: number): "charge" | "bridge" | null {
  const phase = phaseOf(facts, nowMs);
  if (facts.cancelAtEnd || phase === "ended" || phase === "paused" || phase === "suspended") return null;
  const endMs = paidUntilOf(facts.paid);
  if (nowMs >= endMs) return "charge";
  return nowMs >= endMs - bridgeLeadMs && (facts.bridgedUntilMs ?? 0) < endMs ? "bridge" : null;
}

export type PromiseRefusal = "not-allowed" | "promised-already" | "not-due" | "too-late";

/** Once for each time that it is unpaid, and no further than the rule. Null: it may be. */
export function refusePromise(facts: SubscriptionFacts, untilMs: number, nowMs: number): PromiseRefusal | null {
  const { promiseDaysMax } = facts.rules;
  const phase = phaseOf(facts, nowMs);
  const endMs = paidUntilOf(facts.paid);
  if (promiseDaysMax === 0 || facts.cancelAtEnd || !["active", "grace", "over"].includes(phase)) return "not-allowed";
  if (facts.promisedUntilMs !== null) return "promised-already";
  if (phase === "active" && endMs - nowMs > 3 * dayMs) return "not-due";
  const fromMs = Math.max(endMs, nowMs);
  return untilMs <= fromMs || untilMs > fromMs + promiseDaysMax * dayMs ? "too-late" : null;
}

export type PauseRefusal = "not-allowed" | "nothing-paid" | "too-long";

/** @param pausedDays whole days paused in the last 365 */
export function refusePause(
  facts: SubscriptionFacts,
  days: number,
  pausedDays: number,
  nowMs: number,
): PauseRefusal | null {
  if (facts.rules.pauseDaysMax === 0 || facts.cancelAtEnd || !["active", "suspended"].includes(phaseOf(facts, nowMs)))
    return "not-allowed";
  if (nowMs >= paidUntilOf(facts.paid)) return "nothing-paid";
  return pausedDays + days > facts.rules.pauseDaysMax ? "too-long" : null;
}

/**
 * What is due next of a provider's subscription to the platform. Pure: facts in, at most one step out; the shell takes it in one transaction
 * and asks again. Every step is judged by what is written down, so a crash between two, a step that is asked for twice, a hub that was away for
 * months and a restored back-up all go on from the facts.
 *
 * Charges  a period's invoice goes out a week before it begins, and is never due sooner than a week later. Periods that passed while nothing
 *          was charged (the hub was away, sales were stopped) are not charged afterwards. Who was charged before, and comes back in the middle of
 *          one (the plan was free, had ended, or sales were stopped), pays for the rest of it, in whole units of the currency.
 * Arrears  three notices, a week apart at the least: when it is due, and a week and two weeks later. Three days after the third the people of
 *          the provider may only read, pay and refund; fourteen days after the third its sites stop to sell online. Callbacks, refunds and
 *          the export never stop. Each is undone as soon as the oldest open charge is paid or forgiven.
 * Doubt    is the provider's gain: money that a callback told of counts a week before it is proved. Nothing is held against them that they can't
 *          pay: while no channel of the platform takes what is owed, no notice goes out, what was shut is open, and those days are not among
 *          the days after the third notice; the others go on where they were. After a restore they begin anew: the payment may be what was lost.
 */
import { boundary, type Calendar, dayMs, periodAt } from "../../money/subscriptions/period-arithmetic.ts";

/** The longest trial of a plan. */
export const trialDaysMax = 90;
const noticesBefore = 3;
const issuedBeforeMs = 7 * dayMs;
const payableMs = 7 * dayMs;
const noticeEveryMs = 7 * dayMs;
export const readOnlyAfterMs = 3 * dayMs;
export const stopAfterMs = 14 * dayMs;

export interface ChargeFacts {
  readonly period: number;
  readonly planId: string;
  readonly fromMs: number;
  readonly dueAtMs: number;
  /** Of its invoice. */
  readonly state: "issued" | "paid" | "void";
  /** When a callback said that it was paid, and nothing has proved it yet; null: none did. */
  readonly toldAtMs: number | null;
}

export interface SubscriptionFacts {
  readonly anchorMs: number;
  readonly everyMonths: number;
  readonly utcOffsetMinutes: number;
  /** The plan whose limits are in force. */
  readonly planId: string;
  /** What the next period is charged for. */
  readonly wantedPlanId: string;
  /** What the next period costs; 0: it is free. */
  readonly priceCents: number;
  readonly isEnded: boolean;
  readonly charges: readonly ChargeFacts[];
  /** `waivedMs`: for so long after it there was no way to pay, all together. */
  readonly notices: readonly {
    readonly period: number;
    readonly ordinal: number;
    readonly sentAtMs: number;
    readonly waivedMs: number;
  }[];
  readonly isReadOnly: boolean;
  readonly areSalesStopped: boolean;
  /** A channel of the platform takes what is owed: it asks a phone for the sum, or people type an account number. */
  readonly canPay: boolean;
  /** Since when there is no way to pay, as it was written down; null: there is one. */
  readonly noWaySinceMs: number | null;
  /** When the hub was last restored from a back-up; null: never. */
  readonly restoredAtMs: number | null;
}

export type SubscriptionStep =
  | {
      readonly kind: "charge";
      readonly period: number;
      readonly fromMs: number;
      readonly untilMs: number;
      readonly dueAtMs: number;
      readonly amountCents: number;
    }
  | { readonly kind: "take-plan"; readonly planId: string }
  | { readonly kind: "notice"; readonly period: number; readonly ordinal: number }
  | { readonly kind: "read-only" }
  | { readonly kind: "stop-sales" }
  /** `can-not-pay`: it owes still, and has no way to pay. */
  | { readonly kind: "reopen"; readonly why: "owes-nothing" | "can-not-pay" }
  | { readonly kind: "no-way-to-pay" }
  | { readonly kind: "way-to-pay-back" };

const calendarOf = ({ anchorMs, everyMonths, utcOffsetMinutes }: SubscriptionFacts): Calendar => ({
  anchorMs,
  every: { unit: "month", count: everyMonths },
  utcOffsetMinutes,
  shiftedMs: 0,
});

/** What a callback told is believed for so long: the channel's own list proves it by then, or nobody paid. */
export const believedMs = 7 * dayMs;

/** The oldest charge that is due and open; null: the provider owes nothing. */
export function arrearsOf({ charges }: Pick<SubscriptionFacts, "charges">, nowMs: number): ChargeFacts | null {
  const isTold = ({ toldAtMs }: ChargeFacts) => toldAtMs !== null && nowMs < toldAtMs + believedMs;
  const open = charges.filter((one) => one.state === "issued" && one.dueAtMs <= nowMs && !isTold(one));
  return open.reduce<ChargeFacts | null>(
    (least, one) => (least === null || one.period < least.period ? one : least),
    null,
  );
}

const noticesOf = ({ notices }: SubscriptionFacts, { period }: ChargeFacts) =>
  notices.filter((notice) => notice.period === period).sort((one, other) => one.ordinal - other.ordinal);

export interface Deadlines {
  readonly readOnlyFromMs: number;
  readonly salesStopAtMs: number;
}

/** When the arrears' consequences begin at the earliest; null: the third notice was not sent. */
export function deadlinesOf(facts: SubscriptionFacts, arrears: ChargeFacts): Deadlines | null {
  const third = noticesOf(facts, arrears)[noticesBefore - 1];
  if (third === undefined) return null;
  const fromMs = Math.max(third.sentAtMs, facts.restoredAtMs ?? 0) + third.waivedMs;
  return { readOnlyFromMs: fromMs + readOnlyAfterMs, salesStopAtMs: fromMs + stopAfterMs };
}

/** What is added to `waivedMs` of a notice when there is a way to pay again. */
export const waivedSince = (sentAtMs: number, noWaySinceMs: number, nowMs: number): number =>
  Math.max(0, nowMs - Math.max(sentAtMs, noWaySinceMs));

/** Periods that were charged while the clock was ahead stand for themselves: nothing waits for their time. */
export function nextStep(all: SubscriptionFacts, nowMs: number): SubscriptionStep | null {
  const facts = { ...all, charges: all.charges.filter(({ fromMs }) => fromMs <= nowMs + issuedBeforeMs + dayMs) };
  return arrearsStep(all, nowMs) ?? chargeStep(facts, nowMs) ?? planStep(facts, nowMs);
}

function arrearsStep(facts: SubscriptionFacts, nowMs: number): SubscriptionStep | null {
  const arrears = arrearsOf(facts, nowMs);
  const deadlines = arrears === null ? null : deadlinesOf(facts, arrears);
  const isShut = facts.isReadOnly || facts.areSalesStopped;
  if (deadlines === null && isShut) return { kind: "reopen", why: "owes-nothing" };
  if (arrears !== null && !facts.canPay) {
    if (facts.noWaySinceMs === null) return { kind: "no-way-to-pay" };
    return isShut ? { kind: "reopen", why: "can-not-pay" } : null;
  }
  if (facts.noWaySinceMs !== null) return { kind: "way-to-pay-back" };
  if (arrears === null) return null;
  if (deadlines === null) {
    const sent = noticesOf(facts, arrears);
    const last = sent.at(-1);
    const earliestMs = Math.max(
      arrears.dueAtMs + sent.length * noticeEveryMs,
      last === undefined ? 0 : last.sentAtMs + noticeEveryMs,
    );
    return nowMs < earliestMs ? null : { kind: "notice", period: arrears.period, ordinal: sent.length + 1 };
  }
  if (!facts.isReadOnly) return nowMs < deadlines.readOnlyFromMs ? null : { kind: "read-only" };
  return facts.areSalesStopped || nowMs < deadlines.salesStopAtMs ? null : { kind: "stop-sales" };
}

function chargeStep(facts: SubscriptionFacts, nowMs: number): SubscriptionStep | null {
  if (facts.isEnded || facts.areSalesStopped || facts.priceCents === 0) return null;
  const calendar = calendarOf(facts);
  const last = facts.charges.reduce((most, { period }) => Math.max(most, period), -1);
  const charge = (period: number, fromMs: number, amountCents: number) => {
    const dueAtMs = Math.max(fromMs, nowMs + payableMs);
    return { kind: "charge", period, fromMs, untilMs: boundary(calendar, period + 1), dueAtMs, amountCents } as const;
  };
  const running = periodAt(calendar, nowMs);
  // Whole, where it begins about now. One that began earlier was free so far: its plan has a price since.
  const isFirst = facts.charges.length === 0 && nowMs <= boundary(calendar, running) + issuedBeforeMs;
  const restCents = isFirst || last >= running ? 0 : restOf(calendar, running, facts.priceCents, nowMs);
  if (restCents > 0) return charge(running, nowMs, restCents);
  const period = Math.max(last + 1, isFirst ? running : running + 1);
  const fromMs = boundary(calendar, period);
  return nowMs < fromMs - issuedBeforeMs ? null : charge(period, fromMs, facts.priceCents);
}

/** What the rest of a period costs, in whole units: no channel takes a part of one. */
function restOf(calendar: Calendar, period: number, priceCents: number, nowMs: number): number {
  const [fromMs, untilMs] = [boundary(calendar, period), boundary(calendar, period + 1)];
  return Number((BigInt(priceCents) * BigInt(untilMs - nowMs)) / (BigInt(untilMs - fromMs) * 100n)) * 100;
}

/**
 * The limits of a plan come with the first period that was charged for it, also where that was forgiven. A free plan is charged nothing, so it
 * comes when all that was charged is over: else whoever goes from a large plan to a free one would keep the large one for nothing.
 */
function planStep(facts: SubscriptionFacts, nowMs: number): SubscriptionStep | null {
  const { charges, planId, wantedPlanId } = facts;
  if (facts.isEnded) return null;
  const calendar = calendarOf(facts);
  const isOver = ({ period }: ChargeFacts) => nowMs >= boundary(calendar, period + 1);
  const current = charges.find((one) => one.fromMs <= nowMs && !isOver(one));
  if (current !== undefined) return current.planId === planId ? null : { kind: "take-plan", planId: current.planId };
  const isFree = facts.priceCents === 0 && charges.length > 0 && charges.every(isOver);
  return isFree && wantedPlanId !== planId ? { kind: "take-plan", planId: wantedPlanId } : null;
}

/** Which reminders are due, and which are not wanted after all. Pure; days are those of the provider's calendar. */
import type { Phase } from "../subscriptions/subscription-policy.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** A hub that was away for longer says nothing of it: the customer has seen how it is. */
export const lateMsMax = dayMs;

export interface ReminderClock {
  readonly utcOffsetMinutes: number;
  /** Of the local day. */
  readonly reminderMinute: number;
}

/** When it is reminded of, so many days from the day on which it ends. Midnight belongs to the day before it. */
export function remindAtMs(dueMs: number, day: number, { utcOffsetMinutes, reminderMinute }: ReminderClock): number {
  const offsetMs = utcOffsetMinutes * minuteMs;
  const endsOnDay = Math.floor((dueMs - 1 + offsetMs) / dayMs);
  return (endsOnDay + day) * dayMs + reminderMinute * minuteMs - offsetMs;
}

/** The last time of the day at which all reminders are to go out. */
export function lastReminderMs({ utcOffsetMinutes, reminderMinute }: ReminderClock, nowMs: number): number {
  const sinceMidnightMs = (reminderMinute - utcOffsetMinutes) * minuteMs;
  return Math.floor((nowMs - sinceMidnightMs) / dayMs) * dayMs + sinceMidnightMs;
}

/** The due dates whose reminder of this day is to go out now: after `afterMs`, and no later than `untilMs`. */
export function dueRange(day: number, clock: ReminderClock, nowMs: number) {
  const afterMs = lastReminderMs(clock, nowMs) - clock.reminderMinute * minuteMs - day * dayMs;
  return { afterMs, untilMs: afterMs + dayMs };
}

export interface ReminderFacts {
  readonly phase: Phase;
  readonly dueMs: number;
  readonly paidUntilMs: number;
  readonly cancelAtEnd: boolean;
  readonly isCustomerOn: boolean;
  /** False: its log-in is switched off or deleted, or all of its sites were, so that money buys nothing. */
  readonly hasAccount: boolean;
  /** Never paid: what nobody began does not end. */
  readonly isNew: boolean;
  readonly promisedUntilMs: number | null;
  readonly autoRenew: boolean;
  /** M-Pesa pays by itself: before the date there is nothing to do. */
  readonly standingOrder: boolean;
  readonly amountCents: number;
  readonly creditCents: number;
  /** When this due date came to be, by a payment; null: nobody wrote it down. */
  readonly paidAtMs: number | null;
  /** When its reminder was due. */
  readonly remindAtMs: number;
}

export type NoReminder =
  | "paid-meanwhile"
  | "ended"
  | "cancelled"
  | "paused"
  | "suspended"
  | "customer-off"
  | "never-paid"
  | "promised"
  | "credit-covers"
  | "nothing-to-pay"
  | "standing-order"
  | "just-paid";

/** Null: it is wanted. */
export function refuseReminder(facts: ReminderFacts, nowMs: number): NoReminder | null {
  if (facts.phase === "ended" || !facts.hasAccount) return "ended";
  if (facts.paidUntilMs !== facts.dueMs) return "paid-meanwhile";
  if (facts.cancelAtEnd) return "cancelled";
  if (facts.phase === "paused" || facts.phase === "suspended") return facts.phase;
  if (!facts.isCustomerOn) return "customer-off";
  if (facts.isNew) return "never-paid";
  if (facts.promisedUntilMs !== null && nowMs < facts.promisedUntilMs) return "promised";
  if (facts.amountCents === 0) return "nothing-to-pay";
  if (facts.standingOrder && facts.phase === "active") return "standing-order";
  // Who pays for a day alone is not told the same hour that it ends tomorrow.
  if (facts.paidAtMs !== null && facts.paidAtMs >= facts.remindAtMs) return "just-paid";
  return facts.autoRenew && facts.creditCents >= facts.amountCents ? "credit-covers" : null;
}

export const reminderTemplate = (day: number) =>
  day < 0 ? "reminder-before" : day === 0 ? "reminder-due" : "reminder-after";

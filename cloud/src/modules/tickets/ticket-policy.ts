/** What may become of a ticket, and by when: pure. */
import type { Target, Targets, TicketPriority, TicketState } from "./ticket.ts";
import { addWorkingMs, type WorkingHours, workingMsBetween } from "./working-hours.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;

export const usualTargets: Targets = {
  urgent: { answerMinutes: 30, solveMinutes: 4 * 60 },
  high: { answerMinutes: 60, solveMinutes: 10 * 60 },
  normal: { answerMinutes: 4 * 60, solveMinutes: 20 * 60 },
  low: { answerMinutes: 10 * 60, solveMinutes: 50 * 60 },
};

/** Monday to Saturday, 8 to 18. */
export const usualHours = { days: [1, 2, 3, 4, 5, 6], fromMinute: 8 * 60, untilMinute: 18 * 60 } as const;

/** What one customer may have and write: enough for who has trouble, too little for who makes it. */
export const customerLimits = { openMax: 5, messagesPerDay: 20 } as const;

/** A customer who writes so long after the end opens a new ticket. */
const reopenMs = 14 * dayMs;
/** A solved ticket that nobody disagrees with is closed. */
export const closeAfterMs = 7 * dayMs;

export const isLive = (state: TicketState): boolean => state !== "solved" && state !== "closed";
/** It is the staff's turn. */
const isRunning = (state: TicketState): boolean => state === "open" || state === "reopened";

/** The state after the customer wrote; null: it is over for good. */
export function afterCustomer(ticket: { state: TicketState; closedAtMs: number | null }, nowMs: number) {
  if (ticket.state === "closed" && nowMs - (ticket.closedAtMs ?? 0) > reopenMs) return null;
  if (ticket.state === "solved" || ticket.state === "closed") return "reopened" as const;
  // Who answers a question has not opened it again.
  return ticket.state === "waiting" ? ("open" as const) : ticket.state;
}

/** What staff may make of it. Nobody waits for a customer whose ticket is over. */
export function mayBecome(from: TicketState, to: TicketState): boolean {
  if (from === to) return false;
  if (isLive(from)) return to !== "reopened" && to !== "open" ? true : from === "waiting" && to === "open";
  return to === "reopened" || (from === "solved" && to === "closed");
}

/** The working time that staff have had, and since when it runs. */
export interface SpentTime {
  readonly spentMs: number;
  /** Null: it does not run. */
  readonly runningSinceMs: number | null;
}

/** At a change of state: time stops while the customer is waited for, and goes on after it. */
export function timeAfter(hours: WorkingHours, time: SpentTime, state: TicketState, nowMs: number): SpentTime {
  const since = time.runningSinceMs;
  const spentMs = time.spentMs + (since === null ? 0 : workingMsBetween(hours, since, nowMs));
  return { spentMs, runningSinceMs: isRunning(state) ? nowMs : null };
}

/** By when it is to be solved; null: nothing runs. */
export function solveDueMs(hours: WorkingHours, target: Target, time: SpentTime): number | null {
  if (time.runningSinceMs === null) return null;
  return addWorkingMs(hours, time.runningSinceMs, target.solveMinutes * minuteMs - time.spentMs);
}

export function answerDueMs(hours: WorkingHours, target: Target, openedAtMs: number): number {
  return addWorkingMs(hours, openedAtMs, target.answerMinutes * minuteMs);
}

export interface DueFacts {
  readonly state: TicketState;
  readonly answerDueMs: number;
  readonly answeredAtMs: number | null;
  readonly solveDueMs: number | null;
}

/** What is late: the first answer before the solution, because it is said first. */
export function lateness(ticket: DueFacts, nowMs: number): "answer" | "solution" | null {
  if (!isLive(ticket.state)) return null;
  if (ticket.answeredAtMs === null && ticket.answerDueMs < nowMs) return "answer";
  return ticket.solveDueMs !== null && ticket.solveDueMs < nowMs ? "solution" : null;
}

export interface TicketRules {
  readonly hours: WorkingHours;
  readonly targets: Readonly<Record<TicketPriority, Target>>;
}

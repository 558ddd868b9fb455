/** May this message go out now? Pure: clock, consents and what was spent are handed in. */
import type { MessageRules } from "./message-rules.ts";
import type { MessageClass } from "./texts/template-list.ts";

export interface SendingFacts {
  readonly class: MessageClass;
  readonly nowMs: number;
  readonly utcOffsetMinutes: number;
  readonly rules: MessageRules;
  /** What its receiver said last about messages of this class; null: nothing. */
  readonly allowed: boolean | null;
}

export type SendingDecision =
  | { readonly kind: "now" }
  | { readonly kind: "later"; readonly atMs: number }
  | { readonly kind: "skip"; readonly reason: "opted-out" | "no-consent" };

/** Older messages are no longer useful. Reminders and marketing may have waited for their hour. */
export const staleAfterMs = { receipt: 24 * 3_600_000, service: 48 * 3_600_000, marketing: 48 * 3_600_000 } as const;

const minuteMs = 60_000;
const dayMinutes = 1440;

/** Who wants none gets none, whatever the hour; receipts and codes are always wanted. */
export function decideSending(facts: SendingFacts): SendingDecision {
  if (facts.class === "receipt") return { kind: "now" };
  if (facts.allowed === false) return { kind: "skip", reason: "opted-out" };
  if (facts.class === "marketing" && facts.allowed === null) return { kind: "skip", reason: "no-consent" };
  const atMs = nextHourFor(facts);
  return atMs <= facts.nowMs ? { kind: "now" } : { kind: "later", atMs };
}

/** The first moment from now on that is in no closed hour. Where there is none at all, now: a provider who closed the whole day wants it so said at saving. */
export function nextHourFor({ class: kind, nowMs, utcOffsetMinutes, rules }: Omit<SendingFacts, "allowed">): number {
  const closed = [{ from: rules.quietFromMinute, until: rules.quietUntilMinute }];
  if (kind === "marketing")
    closed.push({ from: rules.marketingUntilMinute % dayMinutes, until: rules.marketingFromMinute });
  let atMs = nowMs;
  // Each step leaves one closed span; after a day of steps nothing is open.
  for (let step = 0; step < 2 * closed.length + 1; step++) {
    const within = closed.map((span) => restOf(span, minuteOf(atMs, utcOffsetMinutes))).find((rest) => rest > 0);
    if (within === undefined) return atMs;
    atMs = Math.floor(atMs / minuteMs) * minuteMs + within * minuteMs;
  }
  return nowMs;
}

/** False: no minute of the day is open to marketing. */
export function isEverOpen(rules: MessageRules): boolean {
  for (let minute = 0; minute < dayMinutes; minute++) {
    const facts = { class: "marketing", nowMs: minute * minuteMs, utcOffsetMinutes: 0, rules } as const;
    if (rules.marketingFromMinute < rules.marketingUntilMinute && isOpen(facts)) return true;
  }
  return false;
}

const isOpen = (facts: Omit<SendingFacts, "allowed">): boolean => {
  const minute = minuteOf(facts.nowMs, facts.utcOffsetMinutes);
  const { quietFromMinute, quietUntilMinute, marketingFromMinute, marketingUntilMinute } = facts.rules;
  return (
    restOf({ from: quietFromMinute, until: quietUntilMinute }, minute) === 0 &&
    minute >= marketingFromMinute &&
    minute < marketingUntilMinute
  );
};

const minuteOf = (atMs: number, utcOffsetMinutes: number): number =>
  (((Math.floor(atMs / minuteMs) + utcOffsetMinutes) % dayMinutes) + dayMinutes) % dayMinutes;

/** Minutes until the span ends; 0: it is not in it. A span may pass midnight. */
function restOf({ from, until }: { readonly from: number; readonly until: number }, minute: number): number {
  if (from === until) return 0;
  const isIn = from < until ? minute >= from && minute < until : minute >= from || minute < until;
  return isIn ? (until - minute + dayMinutes) % dayMinutes : 0;
}

/** `2026-11` of the provider's calendar. */
export const monthOf = (atMs: number, utcOffsetMinutes: number): string =>
  new Date(atMs + utcOffsetMinutes * minuteMs).toISOString().slice(0, 7);

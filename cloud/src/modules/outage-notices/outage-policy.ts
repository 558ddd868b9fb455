/** When customers are told of an outage, and what: pure. */
import { isAhead } from "../../ground/db/hub-clock.ts";
import type { Values } from "../../messaging/texts/fill-template.ts";
import type { TemplateName } from "../../messaging/texts/template-list.ts";
import type { OutageMode } from "./outage.ts";

const minuteMs = 60_000;

export interface OutageRules {
  readonly mode: OutageMode;
  readonly afterMinutes: number;
  readonly tellsBack: boolean;
  /** Minutes of the day; both null: none. `from` may be later than `until`: over midnight. */
  readonly quietFromMinute: number | null;
  readonly quietUntilMinute: number | null;
  readonly perMinute: number;
}

/** Messages cost money: nothing is sent before the provider says so. */
export const usualRules: OutageRules = {
  mode: "off",
  afterMinutes: 15,
  tellsBack: true,
  perMinute: 60,
  quietFromMinute: 21 * 60,
  quietUntilMinute: 7 * 60,
};

/** A link that is up for less is not back: it may go again at once. */
const backForMs = 2 * minuteMs;

/**
 * How many outages of one site the hub tells by itself in 24 hours; a person decides on more. A site that comes and goes all day, or whose
 * power somebody cuts again and again, would else cost a message to each customer at each turn.
 */
export const toldByItselfMax = 3;
export const toldByItselfWithinMs = 24 * 60 * minuteMs;

/**
 * Where nobody looked for long (the hub was away, or was run without this module) what waited, and that a site is back, is no news any more: a night of
 * quiet hours is shorter, and of an outage that somebody heard of a week ago they know by themselves whether it is over.
 */
export const newsMs = 24 * 60 * minuteMs;
export const backNewsMs = 7 * 24 * 60 * minuteMs;

/** How a site's link stands. */
export interface SiteLink {
  readonly isUp: boolean;
  /** Since when it is as it is; null: it never was up. */
  readonly sinceMs: number | null;
}

/**
 * Is it an outage by now? @param hubUpMs since when this hub runs: what it did not see, because it was away itself, it does not tell: every
 * site seems to be gone when a hub starts.
 */
export function isOutage(link: SiteLink, rules: OutageRules, nowMs: number, hubUpMs: number): boolean {
  if (link.isUp || link.sinceMs === null) return false;
  // What a clock that was ahead dated has been so since nobody knows when: since this hub runs, at the longest.
  const sinceMs = isAhead(link.sinceMs, nowMs) ? hubUpMs : Math.max(link.sinceMs, hubUpMs);
  return nowMs - sinceMs >= rules.afterMinutes * minuteMs;
}

/** Also one that a clock that was ahead dated: it is there now. */
export function isBack(link: SiteLink, nowMs: number): boolean {
  const { isUp, sinceMs } = link;
  return isUp && sinceMs !== null && (nowMs - sinceMs >= backForMs || isAhead(sinceMs, nowMs));
}

export function isQuiet(rules: OutageRules, nowMs: number, utcOffsetMinutes: number): boolean {
  const { quietFromMinute: from, quietUntilMinute: until } = rules;
  if (from === null || until === null || from === until) return false;
  const minute = (((Math.floor(nowMs / minuteMs) + utcOffsetMinutes) % 1440) + 1440) % 1440;
  return from < until ? minute >= from && minute < until : minute >= from || minute < until;
}

export interface OutageWords {
  readonly site: string;
  readonly kind: "outage" | "maintenance";
  readonly sinceMs: number;
  readonly untilMs: number | null;
  /** What else is said of planned work. */
  readonly words: string | null;
  readonly utcOffsetMinutes: number;
}

/** Which text says it, and what stands in its gaps. */
export function outageText(
  phase: "down" | "back",
  outage: OutageWords,
): { readonly template: TemplateName; readonly values: Values } {
  const { site, words, kind, untilMs, utcOffsetMinutes } = outage;
  const from = timeText(outage.sinceMs, utcOffsetMinutes);
  if (kind === "outage")
    return phase === "back"
      ? { template: "outage-over", values: { site } }
      : { template: "outage", values: { site, from } };
  if (phase === "back") return { template: "work-cancelled", values: { site, from } };
  const until = untilMs === null ? null : timeText(untilMs, utcOffsetMinutes);
  return { template: "work-planned", values: { site, from, until, words } };
}

/** `22/11 18:05`, as the provider's clock shows it. */
function timeText(atMs: number, utcOffsetMinutes: number): string {
  const iso = new Date(atMs + utcOffsetMinutes * minuteMs).toISOString();
  return `${iso.slice(8, 10)}/${iso.slice(5, 7)} ${iso.slice(11, 16)}`;
}

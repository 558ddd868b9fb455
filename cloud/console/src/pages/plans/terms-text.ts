/** The terms of a plan in a few words: `1 h · 1.00 GB · 5 Mbps`. */
import type { Terms } from "@karibu/protocol/plan";
import { byteSize, duration } from "../../strings/format.ts";
import { locale, say, word } from "../../strings/strings.ts";
import { clockText, daySets, daysValue, type Window } from "./special-terms.ts";

export function termsText(terms: Terms): string {
  const parts: string[] = [];
  const seconds = terms.validitySeconds ?? terms.useSeconds;
  if (seconds !== null) parts.push(lengthText(seconds));
  parts.push(terms.dataBytes === null ? say("unlimited") : wholeSize(terms.dataBytes));
  if (terms.downKbps !== null) parts.push(speedText(terms.downKbps));
  if (terms.devices > 1) parts.push(say("devices", { count: terms.devices }));
  if (terms.codes != null) parts.push(say("codesEach", { count: terms.codes }));
  return parts.join(" · ");
}

/** What the plan does besides its limits, one sentence each: fair use, burst, special hours. */
export function specialWords({ fairUse, burst, hours }: Pick<Terms, "fairUse" | "burst" | "hours">): string[] {
  const words: string[] = [];
  if (fairUse != null) {
    const values = { amount: wholeSize(fairUse.quotaBytes), speed: speedText(fairUse.downKbps) };
    words.push(word("fairUseWords", fairUse.period, values));
  }
  if (burst !== null) words.push(say("burstWords", { speed: speedText(burst.downKbps) }));
  for (const window of hours?.windows ?? []) words.push(windowWords(window));
  return words;
}

function windowWords({ days, fromMinute, toMinute, isFree, downKbps, upKbps }: Window): string {
  const speed = downKbps ?? upKbps;
  const what = [...(isFree === true ? [say("freeData")] : []), ...(speed === undefined ? [] : [speedText(speed)])];
  return say("hoursWords", {
    days: daysText(days),
    from: clockText(fromMinute),
    to: clockText(toMinute),
    what: what.length === 0 ? say("usualSpeed") : what.join(", "),
  });
}

export function daysText(days: readonly number[]): string {
  const value = daysValue(days);
  if (value in daySets) return word("hoursDays", value);
  return days.map((day) => dayName(day)).join(", ");
}

/** 0 = Sunday; 2023-01-01 was one. */
export function dayName(day: number, length: "short" | "long" = "short"): string {
  const at = new Date(Date.UTC(2023, 0, 1 + day));
  return new Intl.DateTimeFormat(locale(), { weekday: length, timeZone: "UTC" }).format(at);
}

function wholeSize(bytes: number): string {
  return byteSize(bytes).replace(/\.0+ /, " ");
}

export function lengthText(seconds: number): string {
  if (seconds % 86_400 === 0) return say("days", { count: seconds / 86_400 });
  const hours = say("hours", { count: Math.floor(seconds / 3600) });
  if (seconds % 3600 === 0) return hours;
  // A quarter of an hour is no "0.3 h".
  if (seconds % 60 !== 0) return duration(seconds);
  const minutes = say("minuteCount", { count: Math.floor((seconds % 3600) / 60) });
  return seconds < 3600 ? minutes : `${hours} ${minutes}`;
}

export function speedText(kbps: number): string {
  return kbps >= 1000 ? `${kbps / 1000} Mbps` : `${kbps} kbps`;
}

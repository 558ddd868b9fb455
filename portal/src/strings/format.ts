/** Quantities as people read them. Numbers are formatted by hand: old captive browsers lack parts of `Intl`. */
import { type Money, money } from "@karibu/protocol/money-text";
import { offsetHere, zoneNote } from "@karibu/protocol/zone-text";
import type { Strings } from "./en-first.ts";

/** How a language writes a number with its unit. */
type Figures = Pick<Strings, "figure">;

/** A sum in its two parts, as `money` has them. @param cents minor units */
export function moneyIn({ figure }: Figures, cents: number, currency: string): Money {
  const { symbol, amount } = money(cents, currency);
  return { symbol, amount: figure(amount) };
}

/** `KSh 1,500`; in French `KSh 1 500`. @param cents minor units */
export function priceText(words: Figures, cents: number, currency: string): string {
  const { symbol, amount } = moneyIn(words, cents, currency);
  return `${symbol} ${amount}`;
}

/** Plans have round decimal or binary gigabytes. The remaining data is shown in the unit in which the plan is round. */
export function dataBase(totalBytes: number): 1000 | 1024 {
  return totalBytes % 1_000_000 === 0 ? 1000 : 1024;
}

export function dataText(bytes: number, { figure }: Figures, base: 1000 | 1024 = dataBase(bytes)): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= base && unit < units.length - 1) {
    value /= base;
    unit++;
  }
  // Rounded down: the page must not show more than there is.
  const digits = unit >= 3 ? (value < 10 ? 2 : 1) : 0;
  const scale = 10 ** digits;
  return figure(`${Math.floor(value * scale + 1e-9) / scale} ${units[unit]}`);
}

export function speedText(kbps: number, { figure }: Figures): string {
  return figure(kbps >= 1000 ? `${Math.round(kbps / 100) / 10} Mbps` : `${kbps} kbps`);
}

/** How long something is valid, in at most two units: `1 hour`, `30 days`, `1 hour 30 minutes`. */
export function durationText(seconds: number, strings: Strings): string {
  const minutes = Math.ceil(seconds / 60);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const rest = minutes % 60;
  const parts = [
    days > 0 ? strings.days(days) : "",
    hours > 0 ? strings.hours(hours) : "",
    rest > 0 && days === 0 ? strings.minutes(rest) : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? strings.minutes(0) : parts.join(" ");
}

/** A countdown: `23:59:09`, `4:05:09`, `12:09`. From two days on it is in words. */
export function countdownText(
  seconds: number,
  strings: Strings,
): { readonly main: string; readonly rest: string | null } {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3600);
  if (hours >= 48) {
    const rest = hours % 24;
    return { main: strings.days(Math.floor(hours / 24)), rest: rest === 0 ? null : strings.hours(rest) };
  }
  const minutes = Math.floor((whole % 3600) / 60);
  const clock = `${String(minutes).padStart(hours > 0 ? 2 : 1, "0")}:${String(whole % 60).padStart(2, "0")}`;
  return { main: hours > 0 ? `${hours}:${clock}` : clock, rest: null };
}

/** A time of the site's, with the day if it is not today, and the zone where the phone has another one. `siteMinutes` absent: the phone's own time. */
export function momentText(atMs: number, nowMs: number, strings: Strings, siteMinutes?: number): string {
  const here = offsetHere(atMs);
  const minutes = siteMinutes ?? here;
  const at = new Date(atMs + minutes * 60_000);
  const [day = "", clock = ""] = at.toISOString().split("T");
  const time = clock.slice(0, 5) + zoneNote(minutes, here);
  if (new Date(nowMs + minutes * 60_000).toISOString().startsWith(day)) return time;
  return `${at.toLocaleDateString(strings.locale, { timeZone: "UTC", day: "numeric", month: "short" })}, ${time}`;
}

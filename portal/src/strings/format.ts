/** Quantities as people read them. Numbers are formatted by hand: old captive browsers lack parts of `Intl`. */
import { type Money, money } from "@karibu/protocol/money-text";
import type { Strings } from "./en-first.ts";

/** How a language writes a number with its unit. */
export type Figures = Pick<Strings, "figure">;

/** A sum in its two parts, as `money` has them. @param cents minor units */
export function moneyIn({ figure }: Figures, cents: number, currency: string): Money {
  const { symbol, amount } = money(cents, currency);
  return { symbol, amount: figure(amount) };
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

/** Quantities as people read them. Times are the provider's, not those of a phone that travels. Pure. */
import { money } from "@karibu/protocol/money-text";
import { nameInWords } from "@karibu/protocol/plan-name";
import { zoneNote } from "@karibu/protocol/zone-text";
import type { Words } from "./en.ts";

export function moneyIn(words: Words, cents: number, currency: string): string {
  const { symbol, amount } = money(cents, currency);
  return amount.startsWith("-") ? `−${symbol} ${words.figure(amount.slice(1))}` : `${symbol} ${words.figure(amount)}`;
}

export const planName = (name: string, words: Words): string => nameInWords(name, words.planWords);

/** `21 Nov, 14:05`, with the year where it is another one, and the zone where this device has another one. */
export function momentText(
  atMs: number,
  {
    words,
    offsetMinutes,
    hereMinutes,
    nowMs,
  }: { words: Words; offsetMinutes: number; hereMinutes: number; nowMs: number },
): string {
  const at = new Date(atMs + offsetMinutes * 60_000);
  const isThisYear = at.getUTCFullYear() === new Date(nowMs + offsetMinutes * 60_000).getUTCFullYear();
  const day = at.toLocaleDateString(words.locale, {
    timeZone: "UTC",
    day: "numeric",
    month: "short",
    ...(isThisYear ? {} : { year: "numeric" }),
  });
  const two = (value: number) => String(value).padStart(2, "0");
  const zone = zoneNote(offsetMinutes, hereMinutes);
  return `${day}, ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}${zone}`;
}

/** `2026-11-21` as `21 Nov`. */
export const dayText = (day: string, words: Words): string =>
  new Date(`${day}T00:00:00Z`).toLocaleDateString(words.locale, { timeZone: "UTC", day: "numeric", month: "short" });

/** Decimal units, as plans are sold. */
export function bytesText(bytes: number, { figure }: Words): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return figure(`${unit === 0 || value >= 100 ? Math.round(value) : Math.round(value * 10) / 10} ${units[unit]}`);
}

/** `3:05` hours. */
export function hoursText(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")} h`;
}

/** A browser as it names itself, in two words; null: it says nothing that is known. What is shown is of this list alone. */
export function deviceText(userAgent: string): string | null {
  const find = (list: readonly (readonly [string, RegExp])[]) =>
    list.find(([, pattern]) => pattern.test(userAgent))?.[0];
  const browser = find([
    ["Edge", /Edg/],
    ["Opera", /OPR|Opera/],
    ["Samsung Internet", /SamsungBrowser/],
    ["Firefox", /Firefox|FxiOS/],
    ["Chrome", /Chrome|CriOS/],
    ["Safari", /Safari/],
  ]);
  const system = find([
    ["Android", /Android/],
    ["iPhone", /iPhone/],
    ["iPad", /iPad/],
    ["Windows", /Windows/],
    ["Mac", /Macintosh/],
    ["Linux", /Linux/],
  ]);
  const known = [browser, system].filter((one) => one !== undefined);
  return known.length === 0 ? null : known.join(", ");
}

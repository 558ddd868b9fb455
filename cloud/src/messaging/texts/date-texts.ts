/** Dates as customers read them, in plain letters: `30 Nov 2026`, `30 Nov 14:05`. */
import { type Locale, smsWords } from "./every-language.ts";

const local = (atMs: number, utcOffsetMinutes: number): Date => new Date(atMs + utcOffsetMinutes * 60_000);

/** The day on which something ends: midnight belongs to the day before it. */
export function dayText(endsAtMs: number, utcOffsetMinutes: number, locale: Locale): string {
  const date = local(endsAtMs - 1, utcOffsetMinutes);
  return `${date.getUTCDate()} ${smsWords(locale).months[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

export function momentText(atMs: number, utcOffsetMinutes: number, locale: Locale): string {
  const date = local(atMs, utcOffsetMinutes);
  return `${date.getUTCDate()} ${smsWords(locale).months[date.getUTCMonth()]} ${date.toISOString().slice(11, 16)}`;
}

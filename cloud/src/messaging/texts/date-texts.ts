/** Dates as customers read them, in plain letters: `30 Nov 2026`, `30 Nov 14:05`. */
import type { Locale } from "./template-list.ts";

const months: Readonly<Record<Locale, readonly string[]>> = {
  en: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
  sw: ["Jan", "Feb", "Mac", "Apr", "Mei", "Jun", "Jul", "Ago", "Sep", "Okt", "Nov", "Des"],
};

const local = (atMs: number, utcOffsetMinutes: number): Date => new Date(atMs + utcOffsetMinutes * 60_000);

/** The day on which something ends: midnight belongs to the day before it. */
export function dayText(endsAtMs: number, utcOffsetMinutes: number, locale: Locale): string {
  const date = local(endsAtMs - 1, utcOffsetMinutes);
  return `${date.getUTCDate()} ${months[locale][date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

export function momentText(atMs: number, utcOffsetMinutes: number, locale: Locale): string {
  const date = local(atMs, utcOffsetMinutes);
  return `${date.getUTCDate()} ${months[locale][date.getUTCMonth()]} ${date.toISOString().slice(11, 16)}`;
}

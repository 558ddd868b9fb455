/** Times of the day as choices, in half hours; and moments of a day in the provider's zone. */
import type { Zone } from "../../strings/format.ts";

const pad = (count: number): string => String(count).padStart(2, "0");

/** `08:30` */
export const clockText = (minute: number): string => `${pad(Math.floor(minute / 60))}:${pad(minute % 60)}`;

/** @param stored times that are none of them, and stay choices all the same */
export function clockOptions(fromMinute: number, untilMinute: number, ...stored: readonly (number | null)[]) {
  const minutes = new Set(stored.filter((minute) => minute !== null));
  for (let minute = fromMinute; minute <= untilMinute; minute += 30) minutes.add(minute);
  return [...minutes]
    .sort((one, other) => one - other)
    .map((minute) => ({ value: String(minute), label: clockText(minute) }));
}

/** 4 January 1970 was a Sunday. */
export const weekDayName = (day: number, locale: string): string =>
  new Intl.DateTimeFormat(locale, { weekday: "long", timeZone: "UTC" }).format(new Date((3 + day) * 86_400_000));

/** @param day `2026-11-22` */
export const momentOf = (day: string, minute: number, { utcOffsetMinutes }: Zone): number =>
  Date.parse(`${day}T00:00:00Z`) + (minute - utcOffsetMinutes) * 60_000;

/** The day and the minute of the day of a moment. */
export function dayAndMinute(atMs: number, { utcOffsetMinutes }: Zone): { day: string; minute: number } {
  const local = new Date(atMs + utcOffsetMinutes * 60_000).toISOString();
  return { day: local.slice(0, 10), minute: Number(local.slice(11, 13)) * 60 + Number(local.slice(14, 16)) };
}

/** How figures are written: money, bytes, times. Pure; the locale and the provider's zone are handed in. */
import { currencySign } from "@karibu/protocol/money-text";
import { dayAndMonth, writtenDay, writtenMonth, writtenTime } from "@karibu/protocol/written-day";
import type { Locale } from "./strings.ts";

export interface Zone {
  readonly locale: Locale;
  /** Minutes east of UTC, the provider's. */
  readonly utcOffsetMinutes: number;
}

export function money(amountCents: number, currency: string): string {
  const whole = amountCents % 100 === 0;
  const number = (whole ? wholeAmount : amountWithCents).format(Math.abs(amountCents) / 100);
  return `${amountCents < 0 ? "−" : ""}${currencyName(currency)} ${number}`;
}

const wholeAmount = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const amountWithCents = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** What people write before an amount, as customers read it too; also beside a field that takes one. */
export const currencyName = currencySign;

const byteUnits = ["B", "kB", "MB", "GB", "TB", "PB"];

export function byteSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < byteUnits.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${byteUnits[unit]}`;
}

/** `10 min`, `1 h 05 min`, `2 d 3 h`: two units at most, and only those of which there is something. */
export function duration(totalSeconds: number): string {
  const hours = Math.floor(totalSeconds / 3600);
  const minutes = Math.floor((totalSeconds % 3600) / 60);
  const seconds = Math.floor(totalSeconds % 60);
  if (hours >= 48) return inUnits([Math.floor(hours / 24), "d"], [hours % 24, "h"], 1);
  if (hours > 0) return inUnits([hours, "h"], [minutes, "min"]);
  if (minutes > 0) return inUnits([minutes, "min"], [seconds, "s"]);
  return `${seconds} s`;
}

const inUnits = (
  [whole, large]: readonly [number, string],
  [rest, small]: readonly [number, string],
  digits = 2,
): string => (rest === 0 ? `${whole} ${large}` : `${whole} ${large} ${String(rest).padStart(digits, "0")} ${small}`);

/** `20 Nov, 14:05`, in the provider's zone. */
export const dateTime = (atMs: number, zone: Zone): string => written(atMs, zone, { ...dayAndMonth, ...hourAndMinute });

/** `20 Nov, 14:05:09`, for lists with several lines a minute. */
export const dateTimeSeconds = (atMs: number, zone: Zone): string =>
  written(atMs, zone, { ...dayAndMonth, ...hourAndMinute, second: "2-digit" });

/** `14:05`, in the provider's zone. */
export const timeOfDay = (atMs: number, zone: Zone): string => written(atMs, zone, hourAndMinute);

/** `20 Nov`, the day of this moment in the provider's zone. */
export const shortDay = (atMs: number, zone: Zone): string => written(atMs, zone, dayAndMonth);

/** `20 Nov 2026` for `2026-11-20`, a day without a time. */
export const day = (isoDay: string, { locale }: Zone): string => writtenDay(isoDay, locale);

/** `Nov 2026` for `2026-11`. */
export const monthName = (isoMonth: string, { locale }: Zone): string => writtenMonth(isoMonth, locale);

/** `Saturday`, the day of the week in the provider's zone. */
export const weekday = (atMs: number, zone: Zone): string => written(atMs, zone, { weekday: "long" });

const hourAndMinute = { hour: "2-digit", minute: "2-digit" } as const;

const written = (atMs: number, { locale, utcOffsetMinutes }: Zone, parts: Intl.DateTimeFormatOptions): string =>
  writtenTime(atMs + utcOffsetMinutes * 60_000, locale, parts);

/** The current day in the provider's zone, `2026-11-20`, as a date field takes it. */
export function today(zone: Zone, nowMs = Date.now()): string {
  return new Date(nowMs + zone.utcOffsetMinutes * 60_000).toISOString().slice(0, 10);
}

/** The time of day: `18:30:05`. */
export const timeNow = (zone: Zone, nowMs = Date.now()): string =>
  new Date(nowMs + zone.utcOffsetMinutes * 60_000).toISOString().slice(11, 19);

/** An address as people write it: an IPv4 address that came over an IPv6 socket (`::ffff:192.0.2.7`, RFC 4291) is IPv4. */
export const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");

/** A phone number as an operator may see it in a list: the middle is hidden. */
export function maskedPhone(phone: string): string {
  return phone.length < 9 ? phone : `+${phone.slice(0, 6)}•••${phone.slice(-3)}`;
}

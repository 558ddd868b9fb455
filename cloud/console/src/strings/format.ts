/** How figures are written: money, bytes, times. Pure; the locale and the provider's zone are handed in. */
import type { Locale } from "./strings.ts";

export interface Zone {
  readonly locale: Locale;
  /** Minutes east of UTC, the provider's. */
  readonly utcOffsetMinutes: number;
}

export function money(amountCents: number, currency: string): string {
  const whole = amountCents % 100 === 0;
  const number = (Math.abs(amountCents) / 100).toLocaleString("en", {
    minimumFractionDigits: whole ? 0 : 2,
    maximumFractionDigits: 2,
  });
  return `${amountCents < 0 ? "−" : ""}${currency === "KES" ? "KSh" : currency} ${number}`;
}

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

export function duration(totalSeconds: number): string {
  const hours = Math.floor(totalSeconds / 3600);
  const minutes = Math.floor((totalSeconds % 3600) / 60);
  const seconds = Math.floor(totalSeconds % 60);
  if (hours >= 48) return `${Math.floor(hours / 24)} d ${hours % 24} h`;
  if (hours > 0) return `${hours} h ${String(minutes).padStart(2, "0")} min`;
  if (minutes > 0) return `${minutes} min ${String(seconds).padStart(2, "0")} s`;
  return `${seconds} s`;
}

/** `20 Nov, 14:05`, in the provider's zone. */
export function dateTime(atMs: number, zone: Zone): string {
  return new Intl.DateTimeFormat(zone.locale === "sw" ? "sw-KE" : "en-GB", {
    timeZone: "UTC",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
  }).format(atMs + zone.utcOffsetMinutes * 60_000);
}

/** `20 Nov, 14:05:09`, where the order of things within a minute matters. */
export function dateTimeSeconds(atMs: number, zone: Zone): string {
  return new Intl.DateTimeFormat(zone.locale === "sw" ? "sw-KE" : "en-GB", {
    timeZone: "UTC",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).format(atMs + zone.utcOffsetMinutes * 60_000);
}

/** `20 Nov`, the day of this moment in the provider's zone. */
export function shortDay(atMs: number, zone: Zone): string {
  return new Intl.DateTimeFormat(zone.locale === "sw" ? "sw-KE" : "en-GB", {
    timeZone: "UTC",
    day: "numeric",
    month: "short",
  }).format(atMs + zone.utcOffsetMinutes * 60_000);
}

/** `20 Nov 2026` for `2026-11-20`, a day without a time. */
export function day(isoDay: string, zone: Zone): string {
  return new Intl.DateTimeFormat(zone.locale === "sw" ? "sw-KE" : "en-GB", {
    timeZone: "UTC",
    day: "numeric",
    month: "short",
    year: "numeric",
  }).format(Date.parse(`${isoDay}T00:00:00Z`));
}

/** The day it is in the provider's zone, `2026-11-20`: what a date field takes. */
export function today(zone: Zone, nowMs = Date.now()): string {
  return new Date(nowMs + zone.utcOffsetMinutes * 60_000).toISOString().slice(0, 10);
}

/** A phone number as an operator may see it in a list: the middle is hidden. */
export function maskedPhone(phone: string): string {
  return phone.length < 9 ? phone : `+${phone.slice(0, 6)}•••${phone.slice(-3)}`;
}

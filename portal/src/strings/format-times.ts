/** Times as people read them. */
import { offsetHere, zoneNote } from "@karibu/protocol/zone-text";
import type { Strings } from "./en-first.ts";

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

/** When a site's back-up is due, what may go, what a file must be to be believed, and how a restore goes on. Pure. */
import { sha256Hex, sha512Hex } from "@karibu/protocol/hash";
import { backUpSum } from "@karibu/protocol/router/back-up-sum";
import { openForMs, type Window } from "../router-upgrades/upgrade-policy.ts";
import type { schedulePeriods } from "./back-up-states.ts";

export type Period = (typeof schedulePeriods)[number];
const dayMs = 86_400_000;
const hourMs = 3_600_000;
const periodMs: Readonly<Record<Exclude<Period, "off">, number>> = { day: dayMs, week: 7 * dayMs };

export interface Schedule {
  readonly every: Period;
  /** Null: at any time. */
  readonly window: Window | null;
  readonly utcOffsetMinutes: number;
}

/** What the schedule has done for a site so far. */
export interface ScheduledSoFar {
  /** When the last one was ordered by schedule, or since when it is so. */
  readonly lastAtMs: number;
  /** When the newest was kept, whoever ordered it, or since when one could have been. */
  readonly keptAtMs: number;
  /** By schedule, since that one. */
  readonly failures: number;
}

/** Each site has its own minute of the day or week, or of the hours that were chosen, so that a thousand do not come at once. */
function slotMsOf(every: Exclude<Period, "off">, { window, utcOffsetMinutes }: Schedule, siteId: string): number {
  const hash = Number.parseInt(sha256Hex(siteId).slice(0, 12), 16);
  if (window === null) return hash % periodMs[every];
  const { fromMinute, untilMinute } = window;
  const lengthMs = ((untilMinute - fromMinute + 1440) % 1440 || 1440) * 60_000;
  const day = every === "week" ? hash % 7 : 0;
  return day * dayMs + (fromMinute - utcOffsetMinutes) * 60_000 + (Math.floor(hash / 7) % lengthMs);
}

/** One that failed comes again: after an hour, two, four… at most a day later. A week without a back-up is no answer to one bad link. */
const retryAfterMs = (failures: number): number => Math.min(dayMs, hourMs * 2 ** (failures - 1));

/** When the next one is due; the chosen hours may put it off. Null: none is. */
export function nextDueMs(schedule: Schedule, siteId: string, soFar: ScheduledSoFar): number | null {
  if (schedule.every === "off") return null;
  if (soFar.failures > 0) return soFar.lastAtMs + retryAfterMs(soFar.failures);
  const period = periodMs[schedule.every];
  const slotMs = slotMsOf(schedule.every, schedule, siteId);
  return slotMs + (Math.floor((soFar.lastAtMs - slotMs) / period) + 1) * period;
}

/** Outside the chosen hours only where nothing was kept for two periods: a site that runs by day alone would never have one. */
export function isDue(schedule: Schedule, siteId: string, soFar: ScheduledSoFar, nowMs: number): boolean {
  const { every, window, utcOffsetMinutes } = schedule;
  const nextMs = nextDueMs(schedule, siteId, soFar);
  if (every === "off" || nextMs === null || nowMs < nextMs) return false;
  return openForMs(window, nowMs, utcOffsetMinutes) > 0 || nowMs - soFar.keptAtMs >= 2 * periodMs[every];
}

export interface ToldFile {
  readonly part: "binary" | "export";
  readonly bytes: number;
  readonly sha256: string;
  readonly sum: string;
  readonly mark?: string | undefined;
}

/** Why the bytes that came are not to be believed; null: they are. `password`: of the router's binary file. */
export function refusedFile(told: ToldFile, file: Uint8Array, password: string | null): string | null {
  if (file.length !== told.bytes || sha256Hex(file) !== told.sha256) return "Other bytes came than the site announced.";
  const sum = backUpSum(file);
  if (sum !== told.sum) return "The router's own digest is of other bytes.";
  if (told.part === "export") return null;
  if (password === null || told.mark !== sha512Hex(`${password}:${sum}`))
    return "The file does not carry this router's mark: it was changed on its way, or the router has another key for back-ups. Import repair.rsc.";
  return null;
}

/** `3w2d01:02:03`, `1h2m3s`; null: no such text. */
export function uptimeSeconds(text: string): number | null {
  const units: Readonly<Record<string, number>> = { w: 604_800, d: 86_400, h: 3600, m: 60, s: 1 };
  if (!/^(\d+[wdhms])+(\d+:\d+:\d+)?$|^\d+:\d+:\d+$/.test(text)) return null;
  const clock = /(\d+):(\d+):(\d+)$/.exec(text);
  const parts = [...text.replace(/\d+:\d+:\d+$/, "").matchAll(/(\d+)([wdhms])/g)];
  const ofClock = clock === null ? 0 : Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3]);
  return parts.reduce((sum, [, count, unit = "s"]) => sum + Number(count) * (units[unit] ?? 0), ofClock);
}

const silentAfterMs = 20 * 60_000;
const restartsWithinMs = 5 * 60_000;

/** What a router tells of itself after it was told to load a back-up. `uptime`: null where it does not answer. */
export function afterRestore(sinceMs: number, uptime: number | null): "back" | "wait" | "not-restarted" | "silent" {
  if (uptime === null) return sinceMs > silentAfterMs ? "silent" : "wait";
  if (uptime * 1000 < sinceMs + 5000 && sinceMs > 10_000) return "back";
  return sinceMs > restartsWithinMs ? "not-restarted" : "wait";
}

/** When a site's back-up is due, what may go, what a file must be to be believed, and how a restore goes on. Pure. */
import { sha256Hex, sha512Hex } from "@karibu/protocol/hash";
import { backUpSum } from "@karibu/protocol/router/back-up-sum";
import type { schedulePeriods } from "./tables.ts";

type Period = (typeof schedulePeriods)[number];
const periodMs: Readonly<Record<Exclude<Period, "off">, number>> = { day: 86_400_000, week: 7 * 86_400_000 };

/** Each site has its own minute of the day or week, so that a thousand do not come at once. `lastAtMs`: of the last one, or since when it is so. */
export function isDue(every: Period, siteId: string, lastAtMs: number, nowMs: number): boolean {
  if (every === "off") return false;
  const period = periodMs[every];
  const slotMs = Number.parseInt(sha256Hex(siteId).slice(0, 12), 16) % period;
  return Math.floor((nowMs - slotMs) / period) > Math.floor((lastAtMs - slotMs) / period);
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

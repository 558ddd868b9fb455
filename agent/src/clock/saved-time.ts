/** The time that the site knew last, in the data folder: a router without a battery clock starts from it. */
import type { Folder } from "../ground/files/folder.ts";
import { readTwin, writeTwin } from "../ground/files/json-file.ts";

export interface SavedTime {
  readonly atMs: number;
  /** The last correction that the journal knew of then. 0: none. Absent: an older agent has written this. */
  readonly correctedAtMs?: number;
  /** Somebody vouched for this time, or for one that was counted on from. */
  readonly proved: boolean;
  /** See `ClockView`. */
  readonly unprovedMs: number;
  /** The kernel's boot and its uptime at `atMs`: in the same boot the time is known for certain. Null: not known. */
  readonly kernel: { readonly bootId: string; readonly uptimeMs: number } | null;
  /** The system insists on another time: what it said, and for how long it has been running with it. Null: they agree. */
  readonly dispute: { readonly systemMs: number; readonly forMs: number } | null;
}

const fileName = "clock.json";
export const noSavedTime: SavedTime = { atMs: 0, proved: false, unprovedMs: 0, kernel: null, dispute: null };

/** Kept twice. Where both copies are damaged the journal's last stamp is all that is left, and nobody vouches for it. */
export async function readSavedTime(folder: Folder): Promise<SavedTime> {
  const file = await readTwin<SavedTime>(folder, fileName).catch(() => null);
  return isSavedTime(file) ? file : noSavedTime;
}

/** Rejects when the disk refuses. */
export async function saveTime(folder: Folder, time: SavedTime): Promise<void> {
  await writeTwin(folder, fileName, time);
}

const isTime = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;

function isSavedTime(value: unknown): value is SavedTime {
  const { atMs, proved, unprovedMs, kernel, dispute } = (value ?? {}) as Record<keyof SavedTime, unknown>;
  const isRest = typeof proved === "boolean" && typeof unprovedMs === "number";
  return isTime(atMs) && isRest && (kernel === null || isKernel(kernel)) && (dispute === null || isDispute(dispute));
}

function isKernel(value: unknown): boolean {
  const { bootId, uptimeMs } = (value ?? {}) as Record<string, unknown>;
  return typeof bootId === "string" && isTime(uptimeMs);
}

function isDispute(value: unknown): boolean {
  const { systemMs, forMs } = (value ?? {}) as Record<string, unknown>;
  return isTime(systemMs) && isTime(forMs);
}

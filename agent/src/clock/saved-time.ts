/** The time that the site knew last, in the data folder: a router without a battery clock starts from it. */
import { unixMs } from "@karibu/protocol/quantities";
import type { Folder } from "../ground/files/folder.ts";
import { readJsonFile } from "../ground/files/json-file.ts";

export interface SavedTime {
  readonly atMs: number;
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
const nothing: SavedTime = { atMs: 0, proved: false, unprovedMs: 0, kernel: null, dispute: null };

/** A damaged file counts as none: the journal's last stamp is nearly as good. */
export async function readSavedTime(folder: Folder): Promise<SavedTime> {
  const file = await readJsonFile<Record<keyof SavedTime, unknown>>(folder, fileName).catch(() => null);
  if (file === null || !isTime(file.atMs)) return nothing;
  const { atMs, proved, unprovedMs, kernel, dispute } = file;
  return {
    atMs: unixMs(atMs as number),
    // Earlier releases said nothing of proofs: what they knew is no worse than a date that nobody contradicts.
    proved: proved !== false,
    unprovedMs: typeof unprovedMs === "number" && Number.isFinite(unprovedMs) ? unprovedMs : 0,
    kernel: isKernel(kernel) ? kernel : null,
    dispute: isDispute(dispute) ? dispute : null,
  };
}

/** Rejects when the disk refuses. */
export async function saveTime(folder: Folder, time: SavedTime): Promise<void> {
  await folder.replace(fileName, new TextEncoder().encode(JSON.stringify(time)));
}

const isTime = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;

function isKernel(value: unknown): value is NonNullable<SavedTime["kernel"]> {
  const { bootId, uptimeMs } = (value ?? {}) as Record<string, unknown>;
  return typeof bootId === "string" && isTime(uptimeMs);
}

function isDispute(value: unknown): value is NonNullable<SavedTime["dispute"]> {
  const { systemMs, forMs } = (value ?? {}) as Record<string, unknown>;
  return isTime(systemMs) && isTime(forMs);
}

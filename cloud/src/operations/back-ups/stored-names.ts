/** What back-ups are called in the store: which hub, when, and nothing else. No provider's name, and no number of a person. */
import { sha256Hex } from "@karibu/protocol/hash";

/** Eight signs that tell this hub's files from others' in the same place. They outlive a restore and a new master key. */
export function hubTagOf(publicKey: string): string {
  return sha256Hex(publicKey).slice(0, 8);
}

export function prefixOf(hubTag: string): string {
  return `karibu-${hubTag}-`;
}

const named = /^karibu-([0-9a-f]{8})-(\d{4})(\d\d)(\d\d)t(\d\d)(\d\d)(\d\d)z-[0-9a-f]{8}\.sealed$/;

/** @param mark 4 random bytes: two back-ups of one second are two files */
export function backupName(hubTag: string, atMs: number, mark: Uint8Array): string {
  const stamp = new Date(atMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, "").toLowerCase();
  return `${prefixOf(hubTag)}${stamp}z-${Buffer.from(mark).toString("hex")}.sealed`;
}

/** Null: it is none of ours. */
export function readBackupName(name: string): { readonly hubTag: string; readonly atMs: number } | null {
  const found = named.exec(name);
  if (found === null) return null;
  const [, hubTag = "", ...time] = found;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = time.map(Number);
  return { hubTag, atMs: Date.UTC(year, month - 1, day, hour, minute, second) };
}

/** One-time codes: how long they hold, how often they are sent and tried. Pure. */
import { wasWithin } from "../../ground/db/hub-clock.ts";

export const codeLifeMs = 5 * 60_000;
/** Of one code from one network, so that a stranger's wrong ones leave its owner theirs. */
export const codeTriesOfPlace = 5;
/** Of one code from everywhere: with three codes an hour, 45 guesses in a million an hour for whoever has three networks or more. */
export const codeTriesMax = 15;
/** To one number. */
const codesAnHourMax = 3;
export const hourMs = 3_600_000;

export interface CodeFacts {
  readonly tries: number;
  readonly usedAtMs: number | null;
  readonly expiresAtMs: number;
}

/** May this code be tried at all? Used, replaced, too old and tried too often are one answer. */
export const mayBeTried = (code: CodeFacts, nowMs: number): boolean =>
  code.usedAtMs === null && nowMs < code.expiresAtMs && code.tries < codeTriesMax;

/**
 * How long until another code may be sent to a number; 0: at once. What was sent while the clock was ahead does not count: a number would else wait until
 * that time has come. @param sentAtMs of those of the last hour, in any order
 */
export function waitForCodeMs(sentAtMs: readonly number[], nowMs: number): number {
  const counted = sentAtMs.filter((atMs) => wasWithin(atMs, hourMs, nowMs)).sort((one, other) => one - other);
  if (counted.length < codesAnHourMax) return 0;
  return Math.max(1, (counted[counted.length - codesAnHourMax] as number) + hourMs - nowMs);
}

/** Six digits, each as likely. @param bytes 4 random ones; null: these would make some codes likelier, take others */
export function codeOf(bytes: Uint8Array): string | null {
  const value = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0);
  const fair = Math.floor(2 ** 32 / 1_000_000) * 1_000_000;
  return value < fair ? String(value % 1_000_000).padStart(6, "0") : null;
}

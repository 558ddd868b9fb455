/**
 * The usage of a session, from counters that a NAS reports as totals. Reports come late, twice and out of order. The NAS' counters may
 * restart at zero or (without gigawords) wrap at 2^32. The usage never decreases.
 * Pure.
 */
import { type Bytes, bytes, type Seconds, seconds } from "@karibu/protocol/quantities";

export interface Counters {
  readonly inputBytes: Bytes;
  readonly outputBytes: Bytes;
  readonly onlineSeconds: Seconds;
}

/** `base`: the usage before the NAS' counter restarted. Total = base + the NAS' counter. */
export interface CountersWithBase extends Counters {
  readonly baseInputBytes: Bytes;
  readonly baseOutputBytes: Bytes;
}

export const noCounters: CountersWithBase = {
  inputBytes: bytes(0),
  outputBytes: bytes(0),
  onlineSeconds: seconds(0),
  baseInputBytes: bytes(0),
  baseOutputBytes: bytes(0),
};

/** A raw report of a NAS. `sessionSeconds` shows which of two reports is later. */
export interface ReportedCounters {
  readonly inputBytes: number;
  readonly outputBytes: number;
  readonly sessionSeconds: number;
}

/** @param heardSeconds of the newest report, in the NAS' seconds: more than the time online that counts, where a session's time does not run */
export function mergeCounters(
  known: CountersWithBase,
  report: ReportedCounters,
  heardSeconds: number,
): CountersWithBase {
  const isLater = report.sessionSeconds > heardSeconds;
  const input = mergeOne(known.inputBytes, known.baseInputBytes, report.inputBytes, isLater);
  const output = mergeOne(known.outputBytes, known.baseOutputBytes, report.outputBytes, isLater);
  return {
    inputBytes: input.total,
    outputBytes: output.total,
    onlineSeconds: seconds(Math.max(known.onlineSeconds, report.sessionSeconds)),
    baseInputBytes: input.base,
    baseOutputBytes: output.base,
  };
}

const wrap = 2 ** 32;

/** A lower figure in an earlier report is a late packet. In a later report, the NAS' counter wrapped or restarted. */
function mergeOne(total: number, base: number, reported: number, isLater: boolean): { total: Bytes; base: Bytes } {
  const last = total - base;
  if (reported >= last) return { total: bytes(base + reported), base: bytes(base) };
  if (!isLater) return { total: bytes(total), base: bytes(base) };
  // A wrap and a restart look alike. A restart just below 2^32 is unlikely.
  const wrapped = last < wrap && last > wrap * 0.9 && reported < wrap / 2;
  const newBase = wrapped ? base + wrap : total;
  return { total: bytes(newBase + reported), base: bytes(newBase) };
}

export function sameCounters(left: Counters, right: Counters): boolean {
  return (
    left.inputBytes === right.inputBytes &&
    left.outputBytes === right.outputBytes &&
    left.onlineSeconds === right.onlineSeconds
  );
}

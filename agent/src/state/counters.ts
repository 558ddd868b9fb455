/**
 * What a session has used, from counters that a NAS reports as totals. Reports come late, twice and out of order; the
 * NAS' own counters may start again at zero or (without gigawords) wrap at 2^32. None of that ever lowers what counts.
 * Pure.
 */
import { type Bytes, bytes, type Seconds, seconds } from "@karibu/protocol/quantities";

export interface Counters {
  readonly inputBytes: Bytes;
  readonly outputBytes: Bytes;
  readonly onlineSeconds: Seconds;
}

/** `base` is what was counted before the NAS' counter started again: total = base + what the NAS says now. */
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

/** What a NAS reported, raw; `sessionSeconds` tells which of two reports is the later one. */
export interface ReportedCounters {
  readonly inputBytes: number;
  readonly outputBytes: number;
  readonly sessionSeconds: number;
}

export function mergeCounters(known: CountersWithBase, report: ReportedCounters): CountersWithBase {
  const isLater = report.sessionSeconds > known.onlineSeconds;
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

/** A lower figure in an earlier report is a late packet; in a later one, the NAS' counter wrapped or started again. */
function mergeOne(total: number, base: number, reported: number, isLater: boolean): { total: Bytes; base: Bytes } {
  const last = total - base;
  if (reported >= last) return { total: bytes(base + reported), base: bytes(base) };
  if (!isLater) return { total: bytes(total), base: bytes(base) };
  // Nobody can tell a wrap from a restart for certain; a restart just below 2^32 is the unlikely one.
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

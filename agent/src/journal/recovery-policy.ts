/**
 * Judges the state of a segment. Pure. After a clean stop a log is whole, and anything else is damage. After a crash
 * the last batch may be torn: it may or may not have been acknowledged, so what is readable is kept and the rest is
 * reported.
 */
import type { SeqRange } from "./framing.ts";
import type { Scan } from "./segment-scan.ts";

/** What is known about a segment's end. */
export type KnownEnd =
  /** It was written through to `lastSeq`: another segment follows, or no more is known. */
  | { readonly kind: "written"; readonly lastSeq: number }
  /** A clean stop ended it there. */
  | { readonly kind: "stopped"; readonly lastSeq: number }
  /** The power or the process failed. The log is known to have reached `atLeastSeq`. */
  | { readonly kind: "cut-off"; readonly atLeastSeq: number };

export interface Torn {
  /** Records that are missing or can't be read. Placeholders have their sequences. */
  readonly records: number;
  /** Bytes dropped at the end of the log. */
  readonly droppedBytes: number;
}

export interface Judgement {
  /** Promised and lost. */
  readonly lost: readonly SeqRange[];
  /** Lost, and perhaps promised: of the last batch before a crash. */
  readonly tornOut: readonly SeqRange[];
  readonly torn: Torn | null;
  /** A promised record, or something that a clean stop wrote, is not as it was written. */
  readonly isDamaged: boolean;
}

/** `notedSeq`: where a clean stop ended the log, by the note beside it; null: there is no note. */
export function endOf(
  { lines, tail }: Pick<Scan, "lines" | "tail">,
  firstSeq: number,
  notedSeq: number | null,
  atLeastSeq: number,
): KnownEnd {
  const lastSeq = lines.at(-1)?.seq ?? firstSeq - 1;
  const markedSeq = tail.kind === "end-mark" ? tail.lastSeq : tail.kind === "broken" ? tail.markedSeq : null;
  if (notedSeq === null && markedSeq === null) return { kind: "cut-off", atLeastSeq };
  const stoppedSeq = Math.max(notedSeq ?? 0, markedSeq ?? 0);
  // A release that knows no end marks has written more.
  if (lastSeq > stoppedSeq) return { kind: "cut-off", atLeastSeq: Math.max(atLeastSeq, stoppedSeq) };
  return { kind: "stopped", lastSeq: Math.max(stoppedSeq, atLeastSeq) };
}

export function judge(scan: Scan, firstSeq: number, fileBytes: number, end: KnownEnd): Judgement {
  const { tail } = scan;
  const lastSeq = scan.lines.at(-1)?.seq ?? firstSeq - 1;
  const promisedSeq = end.kind === "cut-off" ? end.atLeastSeq : end.lastSeq;
  const mayBeTorn = end.kind === "cut-off";
  const lost: SeqRange[] = [];
  const tornOut: SeqRange[] = [];
  for (const { firstSeq, lastSeq, isInLastBatch } of scan.gaps) {
    (mayBeTorn && isInLastBatch && firstSeq > promisedSeq ? tornOut : lost).push({ firstSeq, lastSeq });
  }
  if (lastSeq < promisedSeq) lost.push({ firstSeq: lastSeq + 1, lastSeq: promisedSeq });
  if (!mayBeTorn) {
    const isEnd = end.kind === "written" ? tail.kind !== "broken" : tail.kind === "end-mark";
    const isDamaged = lost.length > 0 || scan.isBrokenEarlier || scan.isBrokenInLastBatch || !isEnd;
    return { lost, tornOut, torn: null, isDamaged };
  }
  const keptSeq = Math.max(lastSeq, promisedSeq);
  const tornSeq = tail.kind === "broken" ? lastSeq + tail.records : lastSeq;
  if (tornSeq > keptSeq) tornOut.push({ firstSeq: keptSeq + 1, lastSeq: tornSeq });
  const droppedBytes = tail.kind === "broken" ? fileBytes - scan.goodBytes : 0;
  const isTorn = tornOut.length > 0 || scan.isBrokenInLastBatch || droppedBytes > 0;
  const torn = isTorn ? { records: countOf(tornOut), droppedBytes } : null;
  return { lost, tornOut, torn, isDamaged: lost.length > 0 || scan.isBrokenEarlier };
}

export function countOf(ranges: readonly SeqRange[]): number {
  return ranges.reduce((sum, { firstSeq, lastSeq }) => sum + lastSeq - firstSeq + 1, 0);
}

/**
 * Scans a segment file: its records, and everything that has changed since it was written. `recovery-policy.ts` decides about it. A record with one changed
 * byte is read as it was written (`mend-line.ts`): nothing is lost then, and the file still counts as broken.
 */
import { asciiText, decodeLine, type Line } from "../ground/files/checked-line.ts";
import { mendLine } from "../ground/files/mend-line.ts";
import { decodeEndMark, encodeEndMark, type SeqRange } from "./framing.ts";
import { salvage } from "./salvage.ts";

export interface Scan {
  /** In order. Each sequence at most once, none before the segment's first. */
  readonly lines: readonly Line[];
  readonly gaps: readonly Gap[];
  /** Numbers of whole records that another record has already: two writers gave them. The first one counts. */
  readonly givenTwice: readonly number[];
  /** Unreadable bytes, or a repeated record, before the last batch: they had been synced. */
  readonly isBrokenEarlier: boolean;
  /** The same within the last batch, before its last record. */
  readonly isBrokenInLastBatch: boolean;
  /** Offset of the last batch. */
  readonly lastBatchAt: number;
  /** The records end here. */
  readonly goodBytes: number;
  readonly tail: Tail;
}

/** Missing records before another one. */
export interface Gap extends SeqRange {
  /** They were part of the last batch. */
  readonly isInLastBatch: boolean;
}

/** What follows the last record. */
export type Tail =
  | { readonly kind: "nothing" }
  | { readonly kind: "end-mark"; readonly lastSeq: number }
  /** The power or the process failed while the mark was written. */
  | { readonly kind: "torn-mark" }
  /** `records`: lines that are whole except for their checksum. `markedSeq`: an end mark follows them. */
  | { readonly kind: "broken"; readonly records: number; readonly markedSeq: number | null };

/** `lastSeqMax`: later records belong to the next segment. */
export function scanSegment(content: Uint8Array, firstSeq: number, lastSeqMax = Number.MAX_SAFE_INTEGER): Scan {
  const found = findLines(content, lastSeqMax);
  const lines: Line[] = [];
  const gaps: Gap[] = [];
  const givenTwice: number[] = [];
  let isBrokenEarlier = found.tail.isBrokenEarlier;
  let isBrokenInLastBatch = false;
  let expectedSeq = firstSeq;
  let goodBytes = 0;
  for (const line of found.lines) {
    const isOfLastBatch = line.batch === found.lastBatch;
    if (line.brokenEarlier || (line.brokenInBatch && !isOfLastBatch)) isBrokenEarlier = true;
    if (line.brokenInBatch && isOfLastBatch) isBrokenInLastBatch = true;
    if (line.seq < expectedSeq) {
      isBrokenEarlier = true;
      if (jsonOf(lines, line.seq) !== line.json) givenTwice.push(line.seq);
      continue;
    }
    if (line.seq > expectedSeq) {
      const isInLastBatch = isOfLastBatch && line.brokenInBatch && !line.brokenEarlier;
      gaps.push({ firstSeq: expectedSeq, lastSeq: line.seq - 1, isInLastBatch });
    }
    lines.push({ seq: line.seq, json: line.json });
    expectedSeq = line.seq + 1;
    goodBytes = line.endOffset;
  }
  // Nothing can be appended to a record without its newline.
  if (goodBytes > 0 && content[goodBytes - 1] !== newline) isBrokenInLastBatch = true;
  const tail = tailOf(content, goodBytes, expectedSeq - 1, found.tail);
  return {
    lines,
    gaps,
    givenTwice,
    isBrokenEarlier,
    isBrokenInLastBatch,
    lastBatchAt: found.lastBatchAt,
    goodBytes,
    tail,
  };
}

/** Of these lines, in order; undefined: it is in an earlier file, or lost. */
function jsonOf(lines: readonly Line[], seq: number): string | undefined {
  const guess = lines[seq - (lines[0]?.seq ?? 0)];
  return guess?.seq === seq ? guess.json : lines.find((line) => line.seq === seq)?.json;
}

interface FoundLine extends Line {
  /** Number of its batch in this file, counted by empty lines. */
  readonly batch: number;
  /** Unreadable bytes come between the line before and this one: in this batch, or in an earlier one. */
  readonly brokenInBatch: boolean;
  readonly brokenEarlier: boolean;
  readonly endOffset: number;
}

interface Found {
  readonly lines: readonly FoundLine[];
  readonly lastBatch: number;
  readonly lastBatchAt: number;
  readonly tail: {
    /** Unreadable bytes outside the last batch. */
    readonly isBrokenEarlier: boolean;
    readonly isBroken: boolean;
    readonly records: number;
    /** The end mark's sequence, when the mark is the last line. */
    readonly markedSeq: number | null;
  };
}

function findLines(content: Uint8Array, seqMax: number): Found {
  const buffer = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const lines: FoundLine[] = [];
  let batch = 0;
  let batchAt = 0;
  let brokenInBatch = false;
  let brokenEarlier = false;
  let broken: Uint8Array[] = [];
  let markedSeq: number | null = null;

  function push(line: Line, endOffset: number): void {
    lines.push({ ...line, batch, brokenInBatch, brokenEarlier, endOffset });
    brokenInBatch = false;
    brokenEarlier = false;
    broken = [];
  }

  function readStretch(stretch: Uint8Array, start: number, isEnded: boolean): void {
    const salvaged = salvage(stretch).filter(({ line }) => line.seq <= seqMax);
    for (const { line, end, isAfterBroken } of salvaged) {
      brokenInBatch ||= isAfterBroken;
      push(line, start + end);
    }
    const rest = stretch.subarray(salvaged.at(-1)?.end ?? 0);
    if (rest.length === 0) return;
    brokenInBatch = true;
    if (isEnded) broken.push(rest);
  }

  /** Of a line from here: the byte that changed may have become a newline. -1: none of it is a record. */
  function mendFrom(start: number, end: number): number {
    const next = buffer.indexOf(newline, end + 1);
    for (const until of next > end + 1 ? [end, next] : [end]) {
      const line = mendLine(buffer.subarray(start, until));
      if (line === null || line.seq > seqMax) continue;
      brokenInBatch = true;
      push(line, until + 1);
      return until;
    }
    return -1;
  }

  for (let start = 0; start < buffer.length; ) {
    const found = buffer.indexOf(newline, start);
    const isEnded = found !== -1;
    let end = isEnded ? found : buffer.length;
    if (end === start) {
      batch++;
      batchAt = start;
      brokenEarlier ||= brokenInBatch;
      brokenInBatch = false;
    } else {
      const stretch = buffer.subarray(start, end);
      const line = decodeLine(stretch);
      const mark = line === null && isEnded ? decodeEndMark(stretch) : null;
      if (line !== null && line.seq <= seqMax) push(line, isEnded ? end + 1 : end);
      else if (mark === null) {
        const mendedTo = isEnded && salvage(stretch).length === 0 ? mendFrom(start, end) : -1;
        if (mendedTo === -1) readStretch(stretch, start, isEnded);
        else end = mendedTo;
      }
      markedSeq = end + 1 === buffer.length ? mark : null;
    }
    start = end + 1;
  }
  const isBroken = brokenInBatch || brokenEarlier;
  const tail = { isBrokenEarlier: brokenEarlier, isBroken, records: countRecords(broken), markedSeq };
  return { lines, lastBatch: batch, lastBatchAt: batchAt, tail };
}

/**
 * The number of records in these bytes. Bytes that were never written are no record: their write was cut off. (A single
 * zero may be a space with a flipped bit.)
 */
function countRecords(stretches: readonly Uint8Array[]): number {
  const whole = stretches.filter(
    (stretch) => stretch.length > 1 && !asciiText(stretch, 0, stretch.length).includes("\0\0"),
  );
  const heads = whole.filter((stretch) =>
    /^[1-9][0-9]{0,15} [0-9a-f]{8} /.test(asciiText(stretch, 0, Math.min(stretch.length, 26))),
  );
  return whole.length === 0 ? 0 : Math.max(1, heads.length);
}

function tailOf(content: Uint8Array, goodBytes: number, lastSeq: number, found: Found["tail"]): Tail {
  const behind = content.subarray(goodBytes);
  if (behind.length === 0) return { kind: "nothing" };
  const { isBroken, markedSeq, records } = found;
  const isMark = !isBroken && markedSeq !== null && behind.length === encodeEndMark(markedSeq).length;
  if (isMark) return { kind: "end-mark", lastSeq: markedSeq };
  return isTornMark(behind, goodBytes, lastSeq) ? { kind: "torn-mark" } : { kind: "broken", records, markedSeq };
}

const newline = 0x0a;
const sectorBytes = 512;

/** A torn write leaves of each sector all, its beginning, or nothing. */
function isTornMark(behind: Uint8Array, offset: number, lastSeq: number): boolean {
  const mark = encodeEndMark(lastSeq);
  if (behind.length > mark.length) return false;
  for (let start = 0; start < behind.length; ) {
    const end = Math.min(behind.length, start + sectorBytes - ((offset + start) % sectorBytes));
    const part = Buffer.from(behind.subarray(start, end));
    if (!part.equals(mark.subarray(start, end)) && part.some((byte) => byte !== 0)) return false;
    start = end;
  }
  return true;
}

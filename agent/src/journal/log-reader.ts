/**
 * Reads a folder of segments and repairs nothing, so that others may read while an agent writes. The result names what
 * can't be read. `placeholder` makes a record for each lost one, so that sequences never have gaps.
 */

import { isBadMedium } from "../ground/files/bad-medium.ts";
import type { Line } from "../ground/files/checked-line.ts";
import type { Folder } from "../ground/files/folder.ts";
import type { SeqRange } from "./framing.ts";
import { type MakePlaceholder, withPlaceholders } from "./placeholder.ts";
import { endOf, judge, type KnownEnd, type Torn } from "./recovery-policy.ts";
import { type Scan, scanSegment } from "./segment-scan.ts";
import { segmentFirstSeq, segmentName } from "./segments.ts";
import type { StoppedAt } from "./stop-note.ts";

export interface SegmentRead {
  readonly name: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** In order, without gaps: placeholders stand for lost records. */
  readonly lines: readonly Line[];
  readonly lost: readonly SeqRange[];
  /** See `Scan.givenTwice`. */
  readonly givenTwice: readonly number[];
  readonly isDamaged: boolean;
  /** The first number whose record is lost, promised or not; null: none. */
  readonly lacksFromSeq: number | null;
  /** The last segment after a crash; null: it is whole. */
  readonly torn: Torn | null;
  /** The torn batch's bytes; null: there is none. */
  readonly tornBytes: Uint8Array | null;
  /** The lines hold placeholders, or nothing can be appended to the file: it must be rewritten. */
  readonly needsRewrite: boolean;
  /** A clean stop ended the log here. */
  readonly isStopped: boolean;
  /** Zero: there is no such file, or it is unreadable. */
  readonly fileBytes: number;
  readonly goodBytes: number;
}

/** A gap of this many sequences is not believed: the segment's name must be wrong. */
const lostMax = 100_000;

async function listSegments(folder: Folder, path: string): Promise<{ name: string; firstSeq: number }[]> {
  const segments: { name: string; firstSeq: number }[] = [];
  for (const name of await folder.list(`${path}/`)) {
    const firstSeq = segmentFirstSeq(path, name);
    if (firstSeq !== null) segments.push({ name, firstSeq });
  }
  return segments.sort((a, b) => a.firstSeq - b.firstSeq);
}

/**
 * Reads every segment in order. `atLeastSeq`: the log is known to have reached this sequence (the hub has it, or a
 * snapshot covers it), so a last segment that ends before is damaged. `implausible` files can't come from this log:
 * they are not read.
 */
export async function* readSegments(
  folder: Folder,
  path: string,
  options: {
    readonly placeholder: MakePlaceholder;
    readonly atLeastSeq?: number;
    /** The note of a clean stop; null or absent: none. */
    readonly stoppedAt?: StoppedAt | null;
    /** Segments that end at this sequence or before are listed and not read: so a start with a snapshot is quick. */
    readonly skipThroughSeq?: number;
    readonly onImplausible?: (name: string) => void;
  },
): AsyncGenerator<SegmentRead> {
  const listed = await listSegments(folder, path);
  const stoppedAt = options.stoppedAt ?? null;
  const atLeastSeq = options.atLeastSeq ?? 0;
  // The clean stop had a segment that is missing now.
  if (stoppedAt !== null && (listed.at(-1)?.firstSeq ?? 0) < stoppedAt.segment)
    listed.push({ name: segmentName(path, stoppedAt.segment), firstSeq: stoppedAt.segment });
  /** The end of the last segment, from its content and from other sources. */
  const ownEnd = (scan: Scan, firstSeq: number): KnownEnd => {
    // A note about an earlier segment is old: a release that knows no notes has written since.
    const isOfThis = stoppedAt !== null && stoppedAt.segment >= firstSeq;
    return endOf(scan, firstSeq, isOfThis ? stoppedAt.lastSeq : null, atLeastSeq);
  };
  const unreadableEnd = (firstSeq: number): KnownEnd => {
    const lastSeq = Math.max(firstSeq - 1, atLeastSeq, stoppedAt?.lastSeq ?? 0);
    return { kind: stoppedAt === null ? "written" : "stopped", lastSeq };
  };
  let before: Line | null = null;
  for (let index = 0; index < listed.length; index++) {
    const { name, firstSeq } = listed[index] as { name: string; firstSeq: number };
    const following = listed[index + 1]?.firstSeq;
    if (following !== undefined && following > firstSeq && following - 1 <= (options.skipThroughSeq ?? 0)) {
      yield { ...nothingRead, name, firstSeq, lastSeq: following - 1 };
      continue;
    }
    const { content, isWhole } = await readWhatCanBe(folder, name);
    if (content === null && isWhole && name !== stoppedName(path, stoppedAt)) continue; // retention removed it meanwhile
    const bytes = content ?? new Uint8Array();
    const isUnreadable = content === null;
    let scan = scanSegment(bytes, firstSeq, following === undefined ? undefined : following - 1);
    let end: KnownEnd = { kind: "written", lastSeq: (following ?? 0) - 1 };
    if (following === undefined) end = isUnreadable ? unreadableEnd(firstSeq) : ownEnd(scan, firstSeq);
    let judged = judge(scan, firstSeq, bytes.length, end);
    if (judged.lost.some(isImplausible) && following !== undefined) {
      // The next segment's name is nonsense: read this segment as the last.
      for (const later of listed.slice(index + 1)) options.onImplausible?.(later.name);
      listed.length = index + 1;
      scan = scanSegment(bytes, firstSeq);
      end = ownEnd(scan, firstSeq);
      judged = judge(scan, firstSeq, bytes.length, end);
    }
    if (judged.lost.some(isImplausible)) {
      end = { kind: "cut-off", atLeastSeq: 0 };
      judged = judge(scan, firstSeq, bytes.length, end);
    }
    const gone = [...judged.lost, ...judged.tornOut];
    const lines = withPlaceholders(scan.lines, gone, options.placeholder, before);
    before = lines.at(-1) ?? before;
    yield {
      name,
      firstSeq,
      lastSeq: lines.at(-1)?.seq ?? firstSeq - 1,
      lines,
      lost: judged.lost,
      givenTwice: scan.givenTwice,
      isDamaged: judged.isDamaged || isUnreadable || !isWhole,
      lacksFromSeq: leastOf([...gone.map((range) => range.firstSeq), ...scan.givenTwice]),
      torn: judged.torn,
      tornBytes: judged.torn === null ? null : bytes.subarray(scan.lastBatchAt),
      needsRewrite: gone.length > 0 || scan.isBrokenInLastBatch,
      isStopped: end.kind === "stopped",
      fileBytes: bytes.length,
      goodBytes: scan.goodBytes,
    };
  }
}

/** The lines of a segment that was written through to `lastSeq`. */
export function linesThrough(
  scan: Scan,
  firstSeq: number,
  lastSeq: number,
  placeholder: MakePlaceholder,
): readonly Line[] {
  const { lost } = judge(scan, firstSeq, 0, { kind: "written", lastSeq });
  return withPlaceholders(scan.lines, lost, placeholder, null);
}

const stoppedName = (path: string, stoppedAt: StoppedAt | null): string | null =>
  stoppedAt === null ? null : segmentName(path, stoppedAt.segment);

const nothingRead = {
  lines: [],
  lost: [],
  givenTwice: [],
  isDamaged: false,
  lacksFromSeq: null,
  torn: null,
  tornBytes: null,
  needsRewrite: false,
  isStopped: false,
  fileBytes: 0,
  goodBytes: 0,
} as const;

const leastOf = (seqs: readonly number[]): number | null => (seqs.length === 0 ? null : Math.min(...seqs));

const isImplausible = (range: SeqRange): boolean => range.lastSeq - range.firstSeq >= lostMax;

/** The whole file, or what a bad medium gives of it. `content` null: there is no such file, or (not whole) the medium gives nothing of it. */
export async function readWhatCanBe(
  folder: Folder,
  name: string,
): Promise<{ readonly content: Uint8Array | null; readonly isWhole: boolean }> {
  try {
    return { content: await folder.read(name), isWhole: true };
  } catch (error) {
    if (!isBadMedium(error)) throw error;
  }
  try {
    return { content: await folder.readAround(name), isWhole: false };
  } catch (error) {
    if (!isBadMedium(error)) throw error;
    return { content: null, isWhole: false };
  }
}

/**
 * Reads a folder of segments, repairs nothing: also used by whoever looks on while an agent writes. What can't be read is
 * named in the result and given a stand-in by `standIn`, so that sequences have no gaps whatever happened to the flash.
 */
import type { Folder } from "../ground/folder.ts";
import type { Line, SeqRange } from "./framing.ts";
import { type StandIn, withStandIns } from "./placeholder.ts";
import { endOf, judge, type KnownEnd, type Torn } from "./recovery-policy.ts";
import { type Scan, scanSegment } from "./segment-scan.ts";
import { segmentFirstSeq, segmentName } from "./segments.ts";
import type { StoppedAt } from "./stop-note.ts";

export interface SegmentRead {
  readonly name: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** With stand-ins for what is gone, in order, without gaps. */
  readonly lines: readonly Line[];
  readonly lost: readonly SeqRange[];
  readonly isDamaged: boolean;
  /** Of the last segment after a crash. */
  readonly torn: Torn | null;
  /** The torn batch as it stands there; null: there is none. */
  readonly tornBytes: Uint8Array | null;
  /** There are stand-ins among the lines, or what is on disk can't be appended to: the file must be written anew. */
  readonly needsRewrite: boolean;
  /** A clean stop left the log here. */
  readonly isStopped: boolean;
  /** Zero: there is no such file, or nothing of it can be read. */
  readonly fileBytes: number;
  readonly goodBytes: number;
}

/** More lost sequences than this at once are not believed: the segment's name must be wrong. */
const lostMax = 100_000;

export async function listSegments(folder: Folder, path: string): Promise<{ name: string; firstSeq: number }[]> {
  const segments: { name: string; firstSeq: number }[] = [];
  for (const name of await folder.list(`${path}/`)) {
    const firstSeq = segmentFirstSeq(path, name);
    if (firstSeq !== null) segments.push({ name, firstSeq });
  }
  return segments.sort((a, b) => a.firstSeq - b.firstSeq);
}

/**
 * Every segment in order. `atLeastSeq`: the log is known to have reached this sequence (the hub has it, or a snapshot
 * covers it), so the last segment is read as damaged when it ends before. `implausible` are files that no log of ours
 * can have left behind: they are not read.
 */
export async function* readSegments(
  folder: Folder,
  path: string,
  options: {
    readonly standIn: StandIn;
    readonly atLeastSeq?: number;
    /** What a clean stop noted; null or absent: nothing. */
    readonly stoppedAt?: StoppedAt | null;
    /** Segments that hold nothing after this sequence are named, not read: a start with a snapshot is quick. */
    readonly skipThroughSeq?: number;
    readonly onImplausible?: (name: string) => void;
  },
): AsyncGenerator<SegmentRead> {
  const listed = await listSegments(folder, path);
  const stoppedAt = options.stoppedAt ?? null;
  const atLeastSeq = options.atLeastSeq ?? 0;
  // The stop left a segment that is gone.
  if (stoppedAt !== null && (listed.at(-1)?.firstSeq ?? 0) < stoppedAt.segment)
    listed.push({ name: segmentName(path, stoppedAt.segment), firstSeq: stoppedAt.segment });
  /** As the last segment shows it, and what is known from elsewhere. */
  const ownEnd = (scan: Scan, firstSeq: number): KnownEnd => {
    // A note of an earlier segment has been left behind: a release that knows no notes has gone on.
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
    const content = await readOrNull(folder, name);
    if (content === "gone" && name !== stoppedName(path, stoppedAt)) continue; // retention was faster than we
    const bytes = content === "gone" || content === null ? new Uint8Array() : content;
    const isUnreadable = content === "gone" || content === null;
    let scan = scanSegment(bytes, firstSeq, following === undefined ? undefined : following - 1);
    let end: KnownEnd = { kind: "written", lastSeq: (following ?? 0) - 1 };
    if (following === undefined) end = isUnreadable ? unreadableEnd(firstSeq) : ownEnd(scan, firstSeq);
    let judged = judge(scan, firstSeq, bytes.length, end);
    if (judged.lost.some(isImplausible) && following !== undefined) {
      // The name of the next segment is nonsense: read this one as the last.
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
    const lines = withStandIns(scan.lines, gone, options.standIn, before);
    before = lines.at(-1) ?? before;
    yield {
      name,
      firstSeq,
      lastSeq: lines.at(-1)?.seq ?? firstSeq - 1,
      lines,
      lost: judged.lost,
      isDamaged: judged.isDamaged || isUnreadable,
      torn: judged.torn,
      tornBytes: judged.torn === null ? null : bytes.subarray(scan.lastBatchAt),
      needsRewrite: gone.length > 0 || scan.isBrokenInLastBatch,
      isStopped: end.kind === "stopped",
      fileBytes: bytes.length,
      goodBytes: scan.goodBytes,
    };
  }
}

/** Lines of a segment of which it is known that it was written through to `lastSeq`. */
export function linesThrough(scan: Scan, firstSeq: number, lastSeq: number, standIn: StandIn): readonly Line[] {
  const { lost } = judge(scan, firstSeq, 0, { kind: "written", lastSeq });
  return withStandIns(scan.lines, lost, standIn, null);
}

const stoppedName = (path: string, stoppedAt: StoppedAt | null): string | null =>
  stoppedAt === null ? null : segmentName(path, stoppedAt.segment);

const nothingRead = {
  lines: [],
  lost: [],
  isDamaged: false,
  torn: null,
  tornBytes: null,
  needsRewrite: false,
  isStopped: false,
  fileBytes: 0,
  goodBytes: 0,
} as const;

const isImplausible = (range: SeqRange): boolean => range.lastSeq - range.firstSeq >= lostMax;

const badMediumCodes: ReadonlySet<unknown> = new Set(["EIO", "EUCLEAN", "EBADMSG"]);

/** Null: it is there and can't be read. */
async function readOrNull(folder: Folder, name: string): Promise<Uint8Array | null | "gone"> {
  try {
    return (await folder.read(name)) ?? "gone";
  } catch (error) {
    if (badMediumCodes.has((error as { code?: unknown }).code)) return null;
    throw error;
  }
}

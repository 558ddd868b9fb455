/**
 * Reads a folder of segments, repairs nothing: also used by whoever looks on while an agent writes. What can't be read is
 * named in the result and given a stand-in by `standIn`, so that sequences have no gaps whatever happened to the flash.
 */
import type { Folder } from "../folder.ts";
import { type Line, type LostRange, type Scan, scanSegment } from "./framing.ts";
import { segmentFirstSeq } from "./segments.ts";

export interface SegmentRead {
  readonly name: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** With stand-ins for what was lost, in order, without gaps. */
  readonly lines: readonly Line[];
  readonly lost: readonly LostRange[];
  readonly damaged: boolean;
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
    readonly standIn: () => string;
    readonly atLeastSeq?: number;
    /** Segments that hold nothing after this sequence are named, not read: a start with a snapshot is quick. */
    readonly skipThroughSeq?: number;
    readonly onImplausible?: (name: string) => void;
  },
): AsyncGenerator<SegmentRead> {
  const listed = await listSegments(folder, path);
  const atLeastSeq = options.atLeastSeq ?? 0;
  for (let index = 0; index < listed.length; index++) {
    const { name, firstSeq } = listed[index] as { name: string; firstSeq: number };
    const following = listed[index + 1]?.firstSeq;
    if (following !== undefined && following > firstSeq && following - 1 <= (options.skipThroughSeq ?? 0)) {
      yield { ...nothingRead, name, firstSeq, lastSeq: following - 1 };
      continue;
    }
    const content = await readOrNull(folder, name);
    if (content === "gone") continue; // retention was faster than we
    const bytes = content ?? new Uint8Array();
    const isLast = index === listed.length - 1;
    let nextFirstSeq = listed[index + 1]?.firstSeq ?? null;
    // Unreadable: all that is known of what it held is that the log reached `atLeastSeq`.
    if (isLast && content === null) nextFirstSeq = Math.max(firstSeq, atLeastSeq + 1);
    let scan = scanSegment(bytes, firstSeq, nextFirstSeq);
    if (scan.lost.some(isImplausible)) {
      // The name of the next segment is nonsense: read this one as the last.
      for (const later of listed.slice(index + 1)) options.onImplausible?.(later.name);
      listed.length = index + 1;
      nextFirstSeq = null;
      scan = scanSegment(bytes, firstSeq, null);
    }
    if (nextFirstSeq === null && (scan.lines.at(-1)?.seq ?? firstSeq - 1) < atLeastSeq) {
      const reached = scanSegment(bytes, firstSeq, atLeastSeq + 1);
      if (!reached.lost.some(isImplausible)) scan = reached;
    }
    const lines = withStandIns(scan, options.standIn);
    yield {
      name,
      firstSeq,
      lastSeq: lines.at(-1)?.seq ?? firstSeq - 1,
      lines,
      lost: scan.lost,
      damaged: scan.damaged || content === null,
      fileBytes: bytes.length,
      goodBytes: scan.goodBytes,
    };
  }
}

const nothingRead = { lines: [], lost: [], damaged: false, fileBytes: 0, goodBytes: 0 } as const;

const isImplausible = (range: LostRange): boolean => range.lastSeq - range.firstSeq >= lostMax;

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

/** Puts a stand-in in the place of each lost line. */
export function withStandIns(scan: Pick<Scan, "lines" | "lost">, standIn: () => string): readonly Line[] {
  if (scan.lost.length === 0) return scan.lines;
  const all = [...scan.lines];
  for (const { firstSeq, lastSeq } of scan.lost) {
    for (let seq = firstSeq; seq <= lastSeq; seq++) all.push({ seq, json: standIn() });
  }
  return all.sort((a, b) => a.seq - b.seq);
}

/** An append-only log of JSON records in a folder of segments: opens what is there, repairs it, reads and appends. */
import type { World } from "@karibu/protocol/world";
import type { Folder } from "../folder.ts";
import { encodeBatch, type Line, type LostRange, scanSegment } from "./framing.ts";
import { readSegments, type SegmentRead, withStandIns } from "./log-reader.ts";
import { createLogWriter, type LogWriter } from "./log-writer.ts";
import { spelledOutBytes } from "./record-line.ts";
import type { Segment } from "./segments.ts";

export interface RecordLog extends LogWriter {
  /** Durable records after `seq`, oldest first; at least one if there is one, then as many as the limits allow. */
  readAfter(seq: number, limit: { readonly records: number; readonly bytes: number }): Promise<Line[]>;
}

/** What recovery found wrong. All empty after an orderly stop. */
export interface LogDamage {
  /** Bytes of a torn tail that were dropped: a power cut, nothing that was promised. */
  readonly tornBytes: number;
  /** Promised records that are gone; stand-ins have their sequences. */
  readonly lost: readonly LostRange[];
  /** Copies of damaged files, kept for whoever wants to look. */
  readonly setAside: readonly string[];
}

export interface LogOptions {
  readonly path: string;
  readonly owner: "journal" | "feed";
  readonly segmentBytesMax: number;
  readonly queueBytesMax: number;
  /** Takes the place of a lost record. */
  readonly standIn: () => string;
  /** The log is known to have reached this sequence. */
  readonly atLeastSeq: number;
  /** Segments that end here or before are not read at the start. */
  readonly skipThroughSeq: number;
  readonly makeRoom?: () => Promise<void>;
  /** Every record that is there, in order. */
  readonly onLine: (line: Line) => void;
}

export async function openLog(
  world: World,
  folder: Folder,
  options: LogOptions,
): Promise<{ log: RecordLog; damage: LogDamage }> {
  const segments: Segment[] = [];
  const lost: LostRange[] = [];
  const setAside: string[] = [];
  const implausible: string[] = [];
  let tornBytes = 0;
  const { standIn, atLeastSeq, skipThroughSeq } = options;
  const onImplausible = (name: string) => void implausible.push(name);
  for await (const read of readSegments(folder, options.path, {
    standIn,
    atLeastSeq,
    skipThroughSeq,
    onImplausible,
  })) {
    for (const line of read.lines) options.onLine(line);
    lost.push(...read.lost);
    segments.push(read.damaged ? await repair(world, folder, options.owner, read, setAside) : asSegment(read));
    tornBytes = read.damaged ? 0 : read.fileBytes - read.goodBytes;
  }
  for (const name of implausible) {
    await folder.rename(name, `${name}.damaged`);
    setAside.push(`${name}.damaged`);
  }
  const lastSeq = segments.at(-1)?.lastSeq ?? atLeastSeq;
  const writer = createLogWriter(world, folder, {
    ...options,
    segments,
    lastSeq,
    tornTail: tornBytes > 0,
    held: false,
  });
  return { log: asRecordLog(folder, writer, standIn), damage: { tornBytes, lost, setAside } };
}

const asSegment = (read: SegmentRead): Segment => ({
  name: read.name,
  firstSeq: read.firstSeq,
  lastSeq: read.lastSeq,
  sizeBytes: read.goodBytes,
});

/**
 * Keeps a copy of the damaged file and puts what could be saved in its place. Twice the same after a power cut in the
 * middle. When the disk refuses, the file stays as it is: it is read the same way next time, and closed to appending.
 */
async function repair(
  world: World,
  folder: Folder,
  owner: string,
  read: SegmentRead,
  setAside: string[],
): Promise<Segment> {
  const aside = `${read.name}.damaged`;
  const saved =
    read.lines.length === 0
      ? new Uint8Array()
      : encodeBatch(
          read.firstSeq,
          read.lines.map((line) => line.json),
        );
  try {
    if (read.fileBytes === 0) {
      await folder.rename(read.name, aside);
    } else {
      await folder.replace(aside, (await folder.read(read.name)) ?? new Uint8Array());
    }
    await folder.replace(read.name, saved);
    setAside.push(aside);
    return { ...asSegment(read), sizeBytes: saved.length };
  } catch (error) {
    if ((error as { code?: unknown }).code === undefined) throw error;
    world.log.error(`${owner}-not-repaired`, { file: read.name, message: String(error) });
    return { ...asSegment(read), sizeBytes: Number.MAX_SAFE_INTEGER };
  }
}

/** Adds reading to a writer. One segment that was read back stays in memory while a slow reader works through it. */
export function asRecordLog(folder: Folder, writer: LogWriter, standIn: () => string): RecordLog {
  let cached: { readonly name: string; readonly lines: readonly Line[] } | null = null;

  async function linesOf(segment: Segment, isLast: boolean): Promise<readonly Line[]> {
    if (cached?.name === segment.name && (cached.lines.at(-1)?.seq ?? 0) >= segment.lastSeq) return cached.lines;
    const content = (await folder.read(segment.name)) ?? new Uint8Array();
    const lines = withStandIns(scanSegment(content, segment.firstSeq, isLast ? null : segment.lastSeq + 1), standIn);
    cached = { name: segment.name, lines };
    return lines;
  }

  async function readAfter(seq: number, limit: { readonly records: number; readonly bytes: number }): Promise<Line[]> {
    const taken: Line[] = [];
    const untilSeq = writer.durableSeq;
    let leftBytes = limit.bytes;
    let afterSeq = seq;
    const take = (lines: readonly Line[]): boolean => {
      for (let index = firstAfter(lines, afterSeq); index < lines.length; index++) {
        const line = lines[index] as Line;
        if (line.seq > untilSeq) return false;
        leftBytes -= spelledOutBytes(line.json);
        if (taken.length >= limit.records || (leftBytes < 0 && taken.length > 0)) return false;
        taken.push(line);
        afterSeq = line.seq;
      }
      return true;
    };
    const isRecent = (): boolean => {
      const first = writer.recent[0];
      return first !== undefined && first.seq <= afterSeq + 1;
    };
    while (afterSeq < untilSeq && !isRecent()) {
      const index = writer.segments.findIndex((segment) => segment.lastSeq > afterSeq);
      const segment = writer.segments[index];
      if (segment === undefined) return taken;
      const before = afterSeq;
      if (!take(await linesOf(segment, index === writer.segments.length - 1))) return taken;
      // A segment that can't be read back any more must not hold up the rest for ever.
      if (afterSeq === before) afterSeq = segment.lastSeq;
    }
    cached = null;
    take(writer.recent);
    return taken;
  }

  // The writer's getters must stay live: a copy by spreading would freeze them.
  return Object.assign(Object.create(writer) as LogWriter, { readAfter });
}

/** Index of the first line after `seq`, by halving. */
function firstAfter(lines: readonly Line[], seq: number): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((lines[middle] as Line).seq <= seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

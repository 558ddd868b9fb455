/** An append-only log of JSON records in a folder of segments: opens and repairs what is there, reads, and appends. */

import type { Clock, World } from "@karibu/protocol/world";
import { isBadMedium } from "../ground/files/bad-medium.ts";
import type { Line } from "../ground/files/checked-line.ts";
import type { Folder } from "../ground/files/folder.ts";
import { encodeBatch, encodeEndMark, type SeqRange } from "./framing.ts";
import type { LogHolder } from "./known-end.ts";
import { linesThrough, readSegments, readWhatCanBe, type SegmentRead } from "./log-reader.ts";
import { createLogWriter, type LogWriter } from "./log-writer.ts";
import type { MakePlaceholder } from "./placeholder.ts";
import { spelledOutBytes } from "./record-line.ts";
import type { Torn } from "./recovery-policy.ts";
import { scanSegment } from "./segment-scan.ts";
import type { Segment } from "./segments.ts";
import { readStopNote, setStopNoteAside } from "./stop-note.ts";

export interface RecordLog extends LogWriter {
  /** Durable records after `seq`, oldest first: at least one where there is one, then as many as the limits allow. */
  readAfter(seq: number, limit: { readonly records: number; readonly bytes: number }): Promise<Line[]>;
}

/** What the recovery found wrong. Nothing is wrong after a clean stop. */
export interface LogDamage {
  /** A promised record, or something that a clean stop wrote, is not as it was written. */
  readonly isDamaged: boolean;
  /** Lost promised records. Placeholders have their sequences. */
  readonly lost: readonly SeqRange[];
  /** Numbers that another writer gave once more: those records are lost too, and the first ones have the numbers. */
  readonly givenTwice: readonly number[];
  /** The first number whose record is lost, promised or not; null: none. */
  readonly lacksFromSeq: number | null;
  /**
   * The last batch before a crash is not whole: mostly the work of a power cut, and nothing in it was promised. Null:
   * it is whole.
   */
  readonly torn: Torn | null;
  /** Copies of damaged files, for support. */
  readonly setAside: readonly string[];
}

export interface LogOptions {
  readonly path: string;
  readonly owner: "journal" | "feed";
  readonly segmentBytesMax: number;
  readonly queueBytesMax: number;
  /** Makes a record in the place of a lost one. */
  readonly placeholder: MakePlaceholder;
  /** The log is known to have reached this sequence. */
  readonly atLeastSeq: number;
  /** Segments that end here or before are not read at the start. */
  readonly skipThroughSeq: number;
  readonly makeRoom?: () => Promise<void>;
  /** See `LogWriterOptions`. */
  readonly holder?: LogHolder | undefined;
  /** Gets every existing record, in order. */
  readonly onLine: (line: Line) => void;
}

export async function openLog(
  world: World,
  folder: Folder,
  options: LogOptions,
): Promise<{ log: RecordLog; damage: LogDamage }> {
  const { path, owner, placeholder, atLeastSeq, skipThroughSeq } = options;
  const segments: Segment[] = [];
  const lost: SeqRange[] = [];
  const givenTwice: number[] = [];
  const setAside: string[] = [];
  const implausible: string[] = [];
  const note = await readStopNote(folder, path);
  const stoppedAt = note.kind === "found" ? note.at : null;
  let isDamaged = note.kind === "damaged";
  let torn: Torn | null = null;
  let lacksFromSeq: number | null = null;
  let isStopped = false;
  let tailBytes = 0;
  const onImplausible = (name: string) => void implausible.push(name);
  const reading = { placeholder, atLeastSeq, stoppedAt, skipThroughSeq, onImplausible };
  for await (const read of readSegments(folder, path, reading)) {
    for (const line of read.lines) options.onLine(line);
    lost.push(...read.lost);
    givenTwice.push(...read.givenTwice);
    lacksFromSeq ??= read.lacksFromSeq;
    isDamaged ||= read.isDamaged;
    ({ torn, isStopped } = read);
    const repaired = read.isDamaged || read.needsRewrite ? await repair(world, folder, owner, read) : asIs(read);
    segments.push(repaired.segment);
    setAside.push(...repaired.setAside);
    tailBytes = repaired.tailBytes;
  }
  for (const name of implausible) {
    await folder.rename(name, `${name}.damaged`);
    setAside.push(`${name}.damaged`);
  }
  const noteAside = note.kind === "damaged" ? await setStopNoteAside(folder, path) : null;
  if (noteAside !== null) setAside.push(noteAside);
  const firstSeq = segments[0]?.firstSeq ?? 0;
  // A file at the beginning is gone: what is read does not join what the snapshot covers.
  if (firstSeq > skipThroughSeq + 1) {
    lost.unshift({ firstSeq: skipThroughSeq + 1, lastSeq: firstSeq - 1 });
    lacksFromSeq = skipThroughSeq + 1;
  }
  isDamaged ||= firstSeq > skipThroughSeq + 1;
  const lastSeq = segments.at(-1)?.lastSeq ?? atLeastSeq;
  const writer = createLogWriter(world, folder, {
    ...options,
    segments,
    lastSeq,
    tailBytes,
    stop: {
      isMarked: isStopped && stoppedAt?.lastSeq === lastSeq,
      hasNote: note.kind !== "none" && noteAside === null,
    },
    unsynced: isStopped ? null : (segments.at(-1)?.name ?? null),
    held: false,
  });
  await writer.flush().catch((error: unknown) => {
    if ((error as { code?: unknown }).code === undefined) throw error;
    world.log.error(`${owner}-not-synced`, { file: segments.at(-1)?.name, message: String(error) });
  });
  isDamaged ||= implausible.length > 0;
  return {
    log: asRecordLog(world.clock, folder, writer, placeholder),
    damage: { isDamaged, lost, givenTwice, lacksFromSeq, torn, setAside },
  };
}

interface Repaired {
  readonly segment: Segment;
  /** Behind the good ones. */
  readonly tailBytes: number;
  readonly setAside: readonly string[];
}

function asIs({ name, firstSeq, lastSeq, goodBytes, fileBytes }: SegmentRead): Repaired {
  return { segment: { name, firstSeq, lastSeq, sizeBytes: goodBytes }, tailBytes: fileBytes - goodBytes, setAside: [] };
}

/**
 * Keeps a copy of the damaged file and writes what could be saved in its place. A power cut in the middle changes
 * nothing: the next start repeats it. When the disk refuses, the file stays: the next start reads it in the same way,
 * and nothing is appended to it.
 */
async function repair(world: World, folder: Folder, owner: string, read: SegmentRead): Promise<Repaired> {
  const { name, firstSeq, lastSeq, lines } = read;
  const jsons = lines.map((line) => line.json);
  const saved = jsons.length === 0 ? new Uint8Array() : encodeBatch(firstSeq, jsons);
  // Otherwise the next start would miss the mark that the stop left.
  const mark = read.isStopped ? encodeEndMark(lastSeq) : new Uint8Array();
  try {
    const setAside = await keepCopy(folder, owner, read);
    await folder.replace(name, Buffer.concat([saved, mark]));
    const segment = { name, firstSeq, lastSeq, sizeBytes: saved.length };
    return { segment, tailBytes: mark.length, setAside };
  } catch (error) {
    if ((error as { code?: unknown }).code === undefined) throw error;
    world.log.error(`${owner}-not-repaired`, { file: name, message: String(error) });
    const segment = { name, firstSeq, lastSeq, sizeBytes: Number.MAX_SAFE_INTEGER };
    return { segment, tailBytes: 0, setAside: [] };
  }
}

/** Copies the whole of a damaged file. Of a torn batch it copies the batch: somebody may still read a record in it. */
async function keepCopy(folder: Folder, owner: string, read: SegmentRead): Promise<readonly string[]> {
  const aside = `${read.name}.${read.isDamaged ? "damaged" : "torn"}`;
  if (!read.isDamaged) {
    if (owner === "journal") await folder.replace(aside, read.tornBytes ?? new Uint8Array());
    return [];
  }
  if (read.fileBytes > 0)
    await folder.replace(aside, (await readWhatCanBe(folder, read.name)).content ?? new Uint8Array());
  else if ((await folder.list(read.name)).includes(read.name)) await folder.rename(read.name, aside);
  else return [];
  return [aside];
}

/** So long must a disk refuse a part of a file before the records there count as lost. */
const refusedForMs = 60_000;

/** Adds reading to a writer. One segment that was read stays in memory while a slow reader works through it. */
export function asRecordLog(clock: Clock, folder: Folder, writer: LogWriter, placeholder: MakePlaceholder): RecordLog {
  let cached: { readonly name: string; readonly lines: readonly Line[] } | null = null;
  let refused: { readonly name: string; readonly sinceMs: number } | null = null;

  async function linesOf(segment: Segment): Promise<readonly Line[]> {
    if (cached?.name === segment.name && (cached.lines.at(-1)?.seq ?? 0) >= segment.lastSeq) return cached.lines;
    const { name, firstSeq, lastSeq } = segment; // as of now: the read content may lack later records
    const content = await contentOf(name);
    const lines = linesThrough(scanSegment(content, firstSeq, lastSeq), firstSeq, lastSeq, placeholder);
    cached = { name, lines };
    return lines;
  }

  /**
   * A bad sector keeps the records of its page, for ever, and they must not hold back all others. A disk that is away or has too little
   * power refuses alike and loses nothing. So a refusal must last, and the disk must take a write and still refuse.
   */
  async function contentOf(name: string): Promise<Uint8Array> {
    try {
      const content = (await folder.read(name)) ?? new Uint8Array();
      refused = null;
      return content;
    } catch (error) {
      if (!isBadMedium(error)) throw error;
      const nowMs = clock.monotonicMs();
      if (refused?.name !== name) refused = { name, sinceMs: nowMs };
      if (nowMs - refused.sinceMs < refusedForMs) throw error;
    }
    const trial = `${name}.trial`;
    await folder.replace(trial, Buffer.from("karibu\n"));
    await folder.remove(trial);
    return (await readWhatCanBe(folder, name)).content ?? new Uint8Array();
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
      const segment = writer.segments.find(({ lastSeq }) => lastSeq > afterSeq);
      if (segment === undefined) return taken;
      const before = afterSeq;
      if (!take(await linesOf(segment))) return taken;
      // A segment that can't be read must not block the later ones.
      if (afterSeq === before) afterSeq = segment.lastSeq;
    }
    cached = null;
    take(writer.recent);
    return taken;
  }

  return {
    get lastSeq() {
      return writer.lastSeq;
    },
    get durableSeq() {
      return writer.durableSeq;
    },
    get segments() {
      return writer.segments;
    },
    get recent() {
      return writer.recent;
    },
    get writtenBytes() {
      return writer.writtenBytes;
    },
    get writable() {
      return writer.writable;
    },
    get isReadSynced() {
      return writer.isReadSynced;
    },
    get shared() {
      return writer.shared;
    },
    append: writer.append,
    flush: writer.flush,
    drop: writer.drop,
    onDurable: writer.onDurable,
    release: writer.release,
    close: writer.close,
    readAfter,
  };
}

/** Index of the first line after `seq`, by binary search. */
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

/**
 * Appends records to segment files with group commit: one write and one fdatasync take all waiting records, which share
 * one promise. When the disk refuses (full, read-only, broken), the waiting promises reject, so that no reply depends on
 * records that are not on flash. The records stay queued in order and are written when the disk takes them again. So
 * sequences have no gaps, and everything that the agent decided in memory still reaches its journal. When somebody else
 * writes into the files, it stops for good (`known-end.ts`).
 */
import { Fault } from "@karibu/protocol/fault";
import type { Timer, World } from "@karibu/protocol/world";
import { isBadMedium } from "../ground/files/bad-medium.ts";
import type { Line } from "../ground/files/checked-line.ts";
import type { AppendFile, Folder } from "../ground/files/folder.ts";
import { diskFault } from "./disk-fault.ts";
import { encodeBatch, encodeEndMark } from "./framing.ts";
import { dropLate, type ExpectedTail, expectEnd, expectTail, type LogHolder, whyShared } from "./known-end.ts";
import { createRecentLines } from "./recent-lines.ts";
import { type Segment, segmentName } from "./segments.ts";
import { removeStopNote, writeStopNote } from "./stop-note.ts";

export interface LogWriter {
  /** The last sequence given to a record, and the last one on disk. */
  readonly lastSeq: number;
  readonly durableSeq: number;
  /** Oldest first. The last one may grow. */
  readonly segments: readonly Segment[];
  /** The newest durable records that fit in memory, oldest first. */
  readonly recent: readonly Line[];
  /** Bytes of records that this writer has synced. */
  readonly writtenBytes: number;
  /** False while the disk refuses, and from when somebody else wrote into the files. */
  readonly writable: boolean;
  /** False: what the start read may be in the kernel alone, because the disk refused to sync it. `flush` asks again. */
  readonly isReadSynced: boolean;
  /** Why the files are not this writer's alone; null: they are. */
  readonly shared: string | null;
  /** Queues one record as `lastSeq + 1`. Throws Fault "<owner>/full" when the queue is full, but for the rest of a list: then nothing happened. */
  append(json: string, isRest?: boolean): Promise<void>;
  /** Resolves when all records are durable, read ones too; rejects when the disk refuses now. */
  flush(): Promise<void>;
  /** Removes a segment that is not the newest. */
  drop(segment: Segment): Promise<void>;
  onDurable(listener: () => void): () => void;
  /** Starts to write, for a log that was created with `held`. These segments come first. */
  release(segments: readonly Segment[]): void;
  /** Writes the queue, and the end mark when the whole log is on disk. */
  close(): Promise<void>;
}

export interface LogWriterOptions {
  /** The segments' folder, without a final slash. */
  readonly path: string;
  /** Prefix of error codes and log events. */
  readonly owner: "journal" | "feed";
  readonly segmentBytesMax: number;
  readonly queueBytesMax: number;
  /** The next record gets the sequence after this one. */
  readonly lastSeq: number;
  readonly segments: readonly Segment[];
  /** Of an end mark or a torn tail behind the last segment's good bytes. It is cut off before the first write. */
  readonly tailBytes: number;
  /** What the last stop left: `isMarked`, its mark and its note are right; `hasNote`, there is a note, right or not. */
  readonly stop: { readonly isMarked: boolean; readonly hasNote: boolean };
  /** This file was read after a crash, and its end may be in the kernel alone. Null: none was. */
  readonly unsynced: string | null;
  /** Records get numbers and are queued; nothing is written before `release`. */
  readonly held: boolean;
  /** Makes room if it can. Called when the disk is full, before the next try. */
  readonly makeRoom?: () => Promise<void>;
  /** Something else writes to the files: what was found. Nothing more is written then. */
  readonly holder?: LogHolder | undefined;
}

const retryDelayMs = 1000;
/** So often the medium may refuse at one end of one file; then another file takes what comes, for that end may refuse for ever. */
const triesAtOneEnd = 3;

interface Batch {
  readonly firstSeq: number;
  readonly jsons: string[];
  characters: number;
  /** The promise was rejected. */
  refused: boolean;
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Fault) => void;
}

export function createLogWriter(world: World, folder: Folder, options: LogWriterOptions): LogWriter {
  const segments: Segment[] = [...options.segments];
  const queue: Batch[] = [];
  const listeners = new Set<() => void>();
  const recent = createRecentLines();
  let lastSeq = options.lastSeq;
  let durableSeq = options.lastSeq;
  let queuedCharacters = 0;
  let writtenBytes = 0;
  let file: { readonly open: AppendFile; readonly segment: Segment } | null = null;
  let uncertain: { readonly segment: Segment; readonly tail: ExpectedTail } | null = null;
  let { isMarked, hasNote } = options.stop;
  const last = segments.at(-1);
  if (last !== undefined && options.tailBytes > 0) uncertain = { segment: last, tail: options.tailBytes };
  /** The file that was opened last, to know it again. */
  let opened: { readonly name: string; readonly file: string } | null = null;
  /** Where the medium refused last, and how often in a row. */
  let refused: { readonly name: string; readonly sizeBytes: number; readonly times: number } | null = null;
  let begun = false;
  let { unsynced } = options;
  let held = options.held;
  let closed = false;
  let fault: Fault | null = null;
  let retry: Timer | null = null;
  let pumping: Promise<void> | null = null;

  function append(json: string, isRest = false): Promise<void> {
    if (closed) throw new Fault(`${options.owner}/closed`, "appended after close", { retry: "never" });
    if (!isRest && queuedCharacters + json.length > options.queueBytesMax) {
      throw fault ?? new Fault(`${options.owner}/full`, "the disk is too slow: too much waits", { retry: "later" });
    }
    lastSeq++;
    queuedCharacters += json.length;
    let batch = queue.at(-1);
    if (batch === undefined || batch.refused || writing.includes(batch) || batch.characters > options.segmentBytesMax) {
      batch = newBatch(lastSeq);
      queue.push(batch);
    }
    batch.jsons.push(json);
    batch.characters += json.length;
    if (fault?.advice.retry === "never") refuseBatch(batch, fault);
    startPump();
    return batch.promise;
  }

  let writing: readonly Batch[] = [];

  function startPump(): void {
    if (pumping !== null || held || retry !== null || fault?.advice.retry === "never") return;
    // One microtask later, so that all appends of this event loop iteration share the first batch.
    pumping = Promise.resolve()
      .then(pump)
      .finally(() => {
        pumping = null;
        if (queue.length > 0 && !(closed && fault !== null)) startPump();
      });
  }

  async function pump(): Promise<void> {
    for (let batch = queue[0]; batch !== undefined; batch = queue[0]) {
      writing = batch.refused ? refusedTogether() : [batch];
      try {
        await writeTogether(batch, writing);
      } catch (error) {
        await closeFile();
        writing = [];
        noteRefused(error);
        refuse(error);
        return;
      }
      refused = null;
      const written = writing;
      writing = [];
      queue.splice(0, written.length);
      for (const each of written) settle(each);
    }
  }

  /**
   * What waited while the disk refused is written at once: what was refused, and what says that it was. A crash between the two would leave a first
   * use that nobody got.
   */
  function refusedTogether(): readonly Batch[] {
    let characters = 0;
    const many = queue.findIndex((batch) => {
      characters += batch.characters;
      return characters > options.segmentBytesMax;
    });
    return queue.slice(0, many < 0 ? queue.length : Math.max(1, many));
  }

  async function writeTogether(batch: Batch, together: readonly Batch[]): Promise<void> {
    // The log's end moves away from where the last stop left it: the note goes before the mark does.
    isMarked = false;
    if (hasNote) await removeStopNote(folder, options.path);
    hasNote = false;
    if (!begun) await dropLate(folder, { ...options, segment: segments.at(-1) ?? null, world });
    begun = true;
    await syncRead();
    const target = await openTarget(batch);
    await expectEnd(folder, options.owner, knownEnd(target.segment));
    const jsons = together.flatMap((each) => each.jsons);
    const chunk = encodeBatch(batch.firstSeq, jsons);
    uncertain = { segment: target.segment, tail: chunk };
    await target.open.write(chunk);
    await target.open.sync();
    await expectEnd(folder, options.owner, knownEnd(target.segment, chunk.length));
    uncertain = null;
    target.segment.sizeBytes += chunk.length;
    writtenBytes += chunk.length;
    target.segment.lastSeq = batch.firstSeq + jsons.length - 1;
  }

  /**
   * An agent that died between write and sync left a batch that only the kernel has. What was read there is told to people, and to the hub: it must
   * outlive the power, too, as what was told before did.
   */
  async function syncRead(): Promise<void> {
    if (unsynced === null) return;
    const read = await folder.append(unsynced);
    await read.sync().finally(() => read.close());
    unsynced = null;
  }

  async function openTarget(batch: Batch): Promise<{ readonly open: AppendFile; readonly segment: Segment }> {
    await cutTail();
    let segment = segments.at(-1);
    const isBad = segment !== undefined && isGivenUp(segment);
    if (segment !== undefined && isBad && segment.sizeBytes === 0) await setEmptyAside(segment);
    if (segment === undefined || isBad || segment.sizeBytes >= options.segmentBytesMax) {
      await file?.open.close().catch(() => {}); // it is synced
      file = null;
      const next = {
        name: segmentName(options.path, batch.firstSeq),
        firstSeq: batch.firstSeq,
        lastSeq: batch.firstSeq - 1,
        sizeBytes: 0,
      };
      await openFile(next);
      segments.push(next);
      segment = next;
    }
    return file ?? (await openFile(segment));
  }

  function noteRefused(error: unknown): void {
    const segment = segments.at(-1);
    if (segment === undefined || !isBadMedium(error)) return;
    const { name, sizeBytes } = segment;
    const isSame = refused?.name === name && refused.sizeBytes === sizeBytes;
    refused = { name, sizeBytes, times: isSame && refused !== null ? refused.times + 1 : 1 };
    if (refused.times < triesAtOneEnd) return;
    if (refused.times === triesAtOneEnd) world.log.error(`${options.owner}-file-given-up`, { file: name });
    unsynced = null; // what was read there waits for no medium that is bad for ever
  }

  const isGivenUp = ({ name, sizeBytes }: Segment): boolean =>
    refused !== null && refused.name === name && refused.sizeBytes === sizeBytes && refused.times >= triesAtOneEnd;

  /** It keeps its place on the medium, so that the file that comes after it gets another. */
  async function setEmptyAside({ name }: Segment): Promise<void> {
    await closeFile();
    let aside = `${name}.damaged`;
    for (let further = 2; (await folder.stat(aside)) !== null; further++) aside = `${name}.${further}.damaged`;
    await folder.rename(name, aside);
    segments.pop();
    refused = null;
  }

  /** Another file under the name, or a longer one, is found before the first write into it. */
  async function openFile(segment: Segment): Promise<{ readonly open: AppendFile; readonly segment: Segment }> {
    const known = knownEnd(segment);
    if (known.sizeBytes > 0) await expectEnd(folder, options.owner, known);
    file = { open: await folder.append(segment.name), segment };
    opened = { name: segment.name, file: known.file ?? file.open.file };
    return file;
  }

  const knownEnd = ({ name, sizeBytes }: Segment, moreBytes = 0) => ({
    name,
    file: opened?.name === name ? opened.file : null,
    sizeBytes: sizeBytes + moreBytes,
  });

  /** After a failure: a stick that was pulled out and put back has the same file under another number. */
  async function closeFile(): Promise<void> {
    await file?.open.close().catch(() => {});
    file = null;
    opened = null;
  }

  /**
   * After a failed write or sync the bytes after the last good one are unknown: they are cut off before the next write.
   */
  async function cutTail(): Promise<void> {
    if (uncertain === null) return;
    const { segment, tail } = uncertain;
    await closeFile();
    try {
      await expectTail(folder, options.owner, knownEnd(segment), tail);
      // An empty one that is given up is set aside as it is.
      if (!isGivenUp(segment) || segment.sizeBytes > 0) await folder.truncate(segment.name, segment.sizeBytes);
    } catch (error) {
      if (!isGivenUp(segment) || !isBadMedium(error)) throw error;
      // Also the cut writes into the bad block. What stays behind the good bytes has numbers of the next file, and a start drops it. A disk that is
      // away is waited for.
      await folder.stat(segment.name);
    }
    uncertain = null;
  }

  /**
   * Writes the mark first, then the note. A crash in between leaves a marked log. The next start finds all promised
   * records after either, after both and after none.
   */
  async function markStop(): Promise<void> {
    const segment = segments.at(-1);
    const isWhole = queue.length === 0 && fault === null && !held;
    if (segment === undefined || !isWhole || isMarked || segment.sizeBytes === Number.MAX_SAFE_INTEGER) return;
    await cutTail();
    const { open } = file ?? (await openFile(segment));
    await expectEnd(folder, options.owner, knownEnd(segment));
    const mark = encodeEndMark(lastSeq);
    uncertain = { segment, tail: mark };
    await open.write(mark);
    await open.sync();
    await writeStopNote(folder, options.path, { segment: segment.firstSeq, lastSeq });
    isMarked = true;
  }

  function settle(batch: Batch): void {
    queuedCharacters -= batch.characters;
    durableSeq = batch.firstSeq + batch.jsons.length - 1;
    recent.add(batch.firstSeq, batch.jsons);
    if (fault !== null) {
      fault = null;
      world.log.info(`${options.owner}-writable-again`, { durableSeq });
    }
    batch.resolve();
    for (const listener of [...listeners]) {
      try {
        listener();
      } catch (error) {
        world.log.error(`${options.owner}-listener-failed`, { message: String(error) });
      }
    }
  }

  /** Rejects all waiting promises. The records stay for the next try. */
  function refuse(error: unknown): void {
    const again = diskFault(options.owner, error);
    if (fault?.code !== again.code)
      world.log.error(`${options.owner}-refused`, { code: again.code, message: again.message });
    fault = again;
    const found = again.advice.retry === "never" ? whyShared(again) : null;
    if (found !== null) options.holder?.noteShared(found);
    for (const batch of queue) refuseBatch(batch, again);
    if (closed || again.advice.retry === "never") return;
    retry = world.clock.after(retryDelayMs, () => void tryAgain(again.code.endsWith("/full")));
  }

  async function tryAgain(isFull: boolean): Promise<void> {
    try {
      if (isFull) await options.makeRoom?.();
    } catch (error) {
      world.log.warn(`${options.owner}-room-not-made`, { message: String(error) });
    }
    retry = null;
    if (!closed) startPump();
  }

  async function flush(): Promise<void> {
    await syncRead();
    const waiting = queue.at(-1);
    if (waiting === undefined) return;
    if (waiting.refused) throw fault ?? diskFault(options.owner, new Error("not written yet"));
    await waiting.promise;
  }

  return {
    get lastSeq() {
      return lastSeq;
    },
    get durableSeq() {
      return durableSeq;
    },
    get segments() {
      return segments;
    },
    get recent() {
      return recent.lines();
    },
    get writtenBytes() {
      return writtenBytes;
    },
    get writable() {
      return fault === null;
    },
    get isReadSynced() {
      return unsynced === null;
    },
    get shared() {
      return whyShared(fault);
    },
    append,
    flush,
    async drop(segment) {
      const index = segments.indexOf(segment);
      if (index === -1 || index === segments.length - 1) return;
      await folder.remove(segment.name);
      segments.splice(segments.indexOf(segment), 1);
    },
    onDurable(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    release(written) {
      held = false;
      segments.push(...written);
      durableSeq = written.at(-1)?.lastSeq ?? durableSeq;
      if (queue.length > 0) startPump();
    },
    async close() {
      if (closed) return;
      retry?.cancel();
      const waitsForRetry = retry !== null;
      retry = null;
      if (waitsForRetry) startPump(); // one last try
      closed = true;
      while (pumping !== null) await pumping;
      await markStop().catch((error: unknown) => {
        world.log.warn(`${options.owner}-stop-not-marked`, { message: String(error) });
      });
      await file?.open.close().catch(() => {});
      file = null;
    },
  };
}

function refuseBatch(batch: Batch, why: Fault): void {
  if (batch.refused) return;
  batch.refused = true;
  batch.reject(why);
}

function newBatch(firstSeq: number): Batch {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  promise.catch(() => {}); // a caller may ignore the promise
  return { firstSeq, jsons: [], characters: 0, refused: false, promise, resolve, reject };
}

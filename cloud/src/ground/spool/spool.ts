/**
 * What must not be lost while there is no database: texts that are synced to disk before anybody hears that we have them, and handed
 * on from there later. Each is sealed. Bounded in bytes; one sharer gets at most a quarter of them.
 *
 * Segments   a process appends to a segment of its own; any process of this folder hands on what lies there. Who takes a segment renames it
 *            first, and a writer looks after each sync whether its segment still has its name: if not, it writes once more, elsewhere. So a
 *            record may be handed on twice, and is never lost; its id tells that it is the same.
 * Files      `<opened at, ms>-<process>-<number>.log`; `held-…` what could not be handed on, tried again hourly; `damaged-…` lines for a person.
 */
import { Fault } from "@karibu/protocol/fault";
import type { World } from "@karibu/protocol/world";
import type { Envelope } from "../secrets/envelope.ts";
import { batchLine, readSegment, type SealedRecord } from "./segment-lines.ts";
import type { SpoolFile, SpoolFolder } from "./spool-folder.ts";

export interface SpooledText {
  readonly id: string;
  readonly text: string;
}

/** @returns the ids of those that can't be handed on; throws when nothing can be handed on now */
export type HandOn = (records: readonly SpooledText[]) => Promise<readonly string[]>;

export interface SpoolFigures {
  /** On disk, with what earlier processes left. */
  readonly bytes: number;
  /** How much there may be. */
  readonly bytesMax: number;
  /** When the oldest segment was begun; null: there is none. */
  readonly oldestAtMs: number | null;
  /** Records in them, as far as this process has read or written them. */
  readonly waiting: number;
  readonly kept: number;
  readonly handedOn: number;
  /** Not kept, because it is full, or because the disk refused. */
  readonly full: number;
  readonly failed: number;
  /** Files with records that could not be handed on, and with lines that nobody can read. */
  readonly held: number;
  readonly damaged: number;
}

export interface Spool {
  /** Resolves when it is on disk. Throws Faults "spool/full" and "spool/not-kept". `sharer`: whose share of the room it takes. */
  keep(record: SpooledText, sharer: string): Promise<void>;
  /** Hands on all that lies there, oldest first. @returns whether nothing waits any more */
  drain(handOn: HandOn): Promise<boolean>;
  figures(): SpoolFigures;
  /** Resolves when the shares of what earlier processes left are known. No callback waits for it. */
  readonly sharesKnown: Promise<void>;
  close(): Promise<void>;
}

export interface SpoolParts {
  readonly world: World;
  readonly folder: SpoolFolder;
  readonly envelope: Envelope;
  readonly bytesMax: number;
  /** Whose share of the room a text takes that an earlier process kept; null: nobody's. */
  readonly sharerOf: (text: string) => string | null;
  /** One process at a time drains a folder; null: another one does. */
  readonly lock?: () => (() => void) | null;
}

interface OpenSegment {
  readonly name: string;
  readonly file: SpoolFile;
}

interface Waiting {
  readonly record: SealedRecord;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Held or not; when it was begun; by which process. */
export const segmentName = /^(held-)?(\d{13})-([0-9a-f]{8})-\d+\.log$/;
const batchRecordsMax = 256;
const segmentBytesMax = 4_000_000;
const handedOnAtOnce = 64;
const heldAgainMs = 3_600_000;
const shareOfAll = 4;
/** In base64, with its id, its place in the line and its part of the line's checksum. */
const sizeOnDisk = (sealed: Uint8Array): number => Math.ceil(sealed.length / 3) * 4 + 48;
const contextOf = (id: string) => `callback-spool/${id}`;

export async function openSpool(parts: SpoolParts): Promise<Spool> {
  const { world, folder, envelope, bytesMax, sharerOf, lock = () => () => {} } = parts;
  const run = Buffer.from(world.random.bytes(4)).toString("hex");
  const sizes = new Map<string, number>();
  const shares = new Map<string, number>();
  /** Of each segment. */
  const recordCounts = new Map<string, number>();
  const waiting: Waiting[] = [];
  const counts = { kept: 0, handedOn: 0, full: 0, failed: 0 };
  const damagedFiles = new Set<string>();
  let made = 0;
  let current: OpenSegment | null = null;
  let isWriting = false;
  let waitingBytes = 0;
  let heldTriedAtMs = Number.NEGATIVE_INFINITY;
  let turn: Promise<unknown> = Promise.resolve();

  for (const name of await folder.list("")) {
    if (segmentName.test(name)) sizes.set(name, await sizeOf(name));
    if (name.startsWith("damaged-")) damagedFiles.add(name);
  }

  /** A segment can't be read, and may hold what was acknowledged: it stays. */
  async function sizeOf(name: string): Promise<number> {
    const content = await folder.read(name).catch(() => null);
    return content?.length ?? 0;
  }

  /** A restart must not give a sharer who fills the spool a fresh quarter of it. */
  async function countShares(names: readonly string[]): Promise<void> {
    for (const name of names) {
      const content = await folder.read(name).catch(() => null);
      // What has been handed on meanwhile takes no room.
      if (content === null || !sizes.has(name)) continue;
      const { records } = readSegment(content);
      recordCounts.set(name, records.length);
      for (const record of records) {
        const sharer = sharerOfRecord(record);
        if (sharer !== null) shares.set(sharer, (shares.get(sharer) ?? 0) + sizeOnDisk(record.sealed));
      }
    }
  }

  function sharerOfRecord({ id, sealed }: SealedRecord): string | null {
    try {
      return sharerOf(envelope.open(sealed, contextOf(id)).toString("utf8"));
    } catch {
      return null; // damaged, or sealed with a key that we do not have: `drain` says so
    }
  }

  /** What was handed on, or never written, takes no room any more. */
  function giveBack(sharer: string | null, size: number): void {
    if (sharer === null) return;
    const left = (shares.get(sharer) ?? 0) - size;
    if (left > 0) shares.set(sharer, left);
    else shares.delete(sharer);
  }

  const bytes = () => waitingBytes + [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const newName = () => `${String(world.clock.wall().atMs).padStart(13, "0")}-${run}-${++made}.log`;

  /** Appending and closing a segment exclude each other. */
  function exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = turn.then(work, work);
    turn = result.catch(() => {});
    return result;
  }

  async function closeCurrent(): Promise<void> {
    const closing = current;
    current = null;
    await closing?.file.close().catch(() => {});
  }

  function forget(name: string): void {
    sizes.delete(name);
    recordCounts.delete(name);
  }

  function rename(from: string, to: string, size: number): void {
    const count = recordCounts.get(from) ?? 0;
    forget(from);
    sizes.set(to, size);
    recordCounts.set(to, count);
  }

  async function append(line: Uint8Array, records: number): Promise<void> {
    for (;;) {
      if (current === null) {
        const name = newName();
        sizes.set(name, 0);
        current = { name, file: await folder.append(name) };
      }
      const { name, file } = current;
      try {
        sizes.set(name, (sizes.get(name) ?? 0) + line.length);
        await file.write(line);
        await file.sync();
      } catch (error) {
        // Half of it may be there. Nothing is written behind it: whoever reads it must find a torn end.
        await closeCurrent();
        throw error;
      }
      const isOurs = (await folder.list(name)).includes(name);
      // Whoever hands a segment on reads it whole.
      if (!isOurs || (sizes.get(name) ?? 0) >= segmentBytesMax) await closeCurrent();
      if (isOurs) {
        recordCounts.set(name, (recordCounts.get(name) ?? 0) + records);
        return;
      }
      forget(name);
    }
  }

  async function writeAll(): Promise<void> {
    isWriting = true;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, batchRecordsMax);
      const line = Buffer.from(batchLine(batch.map(({ record }) => record)));
      try {
        await exclusively(() => append(line, batch.length));
        counts.kept += batch.length;
        for (const { resolve } of batch) resolve();
      } catch (error) {
        counts.failed += batch.length;
        world.log.error("callback-spool-refused", { records: batch.length, error: (error as Error).message });
        for (const { reject } of batch) reject(notKept(error));
      }
    }
    isWriting = false;
  }

  async function drainSegment(name: string, handOn: HandOn): Promise<void> {
    const content = await folder.read(name);
    if (content === null) return forget(name); // another process was faster
    const { records, damaged, tornBytes } = readSegment(content);
    if (tornBytes > 0) world.log.warn("callback-spool-torn", { name, bytes: tornBytes });
    const left: SealedRecord[] = [];
    const texts = records.flatMap((record) => {
      try {
        const text = envelope.open(record.sealed, contextOf(record.id)).toString("utf8");
        return [{ id: record.id, text, size: sizeOnDisk(record.sealed) }];
      } catch (error) {
        if ((error as Fault).code === "secrets/unknown-master-key") left.push(record);
        return [];
      }
    });
    for (let from = 0; from < texts.length; from += handedOnAtOnce) {
      const some = texts.slice(from, from + handedOnAtOnce);
      const failed = new Set(await handOn(some.map(({ id, text }) => ({ id, text }))));
      for (const { id, text, size } of some) if (!failed.has(id)) giveBack(sharerOf(text), size);
      left.push(...records.filter(({ id }) => failed.has(id)));
      counts.handedOn += some.length - failed.size;
    }
    if (damaged.length > 0) {
      const file = `damaged-${name}`;
      await folder.replace(file, Buffer.from(`${damaged.join("\n")}\n`, "latin1"));
      damagedFiles.add(file);
      world.log.error("callback-spool-damaged", { file, lines: damaged.length, readable: texts.length });
    }
    const isHeld = name.startsWith("held-");
    if (left.length > 0) {
      world.log.error("callback-spool-held", { name, records: left.length });
      if (isHeld && left.length === records.length) return;
      const line = Buffer.from(batchLine(left));
      const held = isHeld ? name : `held-${name}`;
      await folder.replace(held, line);
      sizes.set(held, line.length);
      recordCounts.set(held, left.length);
      if (isHeld) return;
    }
    await folder.remove(name);
    forget(name);
  }

  /** A bad sector: it may be read another time, and what comes meanwhile does not wait for it. */
  async function holdWhole(name: string): Promise<void> {
    await folder.rename(name, `held-${name}`);
    rename(name, `held-${name}`, sizes.get(name) ?? 0);
  }

  /** A segment under this process's name is nobody else's: whoever began it writes no further into it. */
  async function adopt(name: string): Promise<string | null> {
    const [, held, , owner] = segmentName.exec(name) ?? [];
    if (held !== undefined || owner === run) return name;
    const own = newName();
    try {
      await folder.rename(name, own);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw error;
    }
    rename(name, own, sizes.get(name) ?? (await sizeOf(own)));
    world.log.warn("callback-spool-adopted", { segment: name, bytes: sizes.get(own) });
    return own;
  }

  async function drainAll(handOn: HandOn): Promise<void> {
    const nowMs = world.clock.monotonicMs();
    const triesHeld = nowMs - heldTriedAtMs >= heldAgainMs;
    await exclusively(closeCurrent);
    // A name in step with the disk: what another process removed is not waited for.
    const found = await folder.list("");
    for (const known of [...sizes.keys()]) if (!found.includes(known) && known !== current?.name) forget(known);
    for (const name of found) {
      if (!segmentName.test(name) || name === current?.name || (name.startsWith("held-") && !triesHeld)) continue;
      const own = await adopt(name);
      if (own === null) continue;
      try {
        await drainSegment(own, handOn);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EIO") throw error;
        world.log.error("callback-spool-unreadable", { name: own, error: (error as Error).message });
        if (!own.startsWith("held-")) await holdWhole(own);
      }
    }
    if (triesHeld) heldTriedAtMs = nowMs;
  }

  const isEmpty = () =>
    waiting.length === 0 && !isWriting && [...sizes.keys()].every((name) => name.startsWith("held-"));

  const sharesKnown = countShares([...sizes.keys()]);

  return {
    sharesKnown,
    keep(record, sharer) {
      const sealed = envelope.seal(Buffer.from(record.text), contextOf(record.id));
      const size = sizeOnDisk(sealed);
      const share = shares.get(sharer) ?? 0;
      if (bytes() + size > bytesMax || share + size > bytesMax / shareOfAll) {
        if (counts.full++ === 0) world.log.error("callback-spool-full", { bytes: bytes(), bytesMax });
        return Promise.reject(full());
      }
      shares.set(sharer, share + size);
      waitingBytes += size;
      const kept = new Promise<void>((resolve, reject) => {
        waiting.push({ record: { id: record.id, sealed }, resolve, reject });
      });
      if (!isWriting) void writeAll();
      return kept.then(
        () => {
          waitingBytes -= size;
        },
        (error: unknown) => {
          waitingBytes -= size;
          giveBack(sharer, size);
          throw error;
        },
      );
    },
    async drain(handOn) {
      await sharesKnown; // segments get other names below
      if (isEmpty() && (await folder.list("")).every((name) => !segmentName.test(name))) return isEmpty();
      const release = lock();
      if (release === null) return false;
      try {
        await drainAll(handOn);
      } finally {
        release();
      }
      if (!isEmpty()) return false;
      shares.clear();
      return true;
    },
    figures() {
      const names = [...sizes.keys()];
      const begun = names.map((name) => Number(segmentName.exec(name)?.[2] ?? 0));
      const held = names.filter((name) => name.startsWith("held-")).length;
      const oldestAtMs = begun.length === 0 ? null : Math.min(...begun);
      const inSegments = [...recordCounts.values()].reduce((sum, count) => sum + count, waiting.length);
      return { bytes: bytes(), bytesMax, oldestAtMs, waiting: inSegments, ...counts, held, damaged: damagedFiles.size };
    },
    async close() {
      await exclusively(closeCurrent);
    },
  };
}

function full(): Fault {
  return new Fault("spool/full", "the spool of callbacks has no room left", {
    retry: "later",
    hint: "Bring the database back; KARIBU_SPOOL_MEGABYTES says how much may wait meanwhile.",
  });
}

function notKept(cause: unknown): Fault {
  const hint = "Look at the disk of KARIBU_DATA: it is full, read-only or broken.";
  return new Fault("spool/not-kept", "a callback could not be written to disk", { retry: "later", hint }, cause);
}

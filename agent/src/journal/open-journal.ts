/** Opens the journal of a data folder: recovers it, replays it into the site's state, and continues to write. */

import { Fault } from "@karibu/protocol/fault";
import type { EventOf, JournalEvent, JournalRecord, Stamp } from "@karibu/protocol/journal/record";
import { sleep, type World } from "@karibu/protocol/world";
import type { Folder } from "../ground/files/folder.ts";
import { epochNumber, epochPath, listEpochs, nextEpoch } from "./epochs.ts";
import type { Journal } from "./journal.ts";
import type { LogHolder } from "./known-end.ts";
import { type LogDamage, openLog, type RecordLog } from "./log.ts";
import { createMaintenance } from "./maintenance.ts";
import { beginEpoch } from "./new-epoch.ts";
import { readOwed } from "./owed-runs.ts";
import { journalPlaceholder } from "./placeholder.ts";
import { type Position, readPosition, writePosition } from "./position.ts";
import { recordOf, textOf } from "./record-line.ts";
import { recoveryAlarms } from "./recovery-alarms.ts";
import { type JournalPoint, planReplay, readEpoch } from "./replay.ts";

export interface JournalOptions {
  /** What the loaded snapshot covers; null: replay all records. */
  readonly replayAfter: JournalPoint | null;
  /** No restart needs records up to here, even when the newest snapshot is lost; null or absent: all are needed. */
  readonly covered?: JournalPoint | null;
  /** Gets each later record, oldest first, before `openJournal` resolves. */
  readonly onRecord: (record: JournalRecord) => void;
  /** Time and clock of a record; default: the world's clock. */
  readonly stamp?: () => Omit<Stamp, "seq">;
  /** Something else writes to the folder: what was found. Nothing more is written then. */
  readonly holder?: LogHolder | undefined;
  readonly segmentBytesMax?: number;
  readonly queueBytesMax?: number;
  readonly retainMs?: number;
}

export interface StoredJournal extends Journal {
  /** A snapshot up to here is on disk, and no older snapshot is needed. */
  covered(point: JournalPoint): void;
  /** For /status and /metrics. */
  figures(): JournalFigures;
}

export interface JournalFigures {
  readonly segments: number;
  /** Bytes of records since the snapshot that this journal was opened with: replayed then, or written since. */
  readonly grownBytes: number;
  readonly lastSeq: number;
  readonly durableSeq: number;
  readonly ackedSeq: number;
}

export interface Recovery extends LogDamage {
  /** The snapshot is of a journal that is gone, with all that followed here: a new one begins. Null: it is there. */
  readonly gone: JournalPoint | null;
  /** The caller appends them. Empty: nothing was damaged. */
  readonly alarms: readonly EventOf<"alarm">[];
}

const defaults = {
  segmentBytesMax: 1024 * 1024,
  queueBytesMax: 16 * 1024 * 1024,
  retainMs: 7 * 24 * 3600 * 1000,
};

/**
 * Repairs a damaged journal as far as possible; damage never stops the agent. Rejects only when the data folder can't
 * be read. The journal of an empty folder begins a new epoch.
 */
export async function openJournal(
  world: World,
  folder: Folder,
  options: JournalOptions,
): Promise<{ journal: StoredJournal; recovery: Recovery }> {
  const limits = { ...defaults, ...withoutUndefined(options) };
  const stamp = options.stamp ?? (() => stampOf(world));
  const placeholder = journalPlaceholder(stamp);
  const { existing, named } = await listEpochs(folder);
  const saved = await readPosition(folder);
  const after = options.replayAfter;

  let epoch = existing.at(-1) ?? "";
  // A snapshot's epoch must not be used again, even when its journal is gone.
  const gone = after !== null && epochNumber(after.epoch) > epochNumber(epoch) ? after : null;
  const startsAfresh = epoch === "" || gone !== null;
  if (startsAfresh) epoch = nextEpoch(world, [...named, after?.epoch ?? ""]);

  let replaySeq = after?.epoch === epoch ? after.seq : 0;
  for (const step of await planReplay(folder, existing, after)) {
    if (step.epoch === epoch) replaySeq = step.afterSeq;
    else for await (const record of readEpoch(folder, step)) options.onRecord(record);
  }

  let olderBytes = 0;
  let position: Position =
    saved?.epoch === epoch ? saved : { epoch, ackedSeq: 0, unconfirmedAfterSeq: null, idle: saved?.idle ?? {} };
  const openEpoch = (name: string, atLeastSeq: number, onLine: (line: { seq: number; json: string }) => void) =>
    openLog(world, folder, {
      ...limits,
      path: epochPath(name),
      owner: "journal",
      placeholder,
      atLeastSeq,
      skipThroughSeq: replaySeq,
      onLine,
      holder: options.holder,
      makeRoom: () => maintenance.makeRoom(),
    });
  const opened = await openEpoch(epoch, Math.max(position.ackedSeq, replaySeq), (line) => {
    if (line.seq <= replaySeq) return;
    olderBytes += line.json.length;
    options.onRecord(recordOf(line));
  });
  let log: RecordLog = opened.log;
  position = { ...position, unconfirmedAfterSeq: position.unconfirmedAfterSeq ?? log.lastSeq };

  const listeners = new Set<() => void>();
  const notify = (): void => {
    for (const listener of [...listeners]) listener();
  };
  let changingEpoch: Promise<void> | null = null;
  let closed = false;
  log.onDurable(notify);

  const maintenance = createMaintenance(world, folder, {
    retainMs: limits.retainMs,
    log: () => log,
    position: () => position,
    savePosition: async (next) => {
      await writePosition(folder, next);
      position = { ...position, idle: next.idle };
    },
    covered: options.covered ?? null,
  });

  function append(event: JournalEvent, isRest = false): { record: JournalRecord; durable: Promise<void> } {
    const stamped = stamp();
    const { atMs, clock, upMs } = stamped;
    const record: JournalRecord = { seq: log.lastSeq + 1, atMs, clock, upMs, ...event };
    return { record, durable: log.append(textOf(stamped, event), isRest) };
  }

  function acknowledge(seq: number): void {
    const upTo = Math.min(seq, log.durableSeq);
    if (upTo < seq) world.log.warn("journal-acked-too-far", { seq, durableSeq: log.durableSeq });
    const isFirst = position.unconfirmedAfterSeq !== null;
    position = { ...position, ackedSeq: Math.max(position.ackedSeq, upTo), unconfirmedAfterSeq: null };
    if (isFirst) maintenance.runNow();
  }

  async function startEpoch(afterSeq = position.unconfirmedAfterSeq ?? position.ackedSeq): Promise<void> {
    if (changingEpoch !== null) return changingEpoch;
    const old = log;
    const from = { epoch: position.epoch, afterSeq };
    const next = nextEpoch(world, [...named, position.epoch]);
    named.push(next);
    const newEpoch = beginEpoch(world, folder, {
      ...limits,
      old,
      from,
      next,
      placeholder,
      holder: options.holder,
      makeRoom: () => maintenance.makeRoom(),
    });
    // From here on records get numbers of the new epoch. They become durable once it is on disk.
    olderBytes += old.writtenBytes;
    log = newEpoch.log;
    log.onDurable(notify);
    position = { epoch: next, ackedSeq: 0, unconfirmedAfterSeq: 0, idle: position.idle };
    changingEpoch = (async () => {
      for (;;) {
        try {
          await newEpoch.write();
          break;
        } catch (error) {
          if (closed) throw new Fault("journal/closed", "closed while an epoch began", { retry: "later" }, error);
          world.log.error("journal-epoch-waits", { message: String(error) });
          await sleep(world.clock, 1000);
        }
      }
      world.log.warn("journal-epoch-started", { epoch: next, carried: newEpoch.carried });
      maintenance.runNow();
      notify();
    })().finally(() => {
      changingEpoch = null;
    });
    return changingEpoch;
  }

  const journal: StoredJournal = {
    get epoch() {
      return position.epoch;
    },
    get lastSeq() {
      return log.lastSeq;
    },
    get ackedSeq() {
      return position.ackedSeq;
    },
    get writable() {
      return log.writable;
    },
    get isReadSynced() {
      return log.isReadSynced;
    },
    get shared() {
      return log.shared;
    },
    append,
    acknowledge,
    startEpoch,
    covered: (point) => maintenance.covered(point),
    async readAfter(seq, limit) {
      await changingEpoch;
      return (await log.readAfter(seq, limit)).map(recordOf);
    },
    readOwed: (known) => readOwed(folder, position.epoch, known),
    onDurable(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async flush() {
      await changingEpoch;
      await log.flush();
    },
    figures: () => ({
      segments: log.segments.length,
      grownBytes: olderBytes + log.writtenBytes,
      lastSeq: log.lastSeq,
      durableSeq: log.durableSeq,
      ackedSeq: position.ackedSeq,
    }),
    async close() {
      closed = true;
      await changingEpoch?.catch(() => {});
      await log.close();
      await maintenance.close();
    },
  };
  // If the journal proves to have gone back in time, restarts until then must not hide where that was.
  if (saved?.epoch !== epoch || saved.unconfirmedAfterSeq === null) maintenance.runNow();
  // A new epoch needs its file at once: a restart before the first record must find the same epoch.
  if (startsAfresh)
    await folder.append(`${epochPath(epoch)}/000000000001.log`).then(
      (file) => file.close(),
      () => {},
    );
  const damage = { ...opened.damage, isDamaged: opened.damage.isDamaged || gone !== null };
  return { journal, recovery: { ...damage, gone, alarms: recoveryAlarms(damage) } };
}

function stampOf(world: World): Omit<Stamp, "seq"> {
  const wall = world.clock.wall();
  return { atMs: wall.atMs, clock: wall.quality, upMs: Math.max(0, Math.floor(world.clock.monotonicMs())) };
}

function withoutUndefined(options: JournalOptions): Partial<typeof defaults> {
  const { segmentBytesMax, queueBytesMax, retainMs } = options;
  const given = Object.entries({ segmentBytesMax, queueBytesMax, retainMs }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as Partial<typeof defaults>;
}

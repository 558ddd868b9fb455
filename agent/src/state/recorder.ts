/**
 * Records events: into the journal and into the state, in the same synchronous step. So two packets in flight see each other's
 * effect. Nothing enters the state in another way.
 */
import { Fault } from "@karibu/protocol/fault";
import type { JournalEvent } from "@karibu/protocol/journal/record";
import type { Journal } from "../journal/journal.ts";
import { applyRecord } from "./apply-record.ts";
import type { SiteState } from "./site-state.ts";

export interface Recorder {
  /**
   * Resolves when the events are on disk; never throws. Rejects when the disk refuses now: then the state has the events, and
   * the journal writes them as soon as it can. Rejects also when the journal can't queue them: then nothing happened, to none of
   * them. The state shows which of the two it was.
   */
  record(events: JournalEvent | readonly JournalEvent[], options?: RecordOptions): Promise<void>;
  /**
   * Null: everything recorded about this subject is on disk. Otherwise resolves when it is. After a refusal each call asks the
   * disk again.
   */
  unwritten(about: string): Promise<void> | null;
  /** As `unwritten`, and what an earlier run recorded and the disk has not synced counts too: for what is told to a router or a seller for good. */
  unsynced(about: string): Promise<void> | null;
  /** Rejects: the disk refuses now, or somebody else writes to the folder. Null: what waits will be written soon. */
  refusal(): Promise<void> | null;
}

export interface RecordOptions {
  /** The grant or session that the events are about. `unwritten` of it waits for them. */
  readonly about?: string;
  /**
   * Records nothing while the disk refuses. For everything that the site gives away (a first use, a slot, a sale, a lease):
   * no request gets an answer then, so nothing may start.
   */
  readonly onlyIfWritable?: boolean;
}

/** One promise of the journal, and the subjects that wait for it. */
interface Wait {
  readonly promise: Promise<void>;
  readonly abouts: string[];
  failed: boolean;
}

export function createRecorder(
  journal: Pick<Journal, "append" | "flush" | "writable" | "isReadSynced">,
  state: SiteState,
): Recorder {
  const waits = new Map<string, Wait>();
  /** All records of a batch share one promise of the journal: 200 records cost one reaction here, not 200. */
  let lastWait: Wait | null = null;

  /** Returns an Error when the journal's queue is full. */
  function append(event: JournalEvent, isRest: boolean): Promise<void> | Error {
    let appended: ReturnType<Journal["append"]>;
    try {
      appended = journal.append(event, isRest);
    } catch (error) {
      return error as Error;
    }
    applyRecord(state, appended.record);
    return appended.durable;
  }

  /** From now on `about` waits for this promise alone. */
  function waitFor(about: string, promise: Promise<void>): Promise<void> {
    const wait = lastWait?.promise === promise ? lastWait : beginWait(promise);
    wait.abouts.push(about);
    waits.set(about, wait);
    return promise;
  }

  function beginWait(promise: Promise<void>): Wait {
    const wait: Wait = { promise, abouts: [], failed: false };
    lastWait = wait;
    promise.then(
      () => {
        close(wait);
        for (const about of wait.abouts) if (waits.get(about) === wait) waits.delete(about);
      },
      () => {
        close(wait);
        wait.failed = true;
      },
    );
    return wait;
  }

  /** No more subjects join this wait. */
  function close(wait: Wait): void {
    if (lastWait === wait) lastWait = null;
  }

  function recordOne(event: JournalEvent, about: string | undefined, isRest = false): Promise<void> | Error {
    const appended = append(event, isRest);
    if (appended instanceof Error) return appended;
    appended.catch(() => {}); // a caller may ignore the promise, and one that waits for a flush looks at that alone
    if (about === undefined) return appended;
    const before = waits.get(about);
    if (before === undefined) return waitFor(about, appended);
    if (before.promise === appended) return appended;
    if (before.failed) return waitFor(about, journal.flush());
    return waitFor(
      about,
      Promise.all([before.promise, appended]).then(() => {}),
    );
  }

  const refusal = (): Promise<void> | null =>
    journal.writable ? null : rejected(new Fault("journal/not-writable", "the disk refuses", { retry: "later" }));

  function unwritten(about: string): Promise<void> | null {
    if (waits.size === 0) return null;
    const wait = waits.get(about);
    if (wait === undefined) return null;
    return wait.failed ? waitFor(about, journal.flush()) : wait.promise;
  }

  return {
    record(events, options) {
      const refused = options?.onlyIfWritable === true ? refusal() : null;
      if (refused !== null) return refused;
      const about = options?.about;
      if (!isList(events)) {
        const one = recordOne(events, about);
        return one instanceof Error ? rejected(one) : one;
      }
      const all: Promise<void>[] = [];
      for (const event of events) {
        const one = recordOne(event, about, all.length > 0);
        if (one instanceof Error) return rejected(one); // the first: the queue takes the rest
        all.push(one);
      }
      const written = Promise.all(all).then(() => {});
      written.catch(() => {}); // a caller may ignore the promise
      return written;
    },
    unwritten,
    unsynced(about) {
      const own = unwritten(about);
      if (own !== null || journal.isReadSynced) return own;
      const synced = journal.flush();
      synced.catch(() => {}); // a caller may ignore the promise
      return synced;
    },
    refusal,
  };
}

/** Not `Array.isArray`: that does not narrow a readonly array. */
function isList(events: JournalEvent | readonly JournalEvent[]): events is readonly JournalEvent[] {
  return Array.isArray(events);
}

/** The caller may ignore the promise. */
function rejected(error: Error): Promise<void> {
  const promise = Promise.reject(error);
  promise.catch(() => {});
  return promise;
}

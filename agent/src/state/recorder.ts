/**
 * The one way by which anything becomes true at a site: into the journal and into the state, in the same synchronous step,
 * so that two packets in flight see each other's effect. Who waits for `settled` hears of it only when it is on disk.
 */
import { Fault } from "@karibu/protocol/fault";
import type { JournalEvent } from "@karibu/protocol/journal/record";
import type { Journal } from "../journal/journal.ts";
import { applyRecord } from "./apply-record.ts";
import type { SiteState } from "./site-state.ts";

export interface Recorder {
  /**
   * Resolves when the event is on disk; never throws. Rejects when the disk refuses now (the state has the event, and the
   * journal writes it as soon as it can), and when the journal can't even queue it: then nothing happened at all. Who has
   * to know which of the two it was looks at the state. `about` names the grant or session whose news must not leave
   * before this is on disk.
   */
  record(event: JournalEvent, about?: string): Promise<void>;
  /**
   * As `record`, for what is ours to give (a first use, a slot, a sale, a lease), all of it or nothing: nobody is answered while
   * the disk refuses, so nothing is begun either. Only what found the disk refusing has begun, as with `record`.
   */
  offer(events: readonly JournalEvent[], about: string): Promise<void>;
  /**
   * Null when all that was recorded about it is on disk. What a full disk refused waits in the journal: each time somebody
   * asks, the disk is asked again.
   */
  settled(about: string): Promise<void> | null;
}

/** What waits for one promise of the journal, by what it is about. */
interface Wait {
  readonly promise: Promise<void>;
  readonly abouts: string[];
  failed: boolean;
}

export function createRecorder(journal: Pick<Journal, "append" | "flush" | "writable">, state: SiteState): Recorder {
  const unsettled = new Map<string, Wait>();
  /** The journal gives all records of a batch one promise: 200 of them cost one reaction here, not 200. */
  let lastWait: Wait | null = null;

  /** An Error: so much waits for the disk that the journal takes no more. */
  function append(event: JournalEvent): Promise<void> | Error {
    let appended: ReturnType<Journal["append"]>;
    try {
      appended = journal.append(event);
    } catch (error) {
      return error as Error;
    }
    applyRecord(state, appended.record);
    return appended.durable;
  }

  /** From now on this is what `about` waits for, and nothing else. */
  function waitFor(about: string, promise: Promise<void>): Promise<void> {
    const wait = lastWait?.promise === promise ? lastWait : beginWait(promise);
    wait.abouts.push(about);
    unsettled.set(about, wait);
    return promise;
  }

  function beginWait(promise: Promise<void>): Wait {
    const wait: Wait = { promise, abouts: [], failed: false };
    lastWait = wait;
    promise.then(
      () => {
        end(wait);
        for (const about of wait.abouts) if (unsettled.get(about) === wait) unsettled.delete(about);
      },
      () => {
        end(wait);
        wait.failed = true;
      },
    );
    return wait;
  }

  /** Nothing more may join it. */
  function end(wait: Wait): void {
    if (lastWait === wait) lastWait = null;
  }

  /** The caller may not wait; who does gets the rejection. */
  function refused(error: Error): Promise<void> {
    const rejected = Promise.reject(error);
    rejected.catch(() => {});
    return rejected;
  }

  const recorder: Recorder = {
    record(event, about) {
      const appended = append(event);
      if (appended instanceof Error) return refused(appended);
      if (about === undefined) {
        appended.catch(() => {}); // as in `refused`
        return appended;
      }
      const before = unsettled.get(about);
      if (before === undefined) return waitFor(about, appended);
      if (before.promise === appended) return appended;
      if (before.failed) return waitFor(about, journal.flush());
      return waitFor(
        about,
        Promise.all([before.promise, appended]).then(() => {}),
      );
    },
    offer(events, about) {
      if (!journal.writable)
        return refused(new Fault("journal/not-writable", "the disk refuses: nothing was begun", { retry: "later" }));
      const written = Promise.all(events.map((event) => recorder.record(event, about))).then(() => {});
      written.catch(() => {}); // as in `refused`
      return written;
    },
    settled(about) {
      if (unsettled.size === 0) return null;
      const wait = unsettled.get(about);
      if (wait === undefined) return null;
      return wait.failed ? waitFor(about, journal.flush()) : wait.promise;
    },
  };
  return recorder;
}

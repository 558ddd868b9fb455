/**
 * Has the hub tell what this site did before, where the folder lacks it: a new stick, an older one, a copy. First the loss is on disk,
 * then the rows of the feed may come: so no code is honoured that may have been used. Each page is journalled; after a cut the pages come
 * again from the first, and change nothing that is known.
 */
import { Fault } from "@karibu/protocol/fault";
import type { EventOf, RecalledPage } from "@karibu/protocol/journal/record";
import { type RecallResult, recall, unbegunMax } from "@karibu/protocol/rpc/recall";
import type { Timer, World } from "@karibu/protocol/world";
import type { HubLink } from "../ground/hub-link.ts";
import type { Journal } from "../journal/journal.ts";
import type { RaiseAlarm } from "../state/alarms.ts";
import { continuedIn } from "../state/memory-fold.ts";
import type { LostMemory } from "../state/site-state.ts";
import type { Site } from "./site.ts";

export interface Recall {
  /** The folder turned out to lack records, or is a copy. Resolves when that is on disk; never rejects. */
  lose(cause?: EventOf<"memory-lost">["cause"]): Promise<void>;
  /** What the hub's welcome says: see `ConnectionParts.onMemory`. Never rejects. */
  onWelcome(name: string | null): Promise<void>;
  /** See `ConnectionParts.lacks`. */
  lacks(resumeAfterSeq: number): boolean;
  /** From now on this hub is asked. */
  follow(hub: Pick<HubLink, "state" | "call" | "onChange">): void;
  stop(): void;
}

export interface RecallParts {
  readonly site: Pick<Site, "state" | "recorder">;
  readonly journal: Pick<Journal, "epoch" | "lastSeq" | "ackedSeq">;
  readonly raiseAlarm: RaiseAlarm;
  /** What the folder is, if it turns out to lack something. */
  readonly cause: EventOf<"memory-lost">["cause"];
  /** What the start could not read back of the journal; null: it was whole. */
  readonly lacks: NonNullable<LostMemory["lacks"]> | null;
  /** False: nobody can tell what is missing. */
  readonly hasHub: boolean;
  /** Writes the interims that wait. */
  readonly flush: () => Promise<void>;
  /** What is held may be used now, or ended. */
  readonly onTold: () => void;
}

const answerMsMax = 60_000;
const againMs = 5000;
const lookMs = 500;
/** Where the hub knows of nothing that the folder lacks. */
const nothingName = "nothing";
const nothing: RecalledPage = { spent: [], ended: [], grants: [], sales: [], sellers: [] };

export function createRecall({ clock, log }: Pick<World, "clock" | "log">, parts: RecallParts): Recall {
  const { site, journal, raiseAlarm, flush, onTold } = parts;
  /** Of the present link. */
  let wanted: string | null = null;
  let hub: Pick<HubLink, "state" | "call" | "onChange"> | null = null;
  let isAsking = false;
  let stopped = false;
  let timer: Timer | null = null;
  /** Not written down yet. */
  let found = parts.lacks;

  /** A disk that refuses now gets the record later; the state has it at once. */
  const record = (event: EventOf<"memory-lost" | "recalled">) => site.recorder.record(event).catch(() => {});

  async function lose(cause = parts.cause): Promise<void> {
    const { lost } = site.state.memory;
    if (lost !== null && !isMore(lost)) return;
    const { hasHub } = parts;
    const more = found === null ? {} : { lacks: found };
    found = null;
    // The fact before the alarm: after a power cut between the two nothing else would say it.
    const written = record({ kind: "memory-lost", cause, ...(hasHub ? more : { alone: true }) });
    if (lost === null) raiseAlarm("memory-lost", { cause });
    await written;
    // A router that is slower than the hub is heard after the welcome, and the next welcome may be weeks away.
    goOn();
  }

  /** Has more of the present epoch been lost since that loss was noticed? */
  function isMore({ lacks }: LostMemory): boolean {
    if (found === null || !parts.hasHub) return false;
    return lacks === undefined || lacks.epoch !== found.epoch || lacks.seq > found.seq;
  }

  function lacks(resumeAfterSeq: number): boolean {
    // The hub may answer before the loss is written down.
    return [found, site.state.memory.lost?.lacks].some(
      (one) => one?.epoch === journal.epoch && one.seq <= resumeAfterSeq,
    );
  }

  async function onWelcome(name: string | null): Promise<void> {
    const { lost, recalled } = site.state.memory;
    wanted = name !== null && (lost !== null || recalled !== name) ? name : null;
    if (wanted !== null) await lose();
  }

  /**
   * The hub knows of nothing that is missing. But an older folder that ran on for long enough looks complete until the hub has compared
   * its records: only what is acknowledged proves that it is no copy.
   */
  function goOnOnceTaken(seq: number): void {
    const { epoch } = journal;
    timer?.cancel();
    timer = clock.after(lookMs, () => {
      if (stopped || wanted !== null || site.state.memory.lost === null || journal.epoch !== epoch) return;
      if (journal.ackedSeq < seq) return goOnOnceTaken(seq);
      void record({ kind: "recalled", recall: nothingName, page: nothing, done: true }).then(onTold);
    });
  }

  /** Asks what is missing; where the hub knows of nothing, waits for its word that the records here are no copy. */
  function goOn(): void {
    if (stopped || hub?.state !== "connected") return;
    if (wanted !== null) askSoon(hub, wanted);
    else if (site.state.memory.lost !== null) goOnOnceTaken(journal.lastSeq);
  }

  function askSoon(from: Pick<HubLink, "call">, name: string): void {
    if (isAsking) return;
    isAsking = true;
    const answered = () => {
      isAsking = false;
      // Another link, or another epoch, may have begun meanwhile: what it lacks is asked for again.
      goOn();
    };
    ask(from, name).then(answered, (error: unknown) => {
      isAsking = false;
      const cannot = error instanceof Fault && error.advice.retry === "never";
      log[cannot ? "error" : "warn"]("not-recalled", { error: String(error) });
      timer?.cancel();
      timer = clock.after(againMs, goOn);
    });
  }

  async function ask(from: Pick<HubLink, "call">, name: string): Promise<void> {
    const { epoch } = journal;
    const unbegun = unbegunSales(site.state);
    let grants = 0;
    const askAfter = (after: string | null): Promise<RecallResult> => {
      const first = after === null && unbegun.length > 0 ? { unbegun } : {};
      return from.call(recall, { epoch, after, ...first }, answerMsMax);
    };
    for (let after: string | null = null; ; ) {
      const { page, next }: RecallResult = await askAfter(after);
      if (stopped || wanted !== name || journal.epoch !== epoch) return;
      grants += page.grants.length;
      // What a page says of a running session is compared with what the journal has of it.
      await flush();
      const continued = continuedIn(site.state, page);
      const sessions = continued.length === 0 ? {} : { continued };
      await record({ kind: "recalled", recall: name, page, ...sessions, done: next === null });
      if (next === null) break;
      after = next;
    }
    wanted = null;
    log.info("recalled", { grants });
    onTold();
  }

  return {
    lose,
    onWelcome,
    lacks,
    follow(followed) {
      hub = followed;
      hub.onChange(goOn);
      goOn();
    },
    stop() {
      stopped = true;
      timer?.cancel();
    },
  };
}

/** The oldest: the newer ones are named unasked. */
function unbegunSales({ sales, grants }: Site["state"]): string[] {
  const oldestFirst = [...sales.values()].sort((one, other) => one.atMs - other.atMs);
  return oldestFirst
    .map(({ grant }) => grant.grantId)
    .filter((grantId) => !grants.has(grantId))
    .slice(0, unbegunMax);
}

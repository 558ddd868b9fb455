/**
 * The router as a witness: the comment of one of its objects says how far the journal had come, written at the start and every hour. A
 * stick that is older than that is noticed before anything is given, with the hub away too. What was written since the last hour is not
 * noticed; nor is anything without the router's API, until the hub is reached.
 */
import type { Timer, World } from "@karibu/protocol/world";
import type { RouterControl } from "../ground/router-control.ts";
import { waitAtMost } from "../ground/wait-at-most.ts";
import type { Journal } from "../journal/journal.ts";
import type { SiteState } from "../state/site-state.ts";
import { isBehind, readWitness, type Witness, witnessText } from "./witness-policy.ts";

export interface RouterWitness {
  /** Asks the router. Resolves when the answer is taken in, or after a few seconds: then it is asked again later. Never rejects. */
  check(): Promise<void>;
  /** Writes down how far the journal is. Never rejects. */
  note(): Promise<void>;
  stop(): void;
}

export interface WitnessParts {
  /** Null: the router has no API for the agent. */
  readonly router: Pick<RouterControl, "witness" | "noteWitness"> | null;
  readonly journal: Pick<Journal, "epoch" | "lastSeq" | "flush">;
  readonly state: Pick<SiteState, "memory">;
  readonly siteId: () => string | null;
  /** The folder as it was opened. */
  readonly opened: Omit<Witness, "siteId">;
  /** The folder is older than the router knows. Resolves when that is on disk. */
  readonly onBehind: () => Promise<void>;
}

/** A customer may wait for the doors to open. */
const checkMsMax = 5000;
const againMs = 60_000;
const noteEveryMs = 3_600_000;

export function createRouterWitness({ clock, log }: Pick<World, "clock" | "log">, parts: WitnessParts): RouterWitness {
  const { router, journal, state, siteId, opened, onBehind } = parts;
  let timer: Timer | null = null;
  let stopped = false;

  function later(delayMs: number, what: () => Promise<void>): void {
    timer?.cancel();
    if (!stopped) timer = clock.after(delayMs, () => void what());
  }

  async function read(): Promise<void> {
    try {
      const text = (await router?.witness?.()) ?? null;
      if (stopped) return;
      const witness = text === null ? null : readWitness(text);
      if (witness !== null && isBehind(witness, { siteId: siteId(), ...opened })) await onBehind();
      await note();
    } catch (error) {
      log.warn("witness-not-read", { error: String(error) });
      later(againMs, read);
    }
  }

  /** Nothing while something is missing: a third stick would be measured by it. */
  async function note(): Promise<void> {
    later(noteEveryMs, note);
    if (stopped || state.memory.lost !== null || router?.noteWitness === undefined) return;
    try {
      const { epoch, lastSeq: seq } = journal; // what is queued while the disk works is not on it
      await journal.flush();
      await router.noteWitness(witnessText({ siteId: siteId(), epoch, seq }));
    } catch (error) {
      log.warn("witness-not-written", { error: String(error) });
    }
  }

  return {
    async check() {
      if (router?.witness === undefined) return;
      await waitAtMost(clock, checkMsMax, read());
    },
    note,
    stop() {
      stopped = true;
      timer?.cancel();
    },
  };
}

/**
 * The site's clock: the timers and the monotonic time of the process, and a wall clock with a quality. An `estimated` wall clock only
 * moves forward. A correction from the hub or NTP moves it either way; listeners get the step, and move grants and sessions by it.
 */
import { type UnixMs, unixMs } from "@karibu/protocol/quantities";
import type { Clock, ClockQuality, Timer, Wall } from "@karibu/protocol/world";
import type { Folder } from "../ground/folder.ts";
import { clockLimits, isDisputed, startingQuality, takesSystemTime } from "./clock-policy.ts";

export interface SiteClock extends Clock {
  /** The step from the last known time at opening; null: no time could be trusted then. */
  readonly openingStepMs: number | null;
  /**
   * May data be deleted because of this date? True when the date came from the hub, or when nothing has contradicted it for a day. An
   * unconfirmed jump is not proven at first.
   */
  readonly isProven: boolean;
  /** Sets the hub's signed time. It wins against every other source. */
  setFromHub(timeMs: number): void;
  /** Calls the listener after a correction, and when the clock becomes `synced` for the first time (`stepMs` may be 0 then). */
  onCorrected(listener: (stepMs: number) => void): void;
  /** Starts to compare with the system's clock, and to save the time regularly. */
  start(): void;
  stop(): Promise<void>;
}

const fileName = "clock.json";
const checkEveryMs = 10_000;
/** Each write wears the flash. After a power cut the clock is late by at most this, so grants may last that much longer. */
const saveEveryMs = 10 * 60_000;

export interface SiteClockOptions {
  readonly folder: Folder;
  readonly hasHub: boolean;
  /** The last time in the journal. */
  readonly journalAtMs: number;
  /** The time of the journal's newest record; absent: not known. While records are written, the clock needs no file. */
  readonly lastStampMs?: () => number;
}

export async function openSiteClock(raw: Clock, options: SiteClockOptions): Promise<SiteClock> {
  const savedMs = Math.max(await readSaved(options.folder), options.journalAtMs);
  const startedMs = raw.monotonicMs();
  const listeners: ((stepMs: number) => void)[] = [];
  const timers = new Set<Timer>();
  let anchorWallMs = savedMs;
  let anchorMonoMs = startedMs;
  let quality: ClockQuality = startingQuality(savedMs);
  let hubTimeAtMs: number | null = null;
  let wasSynced = false;
  /** Since when the system's time differs, and its offset from the monotonic time. */
  let dispute: { readonly sinceMs: number; readonly offsetMs: number } | null = null;
  let unprovenSinceMs = startedMs;

  const nowMs = (): number => Math.round(anchorWallMs + raw.monotonicMs() - anchorMonoMs);
  const wall = (): Wall => ({ atMs: nowMs() as UnixMs, quality });

  function correct(trueMs: number): void {
    const stepMs = Math.round(trueMs - nowMs());
    const becomesSynced = quality !== "synced";
    if (!becomesSynced && Math.abs(stepMs) < clockLimits.stepMsMin) return;
    anchorWallMs = trueMs;
    anchorMonoMs = raw.monotonicMs();
    quality = "synced";
    wasSynced = true;
    dispute = null;
    if (Math.abs(stepMs) > clockLimits.agreesMs) unprovenSinceMs = anchorMonoMs;
    void save(); // the saved time may be in the future
    for (const listener of listeners) listener(stepMs);
  }

  function checkSystem(): void {
    const monoMs = raw.monotonicMs();
    const hubSilentMs = options.hasHub ? monoMs - (hubTimeAtMs ?? startedMs) : null;
    const hasHubTime = hubTimeAtMs !== null;
    const site = wall();
    const system = raw.wall();
    const disputedForMs = noteDispute(isDisputed({ site, system }) ? system.atMs - monoMs : null, monoMs);
    if (takesSystemTime({ site, system, hubSilentMs, hasHubTime, wasSynced, disputedForMs })) correct(system.atMs);
    else if (dispute !== null && !hasHubTime) markDoubtful(monoMs);
  }

  /** How long the system's time has had about this offset; null: it agrees with the site's clock. */
  function noteDispute(offsetMs: number | null, monoMs: number): number {
    if (offsetMs === null) dispute = null;
    else if (dispute === null || Math.abs(offsetMs - dispute.offsetMs) > clockLimits.sameOffsetMs) {
      dispute = { sinceMs: monoMs, offsetMs };
    }
    return dispute === null ? 0 : monoMs - dispute.sinceMs;
  }

  /** One of the two clocks is wrong. No time counts as true until they agree or the system keeps its offset long enough. */
  function markDoubtful(monoMs: number): void {
    unprovenSinceMs = monoMs;
    if (quality === "synced") quality = "estimated";
  }

  function saveIfJournalIsOld(): void {
    const lastStampMs = options.lastStampMs?.() ?? 0;
    if (Math.abs(nowMs() - lastStampMs) >= saveEveryMs) void save();
  }

  async function save(): Promise<void> {
    const text = JSON.stringify({ atMs: nowMs() });
    await options.folder.replace(fileName, new TextEncoder().encode(text)).catch(() => {}); // the next save may succeed
  }

  function every(delayMs: number, task: () => void): void {
    const timer = raw.after(delayMs, () => {
      timers.delete(timer);
      task();
      every(delayMs, task);
    });
    timers.add(timer);
  }

  checkSystem(); // there are no listeners and no records of this boot yet
  const openingStepMs = quality === "synced" ? Math.round(anchorWallMs - savedMs) : null;
  return {
    openingStepMs,
    monotonicMs: () => raw.monotonicMs(),
    after: (delayMs, task) => raw.after(delayMs, task),
    wall,
    get isProven() {
      return (
        quality === "synced" && (hubTimeAtMs !== null || raw.monotonicMs() - unprovenSinceMs >= clockLimits.provenMs)
      );
    },
    setFromHub(timeMs) {
      hubTimeAtMs = raw.monotonicMs();
      correct(timeMs);
    },
    onCorrected: (listener) => void listeners.push(listener),
    start() {
      every(checkEveryMs, checkSystem);
      every(saveEveryMs, saveIfJournalIsOld);
    },
    async stop() {
      for (const timer of timers) timer.cancel();
      timers.clear();
      await save();
    },
  };
}

async function readSaved(folder: Folder): Promise<number> {
  try {
    const content = await folder.read(fileName);
    if (content === null) return 0;
    const { atMs } = JSON.parse(new TextDecoder().decode(content)) as { atMs?: unknown };
    return typeof atMs === "number" && Number.isSafeInteger(atMs) && atMs >= 0 ? unixMs(atMs) : 0;
  } catch {
    return 0; // damaged or unreadable: the journal's last stamp is nearly as good
  }
}

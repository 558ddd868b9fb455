/**
 * The site's clock: the process' timers and monotonic time as they are, and a wall clock that knows how good it is. From
 * `estimated` it only moves forward; a correction from the hub or NTP steps it either way, and whoever holds stamps
 * is told by how much, so that grants and sessions are moved along.
 */
import { type UnixMs, unixMs } from "@karibu/protocol/quantities";
import type { Clock, ClockQuality, Timer, Wall } from "@karibu/protocol/world";
import type { Folder } from "../ground/folder.ts";
import { clockLimits, isDisputed, startingQuality, takesSystemTime } from "./clock-policy.ts";

export interface SiteClock extends Clock {
  /** How far the clock was set at its opening, from the last time it knew; null when nothing could be trusted then. */
  readonly openingStepMs: number | null;
  /**
   * May something be forgotten for good because of this date? The hub told it, or nothing has contradicted it for a
   * day: a jump that nobody vouched for never is, at first.
   */
  readonly isProven: boolean;
  /** The hub's signed time: outranks everything. */
  setFromHub(timeMs: number): void;
  /** Runs after a correction, and when the clock becomes `synced` for the first time (then `stepMs` may be 0). */
  onCorrected(listener: (stepMs: number) => void): void;
  /** Looks at the system's clock from now on, and writes the time down now and then. */
  start(): void;
  stop(): Promise<void>;
}

const fileName = "clock.json";
const checkEveryMs = 10_000;
/** Each write wears the flash; after a power cut so much at most is taken from nobody and given to all. */
const saveEveryMs = 10 * 60_000;

export interface SiteClockOptions {
  readonly folder: Folder;
  readonly hasHub: boolean;
  /** The last time that the journal knows of. */
  readonly journalAtMs: number;
  /** The stamp of its newest record; absent: not told. While records come, the journal keeps the time, and no write is needed. */
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
  /** Since when the system has said another time, and how far that is from the monotonic one. */
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
    void save(); // what was written down before may be ahead of the truth
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

  /** For how long it has been `offsetMs`, about; null: it says nothing else than we do. */
  function noteDispute(offsetMs: number | null, monoMs: number): number {
    if (offsetMs === null) dispute = null;
    else if (dispute === null || Math.abs(offsetMs - dispute.offsetMs) > clockLimits.sameOffsetMs) {
      dispute = { sinceMs: monoMs, offsetMs };
    }
    return dispute === null ? 0 : monoMs - dispute.sinceMs;
  }

  /** One of the two is wrong: nothing is called true until they agree, or one has stood by its word. */
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
    await options.folder.replace(fileName, new TextEncoder().encode(text)).catch(() => {}); // the next try may do better
  }

  function every(delayMs: number, task: () => void): void {
    const timer = raw.after(delayMs, () => {
      timers.delete(timer);
      task();
      every(delayMs, task);
    });
    timers.add(timer);
  }

  checkSystem(); // nobody listens yet, and nothing of this boot is stamped yet
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

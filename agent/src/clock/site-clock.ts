/**
 * The site's clock: the timers and the monotonic time of the process, and a wall clock with a quality. It goes on from the last time that it
 * knew; a correction from the hub or NTP moves it either way. Listeners get the step, and move grants and sessions by it.
 */
import { earliestPlausibleMs } from "@karibu/protocol/earliest-plausible";
import { type UnixMs, unixMs } from "@karibu/protocol/quantities";
import type { Clock, ClockQuality, Timer, Wall } from "@karibu/protocol/world";
import type { Folder } from "../ground/files/folder.ts";
import type { Kernel } from "../ground/machine.ts";
import { clockLimits, isDisputed, startingQuality, takesSystemTime } from "./clock-policy.ts";
import { noSavedTime, readSavedTime, saveTime } from "./saved-time.ts";

export interface SiteClock extends Clock {
  /** The step from the journal's last time at opening, by which grants without a proved start move; null: none is known. */
  readonly openingStepMs: number | null;
  /**
   * May data be deleted because of this date? True when the date came from the hub, or when nothing has contradicted it for a day. An
   * unconfirmed jump is not proven at first.
   */
  readonly isProven: boolean;
  /** Has the hub told its time since the start? */
  readonly hasHubTime: boolean;
  /** For stamps of records: `synced` only where somebody has vouched for the time, so that what starts then keeps its start. */
  recordWall(): Wall;
  /** Sets the hub's signed time. It wins against every other source. */
  setFromHub(timeMs: number): void;
  /** Somebody who knows (the router's NTP client) vouches for the system's time as it is now. */
  trustSystem(): void;
  /**
   * Calls the listener after a correction, and when the time becomes `synced` or proved for the first time (`stepMs` may be 0 then). The new time
   * is saved after its promise: grants must not be found on the old time beside a clock of the new one.
   */
  onCorrected(listener: (stepMs: number) => void | Promise<void>): void;
  /** Starts to compare with the system's clock, and to save the time regularly. */
  start(): void;
  stop(): Promise<void>;
}

const checkEveryMs = 10_000;
/** The time is proved and the system agrees with it, to the second: no look can bring better knowledge, only a new doubt. */
const settledCheckEveryMs = 60_000;
/** What the two clocks may differ by at a look: one that drifts faster is looked at more often. */
const settledWithinMs = 1000;
/** Each write wears the flash. After a power cut the clock is late by at most this, so grants may last that much longer. */
const saveEveryMs = 10 * 60_000;
const saveRefusedMs = 60_000;

export interface SiteClockOptions {
  readonly folder: Folder;
  readonly hasHub: boolean;
  /** The last time in the journal. */
  readonly journalAtMs: number;
  /** When the journal's newest correction was, by the time that it made right; 0: there is none. */
  readonly correctedAtMs?: () => number;
  /** The time of the journal's newest record; absent: not known. While records are written, the clock needs no file. */
  readonly lastStampMs?: () => number;
  /** Absent: not known. Then the time that the agent did not run is not known either. */
  readonly kernel?: Kernel | null;
}

export async function openSiteClock(raw: Clock, options: SiteClockOptions): Promise<SiteClock> {
  const { folder, journalAtMs, kernel = null } = options;
  const { correctedAtMs = () => 0 } = options;
  const read = await readSavedTime(folder);
  // Saved before a correction that moved the grants: beside them it is a wrong time. An older agent did not say.
  const isOther = read.correctedAtMs !== undefined && ![0, read.correctedAtMs].includes(correctedAtMs());
  const saved = isOther ? noSavedTime : read;
  const startedMs = raw.monotonicMs();
  /** The router was not off since then: its own monotonic clock says how long ago it was. */
  const sinceSavedMs =
    saved.kernel !== null && saved.kernel.bootId === kernel?.bootId ? kernel.uptimeMs() - saved.kernel.uptimeMs : null;
  const savedMs = Math.max(saved.atMs + Math.max(0, sinceSavedMs ?? 0), journalAtMs);
  const listeners: ((stepMs: number) => void | Promise<void>)[] = [];
  const timers = new Set<Timer>();
  let anchorWallMs = savedMs;
  let anchorMonoMs = startedMs;
  let quality: ClockQuality = startingQuality(savedMs);
  /** After a power cut the router's date may stand where it stood before, as ours does: that they agree proves neither. */
  let proved = saved.proved && sinceSavedMs !== null && quality !== "unknown";
  let unprovedMs = saved.unprovedMs;
  let hubTimeAtMs: number | null = null;
  /** Since when the system's time differs, and its offset from the monotonic time. The offset of an earlier boot is not known. */
  let dispute: { readonly sinceMs: number; readonly offsetMs: number | null } | null = null;
  let unprovenSinceMs = startedMs;
  /** By how much the system's time was ahead at the last look. */
  let foundMs = Number.POSITIVE_INFINITY;
  /** Since when small steps are added up. */
  let addedSinceMs = startedMs;
  /** The disk refused: it is asked again, because without the time of this boot an agent that dies knows less. */
  let saveAgainMs = Number.POSITIVE_INFINITY;
  if (saved.dispute !== null && raw.wall().atMs >= saved.dispute.systemMs)
    dispute = { sinceMs: startedMs - saved.dispute.forMs, offsetMs: null };

  const nowMs = (): number => Math.round(anchorWallMs + raw.monotonicMs() - anchorMonoMs);

  function wall(): Wall {
    const now: Wall = { atMs: nowMs() as UnixMs, quality };
    if (dispute === null || hubTimeAtMs !== null) return now;
    const { atMs: systemMs } = raw.wall();
    return systemMs > now.atMs ? { ...now, likelyMs: systemMs } : now;
  }

  function correct(trueMs: number, isProof: boolean): void {
    const stepMs = Math.round(trueMs - nowMs());
    const isNews = quality !== "synced" || (isProof && !proved);
    if (isProof) unprovedMs = 0;
    if (!isNews && Math.abs(stepMs) < clockLimits.stepMsMin) return;
    const wasUnknown = quality === "unknown";
    anchorWallMs = trueMs;
    anchorMonoMs = raw.monotonicMs();
    quality = "synced";
    proved = isProof || (proved && !wasUnknown);
    if (isProof || wasUnknown) {
      unprovedMs = 0;
      addedSinceMs = anchorMonoMs;
    } else unprovedMs += stepMs;
    dispute = null;
    if (Math.abs(stepMs) > clockLimits.agreesMs) unprovenSinceMs = anchorMonoMs;
    tell(stepMs);
  }

  function tell(stepMs: number): void {
    const told = listeners.map((listener) => listener(stepMs));
    void Promise.allSettled(told).then(save); // the saved time may be in the future
  }

  function checkSystem(): void {
    const monoMs = raw.monotonicMs();
    const hubSilentMs = options.hasHub ? monoMs - (hubTimeAtMs ?? startedMs) : null;
    const hasHubTime = hubTimeAtMs !== null;
    const site: Wall = { atMs: nowMs() as UnixMs, quality };
    const system = raw.wall();
    foundMs = system.atMs - site.atMs;
    const disputedForMs = noteDispute(isDisputed({ site, system, unprovedMs }) ? system.atMs - monoMs : null, monoMs);
    const isTrusted = system.quality === "synced" && system.atMs >= earliestPlausibleMs;
    const takes = takesSystemTime({ site, system, hubSilentMs, hasHubTime, disputedForMs, unprovedMs });
    if (takes || (isTrusted && !proved)) correct(system.atMs, isTrusted || dispute !== null);
    else if (dispute !== null && !hasHubTime) markDoubtful(monoMs);
    if (monoMs - addedSinceMs >= clockLimits.provenMs) settleDay(monoMs);
    if (monoMs >= saveAgainMs) void save();
  }

  /** How long the system's time has had about this offset; null: it agrees with the site's clock. */
  function noteDispute(offsetMs: number | null, monoMs: number): number {
    if (offsetMs === null) dispute = null;
    else if (dispute !== null && dispute.offsetMs === null) dispute = { ...dispute, offsetMs };
    else if (dispute === null || Math.abs(offsetMs - (dispute.offsetMs as number)) > clockLimits.sameOffsetMs) {
      dispute = { sinceMs: monoMs, offsetMs };
    }
    return dispute === null ? 0 : monoMs - dispute.sinceMs;
  }

  /** One of the two clocks is wrong. No time counts as true until they agree or the system keeps its offset long enough. */
  function markDoubtful(monoMs: number): void {
    unprovenSinceMs = monoMs;
    if (quality === "synced") quality = "estimated";
  }

  /** Nothing has contradicted the time for a day: that is the proof of a site without a hub. */
  function settleDay(monoMs: number): void {
    if (quality !== "synced" || monoMs - unprovenSinceMs < clockLimits.provenMs) return;
    unprovedMs = 0;
    addedSinceMs = monoMs;
    if (proved) return;
    proved = true;
    tell(0);
  }

  /** While the system insists on another time, the file keeps for how long. */
  function saveIfNeeded(): void {
    const lastStampMs = options.lastStampMs?.() ?? 0;
    if (dispute !== null || Math.abs(nowMs() - lastStampMs) >= saveEveryMs) void save();
  }

  async function save(): Promise<void> {
    const monoMs = raw.monotonicMs();
    const machine = kernel === null ? null : { bootId: kernel.bootId, uptimeMs: Math.round(kernel.uptimeMs()) };
    const disputed =
      dispute === null ? null : { systemMs: raw.wall().atMs, forMs: Math.round(monoMs - dispute.sinceMs) };
    const time = {
      atMs: unixMs(nowMs()),
      correctedAtMs: correctedAtMs(),
      proved,
      unprovedMs,
      kernel: machine,
      dispute: disputed,
    };
    saveAgainMs = await saveTime(folder, time).then(
      () => Number.POSITIVE_INFINITY,
      () => monoMs + saveRefusedMs,
    );
  }

  function every(delayMs: () => number, task: () => void): void {
    const timer = raw.after(delayMs(), () => {
      timers.delete(timer);
      task();
      every(delayMs, task);
    });
    timers.add(timer);
  }

  const isSettled = (): boolean =>
    quality === "synced" && proved && unprovedMs === 0 && dispute === null && Math.abs(foundMs) < settledWithinMs;

  // Within one boot of the router its own clock vouches for the time as well as it was vouched for before.
  if (proved) quality = "synced";
  checkSystem(); // there are no listeners and no records of this boot yet
  // A crash came between the first known time and the record that moves the grants of the unknown time to it.
  const crossed = journalAtMs < earliestPlausibleMs && savedMs >= earliestPlausibleMs;
  const openingStepMs =
    crossed || quality === "synced" ? Math.round(anchorWallMs - (crossed ? journalAtMs : savedMs)) : null;
  return {
    openingStepMs,
    monotonicMs: () => raw.monotonicMs(),
    after: (delayMs, task) => raw.after(delayMs, task),
    wall,
    get hasHubTime() {
      return hubTimeAtMs !== null;
    },
    recordWall: () => ({
      atMs: nowMs() as UnixMs,
      quality: quality === "synced" && !proved ? "estimated" : quality,
    }),
    get isProven() {
      return (
        quality === "synced" && (hubTimeAtMs !== null || raw.monotonicMs() - unprovenSinceMs >= clockLimits.provenMs)
      );
    },
    setFromHub(timeMs) {
      hubTimeAtMs = raw.monotonicMs();
      correct(timeMs, true);
    },
    trustSystem() {
      const { atMs } = raw.wall();
      if (hubTimeAtMs === null && atMs >= earliestPlausibleMs) correct(atMs, true);
    },
    onCorrected: (listener) => void listeners.push(listener),
    start() {
      every(() => (isSettled() ? settledCheckEveryMs : checkEveryMs), checkSystem);
      every(() => saveEveryMs, saveIfNeeded);
      void save(); // the kernel's uptime belongs to this boot
    },
    async stop() {
      for (const timer of timers) timer.cancel();
      timers.clear();
      await save();
    },
  };
}

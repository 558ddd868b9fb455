/**
 * The limits of a session, as RouterOS counts them: pure functions over a meter and limits. Traffic is a rate since a moment, so an
 * hour of it costs one subtraction instead of 3,600 ticks, and the next end is known to the millisecond.
 */
import { type Rates, unlimitedRates } from "./rate-limit.ts";

export interface Limits {
  /** From the session's start. Null or 0: no limit. */
  readonly sessionSeconds: number | null;
  readonly idleSeconds: number | null;
  /** Upload (`Recv`), download (`Xmit`) and their sum. */
  readonly upBytes: number | null;
  readonly downBytes: number | null;
  readonly totalBytes: number | null;
  readonly rates: Rates;
  readonly interimSeconds: number | null;
  /** Concurrent sessions per user name. Null: the profile's `shared-users`. */
  readonly portLimit: number | null;
}

export const noLimits: Limits = {
  sessionSeconds: null,
  idleSeconds: null,
  upBytes: null,
  downBytes: null,
  totalBytes: null,
  rates: unlimitedRates,
  interimSeconds: null,
  portLimit: null,
};

/** How many bytes per second a client wants to send and receive. */
export interface Appetite {
  readonly upBytesPerSecond: number;
  readonly downBytesPerSecond: number;
}

export const noAppetite: Appetite = { upBytesPerSecond: 0, downBytesPerSecond: 0 };

export interface Meter {
  /** Bytes counted before `sinceMs`. */
  readonly upBytes: number;
  readonly downBytes: number;
  /** The rate applies from here. */
  readonly sinceMs: number;
  readonly rate: Appetite;
  readonly lastTrafficMs: number;
}

export const freshMeter = (nowMs: number): Meter => ({
  upBytes: 0,
  downBytes: 0,
  sinceMs: nowMs,
  rate: noAppetite,
  lastTrafficMs: nowMs,
});

export interface Reading {
  readonly upBytes: number;
  readonly downBytes: number;
  readonly lastTrafficMs: number;
}

export function read(meter: Meter, nowMs: number): Reading {
  const elapsedMs = nowMs - meter.sinceMs;
  const busy = elapsedMs > 0 && (meter.rate.upBytesPerSecond > 0 || meter.rate.downBytesPerSecond > 0);
  return {
    upBytes: meter.upBytes + Math.floor((meter.rate.upBytesPerSecond * elapsedMs) / 1000),
    downBytes: meter.downBytes + Math.floor((meter.rate.downBytesPerSecond * elapsedMs) / 1000),
    lastTrafficMs: busy ? nowMs : meter.lastTrafficMs,
  };
}

/** Sets the rate from now on: the appetite, bounded by the rate limits. */
export function setRate(meter: Meter, nowMs: number, appetite: Appetite, rates: Rates): Meter {
  const within = (wanted: number, bitsPerSecond: number) =>
    bitsPerSecond === 0 ? wanted : Math.min(wanted, bitsPerSecond / 8);
  return {
    ...read(meter, nowMs),
    sinceMs: nowMs,
    rate: {
      upBytesPerSecond: within(appetite.upBytesPerSecond, rates.upBitsPerSecond),
      downBytesPerSecond: within(appetite.downBytesPerSecond, rates.downBitsPerSecond),
    },
  };
}

export function addBytes(meter: Meter, nowMs: number, bytes: { up: number; down: number }): Meter {
  const reading = read(meter, nowMs);
  return {
    ...meter,
    upBytes: reading.upBytes + bytes.up,
    downBytes: reading.downBytes + bytes.down,
    lastTrafficMs: nowMs,
    sinceMs: nowMs,
  };
}

/** `traffic-limit` is RouterOS' name; on the wire it is NAS-Request. */
export type LimitCause = "session-timeout" | "idle-timeout" | "traffic-limit";

/** When and why this session ends if nothing changes. Null: it has no end. */
export function nextEnd(
  limits: Limits,
  meter: Meter,
  startedAtMs: number,
  nowMs: number,
): { atMs: number; cause: LimitCause } | null {
  const ends: { atMs: number; cause: LimitCause }[] = [];
  if (limits.sessionSeconds) ends.push({ atMs: startedAtMs + limits.sessionSeconds * 1000, cause: "session-timeout" });
  const { upBytesPerSecond: up, downBytesPerSecond: down } = meter.rate;
  if (limits.idleSeconds && up + down === 0) {
    ends.push({ atMs: meter.lastTrafficMs + limits.idleSeconds * 1000, cause: "idle-timeout" });
  }
  const reading = read(meter, nowMs);
  const untilFull = (limitBytes: number | null, usedBytes: number, bytesPerSecond: number) => {
    if (!limitBytes) return;
    const leftBytes = limitBytes - usedBytes;
    if (leftBytes <= 0) ends.push({ atMs: nowMs, cause: "traffic-limit" });
    else if (bytesPerSecond > 0) {
      ends.push({ atMs: nowMs + Math.max(1, Math.ceil((leftBytes * 1000) / bytesPerSecond)), cause: "traffic-limit" });
    }
  };
  untilFull(limits.upBytes, reading.upBytes, up);
  untilFull(limits.downBytes, reading.downBytes, down);
  untilFull(limits.totalBytes, reading.upBytes + reading.downBytes, up + down);
  return ends.reduce<(typeof ends)[number] | null>(
    (first, end) => (first && first.atMs <= end.atMs ? first : end),
    null,
  );
}

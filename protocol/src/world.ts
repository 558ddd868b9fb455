/**
 * What agent and hub know of the world outside: time, chance and a log. Handed in, never imported, so that one seed can
 * hold a whole town. The real ones are built in each `main.ts`; the simulated ones in `lab`.
 */
import type { UnixMs } from "./quantities.ts";

export interface World {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export interface Clock {
  /** Elapsed milliseconds: never goes back, means nothing after a restart. For time-outs and back-off. */
  monotonicMs(): number;
  /** The date as far as we know. A router without RTC boots in 1970: look at `quality` before expiring anyone. */
  wall(): Wall;
  /** Runs `task` once, `delayMs` from now. The only timer there is. */
  after(delayMs: number, task: () => void): Timer;
}

export interface Timer {
  cancel(): void;
}

/** `synced`: from the hub or NTP. `estimated`: last known time plus elapsed time. `unknown`: no source. */
export type ClockQuality = "synced" | "estimated" | "unknown";

export interface Wall {
  readonly atMs: UnixMs;
  readonly quality: ClockQuality;
  /**
   * The date that the system says, where it is ahead of `atMs` and nobody has proved it. For what people read and for hours of the day;
   * it ends nothing. Absent: the two agree, or the system says nothing.
   */
  readonly likelyMs?: UnixMs;
}

export interface Random {
  /** `count` random bytes; crypto-grade in production, seeded in the simulation. */
  bytes(count: number): Uint8Array;
}

/** One line per event: a fixed kebab-case name and fields. Never a PIN, a secret, a voucher code or a phone number. */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

export type LogFields = Readonly<Record<string, unknown>>;

/** A promise that settles after `delayMs` of the world's time. */
export function sleep(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => clock.after(delayMs, resolve));
}

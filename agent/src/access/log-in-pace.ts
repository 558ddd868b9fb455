/**
 * How often sessions of one right may begin. Each round of log-in, Start and Stop writes three records, nearly 9 kB of flash: a guest who goes round in
 * a loop, a few times a second, would wear out a router's flash within months, and a plan by time online is never charged for less than a second. At
 * one round in `everyMs` for each device that the right lets in, that is 25 MB a day, and no more records than a session of that length has anyhow.
 *
 * Nobody else comes near it. A phone that sleeps and wakes (the shortest idle time-out is a minute), that walks between hotspot servers, or whose
 * owner taps again and again, and a PPP line that flaps and dials by itself every few seconds for minutes, have the burst for that, and once it holds
 * they wait `everyMs` at most. A family, or a school's hundred tablets that dial again after a power cut, have it for each of them.
 *
 * Counted are sessions that began, because they are what writes: who is let in and begins none waits for nobody. Who must wait made no wrong try. It
 * counts by the right alone: a guest may take another MAC for each round. Memory is bounded: `keysMax` rights; whoever fills that has bought as many.
 */
import { createRateLimit } from "../ground/rate-limit.ts";

export const logInPace = { burst: 120, everyMs: 30_000, keysMax: 4096 } as const;

export interface LogInPace {
  /** `devices`: how many the right lets in. 0: let it in; otherwise the seconds to wait. */
  waitSeconds(grantId: string, devices: number, nowMs: number): number;
  /** A session of it began. */
  began(grantId: string, nowMs: number): void;
}

export function createLogInPace(): LogInPace {
  const limit = createRateLimit(logInPace);
  /** As they were when it last logged in: where one is missing, one. */
  const devicesOf = new Map<string, number>();
  const shareOf = (grantId: string): number => 1 / (devicesOf.get(grantId) ?? 1);
  return {
    waitSeconds(grantId, devices, nowMs) {
      if (devices > 1) keep(grantId, devices);
      return limit.waitSeconds(grantId, nowMs, 1 / devices);
    },
    began: (grantId, nowMs) => limit.spend(grantId, nowMs, shareOf(grantId)),
  };

  function keep(grantId: string, devices: number): void {
    if (devicesOf.get(grantId) === devices) return;
    if (devicesOf.size >= logInPace.keysMax) devicesOf.delete(devicesOf.keys().next().value as string);
    devicesOf.set(grantId, devices);
  }
}

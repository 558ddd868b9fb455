/**
 * How often who has a right may log in. Each round of log-in, Start and Stop writes three records, nearly 9 kB of flash: a guest who goes round in a
 * loop, a few times a second, would wear out a router's flash within months, and a plan by time online is never charged for less than a second. At
 * one round in `everyMs` that is 25 MB a day, and no more records than a session of that length has anyhow.
 *
 * Nobody else comes near it. A phone that sleeps and wakes (the shortest idle time-out is a minute), that walks between hotspot servers, or whose
 * owner taps again and again, has the burst for that. A grant has it for each device that it lets in, so a family, or a school's hundred tablets after
 * a power cut, don't wait for each other; a MAC may stand for several devices behind a repeater. A PPP line that flaps dials by itself every few
 * seconds for minutes: it has a burst of its own, and once the line holds it waits for one more log-in, `everyMs` at most. Asking too soon costs nothing.
 *
 * What must wait was no wrong try. Memory is bounded: `keysMax` grants and as many devices; an attacker with more grants than that has bought them.
 */
import { createRateLimit } from "../ground/rate-limit.ts";
import type { LogInRequest } from "./access.ts";

/** `grant`: for each device that it lets in. `device`: of a MAC, with whatever grants. */
export const logInPace = {
  hotspot: {
    grant: { burst: 20, everyMs: 30_000, keysMax: 4096 },
    device: { burst: 60, everyMs: 30_000, keysMax: 4096 },
  },
  ppp: {
    grant: { burst: 60, everyMs: 30_000, keysMax: 4096 },
    device: { burst: 60, everyMs: 30_000, keysMax: 4096 },
  },
} as const;

export interface LogInPace {
  /** Takes one log-in. 0: go on; otherwise the seconds to wait, and nothing is taken. */
  take(who: Entering, nowMs: number): number;
  /** It was not let in. */
  giveBack(who: Entering): void;
}

/** `devices`: how many the grant lets in. */
export interface Entering extends Pick<LogInRequest, "service" | "mac"> {
  readonly grantId: string;
  readonly devices: number;
}

export function createLogInPace(): LogInPace {
  const limitsOf = ({ grant, device }: (typeof logInPace)["hotspot" | "ppp"]) => ({
    grants: createRateLimit(grant),
    devices: createRateLimit(device),
  });
  const limits = { hotspot: limitsOf(logInPace.hotspot), ppp: limitsOf(logInPace.ppp) };

  return {
    take({ service, grantId, devices, mac }, nowMs) {
      const of = limits[service];
      const share = 1 / devices;
      const waitSeconds = of.grants.take(grantId, nowMs, share);
      if (waitSeconds > 0 || mac === null) return waitSeconds;
      const deviceWaitSeconds = of.devices.take(mac, nowMs);
      if (deviceWaitSeconds > 0) of.grants.giveBack(grantId, share);
      return deviceWaitSeconds;
    },
    giveBack({ service, grantId, devices, mac }) {
      limits[service].grants.giveBack(grantId, 1 / devices);
      if (mac !== null) limits[service].devices.giveBack(mac);
    },
  };
}

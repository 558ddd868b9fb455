/**
 * The next step for a session that is over. The steps (an ACK is no proof, and some routers do not listen): ask by RADIUS, check
 * the router's list, remove the session and its MAC cookie by the API, check again, and in the end raise an alarm and go on
 * trying. Pure.
 */
import type { CoaAnswer } from "../ground/dynamic-authorization.ts";

/** How far the eviction of one session has come. Times are monotonic. */
export interface Eviction {
  readonly sinceMs: number;
  readonly tries: number;
  readonly nextMs: number;
  /** How often in a row the router said that it knows no such session, and when it said so last. */
  readonly unknowns: number;
  readonly unknownMs: number;
  /** A report of the session came after the router had said that it knows none: its word ends nothing any more. */
  readonly contradicted: boolean;
  readonly alarmed: boolean;
}

export type EvictionStep =
  | { readonly kind: "wait" }
  | { readonly kind: "disconnect" }
  /** Reads the router's list, removes the MAC cookie and the session. */
  | { readonly kind: "remove" }
  /** The router does not know the session: closes it at its last counters. */
  | { readonly kind: "close-as-lost" };

export const evictionLimits = {
  /** The delay between tries grows up to the maximum. */
  retryMs: 4000,
  retryMsMax: 30_000,
  /** A session's end is seen, and this is looked at, every 5 s: so the alarm is raised at most 45 s after the end. */
  alarmAfterMs: 35_000,
  /** This many disconnects in a row without an answer make the CoA port count as silent, for the time below. */
  silentAfter: 3,
  silentForMs: 120_000,
} as const;

/** `deniedSinceMs`: the session was closed on the router's word at an eviction that began then, and is reported again. */
export function beginEviction(nowMs: number, deniedSinceMs: number | null = null): Eviction {
  const contradicted = deniedSinceMs !== null;
  const sinceMs = deniedSinceMs ?? nowMs;
  return { sinceMs, tries: 0, nextMs: nowMs, unknowns: 0, unknownMs: 0, contradicted, alarmed: false };
}

/** `reportedMs`: when the session's last report came. One that is newer than the router's denial contradicts it. */
export function afterReport(eviction: Eviction, reportedMs: number): Eviction {
  if (eviction.unknowns === 0 || reportedMs <= eviction.unknownMs) return eviction;
  return { ...eviction, unknowns: 0, contradicted: true };
}

/**
 * The first step is RADIUS even where there is an API: it is cheap and brings the Stop. The next steps use the API. A router
 * whose CoA port is silent is asked by the API at once: 200 sessions that end together must not wait for 200 time-outs.
 * `keepsCookie`: the device is to come back without typing. RouterOS forgets its MAC cookie at a Disconnect-Request, so the API goes first, and every
 * other time.
 */
export function nextStep(
  eviction: Eviction,
  nowMs: number,
  router: { readonly hasApi: boolean; readonly coaIsSilent: boolean; readonly keepsCookie?: boolean },
): EvictionStep {
  if (nowMs < eviction.nextMs) return { kind: "wait" };
  if (eviction.unknowns >= 2 && !eviction.contradicted) return { kind: "close-as-lost" };
  const isApiDue = router.keepsCookie === true ? eviction.tries % 2 === 0 : eviction.tries > 0;
  return { kind: router.hasApi && (isApiDue || router.coaIsSilent) ? "remove" : "disconnect" };
}

export type EvictionOutcome = CoaAnswer | "removed" | "not-there" | "failed";

/** After `nak` and `not-there` the router does not know the session. After every other outcome it may. */
export function afterStep(eviction: Eviction, outcome: EvictionOutcome, nowMs: number): Eviction {
  const tries = eviction.tries + 1;
  const delayMs = Math.min(evictionLimits.retryMsMax, evictionLimits.retryMs * 2 ** Math.min(tries - 1, 5));
  const isUnknown = outcome === "nak" || outcome === "not-there";
  // The other way is tried at once, but only after the first try: without an API this would loop.
  const isAtOnce = eviction.tries === 0 && (outcome === "no-answer" || outcome === "nak");
  return {
    ...eviction,
    tries,
    nextMs: isAtOnce ? nowMs : nowMs + delayMs,
    unknowns: isUnknown ? eviction.unknowns + 1 : 0,
    unknownMs: isUnknown ? nowMs : eviction.unknownMs,
  };
}

export function isAlarming(eviction: Eviction, nowMs: number): boolean {
  return !eviction.alarmed && nowMs - eviction.sinceMs >= evictionLimits.alarmAfterMs;
}

/** Two interims are missing: the router's list shows whether the session is there. A reboot ends sessions without a Stop. */
export function isDoubtful(reportedMs: number, nowMs: number, interimSeconds: number): boolean {
  return nowMs - reportedMs > 2 * interimSeconds * 1000 + 15_000;
}

/** A NAS that reported and is silent for so long has lost the session. A NAS that never reported gets a day. */
export function isStale(reportedMs: number, nowMs: number, reportsInterims: boolean, interimSeconds: number): boolean {
  const silentMs = nowMs - reportedMs;
  return silentMs > (reportsInterims ? Math.max(15 * 60_000, 3 * interimSeconds * 1000) : 24 * 3600 * 1000);
}

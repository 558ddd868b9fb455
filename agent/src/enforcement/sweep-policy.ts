/**
 * What to do next about a session that is over. The ladder (an ACK is no proof, and some routers do not listen at all):
 * ask by RADIUS, look, remove by the router's API with its MAC cookie, look again, and in the end call a person, while going on to try.
 * Pure.
 */
import type { RouterAnswer } from "../access/access.ts";

/** How far the ladder was climbed for one session. Times are monotonic. */
export interface Eviction {
  readonly sinceMs: number;
  readonly tries: number;
  readonly nextMs: number;
  /** The router said, twice in a row, that it knows no such session. */
  readonly unknowns: number;
  readonly alarmed: boolean;
}

export type EvictionStep =
  | { readonly kind: "wait" }
  | { readonly kind: "disconnect" }
  /** Read the router's own list, forget the MAC cookie, and remove the session there. */
  | { readonly kind: "remove" }
  /** Nobody has it any more: close it at its last counters. */
  | { readonly kind: "close-as-lost" };

export const evictionLimits = {
  /** Between tries, growing to the maximum. */
  retryMs: 4000,
  retryMsMax: 30_000,
  alarmAfterMs: 45_000,
  /** So many disconnects in a row without an answer, and the CoA port counts as silent, for so long. */
  silentAfter: 3,
  silentForMs: 120_000,
} as const;

export function beginEviction(nowMs: number): Eviction {
  return { sinceMs: nowMs, tries: 0, nextMs: nowMs, unknowns: 0, alarmed: false };
}

/**
 * With the router's API the first step is still RADIUS, because it is cheap and brings the Stop; from then on the API.
 * A router whose CoA port is silent is asked by the API at once: 200 sessions that end together must not wait for 200
 * time-outs.
 */
export function nextStep(
  eviction: Eviction,
  nowMs: number,
  router: { readonly hasApi: boolean; readonly coaIsSilent: boolean },
): EvictionStep {
  if (nowMs < eviction.nextMs) return { kind: "wait" };
  if (eviction.unknowns >= 2) return { kind: "close-as-lost" };
  return { kind: router.hasApi && (eviction.tries > 0 || router.coaIsSilent) ? "remove" : "disconnect" };
}

export type EvictionOutcome = RouterAnswer | "removed" | "not-there" | "failed";

/** `nak` and `not-there` mean that the router does not know the session; everything else leaves it in doubt. */
export function afterStep(eviction: Eviction, outcome: EvictionOutcome, nowMs: number): Eviction {
  const tries = eviction.tries + 1;
  const delayMs = Math.min(evictionLimits.retryMsMax, evictionLimits.retryMs * 2 ** Math.min(tries - 1, 5));
  const isUnknown = outcome === "nak" || outcome === "not-there";
  // A router that answers nothing on the CoA port is at once asked the other way.
  const nextMs = outcome === "no-answer" || outcome === "nak" ? nowMs : nowMs + delayMs;
  return {
    ...eviction,
    tries,
    // Two silent answers in a row without an API would spin: only the first hurries.
    nextMs: eviction.tries === 0 ? nextMs : nowMs + delayMs,
    unknowns: isUnknown ? eviction.unknowns + 1 : 0,
  };
}

export function isAlarming(eviction: Eviction, nowMs: number): boolean {
  return !eviction.alarmed && eviction.tries > 0 && nowMs - eviction.sinceMs >= evictionLimits.alarmAfterMs;
}

/** Two interims are missing: worth a look at the router's own list. A reboot of the router alone ends sessions without a word. */
export function isDoubtful(heardMs: number, nowMs: number, interimSeconds: number): boolean {
  return nowMs - heardMs > 2 * interimSeconds * 1000 + 15_000;
}

/** A NAS that reports and then falls silent for so long has lost the session; one that never reported is given a day. */
export function isStale(heardMs: number, nowMs: number, reportsInterims: boolean, interimSeconds: number): boolean {
  const silentMs = nowMs - heardMs;
  return silentMs > (reportsInterims ? Math.max(15 * 60_000, 3 * interimSeconds * 1000) : 24 * 3600 * 1000);
}

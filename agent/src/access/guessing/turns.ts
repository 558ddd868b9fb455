/**
 * Who may try a code now. All devices that hold nothing share `perSecond` wrong tries at a site, and a device that must wait gets a place: its
 * turn comes after the turns of all who waited before it, and each host has one place at a time. So a host that guesses as fast as it can delays
 * another one by a twentieth of a second a round, and hundred of them by five seconds.
 *
 * Only wrong tries are charged (`spend`): a right code takes nobody's turn, so a crowd of honest customers at opening time waits for nobody. Who
 * comes when its turn is there finds it for `keptMs`; who does not come has lost it. Whoever the router does not list as a host (a made-up MAC)
 * gets what is left over, and no place: half of the burst is kept for hosts. Who dials by PPP names its MAC itself, and no list has it: all of them
 * together get half of the places.
 *
 * Pure: the clock is passed in; what comes out depends on nothing else. Memory is bounded: `placesMax` hosts ahead of the clock, those of the last
 * `keptMs` whose turn is there, and `formHostsMax` hosts of the router's own form. Beyond `placesMax` a host waits without a place.
 */

export interface TurnLimits {
  readonly perSecond: number;
  /**
   * After a quiet time so many wrong tries at once. It bounds how long an honest host waits when many hosts that were never wrong before try a code in
   * the same moment, and gives a guesser no more codes: it fills again at `perSecond`, so whoever guesses has `perSecond` in the long run, with pauses
   * and without, and `burst` once. With the densest batch that the hub makes (1 right code in 100,000) 200 of them are worth 0.002 codes; and all 250
   * hosts of a /24 that guess at once put an honest one off by 2.5 s, where a burst of 20 made that 11.5.
   *
   * That a host was never wrong is no pass beside the turns: with a new MAC for each guess no host was, and the answer to a right code tells it from
   * the others. 1000 made-up hosts a second would find such a code in 100 s, instead of in 83 minutes.
   */
  readonly burst: number;
  readonly placesMax: number;
  readonly keptMs: number;
  /** In the router's own log-in form a host may be wrong once in this time. */
  readonly formMs: number;
  readonly formHostsMax: number;
  /** What a host without a place is told: a new phone is in the router's list by then. */
  readonly againMs: number;
}

export const turnLimits: TurnLimits = {
  perSecond: 20,
  burst: 200,
  placesMax: 400,
  keptMs: 15_000,
  formMs: 5000,
  formHostsMax: 4096,
  againMs: 2000,
};

/** A device that asks, by the name that the router or the network proved for it. */
export interface AskingHost {
  readonly key: string;
  /** False: the router was asked, and has no such host. */
  readonly isListed: boolean;
  /** By PPP. Absent: it does not. */
  readonly isDialled?: boolean;
  /** By the router's own form, where nothing asks again by itself. */
  readonly isByForm: boolean;
}

export interface Turns {
  /** Milliseconds until this host may try; 0: now. Whoever must wait has a place, and loses nothing by asking again. */
  ask(host: AskingHost, nowMs: number): number;
  /** It has tried, and was wrong. */
  spend(host: AskingHost, nowMs: number): void;
  /** It has tried, and was right: it took nobody's turn, and the next that comes has the one it waited for. */
  release(host: AskingHost): void;
  /** Hosts with a place, for figures and tests. */
  readonly places: number;
}

export function createTurns(limits: TurnLimits = turnLimits): Turns {
  const everyMs = 1000 / limits.perSecond;
  /** The turn of each host that waits. Given out in order of time, so the oldest are first. */
  const places = new Map<string, number>();
  /** Of these, who dials. */
  const dialled = new Set<string>();
  /** The last wrong try of each host by the router's form, the oldest first. */
  const formTries = new Map<string, number>();
  /** The next turn that nobody has. */
  let nextMs = Number.NEGATIVE_INFINITY;

  function forget(nowMs: number): void {
    for (const [key, atMs] of places) {
      if (atMs + limits.keptMs > nowMs) break;
      leave(key);
    }
  }

  /** False: it had no place. */
  function leave(key: string): boolean {
    dialled.delete(key);
    return places.delete(key);
  }

  /** Turns of a quiet time are kept up to the burst. */
  const freeFromMs = (nowMs: number, burst: number): number => Math.max(nextMs, nowMs - (burst - 1) * everyMs);

  function formWaitMs({ key, isByForm }: AskingHost, nowMs: number): number {
    const triedMs = isByForm ? formTries.get(key) : undefined;
    return triedMs === undefined ? 0 : Math.max(0, triedMs + limits.formMs - nowMs);
  }

  function turnWaitMs({ key, isListed, isDialled }: AskingHost, nowMs: number): number {
    forget(nowMs);
    const placeMs = places.get(key);
    if (placeMs !== undefined) return Math.max(0, placeMs - nowMs);
    const freeMs = freeFromMs(nowMs, limits.burst);
    if (!isListed) return freeMs + (limits.burst / 2) * everyMs <= nowMs ? 0 : limits.againMs;
    if (freeMs <= nowMs) return 0;
    if (freeMs - nowMs > limits.placesMax * everyMs) return limits.againMs;
    if (isDialled === true && dialled.size >= limits.placesMax / 2) return limits.againMs;
    places.set(key, freeMs);
    if (isDialled === true) dialled.add(key);
    nextMs = freeMs + everyMs;
    return freeMs - nowMs;
  }

  return {
    ask: (host, nowMs) => formWaitMs(host, nowMs) || turnWaitMs(host, nowMs),
    spend({ key, isByForm }, nowMs) {
      if (!leave(key)) nextMs = freeFromMs(nowMs, limits.burst) + everyMs;
      if (!isByForm) return;
      formTries.delete(key);
      // An attacker with ever new MACs must not fill the memory: the oldest goes.
      if (formTries.size >= limits.formHostsMax) formTries.delete(formTries.keys().next().value as string);
      formTries.set(key, nowMs);
    },
    release({ key }) {
      if (leave(key)) nextMs -= everyMs;
    },
    get places() {
      return places.size;
    },
  };
}

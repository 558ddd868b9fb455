/**
 * What a site gives for nothing: a free trial, and the internet of a payment window. Pure.
 *
 * Who attacks this: a guest who wants internet without paying. With a new random MAC and without the cookie a phone is a new device, and nobody can
 * tell: so a site gives only so many a day, whoever asks, and each is small. Who claims a neighbour's MAC gets a log-in that only the neighbour can
 * use (`log-in-tokens.ts`), and nothing counts before the router has let the host in. A site that lost its memory gives nothing until it is told.
 */
import type { ProviderBody } from "@karibu/protocol/feed";
import type { Trial } from "@karibu/protocol/plan";

export type PayWindow = NonNullable<ProviderBody["payWindow"]>;

/** `had-one`: this device had it before. `none-left`: the site's share of the day is given. */
export type FreeRefusal = "not-offered" | "not-remembered" | "had-one" | "none-left";

interface TrialFacts {
  /** Null: nothing can be tried here. */
  readonly trial: Pick<Trial, "perDay"> | null;
  readonly isMemoryLost: boolean;
  /** The device holds, or held, a trial. */
  readonly hadOne: boolean;
  readonly givenToday: number;
}

/** Refusals in order of precedence; null: the device may have it. */
export function trialRefusal({ trial, isMemoryLost, hadOne, givenToday }: TrialFacts): FreeRefusal | null {
  if (trial === null) return "not-offered";
  if (hadOne) return "had-one";
  if (isMemoryLost) return "not-remembered";
  return givenToday >= trial.perDay ? "none-left" : null;
}

interface WindowFacts {
  /** Null: the provider gives none. */
  readonly window: Pick<PayWindow, "perDay" | "everySeconds"> | null;
  readonly isMemoryLost: boolean;
  /** When the last window of this device, for another purchase, began; null: none is known. */
  readonly lastMs: number | null;
  readonly nowMs: number;
  readonly givenToday: number;
}

/** As above. A clock that was set back lets nobody wait longer than the whole time. */
export function windowRefusal({ window, isMemoryLost, lastMs, nowMs, givenToday }: WindowFacts): FreeRefusal | null {
  if (window === null) return "not-offered";
  if (isMemoryLost) return "not-remembered";
  if (lastMs !== null && Math.abs(nowMs - lastMs) < window.everySeconds * 1000) return "had-one";
  return givenToday >= window.perDay ? "none-left" : null;
}

export const dayMs = 86_400_000;

/** When the day in which this moment is began, by that time zone. */
export function dayBeganMs(atMs: number, utcOffsetMinutes: number): number {
  const offsetMs = utcOffsetMinutes * 60_000;
  const localMs = atMs + offsetMs;
  return localMs - (((localMs % dayMs) + dayMs) % dayMs) - offsetMs;
}

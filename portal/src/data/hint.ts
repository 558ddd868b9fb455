import type { DeviceHint } from "@karibu/protocol/portal-api";

/** Data in the address of the hotspot's redirect: this phone, its destination, and an error. */
export interface Arrival {
  readonly hint: DeviceHint;
  /** http(s) only: it becomes a link. */
  readonly destination: string | null;
  readonly error: string | null;
  /** This page load came from the hotspot's redirect: the router does not see this phone as logged in. */
  readonly isRedirect: boolean;
  /** Of a printed voucher's picture, which leads here. Absent: none. */
  readonly code?: string;
  readonly pin?: string;
}

/** `#v=1234567890&p=4711`: browsers send what stands there to nobody. */
export function codeInFragment(fragment: string): Pick<Arrival, "code" | "pin"> {
  const said = new URLSearchParams(fragment.replace(/^#/, ""));
  const [code, pin] = [said.get("v"), said.get("p")];
  if (code === null || !/^[0-9A-Za-z-]{4,40}$/.test(code)) return {};
  return { code, ...(pin !== null && /^\d{4,6}$/.test(pin) ? { pin } : {}) };
}

/** Spelled here, because the portal carries none of the protocol's schemas. `hint.test.ts` compares them. */
export const hintNames = [
  "mac",
  "ip",
  "login",
  "pap",
  "chapId",
  "chapChallenge",
] as const satisfies (keyof DeviceHint)[];

/**
 * As `cutText` does, and in browsers that lack its `toWellFormed` (before Chrome 111, Safari 16.4): what comes from `URLSearchParams` has no half
 * characters, so that the cut alone can leave one.
 */
const cutSaid = (whole: string, unitsMax: number): string => whole.slice(0, unitsMax).replace(/[\ud800-\udbff]$/, "");

/**
 * Did the browser navigate to the page, and not reload it or come back to it? iPhones before iOS 15 know only the older word for it
 * (Navigation Timing, level 1), where 0 is that.
 */
export function wasNavigatedTo(timing: Pick<Performance, "getEntriesByType" | "navigation">): boolean {
  const [entry] = timing.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  return entry === undefined ? timing.navigation?.type === 0 : entry.type === "navigate";
}

/** `isFresh`: the browser navigated to the page; it was not reloaded or reopened with a stored query. */
export function readArrival(search: string, isFresh = false): Arrival {
  const query = new URLSearchParams(search);
  const hint: DeviceHint = {};
  for (const name of hintNames) {
    const value = query.get(name);
    if (value !== null && value !== "") hint[name] = cutSaid(value, 500);
  }
  const destination = query.get("dst");
  const error = query.get("err");
  return {
    hint,
    destination: destination !== null && /^https?:\/\//i.test(destination) ? destination : null,
    error: error ? cutSaid(error, 200) : null,
    isRedirect: isFresh && hint.login !== undefined,
  };
}

/**
 * The query of the last redirect, for a page that was opened without one (a bookmark, a reload). Null: stay. The page must be loaded
 * again with it, because the server uses it to allow the log-in's origin.
 */
export function queryToReturnWith(search: string, kept: string | null): string | null {
  return search.includes("login=") || kept === null || !kept.includes("login=") ? null : kept;
}

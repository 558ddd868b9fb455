import type { DeviceHint } from "@karibu/protocol/portal-api";

/** What the hotspot's redirect put into the address: who this phone is, where it wanted to go, what went wrong. */
export interface Arrival {
  readonly hint: DeviceHint;
  /** http(s) only: it becomes a link. */
  readonly destination: string | null;
  readonly error: string | null;
  /** The hotspot sent this very page load here: its router does not know this phone as logged in. */
  readonly isRedirect: boolean;
}

/** `isFresh`: the page was navigated to, not reloaded by hand or opened again with a kept query. */
export function readArrival(search: string, isFresh = false): Arrival {
  const query = new URLSearchParams(search);
  const hint: DeviceHint = {};
  for (const name of ["mac", "ip", "login"] as const) {
    const value = query.get(name);
    if (value !== null && value !== "") hint[name] = value.slice(0, 500);
  }
  const destination = query.get("dst");
  const error = query.get("err");
  return {
    hint,
    destination: destination !== null && /^https?:\/\//i.test(destination) ? destination : null,
    error: error ? error.slice(0, 200) : null,
    isRedirect: isFresh && hint.login !== undefined,
  };
}

/**
 * The query to open the page with when it came without one (a bookmark, a reload by hand): the one of the last redirect.
 * Null: stay. The page must be loaded again with it, because the server allows the log-in's origin by it.
 */
export function queryToReturnWith(search: string, kept: string | null): string | null {
  return search.includes("login=") || kept === null || !kept.includes("login=") ? null : kept;
}

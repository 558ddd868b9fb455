/**
 * Which open sessions are of the device that begins one now? A phone that walks to another hotspot server of the site logs in there, and its old
 * session runs on: nobody logged out. Proof is the device's own token. The same name from the same MAC is none: a router's cookie repeats it, also for who
 * copied the MAC; what becomes of that session, its own reports decide (`state/second-place.ts`). A MAC alone is a hint: it ends nothing.
 */
import { type Session, type SiteState, sessionsOf } from "../state/site-state.ts";

export interface Arrival {
  readonly grantId: string | null;
  readonly mac: string | null;
  /** The device that proved itself at this log-in; null: none did. */
  readonly device: string | null;
  readonly redials: boolean;
}

/** A PPP client hears of its end by itself, and its session is no place where it walked to. */
export function openOfDevice(state: SiteState, { grantId, mac, device, redials }: Arrival): readonly Session[] {
  if (grantId === null || device === null || redials) return [];
  return sessionsOf(state, state.open.byGrant.get(grantId) ?? []).filter((session) => {
    if (session.redials === true) return false;
    // What merely has the MAC of a device that proved itself is that device, or has no right to its place.
    return session.device === undefined ? mac !== null && session.mac === mac : session.device === device;
  });
}

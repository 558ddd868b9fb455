/**
 * Which open sessions are of the device that begins one now? A phone that walks to another hotspot server of the site logs in there, and its old
 * session runs on: nobody logged out. Proof is the device's own token, or the same code, name or cookie from the same MAC. A MAC alone is a hint:
 * whoever copied it must not end the session of the one who paid.
 */
import { normaliseMac } from "../ground/mac-address.ts";
import { type Session, type SiteState, sessionsOf } from "../state/site-state.ts";

export interface Arrival {
  readonly grantId: string | null;
  readonly user: string;
  readonly mac: string | null;
  /** The device that proved itself at this log-in; null: none did. */
  readonly device: string | null;
  readonly redials: boolean;
}

/** A PPP client hears of its end by itself, and its session is no place where it walked to. */
export function openOfDevice(state: SiteState, arrival: Arrival): readonly Session[] {
  if (arrival.grantId === null || arrival.redials) return [];
  const open = sessionsOf(state, state.open.byGrant.get(arrival.grantId) ?? []);
  return open.filter((session) => session.redials !== true && isOfDevice(session, arrival));
}

function isOfDevice(session: Session, { user, mac, device }: Arrival): boolean {
  const isSameMac = mac !== null && session.mac === mac;
  if (device !== null && session.device !== undefined) return session.device === device;
  // What merely has the MAC of a device that proved itself is that device, or has no right to its place.
  if (device !== null) return isSameMac;
  return isSameMac && session.user === user && normaliseMac(user) !== mac;
}

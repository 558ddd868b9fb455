/**
 * Users of the router's own: asked before RADIUS, and where one has the name RADIUS is never asked. Whether a user that is switched off still stands in the
 * way is not documented: here it does. @see MikroTik manual, RADIUS: "local user database is consulted first"
 */
import type { NasSession } from "../model/hotspot-state.ts";
import type { Reading } from "../model/session-limits.ts";
import type { Authentication, Nas, Proof } from "./nas.ts";

export interface LocalUsers {
  /** Null: no user has this name. */
  authenticate(session: NasSession, proof: Proof): Authentication | null;
  /** A session of one ended: its counters grow. */
  ended(session: NasSession, reading: Reading, seconds: number): void;
  /** False: the server asks no RADIUS at all. */
  usesRadius(): boolean;
}

const localSessions = new WeakSet<NasSession>();

/** No RADIUS server has heard of it. */
export const isLocal = (session: NasSession): boolean => localSessions.has(session);

export function withLocalUsers(nas: Nas, users: () => LocalUsers | null): Nas {
  return {
    async authenticate(session, proof) {
      const answer = users()?.authenticate(session, proof) ?? null;
      if (answer?.kind === "accept") localSessions.add(session);
      if (answer !== null) return answer;
      if (users()?.usesRadius() === false) return { kind: "reject", message: null };
      return await nas.authenticate(session, proof);
    },
    account(status, session, state, cause) {
      if (!isLocal(session)) nas.account(status, session, state, cause);
      else if (status === "Stop") users()?.ended(session, state.reading, state.sessionSeconds);
    },
  };
}

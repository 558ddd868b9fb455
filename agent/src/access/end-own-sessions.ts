/**
 * A phone logs out where there is no API: its sessions are ended by RADIUS (RFC 5176). An ACK is no proof, so it counts as done when the router's
 * Stop has come.
 */

import type { Site } from "../grants/site.ts";
import type { DynamicAuthorization } from "../ground/dynamic-authorization.ts";
import { openSessions, type Session } from "../state/site-state.ts";
import type { Device, PortalAccess } from "./portal-access.ts";

/** The customer waits. A Stop comes with the ACK or not at all. */
const stopMsMax = 3000;
const lookEveryMs = 100;

/** What ends is told apart by who asked for it (`enforcement/verdicts.ts`). */
interface EndingNotes {
  ending(sessionKey: string, why: "logged-out"): void;
  goesOn(sessionKey: string): void;
}

type OwnsSession = NonNullable<PortalAccess["ownsSession"]>;

/** Who merely names an address, or a MAC, ends what its own token has there, and nobody else's. */
function isOwn(ownsSession: OwnsSession, device: Device, { mac, address }: Session): boolean {
  const isNamed = device.claims === "address" || device.claims === "mac-and-address";
  const isAsked = device.address !== null ? address === device.address : device.mac !== null && mac === device.mac;
  // Another router of the site may have given the address, too.
  const isAnothers = device.mac !== null && mac !== null && mac !== device.mac;
  return isAsked && !isAnothers && (!isNamed || (mac !== null && ownsSession(device, mac)));
}

/** Before the router is asked, in whatever way: the Stop comes before its answer. */
export const createNoteLogOut =
  ({ state }: Site, verdicts: EndingNotes, ownsSession: OwnsSession): NonNullable<PortalAccess["noteLogOut"]> =>
  (device) => {
    const own = openSessions(state).filter((session) => isOwn(ownsSession, device, session));
    for (const { sessionKey } of own) verdicts.ending(sessionKey, "logged-out");
    return () => {
      for (const { sessionKey } of own) verdicts.goesOn(sessionKey);
    };
  };

export function createEndOwnSessions(
  { world, state }: Site,
  coa: Pick<DynamicAuthorization, "disconnect">,
  ownsSession: OwnsSession,
): NonNullable<PortalAccess["endSessions"]> {
  /** Not where the site gave it up meanwhile, or its device went on elsewhere: of that the router said nothing. */
  function isOver({ sessionKey }: Session): boolean {
    const cause = state.sessions.get(sessionKey)?.cause;
    return cause !== null && cause !== "lost" && cause !== "moved";
  }

  function over(sessions: readonly Session[]): Promise<void> {
    return new Promise((resolve) => {
      const look = (leftMs: number): void => {
        if (leftMs <= 0 || sessions.every(isOver)) resolve();
        else world.clock.after(lookEveryMs, () => look(leftMs - lookEveryMs));
      };
      look(stopMsMax);
    });
  }

  return async (device) => {
    const own = openSessions(state).filter((session) => isOwn(ownsSession, device, session));
    if (own.length === 0) return false;
    const answers = await Promise.all(
      own.map(({ user, sessionId, address, mac, router }) =>
        coa.disconnect({ user, sessionId, address, mac, router }).catch((error: unknown) => {
          world.log.warn("disconnect-failed", { error: String(error) });
          return "no-answer" as const;
        }),
      ),
    );
    if (answers.some((answer) => answer === "ack")) await over(own);
    return own.every(isOver);
  };
}

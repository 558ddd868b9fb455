/**
 * Sessions of the old system that run on become known to Karibu: with their start, their bytes, and the grant of their code. The router sends no accounting
 * of them, so the agent reads its list and reports in its place; from then on everything counts and ends them as it does any other.
 */
import { bytes, seconds } from "@karibu/protocol/quantities";
import type { AccountingReport } from "../access/access.ts";
import type { Accounting } from "../access/accounting.ts";
import { admit } from "../access/admit.ts";
import { deviceOfHost } from "../grants/device-keys.ts";
import { startGrant } from "../grants/grant-period.ts";
import type { Site } from "../grants/site.ts";
import { oldSystemsRouter } from "../state/router-address.ts";
import { openSessions, type Session } from "../state/site-state.ts";
import { judgeUser, listedOf, type OldSession } from "./old-sessions.ts";

/** Their sessions are kept by this: an end goes by the router's API. */
const place = { nas: "before Karibu", router: oldSystemsRouter } as const;

const sessionIdOf = ({ id, mac }: OldSession): string => `before-${id}-${mac ?? ""}`;

/** Those that Karibu reports in the router's place. */
export const adoptedSessions = ({ state }: Pick<Site, "state">): Session[] =>
  openSessions(state).filter(({ router }) => router === place.router);

export interface Adopted {
  readonly adopted: number;
  /** They run under a name that no list has, or that would be refused: they stay as they are. */
  readonly strangers: number;
}

/** What the router's list shows now: new ones begin here, known ones count on, and those that it does not show have ended. */
export async function adoptSessions(
  site: Site,
  access: Pick<Accounting, "account" | "closeAsLost">,
  sessions: readonly OldSession[],
): Promise<Adopted> {
  const before = new Map(adoptedSessions(site).map((session) => [session.sessionId, session]));
  let strangers = 0;
  for (const session of sessions) {
    const sessionId = sessionIdOf(session);
    // RouterOS gives an id again: after a reboot, or to the same phone under its next code.
    const isNew = before.get(sessionId)?.user !== session.user;
    if (isNew && !(await begin(site, session))) {
      strangers++;
      continue;
    }
    before.delete(sessionId);
    if (isNew) await access.account(reportOf(site, session, "start"));
    await access.account(reportOf(site, session, "interim"));
  }
  for (const gone of before.values()) await access.closeAsLost(gone, "not-listed");
  return { adopted: sessions.length - strangers, strangers };
}

/** Its grant began when it logged in, where no list knew of it before. False: it is no business of ours. */
async function begin(site: Site, session: OldSession): Promise<boolean> {
  const { mac, address, uptimeSeconds } = session;
  if (listedOf(site, session.user) === null) return false;
  const judged = judgeUser(site, session);
  if (judged.kind !== "accepted") return false;
  const startedAtMs = site.world.clock.wall().atMs - uptimeSeconds * 1000;
  const grant = startGrant(judged.known.grant, startedAtMs);
  const device = deviceOfHost({ mac, address, nas: place.nas });
  const result = admit(site, { grant, device, mac, wish: "enter", spends: null });
  if (result.kind === "reject") return false;
  await result.durable;
  return true;
}

function reportOf(site: Site, session: OldSession, status: "start" | "interim"): AccountingReport {
  const { user, mac, address, uptimeSeconds, inputBytes, outputBytes } = session;
  return {
    status,
    ...place,
    sessionId: sessionIdOf(session),
    user,
    grantId: listedOf(site, user)?.grant.grantId ?? null,
    mac,
    address,
    inputBytes: bytes(inputBytes),
    outputBytes: bytes(outputBytes),
    sessionSeconds: seconds(uptimeSeconds),
    delaySeconds: seconds(0),
    cause: null,
  };
}

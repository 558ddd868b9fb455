/**
 * Why a session may not go on, and why one ended: for the sweeper, and for the record of the session's end. The router's own word for
 * the end (Acct-Terminate-Cause) does not say it: `session-timeout` is a date or used-up time, `admin-reset` any request of ours.
 */
import type { Grant } from "@karibu/protocol/grant";
import { unixMs } from "@karibu/protocol/quantities";
import type { Wall } from "@karibu/protocol/world";
import type { WhyEnded } from "../access/accounting.ts";
import { isForDevice } from "../access/admit.ts";
import { decide } from "../access/decide.ts";
import { deviceOfHost } from "../grants/device-keys.ts";
import { type Slot, slotsOf } from "../grants/device-slots.ts";
import type { Site } from "../grants/site.ts";
import type { CountersWithBase } from "../state/counters.ts";
import type { Usage } from "../state/live-usage.ts";
import { isIdle } from "../state/quiet-time.ts";
import type { RejectReason } from "../state/reject-reason.ts";
import { type Session, sessionsOf } from "../state/site-state.ts";
import { spentReasonOf } from "../state/spent-grants.ts";

/**
 * Who ended a session that its grant would let go on. `kicked`: an operator. `passed-on`: its customer gave the place to another phone. `taken-off`: a
 * customer took this device off. `new-limits`: it logs in again at once, with more.
 */
export type KickReason = "kicked" | "passed-on" | "taken-off" | "new-limits";

/** Why a session may not go on. `idle-timeout`: its router should have ended it, and did not. */
export type Verdict = RejectReason | KickReason | "idle-timeout";

/** Why this site asks the router to end a session. `logged-out`: its customer asked on the portal. */
export type EndingReason = Verdict | "logged-out";

export interface Verdicts {
  /** Null: the session may go on. */
  of(session: Session): Verdict | null;
  /** Somebody ends it, also when its grant is valid. */
  kick(sessionKey: string, why: KickReason): void;
  /** The router is asked to end it, for this reason. */
  ending(sessionKey: string, why: EndingReason): void;
  /** The router did not do it: the session goes on, and ends for another reason. */
  goesOn(sessionKey: string): void;
  /** Why a session ended for which a Stop with these counters came; null: the router or the guest did it. */
  readonly whyEnded: WhyEnded;
  /** Sessions that are not open any more. */
  forgetClosed(): void;
}

/** A router may count a second less than the site: Session-Timeout is in whole seconds, rounded down. */
const earlySeconds = 2;
/** The guest or the line ended it, or the router stopped. By any other word a router may mean a limit that it was given. */
const ownCauses = new Set([
  ...["user-request", "lost-carrier", "lost-service", "idle-timeout", "admin-reboot", "nas-reboot"],
  ...["port-error", "nas-error", "service-unavailable"],
]);

/** The last report of a session, judged as it will be in `aheadSeconds`. */
interface Stop {
  readonly counters: CountersWithBase;
  readonly aheadSeconds: number;
}

export function createVerdicts(site: Site): Verdicts {
  const { world, state, catalogue, usage } = site;
  const kicked = new Map<string, KickReason>();
  const asked = new Map<string, EndingReason>();

  function verdictOf(session: Session, stop: Stop | null = null): Verdict | null {
    const kick = kicked.get(session.sessionKey);
    if (kick !== undefined) return kick;
    if (session.grantId === null) return null;
    const grant = catalogue.grantOf(session.grantId);
    if (grant === null) return spentReasonOf(state.spent, session.grantId);
    // What sends no MAC was let in by the one of its log-in.
    if (session.mac !== null && !isForDevice(site, grant.grantId, session.mac)) return "other-device";
    const slots = slotsOf(state, grant.grantId);
    // A NAS that sends no MAC: nothing in the session names the slot, so a slot without a MAC counts as its slot.
    const device = session.mac === null ? slots.find((slot) => slot.mac === null)?.device : undefined;
    const asking = { device: device ?? deviceOfHost(session), mac: session.mac };
    const used = usage.now(grant.grantId, catalogue.interimSeconds);
    const wall = world.clock.wall();
    const devices = { slots, asking, wish: "stay", hasPage: session.redials === true } as const;
    const decision =
      stop === null
        ? decide(grant, used, devices, wall)
        : decide(grant, usedAt(stop, session, grant.grantId, used), devices, later(wall, stop.aheadSeconds));
    if (decision.kind === "reject") return decision.reason;
    if (stop === null && session.mac === null && isOneTooMany(session, grant, slots)) return "too-many-devices";
    return stop === null && isIdle(usage.quiet(session), grant.terms.idleTimeoutSeconds) ? "idle-timeout" : null;
  }

  /** All tunnels to a server share one slot, for nothing names their clients: the newest have the places that no MAC has now. */
  function isOneTooMany(
    { sessionKey, startedAtMs }: Session,
    { grantId, terms }: Grant,
    slots: readonly Slot[],
  ): boolean {
    const newer = sessionsOf(state, state.open.byGrant.get(grantId) ?? []).filter(
      (one) =>
        one.mac === null &&
        (one.startedAtMs > startedAtMs || (one.startedAtMs === startedAtMs && one.sessionKey > sessionKey)),
    );
    return newer.length >= terms.devices - slots.filter(({ mac, online }) => mac !== null && online).length;
  }

  /** With the last counters, which the state does not have yet. */
  function usedAt({ counters, aheadSeconds }: Stop, session: Session, grantId: string, used: Usage): Usage {
    const known = usage.counters(session);
    const more = counters.onlineSeconds - known.onlineSeconds;
    return {
      bytes: used.bytes + counters.inputBytes + counters.outputBytes - known.inputBytes - known.outputBytes,
      onlineSeconds: Math.max(used.onlineSeconds, usage.reported(grantId).onlineSeconds + more) + aheadSeconds,
    };
  }

  return {
    of: (session) => verdictOf(session),
    kick: (sessionKey, why) => void kicked.set(sessionKey, why),
    ending: (sessionKey, why) => void asked.set(sessionKey, why),
    goesOn: (sessionKey) => void asked.delete(sessionKey),
    whyEnded(session, cause, counters) {
      const said = asked.get(session.sessionKey);
      if (said !== undefined) return said;
      if (ownCauses.has(cause)) return null;
      return verdictOf(session, { counters, aheadSeconds: cause === "session-timeout" ? earlySeconds : 0 });
    },
    forgetClosed() {
      for (const key of kicked.keys()) if (!state.open.keys.has(key)) kicked.delete(key);
      for (const key of asked.keys()) if (!state.open.keys.has(key)) asked.delete(key);
    },
  };
}

const later = (wall: Wall, seconds: number): Wall => ({ ...wall, atMs: unixMs(wall.atMs + seconds * 1000) });

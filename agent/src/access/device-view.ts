/** What a customer's device has: its session now, and the grants that it could use. */

import { deviceOfToken } from "@karibu/protocol/device-key";
import type { Grant } from "@karibu/protocol/grant";
import { windowPrefix } from "@karibu/protocol/grant-id";
import type { Online } from "@karibu/protocol/portal-api";
import { bytes, type UnixMs, unixMs } from "@karibu/protocol/quantities";
import type { Wall } from "@karibu/protocol/world";
import { slotsOf } from "../grants/device-slots.ts";
import { endOf } from "../grants/grant-period.ts";
import { isHeld, type Site } from "../grants/site.ts";
import { grantsHeldBy, heldGrants } from "../state/held-grants.ts";
import { openSessions, type Session, sessionsOf } from "../state/site-state.ts";
import type { Admission } from "./admit.ts";
import { decide } from "./decide.ts";
import { createLastGrants } from "./last-grant.ts";
import { type Device, type DeviceView, type PortalAccess, seenOf } from "./portal-access.ts";
import { askingDevice } from "./portal-device.ts";

/** @param keepsOldLimits asked of a session: its router holds less for it than it is worth */
export function createDeviceViews(site: Site, keepsOldLimits: (sessionKey: string) => boolean): PortalAccess["view"] {
  const { state, catalogue, world } = site;
  const lastGrants = createLastGrants(site);

  return (asking) => {
    const device = seenOf(asking);
    const session = sessionOf(state, device);
    // Who is at their bank's page is not online yet: the page goes on with the purchase.
    const grant = session?.grantId == null || isWindow(session.grantId) ? null : catalogue.grantOf(session.grantId);
    // A device that is known by its address alone may not hold the slot. The session's grant is its grant all the same.
    const asSession = session === null ? device : { ...device, mac: session.mac };
    const left = grant === null ? null : leftOf(grant, asSession, "stay", session?.redials === true);
    const { grantId: onlineGrantId, ...online } = left ?? { grantId: null };
    const names = [deviceOfToken(device.token), ...(device.mac === null ? [] : [device.mac])];
    const heldIds = grantsHeldBy(state, ...names).filter((grantId) => !isWindow(grantId));
    const held = heldIds.map(catalogue.grantOf).filter((one) => one !== null);
    const available = held
      .filter(({ grantId }) => grantId !== grant?.grantId)
      .map((one) => leftOf(one, device, "re-enter"))
      .filter((one) => one !== null);
    if (left !== null) lastGrants.noteOnline(device, left);
    return {
      online: left === null ? null : (online as Online),
      onlineGrantId,
      ...(left === null || grant === null ? {} : { onlineDevices: grant.terms.devices }),
      ...(left !== null && session !== null && keepsOldLimits(session.sessionKey) ? { moreAtNextLogIn: true } : {}),
      available,
      ended: left === null ? lastGrants.endedFor(device, heldIds) : null,
      held: suspendedOf(held),
      codes: codesBoughtBy(deviceOfToken(device.token)),
    };
  };

  /**
   * The codes of its bundles for others: only where this device's own token has the place since it was bought. Who was given the place, or took it with
   * a receipt on another phone, was not given the codes: the buyer has them in the message, and at the counter.
   */
  function codesBoughtBy(key: string): string[] {
    const bought = heldGrants(state, key).filter((grantId) =>
      state.slots.get(grantId)?.some(({ device, isMoved }) => device === key && isMoved !== true),
    );
    return bought.flatMap((grantId) => [...catalogue.codesBeside(grantId)]);
  }

  /** What is left of a grant for this device; null: the device would be rejected now. */
  function leftOf(
    grant: Grant,
    device: Device,
    wish: Admission["wish"],
    hasPage = false,
  ): (Online & { grantId: string }) | null {
    const { grantId, planName } = grant;
    const wall = world.clock.wall();
    const used = site.usage.now(grantId, catalogue.interimSeconds);
    const usage = isHeld(site, grantId) ? { ...used, isUnknown: true as const } : used;
    const devices = { slots: slotsOf(state, grantId), asking: askingDevice(device), wish, hasPage };
    const decision = decide(grant, usage, devices, wall);
    if (decision.kind === "reject") return null;
    const { sessionSeconds, totalBytes, downKbps } = decision.limits;
    return {
      grantId,
      planName,
      secondsLeft: sessionSeconds,
      bytesLeft: totalBytes,
      bytesUsed: bytes(usage.bytes),
      endsAtMs: grant.startedAtMs === null ? null : shownEndOf(grant, wall),
      downKbps,
    };
  }
}

const isWindow = (grantId: string): boolean => grantId.startsWith(windowPrefix);

/** On the clock that the customer reads, where the system's date is likely to be right. */
function shownEndOf(grant: Grant, { atMs, likelyMs = atMs }: Wall): UnixMs | null {
  const endMs = endOf(grant, atMs);
  return endMs === null ? null : unixMs(endMs + likelyMs - atMs);
}

/**
 * The device's open session, found by its MAC or address, or by a slot that it holds. With another MAC it is somebody else's: two routers of a site give
 * the same addresses, and a session whose Stop was lost keeps one that has gone to the next phone.
 */
function sessionOf(state: Site["state"], device: Device): Session | null {
  const ownMac = device.mac ?? device.saidMac ?? null;
  const mine = openSessions(state).filter(({ mac, address }) => {
    if (mac !== null && ownMac !== null && mac !== ownMac) return false;
    return (device.mac !== null && mac === device.mac) || (device.address !== null && address === device.address);
  });
  if (mine.length > 0) return newest(mine);
  const key = deviceOfToken(device.token);
  for (const grantId of heldGrants(state, key)) {
    const slot = state.slots.get(grantId)?.find((held) => held.device === key);
    if (slot?.mac == null) continue;
    const open = sessionsOf(state, state.open.byGrant.get(grantId) ?? []).filter(({ mac }) => mac === slot.mac);
    if (open.length > 0) return newest(open);
  }
  return null;
}

/** The newest suspended grant, and why it is suspended. */
function suspendedOf(grants: readonly Grant[]): DeviceView["held"] {
  const grant = grants.find(({ suspended, revokedAtMs }) => suspended !== undefined && revokedAtMs === null);
  if (grant?.suspended === undefined) return null;
  return { planName: grant.planName, reason: "suspended", text: grant.suspended.reason };
}

function newest(sessions: readonly Session[]): Session | null {
  return sessions.reduce<Session | null>(
    (best, one) => (best && best.startedAtMs > one.startedAtMs ? best : one),
    null,
  );
}

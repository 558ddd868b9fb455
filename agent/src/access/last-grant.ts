/**
 * What a device had last, and why it has it no more: the customer whose page turns back into a price list must read what
 * happened. A slot that was taken over leaves no trace on the device that lost it, so who was seen online with what is
 * remembered here: in memory only, because nothing is decided by it.
 */

import { deviceOfToken } from "../grants/device-keys.ts";
import { spentReasonOf } from "../state/spent-grants.ts";
import type { RejectReason } from "./access.ts";
import { type SiteDesk, slotsOf } from "./admit.ts";
import { cutOffOf, decide } from "./decide.ts";
import type { Device, DeviceView } from "./portal-access.ts";

interface Seen {
  readonly grantId: string;
  readonly planName: string;
  readonly atMs: number;
}

/** Told to those who come back within a day; after that it is no news. */
const toldForMs = 86_400_000;
const devicesMax = 2000;

export interface LastGrants {
  sawOnline(device: Device, grant: { readonly grantId: string; readonly planName: string }): void;
  /** `heldIds`: the grants whose slots it holds, newest first. */
  endedFor(device: Device, heldIds: readonly string[]): DeviceView["ended"];
}

export function createLastGrants(desk: SiteDesk): LastGrants {
  const seenByDevice = new Map<string, Seen>();

  function reasonOf(grantId: string, device: Device): RejectReason | null {
    const { state, books, live, world } = desk;
    const grant = books.grantOf(grantId);
    if (grant === null) return spentReasonOf(state.spent, grantId);
    const wall = world.clock.wall();
    const asking = { device: deviceOfToken(device.token), mac: device.mac };
    const devices = { slots: slotsOf(desk, grantId), asking, wish: "stay" } as const;
    const decision = decide(grant, live.now(grantId, books.interimSeconds), devices, wall);
    if (decision.kind === "accept") return null;
    const offAtMs = cutOffOf(grant, wall.atMs);
    const isOld = wall.quality !== "unknown" && offAtMs !== null && wall.atMs - offAtMs > toldForMs;
    return isOld ? null : decision.reason;
  }

  return {
    sawOnline(device, { grantId, planName }) {
      const key = deviceOfToken(device.token);
      seenByDevice.delete(key); // to the end: the oldest go first
      seenByDevice.set(key, { grantId, planName, atMs: desk.world.clock.monotonicMs() });
      if (seenByDevice.size > devicesMax) seenByDevice.delete(seenByDevice.keys().next().value as string);
    },
    endedFor(device, heldIds) {
      const seen = seenByDevice.get(deviceOfToken(device.token)) ?? null;
      const isFresh = seen !== null && desk.world.clock.monotonicMs() - seen.atMs <= toldForMs;
      // Still held, or never seen: the newest of what it holds says more.
      const isLost = isFresh && !heldIds.includes(seen.grantId);
      const grantId = isLost ? seen.grantId : heldIds[0];
      if (grantId === undefined) return null;
      const planName = isLost ? seen.planName : desk.books.grantOf(grantId)?.planName;
      const reason = reasonOf(grantId, device);
      // Suspended has a sentence of its own (`held`).
      return reason === null || reason === "suspended" || planName === undefined ? null : { planName, reason };
    },
  };
}

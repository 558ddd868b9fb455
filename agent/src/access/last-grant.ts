/**
 * The grant that a device had last, and why it is over: the page turns back into a price list, and the customer must read why. A
 * device whose slot was taken over holds no trace of it, so this remembers which device was online with which grant. In memory
 * only, because no decision depends on it.
 */
import { deviceOfToken } from "@karibu/protocol/device-key";
import { slotsOf } from "../grants/device-slots.ts";
import { cutOffOf } from "../grants/grant-period.ts";
import type { Site } from "../grants/site.ts";
import type { RejectReason } from "../state/reject-reason.ts";
import { spentReasonOf } from "../state/spent-grants.ts";
import { decide } from "./decide.ts";
import type { Device, DeviceView } from "./portal-access.ts";
import { askingDevice } from "./portal-device.ts";

interface Seen {
  readonly grantId: string;
  readonly planName: string;
  readonly atMs: number;
}

/** The reason is shown for a day. */
const shownForMs = 86_400_000;
const devicesMax = 2000;

export interface LastGrants {
  noteOnline(device: Device, grant: { readonly grantId: string; readonly planName: string }): void;
  /** `heldIds`: the grants of which the device holds slots, newest first. */
  endedFor(device: Device, heldIds: readonly string[]): DeviceView["ended"];
}

export function createLastGrants({ state, catalogue, usage, world }: Site): LastGrants {
  const seenByDevice = new Map<string, Seen>();

  function reasonOf(grantId: string, device: Device): RejectReason | null {
    const grant = catalogue.grantOf(grantId);
    if (grant === null) return spentReasonOf(state.spent, grantId);
    const wall = world.clock.wall();
    const devices = { slots: slotsOf(state, grantId), asking: askingDevice(device), wish: "stay" } as const;
    const decision = decide(grant, usage.now(grantId, catalogue.interimSeconds), devices, wall);
    if (decision.kind === "accept") return null;
    const offAtMs = cutOffOf(grant, wall.atMs);
    const isOld = wall.quality !== "unknown" && offAtMs !== null && wall.atMs - offAtMs > shownForMs;
    return isOld ? null : decision.reason;
  }

  return {
    noteOnline(device, { grantId, planName }) {
      const key = deviceOfToken(device.token);
      seenByDevice.delete(key); // moves it to the end: the oldest go first
      seenByDevice.set(key, { grantId, planName, atMs: world.clock.monotonicMs() });
      if (seenByDevice.size > devicesMax) seenByDevice.delete(seenByDevice.keys().next().value as string);
    },
    endedFor(device, heldIds) {
      const seen = seenByDevice.get(deviceOfToken(device.token)) ?? null;
      const isFresh = seen !== null && world.clock.monotonicMs() - seen.atMs <= shownForMs;
      // The device lost the slot that it was seen with. Otherwise the newest held grant says more.
      const isLost = isFresh && !heldIds.includes(seen.grantId);
      const grantId = isLost ? seen.grantId : heldIds[0];
      if (grantId === undefined) return null;
      const planName = isLost ? seen.planName : catalogue.grantOf(grantId)?.planName;
      const reason = reasonOf(grantId, device);
      // `held` shows a suspended grant.
      return reason === null || reason === "suspended" || planName === undefined ? null : { planName, reason };
    },
  };
}

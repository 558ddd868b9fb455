/** The portal's device, as grants and slots know it. */

import { deviceOfToken } from "@karibu/protocol/device-key";
import type { Grant } from "@karibu/protocol/grant";
import { type AskingDevice, holds, slotsOf } from "../grants/device-slots.ts";
import { aboutGrant, type Site, usageOf } from "../grants/site.ts";
import type { RejectReason } from "../state/reject-reason.ts";
import type { SiteState } from "../state/site-state.ts";
import { mayMove, slotBinding } from "./admit.ts";
import { decide } from "./decide.ts";
import type { Device } from "./portal-access.ts";

export const askingDevice = ({ token, mac }: Device): AskingDevice => ({ device: deviceOfToken(token), mac });

/** The key under which this device holds its slot. A slot that it took by its MAC keeps its key: the device counts once. */
export function slotDeviceOf(state: SiteState, grantId: string, device: Device): string {
  const asking = askingDevice(device);
  const slots = state.slots.get(grantId) ?? [];
  const held = slots.find((slot) => slot.device === asking.device) ?? slots.find((slot) => holds(slot, asking));
  return held?.device ?? asking.device;
}

/**
 * Binds a slot of the grant to this device, on disk. The grant's time starts when the device goes online. Resolves with the
 * reason of a rejection; null: bound. `mayReplace` false: it takes no slot from another device ("moved-too-often").
 */
export async function bindPortalDevice(
  site: Site,
  grant: Grant,
  device: Device,
  mayReplace = true,
): Promise<RejectReason | null> {
  const { grantId } = grant;
  const asking = askingDevice(device);
  const slots = slotsOf(site.state, grantId);
  const wall = site.world.clock.wall();
  const devices = {
    slots,
    asking,
    wish: "enter",
    mayReplace: mayReplace && mayMove(site, grantId, wall.atMs),
  } as const;
  const decision = decide(grant, usageOf(site, grant), devices, wall);
  const binding = decision.kind === "accept" ? slotBinding(decision.slot, slots, asking) : null;
  const about = aboutGrant(grantId);
  if (binding !== null) {
    const event = { kind: "device-bound", grantId, mac: device.mac, ...binding } as const;
    await site.recorder.record([event], { about, onlyIfWritable: true });
  }
  await site.recorder.unwritten(about);
  return decision.kind === "accept" ? null : decision.reason;
}

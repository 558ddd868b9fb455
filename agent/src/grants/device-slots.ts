/** The device slots of a grant: which devices hold them, and whether they are online. */
import { type SiteState, sessionsOf } from "../state/site-state.ts";
import { deviceOfHost } from "./device-keys.ts";

/** A device that holds one of the grant's slots. `device` is its key; the MAC is only a hint for silent re-entry. */
export interface Slot {
  readonly device: string;
  readonly mac: string | null;
  readonly online: boolean;
}

/** A device that asks for a slot. */
export interface AskingDevice {
  readonly device: string;
  readonly mac: string | null;
}

/** Is it the same device: by its key, or by the MAC it had when it took the slot? */
export function holds(slot: Pick<Slot, "device" | "mac">, asking: AskingDevice): boolean {
  return slot.device === asking.device || (slot.mac !== null && slot.mac === asking.mac);
}

/** The grant's slots, and whether each device has a session open. */
export function slotsOf(state: SiteState, grantId: string): Slot[] {
  const bound = state.slots.get(grantId);
  if (bound === undefined) return [];
  const keys = state.open.byGrant.get(grantId);
  if (keys === undefined) return bound.map(({ device, mac }) => ({ device, mac, online: false }));
  const online = new Set<string>();
  for (const session of sessionsOf(state, keys)) {
    online.add(deviceOfHost(session));
    if (session.mac !== null) online.add(session.mac);
  }
  return bound.map(({ device, mac }) => ({
    device,
    mac,
    online: online.has(device) || (mac !== null && online.has(mac)),
  }));
}

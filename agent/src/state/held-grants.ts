/**
 * The grants of which a device holds a slot. Thousands of devices hold one grant each, so one grant is stored alone and several as an
 * array, in an order that says nothing, so that a restart gives the same. A device that is named after its MAC needs no second entry. Only the fold (`apply-record.ts`) changes it.
 */
import type { BoundSlot, HeldGrants, SiteState } from "./site-state.ts";

const byMacAlone = "mac.";
const none: readonly string[] = [];

/** Grants of which the device with this key or MAC holds a slot; longest held first. */
export function heldGrants(state: Pick<SiteState, "heldBy" | "slots">, name: string): readonly string[] {
  const own = listOf(state.heldBy.get(name));
  if (!name.startsWith(byMacAlone)) return longestFirst(state, own, [name]);
  const isNamed = ({ device }: BoundSlot): boolean => device === name;
  const mac = name.slice(byMacAlone.length);
  const found = listOf(state.heldBy.get(mac)).filter(
    (grantId) => !own.includes(grantId) && state.slots.get(grantId)?.some(isNamed) === true,
  );
  return longestFirst(state, found.length === 0 ? own : [...own, ...found], [name, mac]);
}

function longestFirst(
  state: Pick<SiteState, "slots">,
  grantIds: readonly string[],
  names: readonly string[],
): readonly string[] {
  if (grantIds.length < 2) return grantIds; // nearly always
  const since = (grantId: string): number => Math.min(...boundOrders(state, grantId, names));
  return grantIds.toSorted((one, other) => since(one) - since(other));
}

function boundOrders({ slots }: Pick<SiteState, "slots">, grantId: string, names: readonly string[]): number[] {
  const mine = ({ device, mac }: BoundSlot): boolean => names.includes(device) || (mac !== null && names.includes(mac));
  return (slots.get(grantId) ?? []).filter(mine).map(({ boundOrder }) => boundOrder);
}

/** Grants of which a device holds a slot, by its key and by its MAC; newest first. */
export function grantsHeldBy(state: SiteState, ...names: readonly string[]): string[] {
  const lastBound = (grantId: string): number => Math.max(0, ...boundOrders(state, grantId, names));
  const grantIds = [...new Set(names.flatMap((name) => heldGrants(state, name)))];
  return grantIds.sort((one, other) => lastBound(other) - lastBound(one));
}

export function addHolders(held: HeldGrants, grantId: string, slots: readonly BoundSlot[]): void {
  for (const slot of slots) {
    if (slot.mac !== null) add(held, slot.mac, grantId);
    if (!isUnderItsMac(slot)) add(held, slot.device, grantId);
  }
}

export function removeHolders(held: HeldGrants, grantId: string, slots: readonly BoundSlot[]): void {
  for (const slot of slots) {
    if (slot.mac !== null) remove(held, slot.mac, grantId);
    if (!isUnderItsMac(slot)) remove(held, slot.device, grantId);
  }
}

function isUnderItsMac({ device, mac }: BoundSlot): boolean {
  return mac !== null && device.length === mac.length + byMacAlone.length && device === byMacAlone + mac;
}

function listOf(entry: string | readonly string[] | undefined): readonly string[] {
  if (entry === undefined) return none;
  return typeof entry === "string" ? [entry] : entry;
}

function add(held: HeldGrants, name: string, grantId: string): void {
  const before = held.get(name);
  if (before === undefined) held.set(name, grantId);
  else if (before !== grantId && !(typeof before === "object" && before.includes(grantId))) {
    held.set(name, listOf(before).concat(grantId).sort());
  }
}

function remove(held: HeldGrants, name: string, grantId: string): void {
  const left = listOf(held.get(name)).filter((other) => other !== grantId);
  if (left.length === 0) held.delete(name);
  else held.set(name, left.length === 1 ? (left[0] as string) : left);
}

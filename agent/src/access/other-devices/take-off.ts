/** Takes a device off a grant: its place is free, and its session ends. */
import { kindOfGrant } from "@karibu/protocol/grant-id";
import type { Site } from "../../grants/site.ts";
import { heldGrants } from "../../state/held-grants.ts";
import type { BoundSlot } from "../../state/site-state.ts";
import { recordLoss } from "../record-loss.ts";

/**
 * Of an account in all its periods: a place in the last one would be carried to this one again. On disk when the promise resolves.
 * @returns false: no place of the grant is such a device's
 */
export async function takeOff(
  site: Site,
  { grantId, mac }: { readonly grantId: string; readonly mac: string },
  mayTake: (slot: BoundSlot) => boolean,
  kick: (sessionKey: string) => boolean,
): Promise<boolean> {
  const { state } = site;
  let isOff = false;
  for (const heldId of [...heldGrants(state, mac)]) {
    if (heldId !== grantId && !isOfSameAccount(site, heldId, grantId)) continue;
    const slot = state.slots.get(heldId)?.find((one) => one.mac === mac && mayTake(one));
    if (slot === undefined) continue;
    await recordLoss(site, { kind: "device-unbound", grantId: heldId, device: slot.device }, slot, kick);
    isOff = true;
  }
  return isOff;
}

function isOfSameAccount({ catalogue }: Pick<Site, "catalogue">, one: string, other: string): boolean {
  if (kindOfGrant(one) !== "account" || kindOfGrant(other) !== "account") return false;
  const presentId = catalogue.presentAccount(one)?.grantId;
  return presentId !== undefined && presentId === catalogue.presentAccount(other)?.grantId;
}

/** Takes a device off a grant: its place is free, and its session ends. */
import { kindOfGrant } from "@karibu/protocol/grant-id";
import { aboutGrant, type Site } from "../../grants/site.ts";
import { heldGrants } from "../../state/held-grants.ts";
import { type BoundSlot, sessionsOf } from "../../state/site-state.ts";

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
  const { state, recorder } = site;
  let isOff = false;
  for (const heldId of [...heldGrants(state, mac)]) {
    if (heldId !== grantId && !isOfSameAccount(site, heldId, grantId)) continue;
    const slot = state.slots.get(heldId)?.find((one) => one.mac === mac && mayTake(one));
    if (slot === undefined) continue;
    const sessions = sessionsOf(state, state.open.byGrant.get(heldId) ?? []).filter((one) => one.mac === mac);
    const event = { kind: "device-unbound", grantId: heldId, device: slot.device } as const;
    const written = recorder.record([event], { about: aboutGrant(heldId), onlyIfWritable: true });
    // Also where the disk refuses in the end: the place is free from now on, and nobody could take it off again.
    const isFree = !state.slots.get(heldId)?.some(({ device }) => device === slot.device);
    if (isFree) for (const { sessionKey } of sessions) kick(sessionKey);
    await written;
    isOff = true;
  }
  return isOff;
}

function isOfSameAccount({ catalogue }: Pick<Site, "catalogue">, one: string, other: string): boolean {
  if (kindOfGrant(one) !== "account" || kindOfGrant(other) !== "account") return false;
  const presentId = catalogue.presentAccount(one)?.grantId;
  return presentId !== undefined && presentId === catalogue.presentAccount(other)?.grantId;
}

/**
 * A renewed package, or one that was bought in a payment window: the devices that hold a slot of the old grant get a slot of the new one, so that nobody must tap. A device
 * uses its grants one after the other, so the new one begins when the old one is over.
 */
import type { GrantBody } from "@karibu/protocol/feed";
import { freeGrantId } from "@karibu/protocol/grant-id";
import { spentReasonOf } from "../state/spent-grants.ts";
import { aboutGrant, type Site } from "./site.ts";

/** Binds what the feed has brought. Safe to repeat: a grant whose slots are taken, or that was used, stays as it is. */
export async function bindRenewedGrants(site: Site, renewed: readonly GrantBody[]): Promise<void> {
  for (const { grant, renewsGrantId, purchaseId } of renewed) {
    const { grantId } = grant;
    const window = purchaseId === null ? undefined : freeGrantId({ what: "window", purchaseId });
    const beforeId = renewsGrantId ?? (window !== undefined && site.state.free.has(window) ? window : undefined);
    if (beforeId === undefined || grant.revokedAtMs !== null) continue;
    if (spentReasonOf(site.state.spent, grantId) !== null) continue;
    if (site.state.grants.has(grantId) || (site.state.slots.get(grantId)?.length ?? 0) > 0) continue;
    const before = site.state.slots.get(beforeId) ?? [];
    for (const { device, mac } of before.slice(-grant.terms.devices)) {
      const event = { kind: "device-bound", grantId, device, mac, replaces: null } as const;
      await site.recorder.record(event, { about: aboutGrant(grantId) });
    }
  }
}

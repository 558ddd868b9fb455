/**
 * A package that was renewed while its customer looked elsewhere: whoever holds a slot of the one before gets one of the new
 * one, so that going on needs nobody's tap. Grants are used in turn, so the new one begins when the old one is over.
 */
import type { GrantBody } from "@karibu/protocol/feed";
import { aboutGrant, type SiteDesk } from "../access/admit.ts";

/** Binds what the feed has just brought. Safe to repeat: a grant that somebody holds already is left alone. */
export async function bindRenewed(desk: SiteDesk, renewed: readonly GrantBody[]): Promise<void> {
  for (const { grant, renewsGrantId } of renewed) {
    const { grantId } = grant;
    if (renewsGrantId === undefined || grant.revokedAtMs !== null) continue;
    if (desk.state.grants.has(grantId) || (desk.state.slots.get(grantId)?.length ?? 0) > 0) continue;
    const before = desk.state.slots.get(renewsGrantId) ?? [];
    for (const { device, mac } of before.slice(-grant.terms.devices)) {
      await desk.recorder.record({ kind: "device-bound", grantId, device, mac, replaces: null }, aboutGrant(grantId));
    }
  }
}

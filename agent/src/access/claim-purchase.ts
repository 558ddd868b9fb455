/** Turns a paid purchase into a slot for the customer's device. */
import { deviceOfToken } from "@karibu/protocol/device-key";
import type { ClaimGrant } from "../grants/lease.ts";
import type { Site } from "../grants/site.ts";
import { admit } from "./admit.ts";
import type { ClaimOutcome, Device, PortalAccess } from "./portal-access.ts";
import { bindPortalDevice } from "./portal-device.ts";

/** `claimGrant` null: no hub can be asked for grants. */
export function createPurchaseClaims(
  site: Site,
  claimGrant: ClaimGrant | null,
): Required<Pick<PortalAccess, "claimPurchase" | "claimRoaming">> {
  const { catalogue } = site;

  async function claimPurchase(purchaseId: string, device: Device, isClaimed = true): Promise<ClaimOutcome> {
    const grantId = catalogue.grantOfPurchase(purchaseId)?.grant.grantId;
    const grant = grantId === undefined ? null : catalogue.grantOf(grantId);
    if (grantId === undefined || grant === null) return { kind: "wait" };
    // What does not run yet may be held by the devices of the package that it renews: the buyer goes before them.
    const mayReplace = isClaimed || !site.state.grants.has(grantId);
    const refusal = await bindPortalDevice(site, grant, device, mayReplace);
    // Bought before this site lost its memory: the page asks again until the site is told what was used.
    if (refusal === "not-remembered") return { kind: "wait" };
    return { kind: refusal === "moved-too-often" && !mayReplace ? "moved" : "granted", grantId };
  }

  async function claimRoaming(purchaseId: string, device: Device): Promise<ClaimOutcome> {
    const answer = claimGrant === null ? null : await claimGrant(purchaseId);
    if (answer?.kind !== "bridge") return await claimPurchase(purchaseId, device); // the feed may have brought the grant
    const grant = catalogue.bridgeOf(answer.grant);
    if (grant === null) return { kind: "wait" };
    // The bridge starts at once: only the journal knows of it.
    const admission = { grant, device: deviceOfToken(device.token), mac: device.mac, spends: null };
    const result = admit(site, { ...admission, wish: "enter" });
    if (result.kind === "reject") return { kind: "wait" };
    await result.durable;
    return { kind: "granted", grantId: grant.grantId };
  }

  return { claimPurchase, claimRoaming };
}

/** Answers what the portal asks of one site. */
import type { ClaimGrant, ClaimLease } from "../grants/lease.ts";
import type { Site } from "../grants/site.ts";
import { createPurchaseClaims } from "./claim-purchase.ts";
import { createDeviceViews } from "./device-view.ts";
import type { GuessingGuard } from "./guessing/guessing.ts";
import type { LogInTokens } from "./log-in-tokens.ts";
import type { TransferOffers } from "./own-grants/transfer-offers.ts";
import type { PortalAccess } from "./portal-access.ts";
import { slotDeviceOf } from "./portal-device.ts";
import { createRedeem } from "./redeem.ts";

export function createPortalAccess(
  site: Site,
  tokens: LogInTokens,
  guard: GuessingGuard,
  parts: {
    readonly lease: ClaimLease | null;
    readonly grant: ClaimGrant | null;
    readonly offers: Pick<TransferOffers, "isOffer" | "accept">;
  },
): PortalAccess {
  const view = createDeviceViews(site);
  return {
    view,
    ...createRedeem(site, guard, { claimLease: parts.lease, view, offers: parts.offers }),
    ...createPurchaseClaims(site, parts.grant),
    issueLogIn(grantId, device) {
      const { mac, address } = device;
      const key = slotDeviceOf(site.state, grantId, device);
      const hadPlace = site.state.slots.get(grantId)?.some((slot) => slot.device === key) === true;
      const secret = tokens.issue({ grantId, device: key, mac, address, hadPlace });
      return { username: secret, password: secret };
    },
  };
}

/** Answers what the portal asks of one site. */
import { deviceOfToken } from "@karibu/protocol/device-key";
import type { ClaimGrant, ClaimLease } from "../grants/lease.ts";
import type { Site } from "../grants/site.ts";
import type { DynamicAuthorization } from "../ground/dynamic-authorization.ts";
import { openSessions } from "../state/site-state.ts";
import { createPurchaseClaims } from "./claim-purchase.ts";
import { createDeviceViews } from "./device-view.ts";
import { createEndOwnSessions, createNoteLogOut } from "./end-own-sessions.ts";
import type { AskingHosts } from "./guessing/asking-host.ts";
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
    readonly askingHosts: AskingHosts;
    readonly offers: Pick<TransferOffers, "isOffer" | "accept">;
    readonly keepsOldLimits: (sessionKey: string) => boolean;
    /** Null: RADIUS is off. */
    readonly coa: Pick<DynamicAuthorization, "disconnect"> | null;
    readonly verdicts: Parameters<typeof createNoteLogOut>[1];
  },
): PortalAccess {
  const view = createDeviceViews(site, parts.keepsOldLimits);
  const ownsSession: NonNullable<PortalAccess["ownsSession"]> = ({ token }, mac) => {
    const device = deviceOfToken(token);
    // The very grant: a place in another one, taken in the neighbour's name, is no proof.
    return openSessions(site.state).some(
      (session) =>
        session.mac === mac &&
        session.grantId !== null &&
        site.state.slots.get(session.grantId)?.some((slot) => slot.device === device && slot.mac === mac) === true,
    );
  };
  return {
    view,
    ...createRedeem(site, guard, { ...parts, claimLease: parts.lease, view }),
    ...createPurchaseClaims(site, parts.grant),
    hasSession: ({ mac, address }) =>
      openSessions(site.state).some(
        (session) => (mac !== null && session.mac === mac) || (address !== null && session.address === address),
      ),
    ownsSession,
    noteLogOut: createNoteLogOut(site, parts.verdicts, ownsSession),
    ...(parts.coa === null ? {} : { endSessions: createEndOwnSessions(site, parts.coa, ownsSession) }),
    issueLogIn(grantId, device) {
      const { mac, address } = device;
      const key = slotDeviceOf(site.state, grantId, device);
      // Who was found online by an address alone may be another phone than the one that has the place.
      const hadPlace =
        site.state.slots.get(grantId)?.some((slot) => slot.device === key) === true ||
        view(device).onlineGrantId === grantId;
      // Who is known by his MAC alone has the place of whoever has that MAC: he proves nothing.
      const isProved = key === deviceOfToken(device.token);
      const secret = tokens.issue({ grantId, device: key, mac, address, hadPlace, isProved });
      return { username: secret, password: secret };
    },
  };
}

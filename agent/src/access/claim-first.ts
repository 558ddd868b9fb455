/**
 * Claims the lease of another site's voucher that comes by RADIUS (typed into the log-in page, where no portal claimed it). The
 * hub gets as long as the NAS waits, but for what the disk needs. No answer in that time counts as no hub: the device gets the bridge.
 */
import type { Timer } from "@karibu/protocol/world";
import { type ClaimLease, claimVoucher } from "../grants/lease.ts";
import type { Site } from "../grants/site.ts";
import type { KnownVoucher } from "../grants/vouchers/known-voucher.ts";
import type { LogInRequest } from "./access.ts";
import type { AskingHosts } from "./guessing/asking-host.ts";
import type { GuessingGuard } from "./guessing/guessing.ts";
import { holdsSomething, passwordOf } from "./log-in.ts";
import { logInTokenPrefix } from "./log-in-tokens.ts";

/** Our scripts let a router wait 3 s before it repeats a request. What the device gets is written before the answer: two syncs of a slow stick. */
const claimMsMax = 2000;
/** Claims at once. Beyond them a device gets the bridge, so that many foreign codes can't fill the link with requests. */
const claimsMax = 32;

export function createClaimFirst(
  site: Site,
  { guard, askingHosts }: { readonly guard: Pick<GuessingGuard, "mayTry" | "pins">; readonly askingHosts: AskingHosts },
  claimLease: ClaimLease | null,
): (request: LogInRequest) => Promise<KnownVoucher> | null {
  const { catalogue } = site;
  let running = 0;

  return (request) => {
    if (claimLease === null || !catalogue.hasVouchersElsewhere || running >= claimsMax) return null;
    if (request.user.startsWith(logInTokenPrefix) || catalogue.account(request.user) !== null) return null;
    const found = catalogue.voucher(request.user);
    if (found === null || !found.isBridge) return null;
    // Who waits for a turn must not see by the time of the answer that the code was right.
    const host = holdsSomething(site, request) ? null : askingHosts.ofRadius(request);
    if (guard.mayTry(request, host) !== null || guard.pins.lockedForSeconds(found.grant.grantId) > 0) return null;
    // After the locks: a customer's PIN takes time to check.
    if (passwordOf(found, request) === null) return null;
    running++;
    const claimed = claimVoucher(site, claimLease, found, request.user).finally(() => running--);
    return claimedInTime(site, claimed, found);
  };
}

/** Resolves with `otherwise` when the claim takes too long or fails. */
function claimedInTime(
  { world }: Site,
  claimed: Promise<KnownVoucher>,
  otherwise: KnownVoucher,
): Promise<KnownVoucher> {
  return new Promise((resolve) => {
    const timer: Timer = world.clock.after(claimMsMax, () => resolve(otherwise));
    const settle = (found: KnownVoucher) => {
      timer.cancel();
      resolve(found);
    };
    claimed.then(settle, (error: unknown) => {
      world.log.warn("lease-not-claimed", { error: String(error) });
      settle(otherwise);
    });
  });
}

/**
 * A voucher of another site that is typed straight into the log-in page comes by RADIUS, where nobody has asked for its lease:
 * the hub is asked now, as long as the NAS waits. No answer in that time is the same as no hub: the bridge.
 */
import type { Timer } from "@karibu/protocol/world";
import type { ClaimLease } from "../grants/lease.ts";
import { claimVoucher } from "../grants/lease.ts";
import type { KnownVoucher, LogInRequest } from "./access.ts";
import type { SiteDesk } from "./admit.ts";
import type { GuessingGuard } from "./guessing.ts";
import { voucherPasswordOf } from "./log-in.ts";
import { logInTokenPrefix } from "./log-in-tokens.ts";

/** Our scripts let a router wait 3 s before it asks again. */
const claimMsMax = 2500;
/** Whoever knows many codes of other sites must not fill the link with questions: beyond these it is the bridge. */
const claimsMax = 32;

export function createClaimFirst(
  desk: SiteDesk,
  guard: Pick<GuessingGuard, "lockedForSeconds">,
  claimLease: ClaimLease | null,
): (request: LogInRequest) => Promise<KnownVoucher> | null {
  let underWay = 0;

  return (request) => {
    if (claimLease === null || !desk.books.anyVoucherElsewhere || underWay >= claimsMax) return null;
    if (request.user.startsWith(logInTokenPrefix) || desk.books.account(request.user) !== null) return null;
    const found = desk.books.voucher(request.user);
    if (found === null || !found.isBridge || voucherPasswordOf(request) === null) return null;
    if (guard.lockedForSeconds(request) > 0) return null;
    underWay++;
    const claimed = claimVoucher(desk, claimLease, found, request.user).finally(() => underWay--);
    return within(desk, claimed, found);
  };
}

/** `otherwise` when it takes too long or fails. */
function within({ world }: SiteDesk, claimed: Promise<KnownVoucher>, otherwise: KnownVoucher): Promise<KnownVoucher> {
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

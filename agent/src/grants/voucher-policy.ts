/** Why a voucher can't be used for the first time. A started one is judged by `decide` alone. Pure. */
import type { Wall } from "@karibu/protocol/world";
import type { KnownVoucher, RejectReason } from "../access/access.ts";

export function refusalOf(
  { grant, refusal, expiresAtMs }: Pick<KnownVoucher, "grant" | "refusal" | "expiresAtMs">,
  wall: Wall,
): RejectReason | null {
  if (refusal !== null) return refusal;
  if (grant.startedAtMs !== null) return null;
  // A clock that knows nothing expires nobody.
  return expiresAtMs !== null && wall.quality !== "unknown" && wall.atMs >= expiresAtMs ? "expired" : null;
}

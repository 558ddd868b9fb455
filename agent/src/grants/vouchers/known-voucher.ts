/** A voucher or cash sale that the site knows, found by its code. */
import { timingSafeEqual } from "node:crypto";
import type { GuardPin } from "@karibu/protocol/codes/code-guard";
import type { Grant } from "@karibu/protocol/grant";
import type { VoucherRef } from "@karibu/protocol/grant-id";
import type { Wall } from "@karibu/protocol/world";
import type { RejectReason } from "../../state/reject-reason.ts";
import { fitsGuardPin } from "../guards/guard-pin.ts";

export interface KnownVoucher {
  readonly grant: Grant;
  /** Null: it is of the site file, or a cash sale. */
  readonly voucher: VoucherRef | null;
  /** Why an unused voucher can't be used. A started one goes on, unless its grant is revoked. */
  readonly refusal: RejectReason | null;
  /** An unused code is worth nothing after this time. Null: no such time. */
  readonly expiresAtMs: number | null;
  /** The grant is the bridge allowance: another site holds the lease. */
  readonly isBridge: boolean;
  /** Of another system's code: its own password, and the only device that may use it. Absent or null: none. */
  readonly ownPassword?: string | null;
  readonly onlyMac?: string | null;
  /** Asked for with the code. Null: the code alone is enough. */
  readonly pin: string | null;
  /** Its customer's own, which other devices need instead of `pin`. Absent or null: none. */
  readonly guardPin?: GuardPin | null;
}

/** May this be typed by a device that does not have it yet? A customer's own PIN takes the place of the printed one. */
export function fitsPin({ pin, guardPin = null }: Pick<KnownVoucher, "pin" | "guardPin">, typed: string): boolean {
  if (guardPin !== null) return fitsGuardPin(guardPin, typed);
  return pin === null || isPin(pin, typed);
}

export const hasPin = ({ pin, guardPin = null }: Pick<KnownVoucher, "pin" | "guardPin">): boolean =>
  pin !== null || guardPin !== null;

/** Why the voucher can't be used for the first time; null: it can. `decide` alone judges a started one. Pure. */
export function refusalOf(
  { grant, refusal, expiresAtMs }: Pick<KnownVoucher, "grant" | "refusal" | "expiresAtMs">,
  wall: Wall,
): RejectReason | null {
  if (refusal !== null) return refusal;
  if (grant.startedAtMs !== null) return null;
  // An unknown clock expires nothing.
  return expiresAtMs !== null && wall.quality !== "unknown" && wall.atMs >= expiresAtMs ? "expired" : null;
}

/** The other system had tied the code to one device, and this is none or another. */
export function isAnothersDevice({ onlyMac = null }: Pick<KnownVoucher, "onlyMac">, mac: string | null): boolean {
  return onlyMac !== null && onlyMac !== mac;
}

/** In a time that tells nothing of the PIN. */
function isPin(pin: string, typed: string): boolean {
  const [right, given] = [Buffer.from(pin), Buffer.from(typed.replace(/\s+/g, ""))];
  return right.length === given.length && timingSafeEqual(right, given);
}

/**
 * What a batch's voucher is worth at this site: the whole grant, the bridge allowance, or a refusal. Two tables; the first row
 * that fits decides. Pure.
 */
import type { RejectReason } from "../../state/reject-reason.ts";
import type { SpentReason } from "../../state/site-state.ts";
import type { Lease } from "../lease-policy.ts";

export interface VoucherFacts {
  /** Somebody started the whole voucher here. */
  readonly isStarted: boolean;
  /** The voucher or its batch is switched off. */
  readonly isDisabled: boolean;
  readonly lease: Lease;
  /** Why the voucher is over here; null: it is not, or its lease came back. */
  readonly spent: SpentReason | null;
}

export interface BridgeFacts {
  /** Somebody started the bridge here. */
  readonly isStarted: boolean;
  /** The provider allows a bridge. */
  readonly isAllowed: boolean;
  /** Why the bridge is over here; null: it is not. */
  readonly spent: SpentReason | null;
}

export interface VoucherWorth {
  readonly grant: "whole" | "bridge";
  /** Null: the grant may be used. */
  readonly refusal: RejectReason | null;
}

export interface Row<Facts, Result> {
  readonly name: string;
  readonly fits: (facts: Facts) => boolean;
  readonly result: (facts: Facts) => Result;
}

const whole = (refusal: RejectReason | null): VoucherWorth => ({ grant: "whole", refusal });
const bridge = (refusal: RejectReason | null): VoucherWorth => ({ grant: "bridge", refusal });

export const voucherRows: readonly Row<VoucherFacts, VoucherWorth | "ask-bridge">[] = [
  // A disabled voucher goes on as well: its grant is revoked, so `decide` rejects it.
  { name: "started here", fits: ({ isStarted }) => isStarted, result: () => whole(null) },
  {
    name: "released to another site, then disabled",
    fits: ({ spent, isDisabled }) => spent === "elsewhere" && isDisabled,
    result: () => whole("disabled"),
  },
  {
    name: "used up elsewhere, or without a holder",
    fits: ({ lease }) => lease === "gone",
    result: ({ spent }) => whole(spent ?? "elsewhere"),
  },
  // This site may ask for the whole back. If it can't, it gives no bridge: it gave from this voucher before.
  { name: "released to another site", fits: ({ spent }) => spent === "elsewhere", result: () => bridge("elsewhere") },
  { name: "spent here", fits: ({ spent }) => spent !== null, result: ({ spent }) => whole(spent) },
  { name: "disabled", fits: ({ isDisabled }) => isDisabled, result: () => whole("disabled") },
  { name: "this site holds the lease", fits: ({ lease }) => lease === "here", result: () => whole(null) },
  { name: "another site holds the lease", fits: () => true, result: () => "ask-bridge" },
];

export const bridgeRows: readonly Row<BridgeFacts, VoucherWorth>[] = [
  { name: "started here", fits: ({ isStarted }) => isStarted, result: () => bridge(null) },
  { name: "not allowed", fits: ({ isAllowed }) => !isAllowed, result: () => bridge("elsewhere") },
  { name: "spent here", fits: ({ spent }) => spent !== null, result: ({ spent }) => bridge(spent) },
  { name: "unused", fits: () => true, result: () => bridge(null) },
];

/** `bridgeFacts` is called only where the bridge decides. */
export function voucherWorth(facts: VoucherFacts, bridgeFacts: () => BridgeFacts): VoucherWorth {
  const worth = resultOf(voucherRows, facts);
  return worth === "ask-bridge" ? resultOf(bridgeRows, bridgeFacts()) : worth;
}

/** The last row of each table fits everything. */
function resultOf<Facts, Result>(rows: readonly Row<Facts, Result>[], facts: Facts): Result {
  for (const row of rows) if (row.fits(facts)) return row.result(facts);
  throw new Error("a table has no last row");
}

/**
 * Which site may give the whole of a voucher, and what another one gives that can't get the lease. Pure.
 * The allowance bounds what double use can cost: once for each site that is cut off, and never more than the plan.
 */
import type { BatchBody, ProviderBody, VoucherBody } from "@karibu/protocol/feed";
import type { Grant } from "@karibu/protocol/grant";
import type { Terms } from "@karibu/protocol/plan";
import { bytes, seconds } from "@karibu/protocol/quantities";

export type Lease =
  /** This site holds it. */
  | { readonly kind: "here" }
  /** Another site does, and may be asked to let go. */
  | { readonly kind: "elsewhere" }
  /** It is used up there, or nobody holds it any more. */
  | { readonly kind: "gone" };

export function leaseOf(
  batch: Pick<BatchBody, "homeSiteId">,
  exception: Pick<VoucherBody, "state" | "siteId"> | undefined,
  ownSiteId: string | null,
): Lease {
  if (exception?.state === "redeemed-elsewhere") return { kind: "gone" };
  if (exception?.state === "transferred") {
    if (exception.siteId === undefined) return { kind: "gone" };
    return { kind: exception.siteId === ownSiteId ? "here" : "elsewhere" };
  }
  const isHome = batch.homeSiteId === undefined || batch.homeSiteId === ownSiteId;
  return { kind: isHome ? "here" : "elsewhere" };
}

/** The smaller of the plan and the provider's limit, in each respect. */
export function bridgeTerms(terms: Terms, limit: ProviderBody["bridge"]): Terms {
  return {
    ...terms,
    validitySeconds: lesser(terms.validitySeconds, limit.seconds),
    dataBytes: lesser(terms.dataBytes, limit.dataBytes),
  };
}

function lesser<Q extends number>(planned: Q | null, limit: Q): Q {
  return planned === null || planned > limit ? limit : planned;
}

/** A voucher that comes from another site goes on where it stood there: its start, its end, and what is left of it. */
export function withUseElsewhere(grant: Grant, use: VoucherBody["use"]): Grant {
  if (use === undefined) return grant;
  const { dataBytes, useSeconds } = grant.terms;
  return {
    ...grant,
    startedAtMs: use.startedAtMs,
    endsAtMs: use.endsAtMs,
    terms: {
      ...grant.terms,
      dataBytes: dataBytes === null ? null : bytes(Math.max(0, dataBytes - use.usedBytes)),
      useSeconds: useSeconds === null ? null : seconds(Math.max(0, useSeconds - use.usedSeconds)),
    },
  };
}

/**
 * Which site may give the whole of a voucher, and what another site gives that can't get the lease. The bridge allowance limits
 * the cost of double use: once for each site that is cut off, and never more than the plan. Pure.
 */
import type { BatchBody, ProviderBody, VoucherBody } from "@karibu/protocol/feed";
import type { Grant } from "@karibu/protocol/grant";
import type { Terms } from "@karibu/protocol/plan";
import { termsLeft } from "@karibu/protocol/terms-left";

/** `elsewhere`: another site holds it and can be asked. `gone`: it is used up there, or no site holds it. */
export type Lease = "here" | "elsewhere" | "gone";

export function leaseOf(
  batch: Pick<BatchBody, "homeSiteId">,
  exception: Pick<VoucherBody, "state" | "siteId"> | undefined,
  ownSiteId: string | null,
): Lease {
  if (exception?.state === "redeemed-elsewhere") return "gone";
  if (exception?.state === "transferred") {
    if (exception.siteId === undefined) return "gone";
    return exception.siteId === ownSiteId ? "here" : "elsewhere";
  }
  return batch.homeSiteId === undefined || batch.homeSiteId === ownSiteId ? "here" : "elsewhere";
}

/** The smaller of the plan and the provider's limit, for time and for data. */
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

/** A voucher that comes from another site keeps its start and its end; its terms are what is left of it. */
export function withUseElsewhere(grant: Grant, use: VoucherBody["use"]): Grant {
  if (use === undefined) return grant;
  const { startedAtMs, endsAtMs } = use;
  return { ...grant, startedAtMs, endsAtMs, terms: termsLeft(grant.terms, use) };
}

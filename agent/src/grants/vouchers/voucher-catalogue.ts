/**
 * The vouchers that the site knows: codes of followed batches, lines of the site file, and cash sales. Finds them by a typed
 * code and by the grant's identifier.
 */
import { decodeVoucherCode, normaliseVoucherCode, voucherPin } from "@karibu/protocol/codes/voucher-code";
import type { BatchBody, ListedBatchBody, ListedMore, VoucherBody } from "@karibu/protocol/feed";
import type { Grant } from "@karibu/protocol/grant";
import {
  bridgeId,
  isFileVoucher,
  parseGrantId,
  type VoucherRef,
  voucherBridgeId,
  voucherGrantId,
  voucherRefOf,
} from "@karibu/protocol/grant-id";
import { type Terms, withUsualIdleTimeout } from "@karibu/protocol/plan";
import { unixMs } from "@karibu/protocol/quantities";
import type { SiteState, SpentReason, UsedGrant } from "../../state/site-state.ts";
import { spentReasonOf } from "../../state/spent-grants.ts";
import type { FeedStore } from "../../store/feed-store.ts";
import { unstartedGrant } from "../grant-period.ts";
import { bridgeTerms, type Lease, leaseOf, withUseElsewhere } from "../lease-policy.ts";
import { type SiteFile, voucherKey } from "../site-file.ts";
import { grantIdOfCode } from "../site-file-grants.ts";
import { createFileVoucherIndex, noVoucherLines } from "./file-voucher-index.ts";
import type { KnownVoucher } from "./known-voucher.ts";
import { createListedCodes } from "./listed-codes.ts";
import { voucherWorth } from "./voucher-worth-policy.ts";

export interface VoucherCatalogue {
  /** Null: no voucher here has this code. */
  byCode(code: string): KnownVoucher | null;
  /** The cash sale of this site with this code. */
  cashSaleOf(code: string): KnownVoucher | null;
  /** The grant as it stands, started or not. Null: not known, refused, or over. */
  grantOf(grantId: string): Grant | null;
  /** The same with what belongs to its code. Null: no voucher, or worth nothing here. */
  voucherOfGrant(grantId: string): KnownVoucher | null;
  /** The whole grant of a batch's voucher, unused. Null: this site does not follow the batch. */
  wholeGrantOf(voucher: VoucherRef): Grant | null;
  /** The bridge allowance of a purchase that another site holds. Null: the provider allows none, or it is over. */
  bridgeOf(grant: Grant): Grant | null;
  /** The grant is of another system's code. */
  isListed(grantId: string): boolean;
  /** Another system had tied its code to this MAC. Null: to none. */
  onlyMacOf(grantId: string): string | null;
  /** May another site hold the lease of any voucher? */
  readonly hasVouchersElsewhere: boolean;
}

/** The time of revocation when a line was removed from the site file: nobody knows the real one. */
export const removedLineAtMs = unixMs(0);

const decodedMax = 20_000;

export function createVoucherCatalogue(
  feed: Pick<FeedStore, "rows" | "onChange">,
  file: SiteFile | null,
  state: SiteState,
): VoucherCatalogue {
  const decoded = new Map<string, VoucherRef>();
  const listed = createListedCodes(feed);
  const fileKeyOf = createFileVoucherIndex(file?.vouchers ?? noVoucherLines);
  /** Identifiers of the site file's used grants, by key: hashing costs time. The texts are the state's own. */
  const usedFileIds = new Map<string, string>();
  let hasElsewhere: boolean | null = null;

  feed.onChange((rows) => {
    if (rows.some(({ kind }) => kind === "batch")) decoded.clear();
    if (rows.some(({ kind }) => ["batch", "listed-batch", "voucher", "site"].includes(kind))) hasElsewhere = null;
  });

  const ownSiteId = (): string | null => feed.rows("site").get("site")?.siteId ?? null;
  const exceptionOf = ({ batchId, serial }: VoucherRef): VoucherBody | undefined =>
    feed.rows("voucher").get(`${batchId}/${serial}`);
  const bridgeLimit = () => feed.rows("provider").get("provider")?.bridge;

  function anyElsewhere(): boolean {
    const siteId = ownSiteId();
    for (const { homeSiteId } of [...feed.rows("batch").values(), ...feed.rows("listed-batch").values()])
      if (homeSiteId !== undefined && homeSiteId !== siteId) return true;
    for (const voucher of feed.rows("voucher").values())
      if (voucher.state === "transferred" && voucher.siteId !== siteId) return true;
    return false;
  }

  const batchOf = (batchId: string): BatchBody | ListedBatchBody | undefined =>
    feed.rows("batch").get(batchId) ?? listed.batchOf(batchId);

  /** A code proves its serial; an identifier that somebody names does not. */
  function isIssued({ batchId, serial }: VoucherRef): boolean {
    const batch = batchOf(batchId);
    if (batch === undefined || serial >= batch.quantity) return false;
    return !("holes" in batch) || !batch.holes.includes(serial);
  }

  /** A listed code may look like one of ours. The hub lets none be both; who holds the older paper has the right of way. */
  function refOfCode(code: string): VoucherRef | null {
    return listed.refOf(code) ?? refOfOwnCode(code);
  }

  function refOfOwnCode(code: string): VoucherRef | null {
    const batches = feed.rows("batch");
    if (batches.size === 0) return null;
    const found = decoded.get(code) ?? decode(batches, code);
    if (found === null) return null;
    // Only existing codes are remembered: guesses can't push them out.
    if (decoded.size >= decodedMax) decoded.delete(decoded.keys().next().value as string);
    decoded.set(code, found);
    return found;
  }

  function ofBatch(voucher: VoucherRef, typed: string | null): KnownVoucher | null {
    const batch = batchOf(voucher.batchId);
    if (batch === undefined) return null;
    const more = listed.moreOf(voucher);
    const exception = exceptionOf(voucher);
    const wholeId = voucherGrantId(voucher);
    const bridgedId = voucherBridgeId(voucher);
    const lease = leaseOf(batch, exception, ownSiteId());
    const usedWhole = state.grants.get(wholeId);
    const worth = voucherWorth(
      {
        isStarted: usedWhole !== undefined,
        isDisabled: !batch.active || exception?.state === "disabled",
        lease,
        spent: spentHere(wholeId, exception, lease),
      },
      () => ({
        isStarted: state.grants.has(bridgedId),
        isAllowed: bridgeLimit() !== undefined,
        spent: spentReasonOf(state.spent, bridgedId),
      }),
    );
    const isBridge = worth.grant === "bridge";
    const used = isBridge ? state.grants.get(bridgedId) : usedWhole;
    const { expiresAtMs } = batch;
    const grant = used === undefined ? unused(batch, voucher, isBridge, exception) : startedGrant(used);
    const known = { grant, voucher, refusal: worth.refusal, expiresAtMs, isBridge };
    if (more === undefined) return { ...known, pin: pinOf(batch, voucher) };
    const ownPassword = typed === null ? null : listed.passwordOf(voucher, typed);
    return { ...known, pin: null, ownPassword, onlyMac: more.mac ?? null };
  }

  function unused(
    { planName, terms: planTerms }: BatchBody | ListedBatchBody,
    voucher: VoucherRef,
    isBridge: boolean,
    exception: VoucherBody | undefined,
  ): Grant {
    const limit = isBridge ? bridgeLimit() : undefined;
    const more = listed.moreOf(voucher);
    const terms = termsOf(planTerms, more);
    if (isBridge) {
      const limited = limit === undefined ? terms : bridgeTerms(terms, limit);
      return unstartedGrant(voucherBridgeId(voucher), "voucher", planName, limited);
    }
    return withUseElsewhere(
      unstartedGrant(voucherGrantId(voucher), "voucher", planName, terms),
      exception?.use ?? more?.use,
    );
  }

  /**
   * Why the voucher is over here. A voucher that went to another site comes back by a newer row of the hub than the row by which
   * it came before.
   */
  function spentHere(wholeId: string, exception: VoucherBody | undefined, lease: Lease): SpentReason | null {
    const spent = spentReasonOf(state.spent, wholeId);
    if (spent !== "elsewhere" || lease !== "here" || exception?.state !== "transferred") return spent;
    return state.releasedRows.get(wholeId) === exception.atMs ? spent : null;
  }

  function ofFile(key: string): KnownVoucher | null {
    const planName = file?.vouchers.planOf(key);
    return file === null || planName === undefined ? null : ofLine(file, key, planName);
  }

  function ofLine({ plans }: SiteFile, key: string, planName: string): KnownVoucher {
    const usedId = usedFileIds.get(key);
    const grantId = usedId ?? grantIdOfCode(key);
    const terms = plans.get(planName) as Terms;
    const used = state.grants.get(grantId)?.grant;
    if (used !== undefined && usedId === undefined) usedFileIds.set(key, used.grantId);
    const grant = used ?? unstartedGrant(grantId, "voucher", planName, terms);
    const refusal = grant.startedAtMs === null ? spentReasonOf(state.spent, grantId) : null;
    return { grant, voucher: null, refusal, expiresAtMs: null, isBridge: false, pin: null };
  }

  function ofSale(grantId: string | undefined): KnownVoucher | null {
    const sale = grantId === undefined ? undefined : state.sales.get(grantId);
    if (sale === undefined) return null;
    const used = state.grants.get(sale.grant.grantId);
    const refusal = used === undefined && isSaleDisabled(sale.grant.grantId) ? "disabled" : null;
    const grant = used === undefined ? sale.grant : startedGrant(used);
    return { grant, voucher: null, refusal, expiresAtMs: null, isBridge: false, pin: null };
  }

  /** The hub said that the sale is worth nothing any more. */
  const isSaleDisabled = (grantId: string): boolean => feed.rows("cash-sale").has(grantId);

  function cashSaleOf(code: string): KnownVoucher | null {
    return state.saleOfCode.size === 0 ? null : ofSale(state.saleOfCode.get(normaliseVoucherCode(code)));
  }

  /** The hub may disable a voucher or a cash sale after its first use: then the grant is revoked. */
  function startedGrant({ grant, voucher }: Pick<UsedGrant, "grant" | "voucher">): Grant {
    const exception = voucher === null ? feed.rows("cash-sale").get(grant.grantId) : exceptionOf(voucher);
    return exception?.state === "disabled" ? { ...grant, revokedAtMs: exception.atMs } : grant;
  }

  /** A site without a hub revokes a voucher by removing its line from the site file. */
  function isLineRemoved(grantId: string): boolean {
    return isFileVoucher(grantId) && fileKeyOf(grantId) === undefined;
  }

  function byGrantId(grantId: string): KnownVoucher | null {
    const id = parseGrantId(grantId);
    if (id?.kind === "cash-sale") return ofSale(grantId);
    if (id?.kind === "file-voucher") return ofFile(fileKeyOf(grantId) ?? "");
    if (id?.kind !== "voucher" && id?.kind !== "voucher-bridge") return null;
    if (!isIssued(id)) return null;
    const known = ofBatch({ batchId: id.batchId, serial: id.serial }, null);
    return known?.grant.grantId === grantId ? known : null;
  }

  return {
    cashSaleOf,
    isListed(grantId) {
      const voucher = voucherRefOf(grantId);
      return voucher !== null && listed.batchOf(voucher.batchId) !== undefined;
    },
    onlyMacOf(grantId) {
      const voucher = voucherRefOf(grantId);
      return (voucher && listed.moreOf(voucher)?.mac) ?? null;
    },
    byCode(code) {
      const key = voucherKey(code);
      const sale = cashSaleOf(code);
      if (sale !== null) return sale;
      const fileVoucher = ofFile(key);
      if (fileVoucher !== null) return fileVoucher;
      const voucher = refOfCode(code);
      return voucher === null ? null : ofBatch(voucher, code);
    },
    grantOf(grantId) {
      const used = state.grants.get(grantId);
      if (used === undefined) {
        const known = byGrantId(grantId);
        return known === null || known.refusal !== null ? null : known.grant;
      }
      if (!isLineRemoved(grantId)) return startedGrant(used);
      return { ...used.grant, revokedAtMs: used.grant.revokedAtMs ?? removedLineAtMs };
    },
    voucherOfGrant: byGrantId,
    wholeGrantOf(voucher) {
      const batch = batchOf(voucher.batchId);
      if (batch === undefined) return null;
      const terms = termsOf(batch.terms, listed.moreOf(voucher));
      return unstartedGrant(voucherGrantId(voucher), "voucher", batch.planName, terms);
    },
    bridgeOf(grant) {
      const grantId = bridgeId(grant.grantId);
      const used = state.grants.get(grantId);
      if (used !== undefined) return used.grant;
      const limit = bridgeLimit();
      if (limit === undefined || spentReasonOf(state.spent, grantId) !== null) return null;
      const { origin, planName, terms } = grant;
      return unstartedGrant(grantId, origin, planName, bridgeTerms(terms, limit));
    },
    get hasVouchersElsewhere() {
      hasElsewhere ??= anyElsewhere();
      return hasElsewhere;
    },
  };
}

/** The plan's, with a listed code's own limits. */
function termsOf(terms: Terms, more: ListedMore | undefined): Terms {
  const { useSeconds = terms.useSeconds, dataBytes = terms.dataBytes } = more ?? {};
  const own = { ...terms, useSeconds, dataBytes };
  return terms.useSeconds === null ? withUsualIdleTimeout(own, {}) : own;
}

function decode(batches: ReadonlyMap<string, BatchBody>, code: string): VoucherRef | null {
  for (const batch of batches.values()) {
    const serial = decodeVoucherCode(batch, code);
    if (serial !== null) return { batchId: batch.batchId, serial };
  }
  return null;
}

/** Null: the code alone is enough; a batch of another system's codes has none. */
function pinOf(batch: BatchBody | ListedBatchBody, { serial }: VoucherRef): string | null {
  return "pinDigits" in batch && batch.pinDigits !== undefined ? voucherPin(batch, serial, batch.pinDigits) : null;
}

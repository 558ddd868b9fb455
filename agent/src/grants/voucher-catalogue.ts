/**
 * Vouchers as the site knows them: codes of followed batches, lines of the site file, and what was sold here for cash. By a
 * code as somebody typed it, and by the grant's id.
 */
import type { BatchBody } from "@karibu/protocol/feed";
import type { Grant, GrantOrigin } from "@karibu/protocol/grant";
import type { Terms } from "@karibu/protocol/plan";
import { unixMs } from "@karibu/protocol/quantities";
import { decodeVoucherCode, normaliseVoucherCode } from "@karibu/protocol/voucher-code";
import type { KnownVoucher, VoucherRef } from "../access/access.ts";
import type { SiteState } from "../state/site-state.ts";
import { spentReasonOf } from "../state/spent-grants.ts";
import type { FeedStore } from "../store/feed-store.ts";
import { createFileGrantKeys, fileGrantId, fileGrantPrefix } from "./file-grant-keys.ts";
import { bridgeTerms, leaseOf, withUseElsewhere } from "./lease-policy.ts";
import { type SiteFile, voucherKey } from "./site-file.ts";

export interface VoucherBooks {
  /** By a code as somebody typed it; null: nobody here has it. */
  byCode(code: string): KnownVoucher | null;
  /** The grant as it stands, started or not; null: not known, not to be had, or over for good. */
  grantOf(grantId: string): Grant | null;
  /** The whole of a voucher of a batch, as nobody has used it yet; null: the batch is not followed. */
  wholeOf(voucher: VoucherRef): Grant | null;
  /** Batch and serial of a grant that came from a batch. */
  voucherRefOf(grantId: string): VoucherRef | null;
  /** The bridge allowance of a grant that another site holds; null: there is none, or it is used up. */
  bridgeOf(grant: Grant): Grant | null;
  /** Is there any voucher here whose lease another site may hold? */
  readonly anyElsewhere: boolean;
}

/** When a line was taken out of the site file is not known. */
export const takenOutAtMs = unixMs(0);

const decodedKept = 20_000;

export function createVoucherBooks(
  feed: Pick<FeedStore, "rows" | "onChange">,
  file: SiteFile | null,
  state: SiteState,
): VoucherBooks {
  const decoded = new Map<string, VoucherRef>();
  const fileKeyOf = createFileGrantKeys(file?.vouchers.keys() ?? []);
  /** Grants of the file's vouchers that were used, by key: hashing each time is dear. The texts are the state's own. */
  const usedIds = new Map<string, string>();

  let elsewhere: boolean | null = null;

  feed.onChange((rows) => {
    if (rows.some(({ kind }) => kind === "batch")) decoded.clear();
    if (rows.some(({ kind }) => kind === "batch" || kind === "voucher" || kind === "site")) elsewhere = null;
  });

  function isAnyElsewhere(): boolean {
    const ownSiteId = feed.rows("site").get("site")?.siteId ?? null;
    for (const { homeSiteId } of feed.rows("batch").values())
      if (homeSiteId !== undefined && homeSiteId !== ownSiteId) return true;
    for (const { state, siteId } of feed.rows("voucher").values())
      if (state === "transferred" && siteId !== ownSiteId) return true;
    return false;
  }

  function refOf(code: string): VoucherRef | null {
    const batches = feed.rows("batch");
    if (batches.size === 0) return null;
    const found = decoded.get(code) ?? decode(batches, code);
    if (found === null) return null;
    // Only codes that exist are remembered, so that guessing can't push them out.
    if (decoded.size >= decodedKept) decoded.delete(decoded.keys().next().value as string);
    decoded.set(code, found);
    return found;
  }

  function ofBatch(ref: VoucherRef): KnownVoucher | null {
    const batch = feed.rows("batch").get(ref.batchId);
    if (batch === undefined) return null;
    const exception = feed.rows("voucher").get(`${ref.batchId}/${ref.serial}`);
    const whole = `v.${ref.batchId}.${ref.serial}`;
    const { expiresAtMs, planName, terms } = batch;
    const isOff = !batch.active || exception?.state === "disabled";
    const ownSiteId = feed.rows("site").get("site")?.siteId ?? null;
    const lease = leaseOf(batch, exception, ownSiteId).kind;
    const used = state.grants.get(whole);
    const spent = spentReasonOf(state.spent, whole);
    const told = { voucher: ref, expiresAtMs, isBridge: false };
    if (used !== undefined) return { ...told, grant: startedGrant(used), refusal: null };
    const fresh = withUseElsewhere(unstarted(whole, "voucher", planName, terms), exception?.use);
    // What went to another site comes back by a row that says so: another one than it had come by before.
    const isByRow = exception?.state === "transferred" && state.releasedRows.get(whole) !== exception.atMs;
    const cameBack = spent === "elsewhere" && isByRow && lease === "here";
    if (isOff && spent === "elsewhere") return { ...told, grant: fresh, refusal: "disabled" };
    if (lease === "gone") return { ...told, grant: fresh, refusal: spent ?? "elsewhere" };
    // Let go of here: its whole may be asked back, but a site that can't ask gives no bridge on top of what it gave.
    if (spent === "elsewhere" && !cameBack) return { ...bridge(ref, batch), refusal: "elsewhere" };
    if (spent !== null && !cameBack) return { ...told, grant: fresh, refusal: spent };
    if (isOff) return { ...told, grant: fresh, refusal: "disabled" };
    return lease === "here" ? { ...told, grant: fresh, refusal: null } : bridge(ref, batch);
  }

  function bridge(ref: VoucherRef, { planName, terms, expiresAtMs }: BatchBody): KnownVoucher {
    const grantId = `b.${ref.batchId}.${ref.serial}`;
    const limit = feed.rows("provider").get("provider")?.bridge;
    const spent = limit === undefined ? "elsewhere" : spentReasonOf(state.spent, grantId);
    const used = state.grants.get(grantId);
    const bridged = limit === undefined ? terms : bridgeTerms(terms, limit);
    const grant = used === undefined ? unstarted(grantId, "voucher", planName, bridged) : startedGrant(used);
    return { grant, voucher: ref, refusal: used === undefined ? spent : null, expiresAtMs, isBridge: true };
  }

  function ofFile(key: string): KnownVoucher | null {
    const line = file?.vouchers.get(key);
    if (file == null || line === undefined) return null;
    const usedId = usedIds.get(key);
    const grantId = usedId ?? fileGrantId(key);
    const terms = file.plans.get(line.planName) as Terms;
    const used = state.grants.get(grantId)?.grant;
    if (used !== undefined && usedId === undefined) usedIds.set(key, used.grantId);
    const grant = used ?? unstarted(grantId, "voucher", line.planName, terms);
    const refusal = grant.startedAtMs === null ? spentReasonOf(state.spent, grantId) : null;
    return { grant, voucher: null, refusal, expiresAtMs: null, isBridge: false };
  }

  function ofSale(grantId: string | undefined): KnownVoucher | null {
    const sale = grantId === undefined ? undefined : state.sales.get(grantId);
    if (sale === undefined) return null;
    const grant = state.grants.get(sale.grant.grantId)?.grant ?? sale.grant;
    return { grant, voucher: null, refusal: null, expiresAtMs: null, isBridge: false };
  }

  /** A voucher that was disabled at the hub after its first use is taken away. */
  function startedGrant({ grant, voucher }: Pick<KnownVoucher, "grant" | "voucher">): Grant {
    if (voucher === null) return grant;
    const exception = feed.rows("voucher").get(`${voucher.batchId}/${voucher.serial}`);
    return exception?.state === "disabled" ? { ...grant, revokedAtMs: exception.atMs } : grant;
  }

  /** Its line was taken out of the site file: a site without a hub has no other way to revoke. */
  function isTakenOut(grantId: string): boolean {
    return grantId.startsWith(fileGrantPrefix) && fileKeyOf(grantId) === undefined;
  }

  function knownById(grantId: string): KnownVoucher | null {
    if (grantId.startsWith("c.")) return ofSale(grantId);
    if (grantId.startsWith(fileGrantPrefix)) return ofFile(fileKeyOf(grantId) ?? "");
    const ref = refOfGrant(grantId);
    const known = ref === null ? null : ofBatch(ref);
    return known?.grant.grantId === grantId ? known : null;
  }

  return {
    byCode(code) {
      const key = voucherKey(code);
      const sale = state.saleOfCode.size === 0 ? null : ofSale(state.saleOfCode.get(normaliseVoucherCode(code)));
      if (sale !== null) return sale;
      const ref = file?.vouchers.has(key) ? null : refOf(code);
      return ref === null ? ofFile(key) : ofBatch(ref);
    },
    grantOf(grantId) {
      const used = state.grants.get(grantId);
      if (used !== undefined && isTakenOut(grantId))
        return { ...used.grant, revokedAtMs: used.grant.revokedAtMs ?? takenOutAtMs };
      if (used !== undefined) return startedGrant(used);
      const known = knownById(grantId);
      return known === null || known.refusal !== null ? null : known.grant;
    },
    wholeOf({ batchId, serial }) {
      const batch = feed.rows("batch").get(batchId);
      return batch === undefined ? null : unstarted(`v.${batchId}.${serial}`, "voucher", batch.planName, batch.terms);
    },
    voucherRefOf: refOfGrant,
    bridgeOf(grant) {
      const grantId = `b.${grant.grantId}`;
      const used = state.grants.get(grantId);
      if (used !== undefined) return used.grant;
      const limit = feed.rows("provider").get("provider")?.bridge;
      if (limit === undefined || spentReasonOf(state.spent, grantId) !== null) return null;
      const { origin, planName, terms } = grant;
      return unstarted(grantId, origin, planName, bridgeTerms(terms, limit));
    },
    get anyElsewhere() {
      elsewhere ??= isAnyElsewhere();
      return elsewhere;
    },
  };
}

/** `v.<batchId>.<serial>`, and the bridge of such a one. */
function refOfGrant(grantId: string): VoucherRef | null {
  const [, batchId, serial] = /^[vb]\.(.+)\.(\d{1,15})$/.exec(grantId) ?? [];
  return batchId === undefined || batchId === "file" ? null : { batchId, serial: Number(serial) };
}

function decode(batches: ReadonlyMap<string, BatchBody>, code: string): VoucherRef | null {
  for (const batch of batches.values()) {
    const serial = decodeVoucherCode(batch, code);
    if (serial !== null) return { batchId: batch.batchId, serial };
  }
  return null;
}

export function unstarted(grantId: string, origin: GrantOrigin, planName: string, terms: Terms): Grant {
  return {
    grantId,
    origin,
    planName,
    terms,
    startedAtMs: null,
    endsAtMs: null,
    revokedAtMs: null,
    unverified: false,
  };
}

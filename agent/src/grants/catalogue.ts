/**
 * What the site knows of rights: accounts, vouchers and purchases, from the feed and the site file. A started grant comes from
 * the state instead, because the site enforces a grant from its own copy of the plan; `grantOf` merges the two.
 */

import type { CodeGuard, GuardRule } from "@karibu/protocol/codes/code-guard";
import { normaliseVoucherCode } from "@karibu/protocol/codes/voucher-code";
import type { GrantBody, GrantChangeBody } from "@karibu/protocol/feed";
import type { Grant } from "@karibu/protocol/grant";
import { kindOfGrant } from "@karibu/protocol/grant-id";
import { type Seconds, seconds, unixMs } from "@karibu/protocol/quantities";
import type { Clock } from "@karibu/protocol/world";
import type { SiteState } from "../state/site-state.ts";
import { spentReasonOf } from "../state/spent-grants.ts";
import type { FeedStore } from "../store/feed-store.ts";
import { type AccountCatalogue, createAccountCatalogue, type KnownAccount } from "./account-catalogue.ts";
import { changedGrant } from "./changed-grant.ts";
import { createFreeCatalogue, type FreeCatalogue } from "./free/free-catalogue.ts";
import { type GuardedGrant, guardedIdOf, guardInForce } from "./guards/code-guard.ts";
import type { SiteFile } from "./site-file.ts";
import type { KnownVoucher } from "./vouchers/known-voucher.ts";
import { createVoucherCatalogue, type VoucherCatalogue } from "./vouchers/voucher-catalogue.ts";

export interface Catalogue
  extends Pick<
      VoucherCatalogue,
      "wholeGrantOf" | "voucherOfGrant" | "bridgeOf" | "hasVouchersElsewhere" | "isListed" | "onlyMacOf"
    >,
    Pick<AccountCatalogue, "presentAccount"> {
  readonly locale: "en" | "sw";
  /** The provider lets a site that lost its memory go on with what may have been used before. */
  readonly sellsUnremembered: boolean;
  /** How often the NAS reports usage (Acct-Interim-Interval). */
  readonly interimSeconds: Seconds;
  /** Null: no account has this name. */
  account(username: string): KnownAccount | null;
  /** By a typed code. Null: no live batch, no sale and no line of the site file has it. */
  voucher(code: string): KnownVoucher | null;
  /** The same among sales alone: the hub's, and those for cash at this site. */
  sale(code: string): KnownVoucher | null;
  /** The grant as it stands now, started or not; null: this site does not know it. */
  grantOf(grantId: string): GuardedGrant | null;
  /** What staff gave it, or changed of it otherwise; undefined: nothing. */
  changeOf(grantId: string): GrantChangeBody | undefined;
  /** What its customer did against theft, in force here; null: nothing. */
  guardOf(grantId: string): CodeGuard | null;
  /** Can its devices be others by typing a code? Of what was bought, where the hub gave it one. */
  opensByCode(grantId: string): boolean;
  /** What customers may do against theft; null: nothing. */
  readonly guardRule: GuardRule | null;
  /** What is given for nothing. */
  readonly free: FreeCatalogue;
  /** The grant is an account's, and the account is in another period now. */
  isPastPeriod(grantId: string): boolean;
  /** The codes that this grant's purchase gave for others, and that nobody has used. */
  codesBeside(grantId: string): readonly string[];
  /** The grant of a purchase; null: the feed has not brought it. */
  grantOfPurchase(purchaseId: string): GrantBody | null;
}

/** Where the hub sets nothing else. Interims cost the router nothing, and their writes to flash are coalesced. */
const defaultInterimSeconds = seconds(300);

export function createCatalogue(
  feed: Pick<FeedStore, "rows" | "onChange" | "isWhole">,
  file: SiteFile | null,
  state: SiteState,
  clock: Pick<Clock, "wall">,
): Catalogue {
  const accounts = createAccountCatalogue(feed, file, state, clock);
  const vouchers = createVoucherCatalogue(feed, file, state);
  const free = createFreeCatalogue(feed, state, (purchaseId) => grantOfPurchase(purchaseId) !== null);
  let grantsByPurchase: Map<string, GrantBody> | null = null;
  let grantsByCode: Map<string, string> | null = null;
  let bundles: Map<string, GrantBody[]> | null = null;

  feed.onChange((rows) => {
    if (rows.some(({ kind }) => kind === "grant")) {
      grantsByPurchase = grantsByCode = null;
      bundles = null;
    }
  });

  function purchasedGrant(grantId: string): Grant | null {
    // It is over, or its lease went to another site; a grant that returns has another name. The row that removes it may come later, or
    // stand here again for a while, where the hub sent everything again.
    if (spentReasonOf(state.spent, grantId) !== null) return null;
    const used = state.grants.get(grantId);
    const fed = feed.rows("grant").get(grantId)?.grant;
    if (fed === undefined) return used?.grant ?? null;
    return used === undefined ? fed : merged(fed, used.grant);
  }

  function grantOfPurchase(purchaseId: string): GrantBody | null {
    grantsByPurchase ??= byPurchase(feed.rows("grant").values());
    return grantsByPurchase.get(purchaseId) ?? null;
  }

  /** Sold by the hub with a code. */
  function soldByHub(code: string): KnownVoucher | null {
    grantsByCode ??= byCode(feed.rows("grant").values());
    const grantId = grantsByCode.get(normaliseVoucherCode(code));
    const grant = grantId === undefined ? null : purchasedGrant(grantId);
    return grant === null
      ? null
      : { grant, voucher: null, refusal: null, expiresAtMs: null, isBridge: false, pin: null };
  }

  function guardOf(grantId: string): CodeGuard | null {
    const echoed = feed.rows("code-guard");
    if (state.guards.size === 0 && echoed.size === 0) return null;
    const guardedId = guardedIdOf(grantId);
    return guardInForce(state.guards.get(guardedId), echoed.get(guardedId));
  }

  /** With what staff changed of it, and its customer's pause; of most grants nothing. */
  function changed<Found extends Grant | null>(grant: Found): Found | GuardedGrant {
    if (grant === null) return grant;
    const changes = feed.rows("grant-change");
    const change = changes.size === 0 ? undefined : changes.get(grant.grantId);
    const now = change === undefined ? grant : changedGrant(grant, change);
    return guardOf(grant.grantId)?.paused === true ? { ...now, paused: true } : now;
  }

  function changedVoucher(known: KnownVoucher | null): KnownVoucher | null {
    if (known === null) return known;
    const grant = changed(known.grant);
    const guardPin = guardOf(grant.grantId)?.pin ?? null;
    return grant === known.grant && guardPin === null ? known : { ...known, grant, guardPin };
  }

  return {
    get locale() {
      return feed.rows("provider").get("provider")?.locale ?? "en";
    },
    get sellsUnremembered() {
      return feed.rows("provider").get("provider")?.sellsUnremembered === true;
    },
    get interimSeconds() {
      return feed.rows("site").get("site")?.interimSeconds ?? defaultInterimSeconds;
    },
    account: accounts.byName,
    voucher: (code) => changedVoucher(vouchers.byCode(code) ?? soldByHub(code)),
    sale: (code) => changedVoucher(vouchers.cashSaleOf(code) ?? soldByHub(code)),
    isListed: vouchers.isListed,
    onlyMacOf: vouchers.onlyMacOf,
    wholeGrantOf: vouchers.wholeGrantOf,
    voucherOfGrant: vouchers.voucherOfGrant,
    presentAccount: accounts.presentAccount,
    bridgeOf: vouchers.bridgeOf,
    get hasVouchersElsewhere() {
      return vouchers.hasVouchersElsewhere;
    },
    grantOf(grantId) {
      const kind = kindOfGrant(grantId);
      if (kind === "free") return changed(free.grantOf(grantId));
      if (kind === "account") return changed(accounts.grantOf(grantId));
      return changed(kind === "purchase" ? purchasedGrant(grantId) : vouchers.grantOf(grantId));
    },
    guardOf,
    changeOf: (grantId) => feed.rows("grant-change").get(grantId),
    opensByCode: (grantId) =>
      kindOfGrant(grantId) !== "purchase" || feed.rows("grant").get(grantId)?.code !== undefined,
    get guardRule() {
      return feed.rows("provider").get("provider")?.codeGuard ?? null;
    },
    isPastPeriod: accounts.isPastPeriod,
    grantOfPurchase,
    codesBeside(grantId) {
      bundles ??= Map.groupBy(
        [...feed.rows("grant").values()].filter(({ bundleOf }) => bundleOf !== undefined),
        ({ bundleOf }) => bundleOf as string,
      );
      const purchaseId = bundles.size === 0 ? null : (feed.rows("grant").get(grantId)?.purchaseId ?? null);
      const beside = purchaseId === null ? [] : (bundles.get(purchaseId) ?? []);
      return beside.flatMap(({ code, grant: { grantId: id, revokedAtMs } }) =>
        code === undefined || revokedAtMs !== null || state.grants.has(id) ? [] : [code],
      );
    },
    free,
  };
}

function byPurchase(bodies: Iterable<GrantBody>): Map<string, GrantBody> {
  const grants = new Map<string, GrantBody>();
  for (const body of bodies) if (body.purchaseId !== null) grants.set(body.purchaseId, body);
  return grants;
}

function byCode(bodies: Iterable<GrantBody>): Map<string, string> {
  const grants = new Map<string, string>();
  for (const { code, grant } of bodies) if (code !== undefined) grants.set(normaliseVoucherCode(code), grant.grantId);
  return grants;
}

/** The hub decides what the grant is worth, the site when it started. The later of two ends counts, for the customer. */
function merged(fed: Grant, used: Grant): Grant {
  const { startedAtMs } = used;
  // The hub's terms are as they were sold, so the end is too: what staff gave is added to both.
  const endsAtMs = used.endsAtMs === null ? null : unixMs(used.endsAtMs - 1000 * (used.given?.seconds ?? 0));
  if (fed.startedAtMs === null || fed.endsAtMs === null || endsAtMs === null) return { ...fed, startedAtMs, endsAtMs };
  return { ...fed, startedAtMs, endsAtMs: unixMs(Math.max(fed.endsAtMs, endsAtMs)) };
}

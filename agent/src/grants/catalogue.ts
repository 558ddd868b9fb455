/**
 * Who may log in at this site and what they would get: the feed's rows and the site file as one set of books. Grants that
 * have been started come from the journal's state instead (`grantOf` puts both together), because a grant is enforced from its
 * own copy of the plan.
 */
import type { AccountBody, GrantBody } from "@karibu/protocol/feed";
import type { Grant } from "@karibu/protocol/grant";
import type { Terms } from "@karibu/protocol/plan";
import { type Seconds, seconds, unixMs } from "@karibu/protocol/quantities";
import type { KnownVoucher } from "../access/access.ts";
import { endOf } from "../access/decide.ts";
import type { SiteState, UsedGrant } from "../state/site-state.ts";
import { spentReasonOf } from "../state/spent-grants.ts";
import type { FeedStore } from "../store/feed-store.ts";
import { shortHash } from "./file-grant-keys.ts";
import { isOfSiteFile, type SiteFile } from "./site-file.ts";
import { createVoucherBooks, takenOutAtMs, unstarted, type VoucherBooks } from "./voucher-catalogue.ts";

export interface SiteBooks {
  readonly locale: "en" | "sw";
  /** How often the NAS is to report. */
  readonly interimSeconds: Seconds;
  account(username: string): KnownAccount | null;
  /** By a code as somebody typed it; null: no live batch and no line of the site file has it. */
  voucher(code: string): KnownVoucher | null;
  voucherRefOf: VoucherBooks["voucherRefOf"];
  wholeOf: VoucherBooks["wholeOf"];
  readonly anyVoucherElsewhere: boolean;
  bridgeOf: VoucherBooks["bridgeOf"];
  /** The grant as it stands now, started or not; null: nobody here knows it. */
  grantOf(grantId: string): Grant | null;
  purchase(purchaseId: string): GrantBody | null;
}

export interface KnownAccount {
  readonly grantId: string;
  readonly password: string;
  readonly active: boolean;
}

/** Where the hub says nothing else. Interims cost nothing on the router itself, and flash is guarded by coalescing. */
const defaultInterimSeconds = seconds(300);

export function createSiteBooks(
  feed: Pick<FeedStore, "rows" | "onChange">,
  file: SiteFile | null,
  state: SiteState,
): SiteBooks {
  let accountsByName: Map<string, AccountBody> | null = null;
  let grantsByPurchase: Map<string, GrantBody> | null = null;
  let longNames: Map<string, string> | null = null;
  const vouchers = createVoucherBooks(feed, file, state);

  feed.onChange((rows) => {
    for (const { kind } of rows) {
      if (kind === "account") accountsByName = null;
      if (kind === "grant") grantsByPurchase = null;
    }
  });

  function fedAccount(username: string): AccountBody | null {
    const rows = feed.rows("account");
    if (rows.size === 0) return null;
    accountsByName ??= new Map([...rows.values()].map((body) => [body.username, body]));
    return accountsByName.get(username) ?? null;
  }

  function grantOf(grantId: string): Grant | null {
    const used = state.grants.get(grantId);
    if (grantId.startsWith("a.")) return accountGrant(grantId, used);
    if (/^[vbc]\./.test(grantId)) return vouchers.grantOf(grantId);
    // Let go of, and the row that takes it away has not come yet: what comes back has another name.
    if (spentReasonOf(state.spent, grantId) === "elsewhere") return null;
    const fed = feed.rows("grant").get(grantId)?.grant;
    if (fed === undefined) return used?.grant ?? null;
    return used === undefined ? fed : merged(fed, used.grant);
  }

  /** An account's plan may change under it (a renewal, another speed): terms are today's, the start is the journal's. */
  function accountGrant(grantId: string, used: UsedGrant | undefined): Grant | null {
    if (used !== undefined && isUnchangedOfFile(grantId, used.grant)) return used.grant;
    const offered = offeredAccount(grantId);
    if (offered === null) return used === undefined ? null : left(used.grant);
    const { suspended: _, ...own } = used?.grant ?? offered;
    const overlay = offered.suspended === undefined ? {} : { suspended: offered.suspended };
    const revokedAtMs = offered.revokedAtMs ?? own.revokedAtMs;
    // A period that is past keeps its own terms to its end; being switched off or suspended concerns it all the same.
    if (offered.grantId !== grantId) return used === undefined ? null : { ...own, ...overlay, revokedAtMs };
    if (used === undefined) return offered;
    const startedAtMs = own.startedAtMs ?? 0;
    const endsAtMs = sameValidity(offered.terms, own.terms) ? own.endsAtMs : endOf(offered, startedAtMs);
    return { ...offered, startedAtMs: own.startedAtMs, endsAtMs, revokedAtMs };
  }

  /** What remains of an account that the books have no more: of one of the site file nothing. */
  function left(grant: Grant): Grant {
    const isTakenOut = isOfSiteFile(grant.grantId) && fileLineOf(grant.grantId) === undefined;
    return isTakenOut ? { ...grant, revokedAtMs: grant.revokedAtMs ?? takenOutAtMs } : grant;
  }

  /** A name that is too long to be read from the grant's id is found by it; there are few such, if any. */
  function fileLineOf(grantId: string) {
    if (file === null || !grantId.startsWith(fileAccountPrefix)) return undefined;
    const line = file.accounts.get(grantId.slice(fileAccountPrefix.length));
    if (line !== undefined) return line;
    longNames ??= new Map([...file.accounts.keys()].filter(isTooLong).map((name) => [fileAccountId(name), name]));
    return file.accounts.get(longNames.get(grantId) ?? "");
  }

  /** An account of the site file, started under the very terms that the file gives now: there is nothing to put together. */
  function isUnchangedOfFile(grantId: string, { terms, planName, suspended, graceSeconds }: Grant): boolean {
    if (feed.rows("account").size > 0 || !grantId.startsWith(fileAccountPrefix)) return false;
    const line = file?.accounts.get(grantId.slice(fileAccountPrefix.length));
    if (file == null || line === undefined || line.planName !== planName) return false;
    return file.plans.get(planName) === terms && suspended === undefined && graceSeconds === undefined;
  }

  function fedAccountOfId(named: string): AccountBody | undefined {
    const accounts = feed.rows("account");
    if (accounts.size === 0) return undefined;
    return accounts.get(named) ?? accounts.get(named.slice(0, Math.max(0, named.lastIndexOf("."))));
  }

  /** As the books have it now, under the id of its present period. */
  function offeredAccount(grantId: string): Grant | null {
    const named = grantId.slice(2);
    const body = fedAccountOfId(named);
    if (body !== undefined) {
      const { planName, terms, graceSeconds, suspended } = body;
      const grant: Grant = {
        ...unstarted(accountGrantId(body), "account", planName, terms),
        ...(graceSeconds === undefined ? {} : { graceSeconds }),
        ...(suspended == null ? {} : { suspended }),
      };
      // When it was switched off is the hub's to know; that it is must end what runs.
      return body.active ? grant : { ...grant, revokedAtMs: unixMs(0) };
    }
    const line = fileLineOf(grantId);
    if (file === null || line === undefined) return null;
    return unstarted(grantId, "account", line.planName, file.plans.get(line.planName) as Terms);
  }

  return {
    get locale() {
      return feed.rows("provider").get("provider")?.locale ?? "en";
    },
    get interimSeconds() {
      return feed.rows("site").get("site")?.interimSeconds ?? defaultInterimSeconds;
    },
    account(username) {
      const line = file?.accounts.get(username);
      if (line !== undefined) return { grantId: fileAccountId(username), password: line.password, active: true };
      const body = fedAccount(username);
      return body && { grantId: accountGrantId(body), password: body.password, active: body.active };
    },
    voucher: vouchers.byCode,
    voucherRefOf: vouchers.voucherRefOf,
    wholeOf: vouchers.wholeOf,
    bridgeOf: vouchers.bridgeOf,
    get anyVoucherElsewhere() {
      return vouchers.anyElsewhere;
    },
    grantOf,
    purchase(purchaseId) {
      if (grantsByPurchase === null) {
        grantsByPurchase = new Map();
        for (const body of feed.rows("grant").values()) {
          if (body.purchaseId !== null) grantsByPurchase.set(body.purchaseId, body);
        }
      }
      return grantsByPurchase.get(purchaseId) ?? null;
    },
  };
}

/** The hub decides what the grant is worth, the site when it was started; of two ends the later one is the holder's. */
function merged(fed: Grant, used: Grant): Grant {
  if (fed.startedAtMs === null || fed.endsAtMs === null || used.endsAtMs === null) {
    return { ...fed, startedAtMs: used.startedAtMs, endsAtMs: used.endsAtMs };
  }
  return {
    ...fed,
    startedAtMs: used.startedAtMs,
    endsAtMs: unixMs(Math.max(fed.endsAtMs, used.endsAtMs)),
  };
}

/** Each period is a grant of its own: what was used and when it began count for one period. */
function accountGrantId({ accountId, period }: Pick<AccountBody, "accountId" | "period">): string {
  return period === undefined ? `a.${accountId}` : `a.${accountId}.${period}`;
}

function sameValidity(left: Terms, right: Terms): boolean {
  return left.validitySeconds === right.validitySeconds && left.validUntilMs === right.validUntilMs;
}

const fileAccountPrefix = "a.file.";

/** Readable where it fits into a grant's identifier, else by hash. */
function fileAccountId(username: string): string {
  return `${fileAccountPrefix}${isTooLong(username) ? shortHash(username) : username}`;
}

const isTooLong = (username: string): boolean => username.length > 100;

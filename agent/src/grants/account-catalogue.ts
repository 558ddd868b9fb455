/** The accounts that the site knows, from the feed and the site file: their log-ins, and the grant of each period. */
import type { AccountAddress, AccountService, CustomerAccountBody } from "@karibu/protocol/accounts/customer-account";
import type { KnownPassword } from "@karibu/protocol/accounts/nt-hash";
import type { AccountBody } from "@karibu/protocol/feed";
import type { Grant } from "@karibu/protocol/grant";
import {
  accountGrantId,
  accountKeyOf,
  fileAccountNameOf,
  isFileAccount,
  isOfSiteFile,
  kindOfGrant,
} from "@karibu/protocol/grant-id";
import type { Terms } from "@karibu/protocol/plan";
import { unixMs } from "@karibu/protocol/quantities";
import type { Clock, Wall } from "@karibu/protocol/world";
import type { SiteState, UsedGrant } from "../state/site-state.ts";
import type { FeedStore } from "../store/feed-store.ts";
import { endOf, unstartedGrant } from "./grant-period.ts";
import type { SiteFile } from "./site-file.ts";
import { grantIdOfName, isLongName } from "./site-file-grants.ts";
import { removedLineAtMs } from "./vouchers/voucher-catalogue.ts";

export interface KnownAccount {
  readonly grantId: string;
  readonly password: KnownPassword;
  readonly active: boolean;
  /** Absent: of the site file, or of an older hub; for hotspot and PPPoE, on any device. */
  readonly service?: AccountService;
  readonly macs?: readonly string[];
  readonly address?: AccountAddress;
}

/** A row of the feed: an older hub's, with the password in clear, or of a customer's account. */
type FedAccount = AccountBody | CustomerAccountBody;

export interface AccountCatalogue {
  /** Null: no account has this name. */
  byName(username: string): KnownAccount | null;
  /** The grant of an account's period, started or not; null: not known. */
  grantOf(grantId: string): Grant | null;
  /** The account of this grant, whichever of its periods is named, or none: the grant of the present one, and whose it is. Null: not known. */
  presentAccount(grantId: string): Pick<KnownAccount, "grantId" | "service" | "macs"> | null;
  /** The account of this grant is in another period now. */
  isPastPeriod(grantId: string): boolean;
}

export function createAccountCatalogue(
  feed: Pick<FeedStore, "rows" | "onChange" | "isWhole">,
  file: SiteFile | null,
  state: SiteState,
  clock: Pick<Clock, "wall">,
): AccountCatalogue {
  let fedByName: Map<string, AccountBody> | null = null;
  let customersByName: Map<string, CustomerAccountBody> | null = null;
  let longNames: Map<string, string> | null = null;

  feed.onChange((rows) => {
    if (rows.some(({ kind }) => kind === "account")) fedByName = null;
    if (rows.some(({ kind }) => kind === "customer-account")) customersByName = null;
  });

  function fedAccount(username: string): FedAccount | null {
    const rows = feed.rows("account");
    if (rows.size > 0) fedByName ??= new Map([...rows.values()].map((body) => [body.username, body]));
    return fedByName?.get(username) ?? customerAccount(username);
  }

  function customerAccount(username: string): CustomerAccountBody | null {
    const rows = feed.rows("customer-account");
    if (rows.size === 0) return null;
    customersByName ??= new Map([...rows.values()].map((body) => [body.username.toLowerCase(), body]));
    const body = customersByName.get(username.toLowerCase());
    return body === undefined ? null : asNow(body, clock.wall());
  }

  /** The terms are the account's present ones, because a plan may change; the start is the journal's. */
  function grantOf(grantId: string): Grant | null {
    const used = state.grants.get(grantId);
    if (used !== undefined && isUnchangedFileLine(grantId, used.grant)) return used.grant;
    const present = presentGrant(grantId);
    if (present === null) return used === undefined ? null : withoutLine(used.grant);
    return used === undefined ? unstartedOf(present, grantId) : startedOf(present, used, grantId);
  }

  function unstartedOf(present: Grant, grantId: string): Grant | null {
    return present.grantId === grantId ? present : null;
  }

  function startedOf(present: Grant, used: UsedGrant, grantId: string): Grant {
    const { suspended: _, afterEnd: _way, ...own } = used.grant;
    const revokedAtMs = present.revokedAtMs ?? own.revokedAtMs;
    if (present.grantId !== grantId) {
      // A past period keeps its terms to its end, and then is over: its device logs in again, into the present one. Being switched off or
      // suspended concerns it too.
      const suspension = present.suspended === undefined ? {} : { suspended: present.suspended };
      return { ...own, ...suspension, revokedAtMs };
    }
    const startedAtMs = own.startedAtMs ?? 0;
    const endsAtMs = sameValidity(present.terms, own.terms) ? own.endsAtMs : endOf(present, startedAtMs);
    return { ...present, startedAtMs: own.startedAtMs, endsAtMs, revokedAtMs };
  }

  /**
   * The account of this grant is gone, so what it gave ends: its line was taken out of the site file, or the hub moved it to another site or deleted
   * it. A row that a snapshot may still bring ends nothing.
   */
  function withoutLine(grant: Grant): Grant {
    const isRemoved = isOfSiteFile(grant.grantId) ? fileLineOf(grant.grantId) === undefined : feed.isWhole("site");
    return isRemoved ? { ...grant, revokedAtMs: grant.revokedAtMs ?? removedLineAtMs } : grant;
  }

  /** Long names are found by their hashes; there are few. */
  function fileLineOf(grantId: string) {
    if (file === null || !isFileAccount(grantId)) return undefined;
    const line = file.accounts.get(fileAccountNameOf(grantId));
    if (line !== undefined) return line;
    longNames ??= new Map([...file.accounts.keys()].filter(isLongName).map((name) => [grantIdOfName(name), name]));
    return file.accounts.get(longNames.get(grantId) ?? "");
  }

  /** The grant was started under the very terms that the site file has now. A fast path. */
  function isUnchangedFileLine(grantId: string, { terms, planName, suspended, graceSeconds }: Grant): boolean {
    if (feed.rows("account").size > 0 || !isFileAccount(grantId)) return false;
    const line = file?.accounts.get(fileAccountNameOf(grantId));
    if (file == null || line === undefined || line.planName !== planName) return false;
    return file.plans.get(planName) === terms && suspended === undefined && graceSeconds === undefined;
  }

  function fedAccountOf(grantId: string): FedAccount | undefined {
    const customer = inPeriod(feed.rows("customer-account"), grantId);
    return customer === undefined ? inPeriod(feed.rows("account"), grantId) : asNow(customer, clock.wall());
  }

  /** The unstarted grant of the account's present period. */
  function presentGrant(grantId: string): Grant | null {
    const body = fedAccountOf(grantId);
    if (body !== undefined) return fedGrant(body);
    const line = fileLineOf(grantId);
    if (file === null || line === undefined) return null;
    return unstartedGrant(grantId, "account", line.planName, file.plans.get(line.planName) as Terms);
  }

  return {
    byName(username) {
      const line = file?.accounts.get(username);
      if (line !== undefined) return { grantId: grantIdOfName(username), password: line.password, active: true };
      const body = fedAccount(username);
      if (body === null) return null;
      const known = { grantId: grantIdOf(body), active: body.active };
      if ("password" in body) return { ...known, password: body.password };
      const { service, macs, address } = body;
      return {
        ...known,
        password: body.clearPassword ?? Buffer.from(body.ntHash, "hex"),
        service,
        ...(macs === undefined ? {} : { macs }),
        ...(address === undefined ? {} : { address }),
      };
    },
    grantOf,
    presentAccount(grantId) {
      if (kindOfGrant(grantId) !== "account") return null;
      const body = fedAccountOf(grantId);
      if (body === undefined) return fileLineOf(grantId) === undefined ? null : { grantId };
      if ("password" in body) return { grantId: grantIdOf(body) };
      const { service, macs } = body;
      return { grantId: grantIdOf(body), service, ...(macs === undefined ? {} : { macs }) };
    },
    isPastPeriod(grantId) {
      const body = kindOfGrant(grantId) === "account" ? fedAccountOf(grantId) : undefined;
      return body !== undefined && grantIdOf(body) !== grantId;
    },
  };
}

/** By the account's identifier, or by that and a period. */
function inPeriod<Body extends FedAccount>(accounts: ReadonlyMap<string, Body>, grantId: string): Body | undefined {
  if (accounts.size === 0) return undefined;
  const key = accountKeyOf(grantId);
  return accounts.get(key) ?? accounts.get(key.slice(0, Math.max(0, key.lastIndexOf("."))));
}

/** The row by a date that somebody proved, though no hub has said so: a pause ends, and a period that is paid for begins. */
function asNow(body: CustomerAccountBody, { atMs, quality }: Wall): CustomerAccountBody {
  if (quality === "unknown" || (body.resumes === undefined && body.nextPeriods === undefined)) return body;
  const own = resumed(body, atMs);
  const period = own.suspended == null ? own.nextPeriods?.findLast(({ fromMs }) => fromMs <= atMs)?.period : undefined;
  return period === undefined ? own : { ...own, period };
}

function resumed(body: CustomerAccountBody, atMs: number): CustomerAccountBody {
  if (body.resumes === undefined || body.suspended == null || atMs < body.resumes.atMs) return body;
  const { suspended: _, graceSeconds: _grace, afterEnd: _way, resumes, ...own } = body;
  const { graceSeconds, afterEnd, paidUntilMs: validUntilMs } = resumes;
  return {
    ...own,
    terms: { ...own.terms, validUntilMs },
    ...(graceSeconds === undefined ? {} : { graceSeconds }),
    ...(afterEnd === undefined ? {} : { afterEnd }),
  };
}

function fedGrant(body: FedAccount): Grant {
  const { planName, terms, graceSeconds, suspended, active } = body;
  const afterEnd = "password" in body ? undefined : body.afterEnd;
  const grant: Grant = {
    ...unstartedGrant(grantIdOf(body), "account", planName, terms),
    ...(graceSeconds === undefined ? {} : { graceSeconds }),
    ...(suspended == null ? {} : { suspended }),
    ...(afterEnd === undefined ? {} : { afterEnd }),
  };
  // The site does not know when the hub switched the account off.
  return active ? grant : { ...grant, revokedAtMs: unixMs(0) };
}

const grantIdOf = ({ accountId, period }: Pick<FedAccount, "accountId" | "period">): string =>
  accountGrantId(accountId, period);

function sameValidity(left: Terms, right: Terms): boolean {
  return left.validitySeconds === right.validitySeconds && left.validUntilMs === right.validUntilMs;
}

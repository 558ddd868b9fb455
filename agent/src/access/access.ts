/**
 * What a NAS asks of the site: log-ins and accounting. `radius/` decodes packets into these plain values and encodes the answers;
 * it knows nothing of grants. `create-access.ts` answers.
 */
import type { AccountAddress, AfterEnd } from "@karibu/protocol/accounts/customer-account";
import type { KnownPassword } from "@karibu/protocol/accounts/nt-hash";
import type { Burst } from "@karibu/protocol/plan";
import type { Bytes, Seconds } from "@karibu/protocol/quantities";
import type { KnownVoucher } from "../grants/vouchers/known-voucher.ts";
import type { RejectReason } from "../state/reject-reason.ts";

export interface Access {
  /**
   * Null for nearly every request: `logIn` can decide now. Otherwise the hub must be asked first (another site holds the
   * voucher's lease). The promise never rejects and resolves while the NAS still waits; its result is for `logIn`.
   */
  prepare?(request: LogInRequest): Promise<Prepared> | null;
  /** Synchronous, with few allocations: this is the hot path. The accept leaves when `durable` has resolved. */
  logIn(request: LogInRequest, prepared?: Prepared): LogInDecision;
  /** Null: the report may be acknowledged at once. Otherwise when the promise resolves: then it is on disk. */
  account(report: AccountingReport): Promise<void> | null;
  /** Accounting-On/Off, `delaySeconds` ago: closes the sessions that were open at this NAS. */
  nasRestarted(nas: Nas, delaySeconds: number): Promise<void> | null;
}

export interface Nas {
  /** For people: NAS-Identifier, else NAS-IP-Address, else the source address. Its owner may change it at any time. */
  readonly name: string;
  /** What its sessions are kept by: see `state/router-address.ts`. */
  readonly router: string;
}

/** What a NAS asks, with staff at the router itself: `router-log-ins` answers those, and hands all others to `Access`. */
export interface NasDoor extends Omit<Access, "logIn"> {
  logIn(request: LogInRequest, prepared?: Prepared): LogInDecision | RouterLogInAccept;
}

/** Somebody of the staff may log in to the router, with the rights of this group of its own. */
export interface RouterLogInAccept {
  readonly kind: "router-log-in";
  readonly group: string;
  readonly password: KnownPassword;
}

/** The result of `prepare`. Only `logIn` reads it. */
export type Prepared = KnownVoucher;

export interface LogInRequest {
  /** The name of the NAS. */
  readonly nas: string;
  readonly service: "hotspot" | "ppp";
  readonly user: string;
  /** Is this the password in the request (PAP, CHAP, MS-CHAPv2)? Of an NT hash CHAP is never. Takes constant time. */
  readonly passwordIs: (known: KnownPassword) => boolean;
  /** The request carries CHAP: only a clear password can answer it. */
  readonly isChap?: boolean;
  /** False: the request carries EAP, ARAP or MS-CHAPv1, which nothing here can check. */
  readonly passwordIsReadable: boolean;
  /** The password is empty or absent (a voucher code alone, MAC authentication). */
  readonly passwordIsEmpty: boolean;
  /** The password in clear: PAP only, else null. */
  readonly clearPassword: string | null;
  readonly mac: string | null;
  readonly address: string | null;
  readonly sessionId: string | null;
  /** The NAS has no list of addresses, so nothing at it shows the page to who is over. */
  readonly hasNoLists?: true;
  /** Present: somebody wants into the router itself (Winbox, SSH, WebFig, API), and no guest onto the internet. */
  readonly toRouter?: ToRouter;
}

export interface ToRouter {
  /** Where the person sits, as the router says (Calling-Station-Id). */
  readonly from: string | null;
  /** The request carries a Message-Authenticator, and it fits. */
  readonly isSigned: boolean;
  /** It says something of a guest's place in the network too: with `split-user-domain` a guest may type a realm. Nobody gets in by it. */
  readonly isOfGuest: boolean;
}

export type LogInDecision =
  | {
      readonly kind: "accept";
      readonly grantId: string;
      /** The matching password: MS-CHAPv2 needs it, or its hash, for its success string and its keys. */
      readonly password: KnownPassword;
      readonly limits: AccessLimits;
      /** What a PPP session gets. Absent: what the router's profile says. */
      readonly framed?: AccountAddress;
      /** Null: nothing had to be written. When it rejects, no answer may leave. */
      readonly durable: Promise<unknown> | null;
    }
  | { readonly kind: "reject"; readonly reason: RejectReason; readonly message: string };

/** What remains of the grant, for the Access-Accept. Null: no limit of that kind. */
export interface AccessLimits {
  readonly sessionSeconds: Seconds | null;
  readonly idleSeconds: Seconds | null;
  readonly totalBytes: Bytes | null;
  readonly downKbps: number | null;
  readonly upKbps: number | null;
  readonly burst: Burst | null;
  /** How many sessions of this user the router must let run, this one included: Port-Limit. */
  readonly devices: number;
  readonly interimSeconds: Seconds;
  /** The right is over, and lets in so limited still: see `AfterEnd`. */
  readonly held?: AfterEnd["way"];
}

export interface AccountingReport {
  readonly status: "start" | "interim" | "stop";
  /** The name of the NAS, and what its sessions are kept by: as in `Nas`. */
  readonly nas: string;
  readonly router: string;
  readonly sessionId: string;
  readonly user: string;
  /** From Class, as `logIn` set it; null: the NAS did not repeat it. */
  readonly grantId: string | null;
  /** More values of Class: one of them may be ours, and the first another server's. Absent: none. */
  readonly otherClasses?: readonly string[];
  /** Absent: it does not say. */
  readonly service?: SessionService;
  readonly mac: string | null;
  readonly address: string | null;
  readonly inputBytes: Bytes;
  readonly outputBytes: Bytes;
  readonly sessionSeconds: Seconds;
  /** Acct-Delay-Time: the age of the report. */
  readonly delaySeconds: Seconds;
  /** RFC 2866 §5.10 in kebab case (`user-request`, `session-timeout`, `admin-reset`…); null unless the status is `stop`. */
  readonly cause: string | null;
  /** Calling-Station-Id as it is; only of names of staff at the router. */
  readonly from?: string | null;
}

/** `pppoe`: over Ethernet. `ppp`: any other tunnel. */
export type SessionService = "hotspot" | "pppoe" | "ppp";

/**
 * The desk between RADIUS (or any NAS protocol) and the site's rules. `radius/` decodes packets into these plain values
 * and encodes what comes back; it knows nothing of grants. `createAccess` (create-access.ts) answers them.
 */
import type { Grant } from "@karibu/protocol/grant";
import type { Burst } from "@karibu/protocol/plan";
import type { Bytes, Seconds } from "@karibu/protocol/quantities";

export interface Access {
  /**
   * Null for nearly every request: `logIn` can judge it now. Otherwise somebody must be asked first (the lease of a voucher
   * that another site holds); what this resolves with, within the NAS' patience and without ever rejecting, is for `logIn`.
   */
  prepare?(request: LogInRequest): Promise<Prepared> | null;
  /** Synchronous and allocation-shy: this is the hot path. `durable` is awaited before the accept leaves. */
  logIn(request: LogInRequest, prepared?: Prepared): LogInDecision;
  /** Returns when the report may be acknowledged: null at once, else a promise that resolves when it is on disk. */
  account(report: AccountingReport): Promise<void> | null;
  /** Accounting-On/Off, or a NAS whose session ids show a reboot: close what was open there. */
  nasRestarted(nas: string): Promise<void> | null;
}

/** What `prepare` found out: only `logIn` looks inside. */
export type Prepared = KnownVoucher;

export interface VoucherRef {
  readonly batchId: string;
  readonly serial: number;
}

/** A voucher or cash sale that the site knows, by its code. */
export interface KnownVoucher {
  readonly grant: Grant;
  readonly voucher: VoucherRef | null;
  /** What keeps an unused voucher from being used; a started one goes on, but for `revokedAtMs` in its grant. */
  readonly refusal: RejectReason | null;
  /** Unsold codes are worth nothing after this. */
  readonly expiresAtMs: number | null;
  /** Another site holds the lease: this is the allowance that bridges until it can be asked. */
  readonly isBridge: boolean;
}

export interface LogInRequest {
  /** Identity of the NAS: NAS-Identifier, else NAS-IP-Address, else the source address. */
  readonly nas: string;
  readonly service: "hotspot" | "ppp";
  readonly user: string;
  /** Does this clear-text password fit what the request carries (PAP, CHAP, MS-CHAPv2)? Constant time. */
  readonly passwordIs: (clear: string) => boolean;
  /** True when the password is empty or left out (a voucher code alone, MAC authentication). */
  readonly passwordIsEmpty: boolean;
  /** The password in clear: PAP only, else null. */
  readonly clearPassword: string | null;
  readonly mac: string | null;
  readonly address: string | null;
  readonly sessionId: string | null;
}

export type LogInDecision =
  | {
      readonly kind: "accept";
      readonly grantId: string;
      /** The clear password that fitted: MS-CHAPv2 needs it for its success string and keys. */
      readonly clearPassword: string;
      readonly limits: AccessLimits;
      /** Null when nothing had to be written. A rejection means: do not answer. */
      readonly durable: Promise<unknown> | null;
    }
  | { readonly kind: "reject"; readonly reason: RejectReason; readonly message: string };

/** In order of precedence; the portal and Reply-Message have a sentence for each, in the site's language. */
export type RejectReason =
  | "unknown-user"
  | "wrong-password"
  | "guessing"
  | "disabled"
  | "revoked"
  | "suspended"
  | "expired"
  | "time-used"
  | "data-used"
  | "outside-schedule"
  | "too-many-devices"
  | "elsewhere"
  | "clock-unknown";

/** What remains, as it goes into the Access-Accept. Null: no limit of that kind. */
export interface AccessLimits {
  readonly sessionSeconds: Seconds | null;
  readonly idleSeconds: Seconds | null;
  readonly totalBytes: Bytes | null;
  readonly downKbps: number | null;
  readonly upKbps: number | null;
  readonly burst: Burst | null;
  readonly devices: number;
  readonly interimSeconds: Seconds;
}

export interface AccountingReport {
  readonly status: "start" | "interim" | "stop";
  readonly nas: string;
  readonly sessionId: string;
  readonly user: string;
  /** From Class, as `logIn` put it there; null when the NAS did not echo it. */
  readonly grantId: string | null;
  readonly mac: string | null;
  readonly address: string | null;
  readonly inputBytes: Bytes;
  readonly outputBytes: Bytes;
  readonly sessionSeconds: Seconds;
  /** Acct-Delay-Time: how old the report is. */
  readonly delaySeconds: Seconds;
  /** RFC 2866 §5.10 in kebab case (`user-request`, `session-timeout`, `admin-reset`…); null but on stop. */
  readonly cause: string | null;
}

/** Asks the router to end a session (RFC 5176 Disconnect-Request). `radius/disconnect.ts` implements it. */
export interface Disconnector {
  disconnect(session: {
    readonly user: string;
    readonly sessionId: string;
    readonly address: string | null;
    readonly mac: string | null;
  }): Promise<RouterAnswer>;
}

/**
 * `nak`: the router knows no such session. `refused`: it may know it, and will not. `no-answer`: incoming requests are off on
 * the router, a firewall, a wrong secret, or it is down.
 */
export type RouterAnswer = "ack" | "nak" | "refused" | "no-answer";

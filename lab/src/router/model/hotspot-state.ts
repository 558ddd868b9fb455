/** The state of the hotspot in the router's memory. A power cut loses it. */
import type { Timer } from "@karibu/protocol/world";
import type { LogInWay } from "./router-options.ts";
import type { Appetite, Limits, Meter } from "./session-limits.ts";

/** A session as RADIUS names it. */
export interface NasSession {
  readonly sessionId: string;
  readonly user: string;
  readonly address: string;
  readonly mac: string;
  readonly nasPort: number;
}

export type TerminateCause =
  | "User-Request"
  | "Lost-Service"
  | "Idle-Timeout"
  | "Session-Timeout"
  | "Admin-Reset"
  | "Admin-Reboot"
  | "NAS-Request";

/** A client's device. It is outside the router, so a power cut does not change it. */
export interface Phone {
  readonly address: string;
  readonly mac: string;
  appetite: Appetite;
}

/** A row of `/ip/hotspot/host`. */
export interface Host {
  readonly id: string;
  readonly phone: Phone;
  readonly firstSeenMs: number;
  lastSeenMs: number;
  session: Session | null;
  authorizing: boolean;
  chap: { readonly id: number; readonly challenge: Buffer; readonly issuedMs: number } | null;
}

/** A row of `/ip/hotspot/active`. */
export interface Session {
  readonly id: string;
  readonly nas: NasSession;
  readonly host: Host;
  readonly loginBy: LogInWay;
  readonly startedMs: number;
  readonly classes: readonly Buffer[];
  limits: Limits;
  meter: Meter;
  endTimer: Timer | null;
  interimTimer: Timer | null;
}

/** A row of `/ip/hotspot/cookie`: the credentials of a device, used again when it returns. */
export interface MacCookie {
  readonly id: string;
  readonly mac: string;
  readonly user: string;
  readonly password: string;
  readonly expiresAtMs: number;
}

export type EndReason =
  | "user-request"
  | "session-timeout"
  | "idle-timeout"
  | "traffic-limit"
  | "disconnect-request"
  | "api-remove"
  | "host-removed"
  | "admin-reboot";

/**
 * The terminate cause of each end, and whether the MAC cookie survives it. `remove` over the API keeps the cookie, so the phone
 * returns at once; a Disconnect-Request deletes it. The cause of a traffic limit is unproved.
 */
export const ends: Record<EndReason, { readonly cause: TerminateCause; readonly keepsCookie: boolean }> = {
  "user-request": { cause: "User-Request", keepsCookie: false },
  "session-timeout": { cause: "Session-Timeout", keepsCookie: false },
  "idle-timeout": { cause: "Idle-Timeout", keepsCookie: true },
  "traffic-limit": { cause: "NAS-Request", keepsCookie: false },
  "disconnect-request": { cause: "Admin-Reset", keepsCookie: false },
  "api-remove": { cause: "Admin-Reset", keepsCookie: true },
  "host-removed": { cause: "Lost-Service", keepsCookie: true },
  "admin-reboot": { cause: "Admin-Reboot", keepsCookie: true },
};

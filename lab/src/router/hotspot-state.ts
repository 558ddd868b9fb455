/** What the router holds in memory about its hotspot. A power cut forgets all of it. */
import type { Timer } from "@karibu/protocol/world";
import type { NasSession, TerminateCause } from "./nas.ts";
import type { LogInWay } from "./options.ts";
import type { Appetite, Limits, Meter } from "./session-limits.ts";

/** A client's device. It is not the router's: it outlives power cuts. */
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

/** A row of `/ip/hotspot/cookie`: what the device logged in with, replayed when it comes back. */
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
 * How an end looks on the wire, and whether the MAC cookie outlives it. `remove` over the API leaves the cookie, so the
 * phone is back at once; a Disconnect-Request takes it along. The cause of a traffic limit is unproved.
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

/**
 * What RADIUS can ask of the router about a running session. `radius/coa` implements it.
 * @see RFC 5176
 */
import type { Burst } from "@karibu/protocol/plan";

export interface DynamicAuthorization {
  /** Disconnect-Request: ends the session. */
  disconnect(session: SessionIdentity): Promise<CoaAnswer>;
  /** CoA-Request: changes the session while it runs. RouterOS can't change byte limits, address lists or the address. */
  change(session: SessionIdentity, change: SessionChange): Promise<CoaAnswer>;
}

/** The attributes by which a router finds a session (RFC 5176 §3). */
export interface SessionIdentity {
  readonly user: string;
  readonly sessionId: string;
  readonly address: string | null;
  readonly mac: string | null;
  /** The session's router (`state/router-address.ts`); null: from before routers were kept by their addresses. */
  readonly router: string | null;
}

export interface SessionChange {
  /** New speeds; absent: unchanged. */
  readonly rate?: SpeedLimits;
  /** New Session-Timeout. RouterOS counts it from the session's start, not from now. */
  readonly sessionSeconds?: number;
  readonly idleSeconds?: number;
}

/** Null: no limit in that direction. */
export interface SpeedLimits {
  readonly downKbps: number | null;
  readonly upKbps: number | null;
  readonly burst: Burst | null;
}

/**
 * `nak`: the router knows no such session. `refused`: the router refuses for another reason. `no-answer`: incoming requests
 * are off on the router, a firewall drops them, the secret is wrong, or the router is down.
 */
export type CoaAnswer = "ack" | "nak" | "refused" | "no-answer";

/** What the server has seen since it started: plain numbers for `/metrics` and the doctor. */
import { type Bytes, bytes } from "@karibu/protocol/quantities";
import { type MalformedReason, malformedReasons } from "@karibu/protocol/radius/packet-index";
import type { RejectReason } from "../../state/reject-reason.ts";

export interface RadiusCounters {
  accessRequests: number;
  accepts: number;
  rejects: number;
  rejectsByReason: Partial<Record<RejectReason, number>>;
  accountingRequests: number;
  accountingResponses: number;
  statusRequests: number;
  /** Retransmissions answered with the first reply's bytes. */
  duplicates: number;
  /** Retransmissions that came while the first was still being written to disk: one reply serves both. */
  duplicatesInFlight: number;
  unknownClients: number;
  /** Packets with a wrong secret. */
  badAuthenticators: number;
  lastBadAuthenticatorFrom: string | null;
  missingMessageAuthenticators: number;
  /** A known code on the wrong port, or one that a server is not asked. */
  unexpectedCodes: number;
  /** No reply, because what had to be on disk is not. */
  notDurable: number;
  /** A bug of ours: the packet was dropped and the server went on. */
  failures: number;
  malformed: Record<MalformedReason, number>;
}

export function createCounters(): RadiusCounters {
  return {
    accessRequests: 0,
    accepts: 0,
    rejects: 0,
    rejectsByReason: {},
    accountingRequests: 0,
    accountingResponses: 0,
    statusRequests: 0,
    duplicates: 0,
    duplicatesInFlight: 0,
    unknownClients: 0,
    badAuthenticators: 0,
    lastBadAuthenticatorFrom: null,
    missingMessageAuthenticators: 0,
    unexpectedCodes: 0,
    notDurable: 0,
    failures: 0,
    malformed: Object.fromEntries(malformedReasons.map((reason) => [reason, 0])) as Record<MalformedReason, number>,
  };
}

/**
 * Bytes from a RADIUS counter. "Input" is from the router's side: what the customer *sent*. `gigawords` counts 2^32
 * wraps. Null when that is more than a number holds exactly, which no line carries in a lifetime.
 * @see RFC 2866 §5.3-5.4, RFC 2869 §5.1-5.2
 */
export function joinCounter(octets: number, gigawords: number): Bytes | null {
  const sum = gigawords * 2 ** 32 + octets;
  return Number.isSafeInteger(sum) ? bytes(sum) : null;
}

/**
 * RADIUS over connections instead of datagrams. `radius/radsec` opens real ones, over TLS; a host shares one port among its sites.
 * @see RFC 6614
 */
import type { UdpPeer } from "./udp.ts";

export interface RadiusStreams {
  /** Whoever connects has shown a certificate of the CA in the settings: from which address does not matter. */
  readonly asksForCertificate: boolean;
  /** Rejects when the port is taken. */
  open(hear: HearStreams): Promise<OpenStreams>;
}

export interface HearStreams {
  /** May this address connect? Asked before anything is read. */
  mayConnect(address: string): boolean;
  /** One whole packet. Its octets are good during the call alone. */
  packet(packet: Uint8Array, stream: RadiusStream): void;
  closed(stream: RadiusStream): void;
}

/** One connection of a RADIUS client. */
export interface RadiusStream {
  readonly peer: UdpPeer;
  /** Copies nothing: the caller leaves the octets as they are. Does nothing once it is closed. */
  send(packet: Uint8Array): void;
}

export interface OpenStreams {
  readonly port: number;
  /** Live. */
  readonly counters: Readonly<StreamCounters>;
  close(): Promise<void>;
}

export interface StreamCounters {
  /** Open now, with their handshakes done. */
  connections: number;
  accepted: number;
  /** From an address that may not connect, or that has too many connections. */
  refused: number;
  failedHandshakes: number;
  /** Closed for a length that no packet has, a packet that did not come to its end, or replies that nobody took. */
  misbehaved: number;
  idle: number;
}

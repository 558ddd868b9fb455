/**
 * Packets out of a stream of octets: each begins with its header, which has the length. Holds at most one packet that is not whole
 * yet. A stream whose length field is wrong can't be read on.
 * @see RFC 6614 §2.1, RFC 2865 §3
 */
import { headerBytes, packetBytesMax } from "@karibu/protocol/radius/packet-index";

export interface PacketFraming {
  /** False: a length is wrong, and nothing more can be read. `hear` must not keep the packet's octets. */
  push(chunk: Uint8Array, hear: (packet: Uint8Array) => void): boolean;
  /** Octets of a packet that is not whole yet. */
  readonly heldBytes: number;
}

/** Code, identifier and length. */
const lengthEndsAt = 4;

export function createPacketFraming(): PacketFraming {
  let held: Uint8Array = new Uint8Array(0);
  let heldBytes = 0;

  /** The packet's length; 0: it is not here yet; -1: no packet has this one. */
  function lengthAt(octets: Uint8Array, at: number, available: number): number {
    if (available < lengthEndsAt) return 0;
    const length = ((octets[at + 2] as number) << 8) | (octets[at + 3] as number);
    return length < headerBytes || length > packetBytesMax ? -1 : length;
  }

  /** Adds up to `wanted` octets in all, and returns how many it took. */
  function hold(octets: Uint8Array, at: number, wanted: number): number {
    const taken = Math.min(wanted - heldBytes, octets.length - at);
    if (held.length < wanted) {
      const larger = new Uint8Array(wanted);
      larger.set(held.subarray(0, heldBytes));
      held = larger;
    }
    held.set(octets.subarray(at, at + taken), heldBytes);
    heldBytes += taken;
    return taken;
  }

  return {
    get heldBytes() {
      return heldBytes;
    },
    push(chunk, hear) {
      let at = 0;
      while (at < chunk.length) {
        if (heldBytes === 0) {
          const length = lengthAt(chunk, at, chunk.length - at);
          if (length < 0) return false;
          if (length > 0 && length <= chunk.length - at) {
            hear(chunk.subarray(at, at + length));
            at += length;
            continue;
          }
        }
        if (heldBytes < lengthEndsAt) at += hold(chunk, at, lengthEndsAt);
        const length = lengthAt(held, 0, heldBytes);
        if (length < 0) return false;
        if (length === 0) continue;
        at += hold(chunk, at, length);
        if (heldBytes < length) continue;
        heldBytes = 0;
        const whole = held;
        held = new Uint8Array(0); // a connection that waits for its next packet holds nothing
        hear(whole);
      }
      return true;
    },
  };
}

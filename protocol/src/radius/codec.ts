/**
 * Packets between octets and named values: for everything outside the hot path.
 * @see RFC 2865 §3, §5; RFC 2866 §3
 */
import { attributeName, knowsVendor } from "./attribute-lookup.ts";
import { type AttributeValue, decodeValue, encodeValue } from "./attribute-value.ts";
import { type AttributeName, type AttributeRow, attributes } from "./attributes.ts";
import {
  createPacketIndex,
  headerBytes,
  type MalformedReason,
  packetBytesMax,
  scanPacket,
  valueBytesMax,
  vendorAt,
  vendorSpecific,
} from "./packet-index.ts";

export interface Packet {
  readonly code: number;
  readonly id: number;
  /** 16 octets. */
  readonly authenticator: Uint8Array;
  /** In the order of the wire. */
  readonly attributes: readonly Attribute[];
}

export type Attribute =
  | { readonly name: AttributeName; readonly value: AttributeValue }
  | { readonly type: number; readonly vendor?: number; readonly value: Uint8Array };

export type Decoded =
  | { readonly kind: "packet"; readonly packet: Packet }
  | { readonly kind: "malformed"; readonly reason: MalformedReason };

/** Named values of a packet. Values are copies. What the table does not know stays as type, vendor and octets. */
export function decodePacket(bytes: Uint8Array): Decoded {
  const reason = scanPacket(bytes, 0, bytes.length, createPacketIndex());
  if (reason !== null) return { kind: "malformed", reason };
  const length = ((bytes[2] as number) << 8) | (bytes[3] as number);
  const found: Attribute[] = [];
  for (let at = headerBytes; at < length; at += bytes[at + 1] as number) {
    const end = at + (bytes[at + 1] as number);
    if (bytes[at] !== vendorSpecific) {
      decodeInto(found, bytes[at] as number, undefined, octetsOf(bytes, at + 2, end));
      continue;
    }
    const vendor = vendorAt(bytes, at);
    if (!knowsVendor(vendor)) {
      found.push({ type: vendorSpecific, value: octetsOf(bytes, at + 2, end) });
      continue;
    }
    for (let inner = at + 6; inner < end; inner += bytes[inner + 1] as number) {
      decodeInto(
        found,
        bytes[inner] as number,
        vendor,
        octetsOf(bytes, inner + 2, inner + (bytes[inner + 1] as number)),
      );
    }
  }
  joinSplit(found);
  return {
    kind: "packet",
    packet: {
      code: bytes[0] as number,
      id: bytes[1] as number,
      authenticator: octetsOf(bytes, 4, 20),
      attributes: found,
    },
  };
}

/** A copy, also of a Buffer (whose own `slice` would be a view). */
function octetsOf(bytes: Uint8Array, from: number, to: number): Uint8Array {
  return new Uint8Array(bytes.subarray(from, to));
}

function decodeInto(found: Attribute[], type: number, vendor: number | undefined, octets: Uint8Array): void {
  const name = attributeName(type, vendor);
  if (name === undefined) {
    found.push(vendor === undefined ? { type, value: octets } : { type, vendor, value: octets });
    return;
  }
  const row: AttributeRow = attributes[name];
  // Joined text is decoded once all its parts are there: a character may be cut between two of them.
  found.push({ name, value: row.joined ? octets : decodeValue(row, octets) });
}

/** Neighbours of an attribute that may be long become one value. */
function joinSplit(found: Attribute[]): void {
  for (let index = found.length - 1; index >= 0; index--) {
    const current = found[index] as Attribute;
    if (!("name" in current)) continue;
    const row: AttributeRow = attributes[current.name];
    if (!row.joined) continue;
    const before = found[index - 1];
    if (before !== undefined && "name" in before && before.name === current.name) {
      const value = Buffer.concat([before.value as Uint8Array, current.value as Uint8Array]);
      found.splice(index - 1, 2, { name: current.name, value: new Uint8Array(value) });
    } else {
      found[index] = { name: current.name, value: decodeValue(row, current.value as Uint8Array) };
    }
  }
}

/** The attributes' octets in the given order, without a header. Throws RangeError naming what does not fit. */
export function encodeAttributes(list: readonly Attribute[]): Buffer {
  const parts: Uint8Array[] = [];
  for (const attribute of list) {
    if (!("name" in attribute)) {
      parts.push(envelope(attribute.type, attribute.vendor, attribute.value, `attribute ${attribute.type}`));
      continue;
    }
    const row: AttributeRow = attributes[attribute.name];
    const octets = encodeValue(attribute.name, row, attribute.value);
    const step = row.joined ? valueBytesMax : Math.max(1, octets.length);
    for (let at = 0; at === 0 || at < octets.length; at += step) {
      parts.push(envelope(row.type, row.vendor, octets.subarray(at, at + step), attribute.name));
    }
  }
  return Buffer.concat(parts);
}

/** Header and attributes, authenticators as they stand in `packet`: `seal.ts` computes them. */
export function encodePacket(packet: Packet): Buffer {
  const body = encodeAttributes(packet.attributes);
  const length = headerBytes + body.length;
  if (length > packetBytesMax) throw new RangeError(`packet: ${length} octets are more than ${packetBytesMax}`);
  if (packet.authenticator.length !== 16) throw new RangeError("authenticator: must have 16 octets");
  return Buffer.concat([Uint8Array.of(packet.code, packet.id, length >> 8, length & 255), packet.authenticator, body]);
}

function envelope(type: number, vendor: number | undefined, value: Uint8Array, what: string): Uint8Array {
  const overhead = vendor === undefined ? 0 : 6;
  if (value.length > valueBytesMax - overhead) throw new RangeError(`${what}: ${value.length} octets are too long`);
  const inner = Uint8Array.of(type, value.length + 2, ...value);
  if (vendor === undefined) return inner;
  const id = [vendor >>> 24, (vendor >>> 16) & 255, (vendor >>> 8) & 255, vendor & 255];
  return Uint8Array.of(vendorSpecific, inner.length + 6, ...id, ...inner);
}

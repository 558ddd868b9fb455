/**
 * Bytes to packets and back. `scanPacket` is the check and the index that every packet goes through, without a single
 * allocation; `decodePacket` makes named values of it, for all that is not the hot path.
 * @see RFC 2865 §3, §5; RFC 2866 §3
 */
import {
  type AttributeName,
  type AttributeRow,
  attributeName,
  attributes,
  codes,
  exactOctets,
  knowsVendor,
  standardOctets,
  vendors,
} from "./attributes.ts";
import { formatAddress, parseAddress } from "./ip-address.ts";

export const headerBytes = 20;
export const packetBytesMax = 4096;
const valueBytesMax = 253;
const vendorSpecific = 26;

/** Why a packet was dropped. Each has its own counter. */
export const malformedReasons = [
  "too-short",
  "length-field",
  "unknown-code",
  "attribute-length",
  "value-length",
  "vendor-attribute",
  "repeated-attribute",
  "several-credentials",
  "missing-user-name",
  "missing-session-id",
  "missing-status-type",
  "unknown-status-type",
  "counter-range",
  "reply-too-long",
] as const;
export type MalformedReason = (typeof malformedReasons)[number];

/** Where the attributes of one packet begin (their type octet), by type; 0: absent. The first of several counts. */
export interface PacketIndex {
  /** As the header says; what the datagram carries beyond is padding. */
  length: number;
  readonly standard: Uint16Array;
  readonly mikrotik: Uint16Array;
  readonly microsoft: Uint16Array;
}

export function createPacketIndex(): PacketIndex {
  return { length: 0, standard: new Uint16Array(256), mikrotik: new Uint16Array(256), microsoft: new Uint16Array(256) };
}

const knownCodes = new Uint8Array(256);
for (const code of Object.values(codes)) knownCodes[code] = 1;

/** Attributes that decide something and that the RFCs allow once: a second one is an attempt to be read two ways. */
const once = new Uint8Array(256);
for (const name of [
  "userName",
  "userPassword",
  "chapPassword",
  "chapChallenge",
  "messageAuthenticator",
  "acctStatusType",
  "acctSessionId",
] as const satisfies AttributeName[]) {
  once[attributes[name].type] = 1;
}

/**
 * Checks the packet that begins at `start` of `bytes` (`available` octets long) and fills the index with offsets from
 * the beginning of `bytes`. Returns null when it is well-formed, else why not.
 */
export function scanPacket(
  bytes: Uint8Array,
  start: number,
  available: number,
  index: PacketIndex,
): MalformedReason | null {
  if (available < headerBytes) return "too-short";
  const length = ((bytes[start + 2] as number) << 8) | (bytes[start + 3] as number);
  if (length < headerBytes || length > packetBytesMax || length > available) return "length-field";
  if (knownCodes[bytes[start] as number] === 0) return "unknown-code";
  index.length = length;
  const standard = index.standard;
  standard.fill(0);
  let hasVendors = false;
  const end = start + length;
  for (let at = start + headerBytes; at < end; ) {
    if (at + 2 > end) return "attribute-length";
    const type = bytes[at] as number;
    const octets = bytes[at + 1] as number;
    if (octets < 2 || at + octets > end) return "attribute-length";
    const exact = standardOctets[type] as number;
    if (exact !== 0 && octets !== exact + 2) return "value-length";
    if (type === vendorSpecific) {
      if (!hasVendors) {
        index.mikrotik.fill(0);
        index.microsoft.fill(0);
        hasVendors = true;
      }
      const reason = scanVendor(bytes, at, octets, index);
      if (reason !== null) return reason;
    }
    if (standard[type] === 0) standard[type] = at;
    else if (once[type] === 1) return "repeated-attribute";
    at += octets;
  }
  if (!hasVendors) {
    index.mikrotik.fill(0);
    index.microsoft.fill(0);
  }
  const password = standard[attributes.userPassword.type] as number;
  if (password !== 0) {
    const octets = (bytes[password + 1] as number) - 2;
    if (octets === 0 || octets > 128 || (octets & 15) !== 0) return "value-length";
  }
  return null;
}

/** Unknown vendors may put anything there; of those in the table, every sub-attribute has to fit. RFC 2865 §5.26. */
function scanVendor(bytes: Uint8Array, at: number, octets: number, index: PacketIndex): MalformedReason | null {
  if (octets < 7) return "vendor-attribute";
  const vendor = vendorAt(bytes, at);
  if (!knowsVendor(vendor)) return null;
  const offsets = vendor === vendors.mikrotik ? index.mikrotik : vendor === vendors.microsoft ? index.microsoft : null;
  const end = at + octets;
  for (let inner = at + 6; inner < end; ) {
    const innerOctets = inner + 1 < end ? (bytes[inner + 1] as number) : 0;
    if (innerOctets < 2 || inner + innerOctets > end) return "vendor-attribute";
    const type = bytes[inner] as number;
    const name = attributeName(type, vendor);
    if (name !== undefined) {
      const exact = exactOctets(attributes[name]);
      if (exact !== 0 && innerOctets !== exact + 2) return "vendor-attribute";
    }
    if (offsets !== null && offsets[type] === 0) offsets[type] = inner;
    inner += innerOctets;
  }
  return null;
}

function vendorAt(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
  const low = ((bytes[at + 4] as number) << 8) | (bytes[at + 5] as number);
  return high * 0x10000 + low;
}

export interface Packet {
  readonly code: number;
  readonly id: number;
  /** 16 octets. */
  readonly authenticator: Uint8Array;
  /** In the order of the wire. */
  readonly attributes: readonly Attribute[];
}

/** A number for `u32` and `time`, text for `text` and addresses (`2001:db8::/32` for a prefix), else octets. */
export type AttributeValue = number | string | Uint8Array;
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

function decodeValue(row: AttributeRow, octets: Uint8Array): AttributeValue {
  switch (row.kind) {
    case "text":
      return Buffer.from(octets).toString("utf8");
    case "u32":
    case "time":
      return Buffer.from(octets).readUInt32BE(0);
    case "address":
    case "address6":
      return formatAddress(octets);
    case "prefix6":
      return decodePrefix(octets) ?? octets;
    default:
      return octets;
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

function encodeValue(name: AttributeName, row: AttributeRow, value: AttributeValue): Uint8Array {
  const octets = toOctets(row, value);
  const exact = exactOctets(row);
  if (octets === null || (exact !== 0 && octets.length !== exact)) {
    throw new RangeError(`${name}: ${typeof value === "object" ? `${value.length} octets` : value} is no ${row.kind}`);
  }
  return octets;
}

function toOctets(row: AttributeRow, value: AttributeValue): Uint8Array | null {
  if (typeof value === "object") return value;
  switch (row.kind) {
    case "u32":
    case "time": {
      if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > 0xffffffff) return null;
      return Uint8Array.of(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
    }
    case "address":
    case "address6":
      return typeof value === "string" ? parseAddress(value) : null;
    case "prefix6":
      return typeof value === "string" ? encodePrefix(value) : null;
    default:
      return typeof value === "string" ? Buffer.from(value, "utf8") : null;
  }
}

/** RFC 3162 §2.3: a zero octet, the length in bits, as many octets of the prefix as it needs. */
function decodePrefix(octets: Uint8Array): string | null {
  const bits = octets[1] ?? 255;
  if (octets.length < 2 || octets.length > 18 || bits > 128) return null;
  const address = new Uint8Array(16);
  address.set(octets.subarray(2));
  return `${formatAddress(address)}/${bits}`;
}

function encodePrefix(text: string): Uint8Array | null {
  const [address, bits] = text.split("/");
  const octets = parseAddress(address ?? "");
  if (octets?.length !== 16 || !/^\d{1,3}$/.test(bits ?? "") || Number(bits) > 128) return null;
  return Uint8Array.of(0, Number(bits), ...octets.subarray(0, Math.ceil(Number(bits) / 8)));
}

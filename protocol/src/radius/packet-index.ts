/**
 * Checks a packet and finds its attributes. Every packet goes through `scanPacket`, so it allocates nothing.
 * @see RFC 2865 §3, §5
 */
import { attributeName, exactOctets, knowsVendor, standardOctets } from "./attribute-lookup.ts";
import { type AttributeName, attributes, vendors } from "./attributes.ts";
import { codes } from "./codes.ts";

export const headerBytes = 20;
export const packetBytesMax = 4096;
export const valueBytesMax = 253;
export const vendorSpecific = 26;

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
  /** There are several Class attributes. */
  hasClasses: boolean;
  readonly standard: Uint16Array;
  readonly mikrotik: Uint16Array;
  readonly microsoft: Uint16Array;
  readonly wispr: Uint16Array;
}

export function createPacketIndex(): PacketIndex {
  const offsets = () => new Uint16Array(256);
  const vendorsOwn = { mikrotik: offsets(), microsoft: offsets(), wispr: offsets() };
  return { length: 0, hasClasses: false, standard: offsets(), ...vendorsOwn };
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

const classType = attributes.class.type;

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
  index.hasClasses = false;
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
        forgetVendors(index);
        hasVendors = true;
      }
      const reason = scanVendor(bytes, at, octets, index);
      if (reason !== null) return reason;
    }
    if (standard[type] === 0) standard[type] = at;
    else if (once[type] === 1) return "repeated-attribute";
    else if (type === classType) index.hasClasses = true;
    at += octets;
  }
  if (!hasVendors) forgetVendors(index);
  const password = standard[attributes.userPassword.type] as number;
  if (password !== 0) {
    const octets = (bytes[password + 1] as number) - 2;
    if (octets === 0 || octets > 128 || (octets & 15) !== 0) return "value-length";
  }
  return null;
}

function forgetVendors({ mikrotik, microsoft, wispr }: PacketIndex): void {
  mikrotik.fill(0);
  microsoft.fill(0);
  wispr.fill(0);
}

function offsetsOf(vendor: number, index: PacketIndex): Uint16Array | null {
  if (vendor === vendors.mikrotik) return index.mikrotik;
  if (vendor === vendors.microsoft) return index.microsoft;
  return vendor === vendors.wispr ? index.wispr : null;
}

/** Unknown vendors may put anything there; of those in the table, every sub-attribute has to fit. RFC 2865 §5.26. */
function scanVendor(bytes: Uint8Array, at: number, octets: number, index: PacketIndex): MalformedReason | null {
  if (octets < 7) return "vendor-attribute";
  const vendor = vendorAt(bytes, at);
  if (!knowsVendor(vendor)) return null;
  const offsets = offsetsOf(vendor, index);
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

export function vendorAt(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
  const low = ((bytes[at + 4] as number) << 8) | (bytes[at + 5] as number);
  return high * 0x10000 + low;
}

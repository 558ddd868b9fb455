/** An attribute's value between octets and plain values, by the kind in the table. */
import { exactOctets } from "./attribute-lookup.ts";
import type { AttributeRow } from "./attributes.ts";
import { formatAddress, parseAddress } from "./ip-address.ts";

/** A number for `u32` and `time`, text for `text` and addresses (`2001:db8::/32` for a prefix), else octets. */
export type AttributeValue = number | string | Uint8Array;

export function decodeValue(row: AttributeRow, octets: Uint8Array): AttributeValue {
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

/** Throws RangeError that names the attribute when the value does not fit its row. */
export function encodeValue(name: string, row: AttributeRow, value: AttributeValue): Uint8Array {
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

/**
 * Writes a reply's attributes one after another into the packet memory. It takes rows of the table, so that type, kind, vendor and
 * length are the table's. The hot path: `put` allocates nothing for numbers and short texts.
 */
import { attributeName } from "@karibu/protocol/radius/attribute-lookup";
import { type AttributeValue, encodeValue } from "@karibu/protocol/radius/attribute-value";
import { type AttributeRow, attributes, type ValueOf } from "@karibu/protocol/radius/attributes";
import { headerBytes, valueBytesMax, vendorSpecific } from "@karibu/protocol/radius/packet-index";
import type { PacketMemory } from "./packet-memory.ts";

export interface ReplyWriter {
  /** Octets written so far. */
  length(): number;
  /** Starts a reply: the header with the request's authenticator, then space for a Message-Authenticator. */
  begin(code: number, id: number, withMessageAuthenticator: boolean): void;
  /**
   * `put(attributes.sessionTimeout, 3600)`. A fraction is rounded down. A text of a `joined` row that is too long travels as
   * several attributes; every other value must fit. Throws RangeError when it does not.
   */
  put<Row extends AttributeRow>(row: Row, value: ValueOf<Row>): void;
  /** Copies every Proxy-State of the request (`length` octets), in order, from the one at `firstAt` on. RFC 2865 §5.33. */
  proxyStates(firstAt: number, length: number): void;
  /** Writes the length into the header. Returns the position of the Message-Authenticator; 0: there is none. */
  finish(): number;
}

const u32Max = 0xffffffff;
/** A joined text is cut at this many octets: three attributes. */
const joinedBytesMax = 3 * valueBytesMax;
/** The vendor's envelope: type, length and vendor identifier (RFC 2865 §5.26). */
const envelopeBytes = 6;

export function createReplyWriter(packets: PacketMemory): ReplyWriter {
  const { buffer, replyAt, requestAt } = packets;
  const octets = new Uint8Array(buffer.buffer);
  let at = replyAt;
  let messageAuthenticatorAt = 0;

  function putU32(value: number): void {
    octets[at] = value >>> 24;
    octets[at + 1] = (value >>> 16) & 255;
    octets[at + 2] = (value >>> 8) & 255;
    octets[at + 3] = value & 255;
    at += 4;
  }

  function putHeader({ type, vendor }: AttributeRow, valueOctets: number): void {
    if (vendor !== undefined) {
      octets[at] = vendorSpecific;
      octets[at + 1] = valueOctets + 2 + envelopeBytes;
      at += 2;
      putU32(vendor);
    }
    octets[at] = type;
    octets[at + 1] = valueOctets + 2;
    at += 2;
  }

  function putText(row: AttributeRow, value: string): void {
    const headerOctets = row.vendor === undefined ? 2 : 2 + envelopeBytes;
    const count = writeText(value, at + headerOctets, joinedBytesMax);
    if (count <= valueBytesMax + 2 - headerOctets) {
      putHeader(row, count);
      at += count;
    } else putParts(row, new Uint8Array(octets.subarray(at + headerOctets, at + headerOctets + count)));
  }

  /** Returns the number of octets. Plain ASCII, which nearly every text is, needs no call out of JavaScript. */
  function writeText(value: string, from: number, octetsMax: number): number {
    if (value.length > octetsMax) return buffer.write(value, from, octetsMax, "utf8");
    for (let index = 0; index < value.length; index++) {
      const code = value.charCodeAt(index);
      if (code > 127) return buffer.write(value, from, octetsMax, "utf8");
      octets[from + index] = code;
    }
    return value.length;
  }

  /** One attribute, or several for a long value of a `joined` or `split` row. */
  function putParts(row: AttributeRow, value: Uint8Array): void {
    const partMax = valueBytesMax - (row.vendor === undefined ? 0 : envelopeBytes);
    if (value.length > partMax && row.joined !== true && row.split !== true)
      throw new RangeError(`${nameOf(row)}: ${value.length} octets are too long`);
    let from = 0;
    do {
      const part = value.subarray(from, from + partMax);
      putHeader(row, part.length);
      octets.set(part, at);
      at += part.length;
      from += partMax;
    } while (from < value.length);
  }

  return {
    length: () => at - replyAt,
    begin(code, id, withMessageAuthenticator) {
      octets[replyAt] = code;
      octets[replyAt + 1] = id;
      octets.copyWithin(replyAt + 4, packets.authenticatorAt, packets.authenticatorAt + 16);
      at = replyAt + headerBytes;
      messageAuthenticatorAt = 0;
      if (!withMessageAuthenticator) return;
      messageAuthenticatorAt = at;
      putHeader(attributes.messageAuthenticator, 16);
      octets.fill(0, at, at + 16);
      at += 16;
    },
    put(row, plain) {
      const value: AttributeValue = plain;
      if (row.kind === "u32" && typeof value === "number" && value >= 0 && value <= u32Max) {
        putHeader(row, 4);
        putU32(value);
      } else if (typeof value === "string" && (row.kind === "text" || (row.kind === "bytes" && !row.octets))) {
        putText(row, value);
      } else putParts(row, encodeValue(nameOf(row), row, value));
    },
    proxyStates(firstAt, length) {
      for (let from = firstAt; from < requestAt + length; from += octets[from + 1] as number) {
        if (octets[from] !== attributes.proxyState.type) continue;
        const count = octets[from + 1] as number;
        octets.copyWithin(at, from, from + count);
        at += count;
      }
    },
    finish() {
      const length = at - replyAt;
      octets[replyAt + 2] = length >> 8;
      octets[replyAt + 3] = length & 255;
      return messageAuthenticatorAt;
    },
  };
}

const nameOf = ({ type, vendor }: AttributeRow): string => attributeName(type, vendor) ?? `attribute ${type}`;

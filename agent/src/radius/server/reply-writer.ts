/** Attributes of a reply, written one after another into the workbench's memory. The hot path: no allocation. */
import type { AccessLimits } from "../../access/access.ts";
import type { SpeedLimits } from "../../ground/dynamic-authorization.ts";
import { attributes, vendors } from "../wire/attributes.ts";
import { headerBytes } from "../wire/codec.ts";
import { mikrotikRateLimit } from "../wire/mikrotik-rate-limit.ts";
import type { Workbench } from "./packet-memory.ts";

export interface ReplyWriter {
  /** Octets written so far. */
  length(): number;
  /** Starts a reply: header with the request's authenticator, and room for a Message-Authenticator right behind it. */
  begin(code: number, id: number, withMessageAuthenticator: boolean): void;
  u32(type: number, value: number): void;
  text(type: number, value: string): void;
  vendorU32(vendor: number, type: number, value: number): void;
  vendorText(vendor: number, type: number, value: string): void;
  vendorOctets(vendor: number, type: number, value: Uint8Array): void;
  /** Every Proxy-State of the request of `length` octets, from the one at `firstAt` on, in order (RFC 2865 §5.33). */
  proxyStates(firstAt: number, length: number): void;
  /** What the customer may use, as a session's limits. */
  limits(limits: AccessLimits, grantId: string): void;
  /** Writes the length into the header; the position of the Message-Authenticator, or 0. */
  finish(): number;
}

const u32Max = 0xffffffff;
/** Some RouterOS versions read a time-out as a signed number. */
const timeoutSecondsMax = 0x7fffffff;
const textOctetsMax = 253;
const proxyState = attributes.proxyState.type;

export function createReplyWriter(bench: Workbench): ReplyWriter {
  const { memory, replyAt, requestAt } = bench;
  const octets = new Uint8Array(memory.buffer);
  let at = replyAt;
  let messageAuthenticatorAt = 0;
  /** The last rate limit: one customer after another is on the same plan. */
  let rated: SpeedLimits | null = null;
  let rate: string | null = null;

  function number(value: number): void {
    memory[at] = value >>> 24;
    memory[at + 1] = (value >>> 16) & 255;
    memory[at + 2] = (value >>> 8) & 255;
    memory[at + 3] = value & 255;
    at += 4;
  }
  function vendorHeader(vendor: number, type: number, valueOctets: number): void {
    memory[at] = 26;
    memory[at + 1] = valueOctets + 8;
    at += 2;
    number(vendor);
    memory[at] = type;
    memory[at + 1] = valueOctets + 2;
    at += 2;
  }

  /** Octets written. Plain ASCII, which nearly all of it is, needs no call out of JavaScript. */
  function writeText(value: string, from: number, octetsMax: number): number {
    if (value.length > octetsMax) return memory.write(value, from, octetsMax, "utf8");
    for (let index = 0; index < value.length; index++) {
      const code = value.charCodeAt(index);
      if (code > 127) return memory.write(value, from, octetsMax, "utf8");
      octets[from + index] = code;
    }
    return value.length;
  }

  const writer: ReplyWriter = {
    length: () => at - replyAt,
    begin(code, id, withMessageAuthenticator) {
      memory[replyAt] = code;
      memory[replyAt + 1] = id;
      octets.copyWithin(replyAt + 4, bench.authenticatorAt, bench.authenticatorAt + 16);
      at = replyAt + headerBytes;
      messageAuthenticatorAt = 0;
      if (!withMessageAuthenticator) return;
      messageAuthenticatorAt = at;
      memory[at] = attributes.messageAuthenticator.type;
      memory[at + 1] = 18;
      octets.fill(0, at + 2, at + 18);
      at += 18;
    },
    u32(type, value) {
      memory[at] = type;
      memory[at + 1] = 6;
      at += 2;
      number(value);
    },
    text(type, value) {
      const octets = writeText(value, at + 2, 3 * textOctetsMax);
      if (octets <= textOctetsMax) {
        memory[at] = type;
        memory[at + 1] = octets + 2;
        at += octets + 2;
        return;
      }
      const whole = Buffer.from(memory.subarray(at + 2, at + 2 + octets));
      for (let from = 0; from < whole.length; from += textOctetsMax) {
        const part = whole.subarray(from, from + textOctetsMax);
        memory[at] = type;
        memory[at + 1] = part.length + 2;
        memory.set(part, at + 2);
        at += part.length + 2;
      }
    },
    vendorU32(vendor, type, value) {
      vendorHeader(vendor, type, 4);
      number(value);
    },
    vendorText(vendor, type, value) {
      const octets = writeText(value, at + 8, textOctetsMax - 6);
      vendorHeader(vendor, type, octets);
      at += octets;
    },
    vendorOctets(vendor, type, value) {
      vendorHeader(vendor, type, value.length);
      memory.set(value, at);
      at += value.length;
    },
    proxyStates(firstAt, length) {
      for (let from = firstAt; from < requestAt + length; from += memory[from + 1] as number) {
        if (memory[from] !== proxyState) continue;
        const octets = memory[from + 1] as number;
        memory.copyWithin(at, from, from + octets);
        at += octets;
      }
    },
    limits(limits, grantId) {
      // Zero would mean "no limit" to the router; whoever may be online has at least one second and one byte.
      const { sessionSeconds, idleSeconds, totalBytes } = limits;
      if (sessionSeconds !== null)
        writer.u32(attributes.sessionTimeout.type, between(sessionSeconds, timeoutSecondsMax));
      if (idleSeconds !== null) writer.u32(attributes.idleTimeout.type, between(idleSeconds, timeoutSecondsMax));
      if (limits.interimSeconds > 0)
        writer.u32(attributes.acctInterimInterval.type, between(limits.interimSeconds, u32Max));
      writer.u32(attributes.portLimit.type, between(limits.devices, u32Max));
      writer.text(attributes.class.type, grantId);
      if (!sameRates(rated, limits)) {
        rated = limits;
        rate = mikrotikRateLimit(limits);
      }
      if (rate !== null) writer.vendorText(vendors.mikrotik, attributes.mikrotikRateLimit.type, rate);
      if (totalBytes === null) return;
      const total = Math.max(1, totalBytes);
      const gigawords = Math.floor(total / 2 ** 32);
      writer.vendorU32(vendors.mikrotik, attributes.mikrotikTotalLimit.type, total % 2 ** 32);
      if (gigawords > 0) writer.vendorU32(vendors.mikrotik, attributes.mikrotikTotalLimitGigawords.type, gigawords);
    },
    finish() {
      const length = at - replyAt;
      memory[replyAt + 2] = length >> 8;
      memory[replyAt + 3] = length & 255;
      return messageAuthenticatorAt;
    },
  };
  return writer;
}

function sameRates(before: SpeedLimits | null, now: SpeedLimits): boolean {
  return (
    before !== null && before.downKbps === now.downKbps && before.upKbps === now.upKbps && before.burst === now.burst
  );
}

function between(value: number, most: number): number {
  return Math.min(Math.max(value, 1), most);
}

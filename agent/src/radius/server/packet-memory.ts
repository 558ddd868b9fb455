/**
 * One packet at a time in one piece of memory: the request, the reply that is being written, and the digests over both. Nothing
 * stays for the next packet but the secrets and their hashed pads.
 * @see RFC 2865 §3, §5.2; RFC 2866 §3; RFC 2869 §5.14
 */

import { headerBytes, packetBytesMax } from "@karibu/protocol/radius/packet-index";
import { createMd5, digestBytes } from "../md5/md5.ts";
import { paddingBytesMax } from "../md5/md5-module.ts";

/** Where a shared secret lies in the memory. */
export interface StoredSecret {
  readonly innerAt: number;
  readonly outerAt: number;
  readonly textAt: number;
  readonly textLength: number;
}

/**
 * Buffer's functions that `toString` calls, without its check of the encoding's name and the bounds. Not in Node's manual. On the
 * router, where Node's JavaScript is interpreted, those checks take longer than the text itself, and a log-in reads five texts.
 */
export interface SliceableBuffer extends Buffer {
  utf8Slice(start: number, end: number): string;
  latin1Slice(start: number, end: number): string;
}

export interface PacketMemory {
  readonly buffer: SliceableBuffer;
  readonly requestAt: number;
  readonly replyAt: number;
  /** A copy of the request's authenticator: it stays when the request's own is zeroed. */
  readonly authenticatorAt: number;
  /** Copies a datagram in, up to the length of a packet. Returns the number of octets. */
  load(packet: Uint8Array): number;
  /** Is the Message-Authenticator right? `at`: its type octet; `length`: the packet's. Leaves the memory unchanged. */
  messageAuthenticatorFits(secret: StoredSecret, at: number, length: number): boolean;
  /** Zeroes the request's authenticator, as accounting and CoA requests are signed. */
  zeroRequestAuthenticator(): void;
  /** Is the authenticator the digest of the request and the secret? After `zeroRequestAuthenticator`. */
  requestAuthenticatorFits(secret: StoredSecret, length: number): boolean;
  /** User-Password in clear; `at`: its type octet. Trailing zeros are padding. */
  revealPassword(secret: StoredSecret, at: number): string;
  /** Does CHAP-Password at `at` answer the challenge of `challengeLength` octets at `challengeAt` with this password? */
  chapFits(at: number, challengeAt: number, challengeLength: number, clear: string): boolean;
  /** Signs the reply of `length` octets: Message-Authenticator at `messageAuthenticatorAt` (0: none), Response Authenticator. */
  signReply(secret: StoredSecret, length: number, messageAuthenticatorAt: number): void;
}

const clearOctetsMax = 512;
const secretOctetsMax = 253;

/** `secretsMax`: how many it can hold. Storing one throws RangeError where it is empty or over 253 octets. */
export function createPacketMemory(secretsMax: number): {
  packets: PacketMemory;
  storeSecret(text: string): StoredSecret;
  /** Stores another secret in the place of this one. */
  replaceSecret(secret: StoredSecret, text: string): StoredSecret;
} {
  const bytesPerSecret = 2 * digestBytes + secretOctetsMax + 3;
  const pageBytes = 65536;
  const packetRegion = packetBytesMax + secretOctetsMax + paddingBytesMax + 27;
  const tail = 2 * packetRegion + packetBytesMax + 4096;
  const md5 = createMd5(Math.ceil((tail + secretsMax * bytesPerSecret) / pageBytes));
  const buffer = md5.memory as SliceableBuffer;
  // Buffer's fill and copy check their arguments in JavaScript; those of a plain view do not.
  const octets = new Uint8Array(buffer.buffer);

  const digestAt = md5.heapAt;
  const authenticatorAt = digestAt + 128;
  const requestAt = authenticatorAt + digestBytes;
  const replyAt = requestAt + packetRegion;
  // Twice the space: a reply may grow past the limit before its length is checked.
  const scratchAt = replyAt + packetRegion + packetBytesMax;
  const clearAt = scratchAt + 1024;
  const secretsAt = clearAt + 1024;

  let nextSecretAt = secretsAt;
  function storeAt(innerAt: number, secret: string): StoredSecret {
    const text = Buffer.from(secret, "utf8");
    if (text.length === 0 || text.length > secretOctetsMax) throw new RangeError("secret: must have 1 to 253 octets");
    const outerAt = innerAt + digestBytes;
    const textAt = outerAt + digestBytes;
    octets.set(text, textAt);
    let key: Uint8Array = text;
    if (text.length > 64) {
      octets.set(text, scratchAt);
      md5.digest(md5.emptyAt, digestAt, scratchAt, text.length, 0);
      key = octets.slice(digestAt, digestAt + digestBytes);
    }
    for (const [pad, stateAt] of [
      [0x36, innerAt],
      [0x5c, outerAt],
    ] as const) {
      for (let at = 0; at < 64; at++) buffer[scratchAt + at] = (key[at] ?? 0) ^ pad;
      md5.absorb(stateAt, scratchAt);
    }
    return { innerAt, outerAt, textAt, textLength: text.length };
  }

  function hmac(secret: StoredSecret, outAt: number, at: number, length: number): void {
    md5.digest(secret.innerAt, digestAt, at, length, 64);
    md5.digest(secret.outerAt, outAt, digestAt, digestBytes, 64);
  }

  const packets: PacketMemory = {
    buffer,
    requestAt,
    replyAt,
    authenticatorAt,
    load(packet) {
      const whole = packet.length <= packetBytesMax;
      octets.set(whole ? packet : packet.subarray(0, packetBytesMax), requestAt);
      octets.copyWithin(authenticatorAt, requestAt + 4, requestAt + headerBytes);
      return whole ? packet.length : packetBytesMax;
    },
    messageAuthenticatorFits(secret, at, length) {
      octets.copyWithin(scratchAt, at + 2, at + 18);
      octets.fill(0, at + 2, at + 18);
      hmac(secret, clearAt, requestAt, length);
      octets.copyWithin(at + 2, scratchAt, scratchAt + digestBytes);
      return md5.difference(scratchAt, clearAt) === 0;
    },
    zeroRequestAuthenticator() {
      octets.fill(0, requestAt + 4, requestAt + headerBytes);
    },
    requestAuthenticatorFits(secret, length) {
      octets.copyWithin(requestAt + length, secret.textAt, secret.textAt + secret.textLength);
      md5.digest(md5.emptyAt, clearAt, requestAt, length + secret.textLength, 0);
      return md5.difference(authenticatorAt, clearAt) === 0;
    },
    revealPassword(secret, at) {
      const length = (octets[at + 1] as number) - 2;
      const mixedAt = scratchAt + secret.textLength;
      octets.copyWithin(scratchAt, secret.textAt, secret.textAt + secret.textLength);
      for (let block = 0; block < length; block += 16) {
        const previousAt = block === 0 ? authenticatorAt : at + 2 + block - 16;
        octets.copyWithin(mixedAt, previousAt, previousAt + 16);
        md5.digest(md5.emptyAt, digestAt, scratchAt, secret.textLength + 16, 0);
        md5.mix(clearAt + block, at + 2 + block, digestAt);
      }
      let end = clearAt + length;
      while (end > clearAt && octets[end - 1] === 0) end--;
      return buffer.utf8Slice(clearAt, end);
    },
    chapFits(at, challengeAt, challengeLength, clear) {
      if (clear.length * 3 > clearOctetsMax) return false;
      octets[scratchAt] = octets[at + 2] as number;
      const written = buffer.write(clear, scratchAt + 1, clearOctetsMax, "utf8");
      octets.copyWithin(scratchAt + 1 + written, challengeAt, challengeAt + challengeLength);
      md5.digest(md5.emptyAt, digestAt, scratchAt, 1 + written + challengeLength, 0);
      return md5.difference(at + 3, digestAt) === 0;
    },
    signReply(secret, length, messageAuthenticatorAt) {
      if (messageAuthenticatorAt !== 0) hmac(secret, messageAuthenticatorAt + 2, replyAt, length);
      octets.copyWithin(replyAt + length, secret.textAt, secret.textAt + secret.textLength);
      md5.digest(md5.emptyAt, replyAt + 4, replyAt, length + secret.textLength, 0);
    },
  };
  return {
    packets,
    storeSecret(text) {
      if (nextSecretAt === secretsAt + secretsMax * bytesPerSecret)
        throw new RangeError(`secret: there are ${secretsMax} already`);
      const stored = storeAt(nextSecretAt, text);
      nextSecretAt += bytesPerSecret;
      return stored;
    },
    replaceSecret: ({ innerAt }, text) => storeAt(innerAt, text),
  };
}

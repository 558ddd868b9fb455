/**
 * Authenticators and hidden passwords for packets built one at a time (Disconnect-Request, tests). The server has its
 * own, faster ones in `packet-memory.ts`; the tests compare the two.
 * @see RFC 2865 §3, §5.2; RFC 2866 §3; RFC 2869 §5.14; RFC 5176 §2.3
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { encodePacket, type Packet } from "./codec.ts";
import { codes } from "./codes.ts";
import { createPacketIndex, scanPacket } from "./packet-index.ts";

const messageAuthenticator = 80;
const noAuthenticator = new Uint8Array(16);

/** Requests whose authenticator is random; that of all others is a digest of the packet. */
const randomAuthenticator = new Set<number>([codes.accessRequest, codes.statusServer]);

/** Wire form of a request. A `messageAuthenticator` among the attributes is computed, whatever its value. */
export function sealRequest(packet: Packet, secret: string): Buffer {
  const random = randomAuthenticator.has(packet.code);
  const bytes = encodePacket(random ? packet : { ...packet, authenticator: noAuthenticator });
  writeMessageAuthenticator(bytes, secret);
  if (!random) digestOf(bytes, secret).copy(bytes, 4);
  return bytes;
}

/** Wire form of a reply to the request with this authenticator. */
export function sealReply(packet: Packet, requestAuthenticator: Uint8Array, secret: string): Buffer {
  const bytes = encodePacket({ ...packet, authenticator: requestAuthenticator });
  writeMessageAuthenticator(bytes, secret);
  digestOf(bytes, secret).copy(bytes, 4);
  return bytes;
}

/** False: another secret, or somebody changed it. Access-Requests can only be seen through by a Message-Authenticator. */
export function requestIsAuthentic(bytes: Uint8Array, secret: string): boolean {
  const code = bytes[0] as number;
  if (randomAuthenticator.has(code)) return messageAuthenticatorFits(bytes, bytes.subarray(4, 20), secret);
  return authenticatorFits(bytes, noAuthenticator, secret) && messageAuthenticatorFits(bytes, noAuthenticator, secret);
}

/** Does this reply answer the request with this authenticator? A Message-Authenticator is checked when there is one. */
export function replyIsAuthentic(bytes: Uint8Array, requestAuthenticator: Uint8Array, secret: string): boolean {
  return (
    authenticatorFits(bytes, requestAuthenticator, secret) &&
    messageAuthenticatorFits(bytes, requestAuthenticator, secret)
  );
}

/** User-Password's cipher. At most 128 octets of password. */
export function hidePassword(clear: string, requestAuthenticator: Uint8Array, secret: string): Buffer {
  const octets = Buffer.from(clear, "utf8");
  if (octets.length > 128) throw new RangeError("userPassword: longer than 128 octets");
  const padded = Buffer.alloc(Math.max(16, Math.ceil(octets.length / 16) * 16));
  octets.copy(padded);
  hideBlocks(padded, requestAuthenticator, secret);
  return padded;
}

/** In place: each block of 16 octets by the digest of the secret and the hidden block before it. RFC 2865 §5.2, 2548 §2.4.2. */
export function hideBlocks(octets: Buffer, before: Uint8Array, secret: string): void {
  let previous = before;
  for (let at = 0; at < octets.length; at += 16) {
    const mask = createHash("md5").update(secret).update(previous).digest();
    for (let index = 0; index < 16; index++)
      octets[at + index] = (octets[at + index] as number) ^ (mask[index] as number);
    previous = octets.subarray(at, at + 16);
  }
}

function authenticatorFits(bytes: Uint8Array, mixedIn: Uint8Array, secret: string): boolean {
  const copy = Buffer.from(bytes.subarray(0, lengthOf(bytes)));
  copy.set(mixedIn, 4);
  return timingSafeEqual(digestOf(copy, secret), bytes.subarray(4, 20));
}

function messageAuthenticatorFits(bytes: Uint8Array, mixedIn: Uint8Array, secret: string): boolean {
  const at = messageAuthenticatorAt(bytes);
  if (at === 0) return true;
  const copy = Buffer.from(bytes.subarray(0, lengthOf(bytes)));
  copy.set(mixedIn, 4);
  writeMessageAuthenticator(copy, secret);
  return timingSafeEqual(copy.subarray(at + 2, at + 18), bytes.subarray(at + 2, at + 18));
}

function writeMessageAuthenticator(bytes: Buffer, secret: string): void {
  const at = messageAuthenticatorAt(bytes);
  if (at === 0) return;
  bytes.fill(0, at + 2, at + 18);
  createHmac("md5", secret)
    .update(bytes)
    .digest()
    .copy(bytes, at + 2);
}

function messageAuthenticatorAt(bytes: Uint8Array): number {
  const index = createPacketIndex();
  return scanPacket(bytes, 0, bytes.length, index) === null ? (index.standard[messageAuthenticator] as number) : 0;
}

function digestOf(bytes: Uint8Array, secret: string): Buffer {
  return createHash("md5").update(bytes).update(secret).digest();
}

function lengthOf(bytes: Uint8Array): number {
  return ((bytes[2] as number) << 8) | (bytes[3] as number);
}

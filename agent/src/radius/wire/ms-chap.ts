/**
 * MS-CHAPv2 for PPPoE, and the keys that MPPE asks for. Old ciphers on purpose: they are what the protocol is made of.
 * Names of functions are those of the RFCs.
 * @see RFC 2759 §8, RFC 2548 §2.3-2.4, RFC 3079 §3, RFC 1320 (MD4)
 */
import { createCipheriv, createHash } from "node:crypto";
import { hideBlocks } from "./seal.ts";

/** What a client sent: MS-CHAP-Challenge (16) and the parts of MS-CHAP2-Response. */
export interface MsChap2Exchange {
  readonly ident: number;
  readonly authenticatorChallenge: Uint8Array;
  readonly peerChallenge: Uint8Array;
  readonly ntResponse: Uint8Array;
  /** As in User-Name; a Windows domain before a backslash is not part of the hash. */
  readonly user: string;
}

/** MD4 of the password in UTF-16LE (RFC 2759 §8.3). */
export function ntPasswordHash(password: string): Buffer {
  return md4(Buffer.from(password, "utf16le"));
}

/** RFC 2759 §8.2. */
export function challengeHash(
  exchange: Pick<MsChap2Exchange, "peerChallenge" | "authenticatorChallenge" | "user">,
): Buffer {
  const user = exchange.user.slice(exchange.user.lastIndexOf("\\") + 1);
  return sha1(exchange.peerChallenge, exchange.authenticatorChallenge, Buffer.from(user, "utf8")).subarray(0, 8);
}

/** RFC 2759 §8.1: what a client that knows the password answers. */
export function ntResponse(exchange: Omit<MsChap2Exchange, "ident" | "ntResponse">, password: string): Buffer {
  const key = Buffer.alloc(21);
  ntPasswordHash(password).copy(key);
  const challenge = challengeHash(exchange);
  return Buffer.concat([0, 7, 14].map((at) => desEncrypt(challenge, key.subarray(at, at + 7))));
}

/** RFC 2759 §8.7: `S=` and 40 hex digits, by which the server proves that it knows the password too. */
export function authenticatorResponse(exchange: Omit<MsChap2Exchange, "ident">, password: string): string {
  const passwordHashHash = md4(ntPasswordHash(password));
  const first = sha1(passwordHashHash, exchange.ntResponse, Buffer.from("Magic server to client signing constant"));
  const second = sha1(first, challengeHash(exchange), Buffer.from("Pad to make it do more than one iteration"));
  return `S=${second.toString("hex").toUpperCase()}`;
}

/** The server's 128-bit session keys (RFC 3079 §3.3): what it sends with is what the client receives with. */
export function mppeKeys(
  exchange: Pick<MsChap2Exchange, "ntResponse">,
  password: string,
): { send: Buffer; receive: Buffer } {
  const master = sha1(
    md4(ntPasswordHash(password)),
    exchange.ntResponse,
    Buffer.from("This is the MPPE Master Key"),
  ).subarray(0, 16);
  const asymmetric = (magic: string) => {
    return sha1(master, Buffer.alloc(40), Buffer.from(magic), Buffer.alloc(40, 0xf2)).subarray(0, 16);
  };
  return {
    send: asymmetric("On the client side, this is the receive key; on the server side, it is the send key."),
    receive: asymmetric("On the client side, this is the send key; on the server side, it is the receive key."),
  };
}

/**
 * Hides a key in a `salted` attribute (RFC 2548 §2.4.2). The salt's first bit is set, and no two attributes of a packet
 * have the same one.
 */
export function saltKey(key: Uint8Array, salt: number, requestAuthenticator: Uint8Array, secret: string): Buffer {
  const plain = Buffer.alloc(Math.ceil((key.length + 1) / 16) * 16);
  plain[0] = key.length;
  plain.set(key, 1);
  const saltOctets = Uint8Array.of((salt >> 8) | 0x80, salt & 255);
  hideBlocks(plain, Buffer.concat([requestAuthenticator, saltOctets]), secret);
  return Buffer.concat([saltOctets, plain]);
}

/** The other way round; null when the length inside can't be. */
export function unsaltKey(salted: Uint8Array, requestAuthenticator: Uint8Array, secret: string): Buffer | null {
  if (salted.length < 18 || (salted.length - 2) % 16 !== 0) return null;
  const plain = Buffer.from(salted.subarray(2));
  let previous: Uint8Array = Buffer.concat([requestAuthenticator, salted.subarray(0, 2)]);
  for (let at = 0; at < plain.length; at += 16) {
    const mask = createHash("md5").update(secret).update(previous).digest();
    previous = Buffer.from(plain.subarray(at, at + 16));
    for (let index = 0; index < 16; index++)
      plain[at + index] = (plain[at + index] as number) ^ (mask[index] as number);
  }
  const length = plain[0] as number;
  return length < plain.length ? plain.subarray(1, 1 + length) : null;
}

function sha1(...parts: Uint8Array[]): Buffer {
  const hash = createHash("sha1");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** Single DES as triple DES with one key three times: the crypto library still offers that. `key` has 7 octets. */
function desEncrypt(block: Uint8Array, key: Uint8Array): Buffer {
  let bits = 0n;
  for (const octet of key) bits = (bits << 8n) | BigInt(octet);
  const spread = Buffer.from(
    Array.from({ length: 8 }, (_, index) => Number((bits >> BigInt(49 - 7 * index)) & 127n) << 1),
  );
  const cipher = createCipheriv("des-ede3", Buffer.concat([spread, spread, spread]), null).setAutoPadding(false);
  return cipher.update(block);
}

const rotations = [
  [3, 7, 11, 19],
  [3, 5, 9, 13],
  [3, 9, 11, 15],
] as const;
const wordOrder = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
  [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
] as const;
const roundConstants = [0, 0x5a827999, 0x6ed9eba1] as const;

/** RFC 1320. The crypto library no longer has it. */
export function md4(message: Uint8Array): Buffer {
  const padded = Buffer.alloc(Math.ceil((message.length + 9) / 64) * 64);
  padded.set(message);
  padded[message.length] = 0x80;
  padded.writeBigUInt64LE(BigInt(message.length) * 8n, padded.length - 8);
  const state = Uint32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
  for (let at = 0; at < padded.length; at += 64) {
    let [a, b, c, d] = state as unknown as [number, number, number, number];
    for (let step = 0; step < 48; step++) {
      const round = step >> 4;
      const mixed = [(b & c) | (~b & d), (b & c) | (b & d) | (c & d), b ^ c ^ d][round] as number;
      const word = padded.readUInt32LE(at + 4 * ((wordOrder[round] as readonly number[])[step & 15] as number));
      const sum = (a + mixed + word + (roundConstants[round] as number)) | 0;
      const rotation = (rotations[round] as readonly number[])[step & 3] as number;
      [a, b, c, d] = [d, (sum << rotation) | (sum >>> (32 - rotation)), b, c];
    }
    [a, b, c, d].forEach((word, index) => {
      state[index] = (state[index] as number) + word;
    });
  }
  const out = Buffer.alloc(16);
  state.forEach((word, index) => {
    out.writeUInt32LE(word, 4 * index);
  });
  return out;
}

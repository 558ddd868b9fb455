/**
 * MS-CHAPv2 for PPPoE, and the keys that MPPE asks for. Old ciphers on purpose: they are what the protocol is made of.
 * Names of functions are those of the RFCs.
 * @see RFC 2759 §8, RFC 2548 §2.3-2.4, RFC 3079 §3
 */
import { createCipheriv, createHash } from "node:crypto";
import { type KnownPassword, md4, ntHashOf } from "@karibu/protocol/accounts/nt-hash";
import { hideBlocks } from "@karibu/protocol/radius/seal";

/** What a client sent: MS-CHAP-Challenge (16) and the parts of MS-CHAP2-Response. */
export interface MsChap2Exchange {
  readonly ident: number;
  readonly authenticatorChallenge: Uint8Array;
  readonly peerChallenge: Uint8Array;
  readonly ntResponse: Uint8Array;
  /** As in User-Name; a Windows domain before a backslash is not part of the hash. */
  readonly user: string;
}

/** RFC 2759 §8.2. */
export function challengeHash(
  exchange: Pick<MsChap2Exchange, "peerChallenge" | "authenticatorChallenge" | "user">,
): Buffer {
  const user = exchange.user.slice(exchange.user.lastIndexOf("\\") + 1);
  return sha1(exchange.peerChallenge, exchange.authenticatorChallenge, Buffer.from(user, "utf8")).subarray(0, 8);
}

/** RFC 2759 §8.1: what a client that knows the password answers. */
export function ntResponse(exchange: Omit<MsChap2Exchange, "ident" | "ntResponse">, password: KnownPassword): Buffer {
  const key = Buffer.alloc(21);
  key.set(ntHashOf(password));
  const challenge = challengeHash(exchange);
  return Buffer.concat([0, 7, 14].map((at) => desEncrypt(challenge, key.subarray(at, at + 7))));
}

/** RFC 2759 §8.7: `S=` and 40 hex digits, by which the server proves that it knows the password too. */
export function authenticatorResponse(exchange: Omit<MsChap2Exchange, "ident">, password: KnownPassword): string {
  const passwordHashHash = md4(ntHashOf(password));
  const first = sha1(passwordHashHash, exchange.ntResponse, Buffer.from("Magic server to client signing constant"));
  const second = sha1(first, challengeHash(exchange), Buffer.from("Pad to make it do more than one iteration"));
  return `S=${second.toString("hex").toUpperCase()}`;
}

/** The server's 128-bit session keys (RFC 3079 §3.3): what it sends with is what the client receives with. */
export function mppeKeys(
  exchange: Pick<MsChap2Exchange, "ntResponse">,
  password: KnownPassword,
): { send: Buffer; receive: Buffer } {
  const master = sha1(
    md4(ntHashOf(password)),
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

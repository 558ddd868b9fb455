/**
 * The keys with which agent and hub prove their identity: Ed25519 (RFC 8032). They come from 32 bytes of the world's randomness,
 * so that a seed repeats them. For agent and hub only: this file needs `node:crypto`, the portal must not import it.
 */
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { shortHash } from "../hash.ts";
import type { Random } from "../world.ts";

export interface LinkKeys {
  /** 32 bytes, base64. Never leaves its side. */
  readonly seed: string;
  /** 32 bytes, base64. */
  readonly publicKey: string;
}

/** What comes before the 32 bytes in DER. @see RFC 8410 §7 (private), §4 (public) */
const privatePrefix = Buffer.from("302e020100300506032b657004220420", "hex");
const publicPrefix = Buffer.from("302a300506032b6570032100", "hex");

export function makeLinkKeys(random: Random): LinkKeys {
  const seed = Buffer.from(random.bytes(32));
  const publicDer = createPublicKey(privateKeyOf(seed)).export({ format: "der", type: "spki" });
  return { seed: seed.toString("base64"), publicKey: publicDer.subarray(publicPrefix.length).toString("base64") };
}

export function signProof(keys: LinkKeys, proof: string): string {
  return sign(null, Buffer.from(proof), privateKeyOf(Buffer.from(keys.seed, "base64"))).toString("base64");
}

/** False too for keys and signatures that are not of the right shape: they come from outside. */
export function verifyProof(publicKey: string, proof: string, signature: string): boolean {
  const raw = Buffer.from(publicKey, "base64");
  if (raw.length !== 32) return false;
  try {
    const key = createPublicKey({ key: Buffer.concat([publicPrefix, raw]), format: "der", type: "spki" });
    return verify(null, Buffer.from(proof), key, Buffer.from(signature, "base64"));
  } catch {
    return false;
  }
}

function privateKeyOf(seed: Buffer): KeyObject {
  return createPrivateKey({ key: Buffer.concat([privatePrefix, seed]), format: "der", type: "pkcs8" });
}

/** Eight hex digits of a public key's hash, for people who compare two screens: `3F2A-99C1`. */
export function fingerprintOf(publicKey: string): string {
  const digits = shortHash(publicKey).slice(0, 8).toUpperCase();
  return `${digits.slice(0, 4)}-${digits.slice(4)}`;
}

/**
 * Keys that releases are signed with: Ed25519. The public one travels in minisign's form, so that an installer can check an
 * image with a tool that his system has; the secret one is PKCS #8 in PEM.
 * @see jedisct1.github.io/minisign: "Ed", 8 octets of key number, 32 octets of key, in base64
 */

import { createPublicKey, type KeyObject } from "node:crypto";
import { sha256 } from "../hash.ts";

export interface ReleaseKey {
  readonly key: KeyObject;
  /** Tells keys apart while one replaces another. */
  readonly keyNumber: Buffer;
}

/** Reads every key of a file: one a line, comments between them. Throws on a line that is neither. */
export function readPublicKeys(text: string): ReleaseKey[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("untrusted comment:"))
    .map((line) => {
      const bytes = Buffer.from(line, "base64");
      if (bytes.length !== 42 || bytes.toString("latin1", 0, 2) !== "Ed") {
        throw new Error("release key: a line is no Ed25519 key in minisign's form");
      }
      const x = bytes.subarray(10).toString("base64url");
      let made: KeyObject | null = null;
      return {
        // When there is something to verify: a launcher that has no bundle starts without OpenSSL.
        get key() {
          made ??= createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
          return made;
        },
        keyNumber: bytes.subarray(2, 10),
      };
    });
}

/** Of a secret or a public key. */
export function writePublicKey(key: KeyObject): string {
  const { raw, keyNumber } = rawPublicKey(key);
  const line = Buffer.concat([Buffer.from("Ed"), keyNumber, raw]).toString("base64");
  return `untrusted comment: Karibu release key ${nameOf(keyNumber)}\n${line}\n`;
}

/** The number is derived from the key, so it need not be stored with the key. */
export function rawPublicKey(key: KeyObject): { raw: Buffer; keyNumber: Buffer } {
  const { x } = (key.type === "private" ? createPublicKey(key) : key).export({ format: "jwk" });
  const raw = Buffer.from(x as string, "base64url");
  return { raw, keyNumber: sha256(raw).subarray(0, 8) };
}

/** As minisign shows it: the octets backwards. */
export function nameOf(keyNumber: Uint8Array): string {
  return Buffer.from(keyNumber).reverse().toString("hex").toUpperCase();
}

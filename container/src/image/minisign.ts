/**
 * Signatures that minisign verifies: `minisign -Vm FILE -p KEY.pub`. RouterOS can't check them; the installer can, and the
 * page that offers the file.
 * @see jedisct1.github.io/minisign: "ED" signs BLAKE2b-512 of the file; the global one covers signature and trusted comment
 */
import { createHash, type KeyObject, sign } from "node:crypto";
import { nameOf, rawPublicKey } from "@karibu/protocol/bundle/release-key";

/** `trustedComment` is signed too: one line that says what the file is. */
export function writeMinisign(content: Uint8Array, secretKey: KeyObject, trustedComment: string): string {
  const { keyNumber } = rawPublicKey(secretKey);
  const signature = sign(null, createHash("blake2b512").update(content).digest(), secretKey);
  const global = sign(null, Buffer.concat([signature, Buffer.from(trustedComment)]), secretKey);
  return [
    `untrusted comment: signature from Karibu release key ${nameOf(keyNumber)}`,
    Buffer.concat([Buffer.from("ED"), keyNumber, signature]).toString("base64"),
    `trusted comment: ${trustedComment}`,
    global.toString("base64"),
    "",
  ].join("\n");
}

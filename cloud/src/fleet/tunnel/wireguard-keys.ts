/** X25519 keys as WireGuard writes them: 32 bytes, base64. @see RFC 7748 §5, RFC 8410 §7 */
import { createPrivateKey, createPublicKey } from "node:crypto";
import type { Random } from "@karibu/protocol/world";

const privatePrefix = Buffer.from("302e020100300506032b656e04220420", "hex");
const publicKeyBytes = 32;

export function makeWireguardKeys(random: Random): { readonly privateKey: string; readonly publicKey: string } {
  const secret = Buffer.from(random.bytes(publicKeyBytes));
  secret[0] = (secret[0] as number) & 248;
  secret[31] = ((secret[31] as number) & 127) | 64;
  const key = createPrivateKey({ key: Buffer.concat([privatePrefix, secret]), format: "der", type: "pkcs8" });
  const der = createPublicKey(key).export({ format: "der", type: "spki" });
  return { privateKey: secret.toString("base64"), publicKey: der.subarray(-publicKeyBytes).toString("base64") };
}

/** What somebody with a copy of the database and the master keys reads: each text in it that looks sealed, opened without its context. */
import { createDecipheriv, createHmac } from "node:crypto";

const headBytes = 9;
const nonceBytes = 12;
const tagBytes = 16;
const wrappedBytes = nonceBytes + 32 + tagBytes;

/**
 * What stands sealed in `text` (rows as JSON), as `seal` and `sealBriefly` of the envelope make it. What was not sealed comes out as noise:
 * the tags, which also cover the context, are not asked.
 */
export function openSealed(masterKeys: readonly Uint8Array[], text: string): string {
  const found = [
    ...[...text.matchAll(/\\\\x([0-9a-f]{80,})/g)].map(([, hex = ""]) => Buffer.from(hex, "hex")),
    ...[...text.matchAll(/"([A-Za-z0-9_+/-]{40,}={0,2})"/g)].map(([, base64 = ""]) => Buffer.from(base64, "base64url")),
  ];
  return masterKeys
    .flatMap((key) => {
      const ofBrief = createHmac("sha256", key).update("karibu-brief").digest();
      return found.flatMap((bytes) => [openOne(ofBrief, bytes), openWrapped(key, bytes)]);
    })
    .join("\n");
}

function openWrapped(key: Uint8Array, bytes: Buffer): string {
  if (bytes.length < headBytes + wrappedBytes) return "";
  const dataKey = decrypted(key, bytes.subarray(headBytes, headBytes + wrappedBytes));
  return openOne(dataKey, bytes.subarray(headBytes + wrappedBytes));
}

const openOne = (key: Uint8Array, bytes: Buffer): string => decrypted(key, bytes).toString("latin1");

function decrypted(key: Uint8Array, bytes: Buffer): Buffer {
  if (bytes.length < nonceBytes + tagBytes) return Buffer.alloc(0);
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes });
  return decipher.update(bytes.subarray(nonceBytes, -tagBytes));
}

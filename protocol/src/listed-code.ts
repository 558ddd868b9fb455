/**
 * Codes of other systems, as a site holds them: keyed hashes in a list, because no formula makes them. The code itself comes with the customer, who types
 * it (at the portal, or as RADIUS' User-Name, also where the password goes as CHAP).
 *
 * Who attacks it: somebody who reads a site's stick or a back-up of the rows. Without the batch's key the hashes say nothing; with the key (it is on the
 * same stick, as that of our own batches is) a short code can be tried out, as it can at the counter. A password of its own is hidden under key and code
 * together, so that who does not know the code must try that out first; the hashes are cut to 96 bits: two codes never meet.
 */
import { createCipheriv, createHmac } from "node:crypto";

/** Of the names that RouterOS, Mikhmon and others give their users. */
export const listedCodeCharactersMax = 64;
/** A hash as the rows have it: 12 bytes in base64url. */
export const listedHashCharacters = 16;
/** Codes of one row of the feed. */
export const listedCodesPerRow = 512;
/** UTF-8 of a password; longer ones are not taken. */
export const listedPasswordBytesMax = 128;

/** What a customer types, in one form. RouterOS compares letter for letter, and so does this: `abc` and `ABC` may be two codes. */
export const listedText = (typed: string): string => typed.trim();

/** 16 characters. `text`: as `listedText` gives it. */
export function listedHash(keyHex: string, text: string): string {
  const digest = keyed(keyHex, "code", text);
  return digest.subarray(0, 12).toString("base64url");
}

/** Hides a short text so that only key and `under` together show it. In base64url; its length tells little. */
export function hideUnder(keyHex: string, under: string, text: string): string {
  const plain = Buffer.from(text, "utf8");
  if (plain.length > 255) throw new RangeError(`hideUnder: ${plain.length} bytes are too many`);
  const padded = Buffer.alloc(Math.ceil((plain.length + 1) / 32) * 32);
  padded[0] = plain.length;
  plain.copy(padded, 1);
  return stream(keyHex, under, padded).toString("base64url");
}

/** The text that `hideUnder` hid under the same two; else something else, or null. */
export function showUnder(keyHex: string, under: string, hidden: string): string | null {
  const padded = stream(keyHex, under, Buffer.from(hidden, "base64url"));
  const length = padded[0] ?? 0;
  return length >= padded.length ? null : padded.subarray(1, 1 + length).toString("utf8");
}

/** AES-256-CTR. Each key serves one text alone, so the counter begins at nothing. */
function stream(keyHex: string, under: string, text: Uint8Array): Buffer {
  return createCipheriv("aes-256-ctr", keyed(keyHex, "text", under), Buffer.alloc(16)).update(text);
}

const keyed = (keyHex: string, use: "code" | "text", text: string): Buffer =>
  createHmac("sha256", Buffer.from(keyHex, "hex")).update(`karibu listed ${use}\n${text}`).digest();

/**
 * A back-up that leaves the hub is sealed: whoever holds the file or runs the store reads neither names nor numbers. It opens with the
 * hub's master key alone, which a restore needs anyhow for the secrets inside. So there is no further key that could get lost.
 *
 * Shape   magic | length of the sealed key (u16) | the file's own key, sealed by the envelope | length of the name (u16) | name | chunks
 *         The key is sealed for the name that the file has in the store, so a store can't give an old file for the newest. Files of earlier
 *         releases have another magic, and no name.
 *         A chunk is at most 64 KiB of content and 16 bytes of tag; all but the last are full.
 * Each chunk is AES-256-GCM under the file's own key. Its nonce is its number and whether it is the last one (the STREAM construction,
 * Hoang, Reyhanitabar, Rogaway, Vizár 2015), its associated data the SHA-256 of the head: a chunk that was changed, moved, left out,
 * added or taken from another file does not open, and neither does a file without its end.
 */
import { createCipheriv, createDecipheriv, createHash } from "node:crypto";
import { Fault } from "@karibu/protocol/fault";
import type { Random } from "@karibu/protocol/world";
import type { Envelope } from "../../ground/secrets/envelope.ts";

const magic = Buffer.from("karibu sealed 1\n", "latin1");
const magicWithName = Buffer.from("karibu sealed 2\n", "latin1");
const lengthBytes = 2;
const keyBytes = 32;
const chunkBytes = 64 * 1024;
const tagBytes = 16;
const contextOf = (name: string | null) => (name === null ? "sealed-back-up" : `sealed-back-up/${name}`);
const nameBytesMax = 200;

export function isSealed(firstBytes: Uint8Array): boolean {
  const begun = Buffer.from(firstBytes).subarray(0, magic.length);
  return begun.equals(magic) || begun.equals(magicWithName);
}

/** Seals a stream under a new key of its own. @param name what it will be called in the store; left out: it goes to none */
export async function* sealed(
  random: Random,
  envelope: Pick<Envelope, "seal">,
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  name: string | null = null,
): AsyncGenerator<Buffer, void, undefined> {
  const key = random.bytes(keyBytes);
  const sealedKey = envelope.seal(key, contextOf(name));
  const keyPart = [u16(sealedKey.length), sealedKey];
  const named = Buffer.from(name ?? "", "latin1");
  const head = Buffer.concat(
    name === null ? [magic, ...keyPart] : [magicWithName, ...keyPart, u16(named.length), named],
  );
  const about = createHash("sha256").update(head).digest();
  yield head;
  let number = 0;
  let held = Buffer.alloc(0);
  const seal = (chunk: Buffer, isLast: boolean) => {
    const cipher = createCipheriv("aes-256-gcm", key, nonceOf(number++, isLast)).setAAD(about);
    return Buffer.concat([cipher.update(chunk), cipher.final(), cipher.getAuthTag()]);
  };
  for await (const piece of content) {
    held = held.length === 0 ? Buffer.from(piece) : Buffer.concat([held, piece]);
    let from = 0;
    // The last chunk is known only at the end: a full one waits until there is more.
    for (; held.length - from > chunkBytes; from += chunkBytes)
      yield seal(held.subarray(from, from + chunkBytes), false);
    held = held.subarray(from);
  }
  yield seal(held, true);
}

/**
 * The file's own key, for a thread that has no master key. Throws Faults "restore/damaged", "secrets/unknown-master-key".
 * @param storedAs what the store calls it; left out: a file of somebody's own, that may have any name
 */
export function openFileKey(
  firstBytes: Uint8Array,
  envelope: Pick<Envelope, "open">,
  storedAs: string | null = null,
): Buffer {
  const head = readHead(Buffer.from(firstBytes));
  if (head === null) throw cutShort();
  if (storedAs !== null && head.name !== null && head.name !== storedAs)
    throw damaged(`the store gave another file: it was stored as ${head.name}`);
  try {
    return envelope.open(head.sealedKey, contextOf(head.name));
  } catch (error) {
    if (error instanceof Fault && error.code === "secrets/unknown-master-key")
      throw new Fault("secrets/unknown-master-key", "the back-up is sealed with a master key that is not here", {
        retry: "never",
        hint: "Set KARIBU_MASTER_KEY to the one that the hub had when it took this back-up, or put its master.key into the data folder.",
      });
    throw changed(error);
  }
}

/** No head is longer. */
export const sealedHeadBytesMax = magic.length + lengthBytes + 1024 + lengthBytes + nameBytesMax;

/** Opens what `sealed` wrote. Ends with the Fault "restore/damaged" where the file is not, to its last byte, as it was written. */
export async function* unsealed(
  fileKey: Uint8Array,
  file: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer, void, undefined> {
  let held = Buffer.alloc(0);
  let about: Buffer | null = null;
  let number = 0;
  const open = (chunk: Buffer, isLast: boolean): Buffer => {
    if (chunk.length < tagBytes) throw cutShort();
    const options = { authTagLength: tagBytes };
    const decipher = createDecipheriv("aes-256-gcm", fileKey, nonceOf(number++, isLast), options);
    decipher.setAAD(about as Buffer).setAuthTag(chunk.subarray(-tagBytes));
    try {
      return Buffer.concat([decipher.update(chunk.subarray(0, -tagBytes)), decipher.final()]);
    } catch (error) {
      throw changed(error);
    }
  };
  const full = chunkBytes + tagBytes;
  for await (const piece of file) {
    held = Buffer.concat([held, piece]);
    if (about === null) {
      const head = readHead(held);
      if (head === null) continue;
      about = createHash("sha256").update(held.subarray(0, head.bytes)).digest();
      held = held.subarray(head.bytes);
    }
    let from = 0;
    for (; held.length - from > full; from += full) yield open(held.subarray(from, from + full), false);
    held = held.subarray(from);
  }
  if (about === null) throw cutShort();
  yield open(held, true);
}

/** Null: there is more of it to come. */
function readHead(
  bytes: Buffer,
): { readonly sealedKey: Buffer; readonly name: string | null; readonly bytes: number } | null {
  const begun = bytes.subarray(0, magic.length);
  const isOf = (kind: Buffer) => begun.equals(kind.subarray(0, begun.length));
  if (!isOf(magic) && !isOf(magicWithName)) throw damaged("this is no sealed back-up of Karibu");
  if (bytes.length < magic.length + lengthBytes) return null;
  const end = magic.length + lengthBytes + bytes.readUInt16BE(magic.length);
  if (end > sealedHeadBytesMax) throw changed();
  if (bytes.length < end) return null;
  const sealedKey = bytes.subarray(magic.length + lengthBytes, end);
  if (isOf(magic)) return { sealedKey, name: null, bytes: end };
  if (bytes.length < end + lengthBytes) return null;
  const nameEnd = end + lengthBytes + bytes.readUInt16BE(end);
  if (nameEnd > end + lengthBytes + nameBytesMax) throw changed();
  if (bytes.length < nameEnd) return null;
  const name = bytes.subarray(end + lengthBytes, nameEnd).toString("latin1");
  // It is shown to people when it is not the right one.
  if (!/^[a-z0-9./-]+$/.test(name)) throw changed();
  return { sealedKey, name, bytes: nameEnd };
}

function nonceOf(number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(BigInt(number), 3);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(lengthBytes);
  bytes.writeUInt16BE(value);
  return bytes;
}

function damaged(message: string, cause?: unknown): Fault {
  return new Fault("restore/damaged", message, { retry: "never" }, cause);
}

const changed = (cause?: unknown) =>
  damaged("the sealed back-up is damaged: its bytes are not those that were written, or its end is missing", cause);
const cutShort = () => damaged("the sealed back-up is damaged: its end is missing");

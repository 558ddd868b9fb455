/**
 * A site's data folder as one file, for the way to a new router. It holds the device's key, so it is encrypted with a
 * passphrase and useless without it.
 *
 * Shape   `karibu-state 1\n`, one line of JSON (how the key is made from the passphrase), then the gzipped files under
 *         AES-256-GCM; both lines are authenticated with them.
 * @see RFC 7914 (scrypt), NIST SP 800-38D (GCM)
 */
import { createCipheriv, createDecipheriv, type ScryptOptions, scrypt } from "node:crypto";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { Random } from "@karibu/protocol/world";

export type StateFiles = ReadonlyMap<string, Uint8Array>;

export type OpenedState =
  | { readonly kind: "good"; readonly files: StateFiles }
  | {
      readonly kind: "refused";
      readonly reason: "not-a-state-file" | "wrong-passphrase-or-damaged" | "not-understood";
    };

const magic = "karibu-state 1\n";
const tagBytes = 16;
const headBytesMax = 1024;
/** A try costs about 64 MB and a quarter of a second. */
const cost = { N: 2 ** 16, r: 8, p: 1 } as const;
const scryptKey = promisify<string, Uint8Array, number, ScryptOptions, Buffer>(scrypt);
const zip = promisify(gzip);
const unzip = promisify(gunzip);

export async function sealState(random: Random, files: StateFiles, passphrase: string): Promise<Buffer> {
  const [salt, nonce] = [random.bytes(16), random.bytes(12)];
  const about = { salt: base64(salt), nonce: base64(nonce), ...cost };
  const head = Buffer.from(`${magic}${JSON.stringify(about)}\n`);
  const parts: Uint8Array[] = [];
  for (const [name, content] of files) {
    parts.push(Buffer.from(`${JSON.stringify({ name, bytes: content.length })}\n`), content);
  }
  const cipher = createCipheriv("aes-256-gcm", await keyOf(passphrase, salt, cost), nonce);
  cipher.setAAD(head);
  const sealed = [cipher.update(await zip(Buffer.concat(parts))), cipher.final()];
  return Buffer.concat([head, ...sealed, cipher.getAuthTag()]);
}

/** Never throws because of the file's contents. */
export async function openState(file: Uint8Array, passphrase: string): Promise<OpenedState> {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const headEnd = bytes.indexOf(10, magic.length) + 1;
  const isOurs = bytes.toString("latin1", 0, magic.length) === magic && headEnd > 0 && headEnd <= headBytesMax;
  const about = isOurs ? readHead(bytes.toString("utf8", magic.length, headEnd)) : null;
  if (about === null || bytes.length < headEnd + tagBytes) return { kind: "refused", reason: "not-a-state-file" };
  let content: Buffer;
  try {
    const decipher = createDecipheriv("aes-256-gcm", await keyOf(passphrase, about.salt, about), about.nonce);
    decipher.setAAD(bytes.subarray(0, headEnd));
    decipher.setAuthTag(bytes.subarray(-tagBytes));
    content = Buffer.concat([decipher.update(bytes.subarray(headEnd, -tagBytes)), decipher.final()]);
  } catch {
    return { kind: "refused", reason: "wrong-passphrase-or-damaged" };
  }
  // From here on it is what somebody with the passphrase wrote.
  const files = await readFiles(content).catch(() => null);
  return files === null ? { kind: "refused", reason: "not-understood" } : { kind: "good", files };
}

async function readFiles(zipped: Buffer): Promise<StateFiles> {
  const content = await unzip(zipped);
  const files = new Map<string, Uint8Array>();
  for (let at = 0; at < content.length; ) {
    const lineEnd = content.indexOf(10, at);
    const { name, bytes } = JSON.parse(content.toString("utf8", at, lineEnd));
    at = lineEnd + 1 + bytes;
    if (typeof name !== "string" || !Number.isSafeInteger(bytes) || bytes < 0 || at > content.length) throw new Error();
    files.set(name, content.subarray(lineEnd + 1, at));
  }
  return files;
}

interface Head {
  readonly salt: Buffer;
  readonly nonce: Buffer;
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** Only this cost: a file must not choose how much memory we spend on it. */
function readHead(text: string): Head | null {
  try {
    const { salt, nonce, N, r, p } = JSON.parse(text);
    const head = { salt: Buffer.from(String(salt), "base64"), nonce: Buffer.from(String(nonce), "base64"), N, r, p };
    const isUsual = N === cost.N && r === cost.r && p === cost.p;
    return isUsual && head.salt.length === 16 && head.nonce.length === 12 ? head : null;
  } catch {
    return null;
  }
}

/** Spaces at the ends come from pasting; letters count alike however they are composed. */
function keyOf(passphrase: string, salt: Uint8Array, { N, r, p }: Pick<Head, "N" | "r" | "p">): Promise<Buffer> {
  return scryptKey(passphrase.trim().normalize("NFKC"), salt, 32, { N, r, p, maxmem: 256 * N * r });
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

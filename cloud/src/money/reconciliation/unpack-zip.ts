/**
 * How much a zip file (an XLSX workbook) holds when it is unpacked. The sizes that the file states may be lies, so each part is
 * really unpacked, and the sum is counted. Format: APPNOTE.TXT of PKWARE.
 */
import { inflateRawSync } from "node:zlib";

const endSignature = 0x06054b50;
const partSignature = 0x02014b50;
const endBytes = 22;
const commentBytesMax = 65_535;
const partBytes = 46;
const headerBytes = 30;

/** Throws Error: it is no zip file, is damaged, or holds more than `bytesMax`. @returns the sum of all parts, bytes */
export function unpackedBytes(file: Buffer, bytesMax: number): number {
  const endAt = findEnd(file);
  const count = file.readUInt16LE(endAt + 10);
  let at = file.readUInt32LE(endAt + 16);
  let sum = 0;
  for (let n = 0; n < count; n++) {
    if (at + partBytes > file.length || file.readUInt32LE(at) !== partSignature) throw new Error("damaged");
    sum += partSize(file, at, bytesMax - sum);
    if (sum > bytesMax) throw tooLarge();
    at += partBytes + file.readUInt16LE(at + 28) + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
  }
  return sum;
}

const tooLarge = () => new Error("it is too large when it is unpacked");

function findEnd(file: Buffer): number {
  const first = Math.max(0, file.length - endBytes - commentBytesMax);
  for (let at = file.length - endBytes; at >= first; at--) if (file.readUInt32LE(at) === endSignature) return at;
  throw new Error("damaged");
}

/** @param at where the directory speaks of the part */
function partSize(file: Buffer, at: number, bytesLeft: number): number {
  const method = file.readUInt16LE(at + 10);
  const packedBytes = file.readUInt32LE(at + 20);
  const startsAt = file.readUInt32LE(at + 42);
  if (startsAt + headerBytes > file.length) throw new Error("damaged");
  const dataAt = startsAt + headerBytes + file.readUInt16LE(startsAt + 26) + file.readUInt16LE(startsAt + 28);
  const packed = file.subarray(dataAt, dataAt + packedBytes);
  if (packed.length !== packedBytes) throw new Error("damaged");
  if (method === 0) return packedBytes;
  if (method !== 8) throw new Error("damaged");
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, bytesLeft) }).length;
  } catch (error) {
    throw (error as { code?: string }).code === "ERR_BUFFER_TOO_LARGE" ? tooLarge() : new Error("damaged");
  }
}

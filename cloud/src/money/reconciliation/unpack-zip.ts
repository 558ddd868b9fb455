/**
 * Unpacks a zip file (an XLSX workbook) by its directory, and counts what it holds. The sizes that the file states may be lies, so each
 * part is really unpacked, and the sum is counted. A reader that goes through the file from its beginning would also unpack parts that
 * the directory does not name, as large as they like: so it gets a file with the counted parts alone; pictures, macros and zips inside the zip are
 * nothing that a statement needs, and stay packed. Format: APPNOTE.TXT of PKWARE.
 */
import { crc32, inflateRawSync } from "node:zlib";
import { Unreadable } from "../../ground/foreign-files/file-reader.ts";

const endSignature = 0x06054b50;
const partSignature = 0x02014b50;
const headerSignature = 0x04034b50;
const endBytes = 22;
const commentBytesMax = 65_535;
const partBytes = 46;
const headerBytes = 30;
/** 2.0, the least that every reader knows. */
const version = 20;
/** The names are in UTF-8. */
const utf8Flag = 0x0800;

const partsMax = 200;
/** XML packs to a tenth, seldom to a fiftieth. Small parts may do as they like. */
const ratioMax = 200;
const ratioFreeBytes = 1024 * 1024;
/** What a reader of cells needs. */
const isWanted = (name: string) => /^(?:\[Content_Types\]|_rels\/|xl\/).*\.(?:xml|rels)$/i.test(name);

interface Part {
  readonly name: Buffer;
  readonly flags: number;
  readonly content: Buffer;
}

/**
 * Throws Unreadable: it is no zip file, is damaged, or holds more than `bytesMax` when it is unpacked.
 * @returns the parts that a reader of cells needs, and a zip file of them, stored as they are
 */
export function unpackedZip(
  file: Buffer,
  bytesMax: number,
): { readonly file: Buffer; readonly parts: readonly { readonly name: string; readonly content: Buffer }[] } {
  const endAt = findEnd(file);
  const count = file.readUInt16LE(endAt + 10);
  if (count > partsMax) throw new Unreadable(`at most ${partsMax} parts, please; this zip has ${count}`);
  let at = file.readUInt32LE(endAt + 16);
  let sum = 0;
  const parts: Part[] = [];
  for (let n = 0; n < count; n++) {
    if (at + partBytes > file.length || file.readUInt32LE(at) !== partSignature) throw damaged();
    const nameAt = at + partBytes;
    const name = file.subarray(nameAt, nameAt + file.readUInt16LE(at + 28));
    const text = name.toString("latin1");
    if (isWanted(text)) {
      if (parts.some((part) => part.name.equals(name))) throw damaged();
      const content = contentOf(file, at, bytesMax - sum);
      sum += content.length;
      if (sum > bytesMax) throw tooLarge();
      parts.push({ name, flags: file.readUInt16LE(at + 8) & utf8Flag, content });
    }
    at = nameAt + name.length + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
  }
  return { file: zipOf(parts), parts: parts.map(({ name, content }) => ({ name: name.toString("latin1"), content })) };
}

const tooLarge = () => new Unreadable("it is too large when it is unpacked: export a shorter time, or CSV");
const damaged = () => new Unreadable("the workbook is damaged: export it again");

function findEnd(file: Buffer): number {
  const first = Math.max(0, file.length - endBytes - commentBytesMax);
  for (let at = file.length - endBytes; at >= first; at--) if (file.readUInt32LE(at) === endSignature) return at;
  throw damaged();
}

/** @param at where the directory speaks of the part */
function contentOf(file: Buffer, at: number, bytesLeft: number): Buffer {
  const method = file.readUInt16LE(at + 10);
  const packedBytes = file.readUInt32LE(at + 20);
  const startsAt = file.readUInt32LE(at + 42);
  if (startsAt + headerBytes > file.length) throw damaged();
  const dataAt = startsAt + headerBytes + file.readUInt16LE(startsAt + 26) + file.readUInt16LE(startsAt + 28);
  const packed = file.subarray(dataAt, dataAt + packedBytes);
  if (packed.length !== packedBytes) throw damaged();
  if (method === 0) return packed;
  if (method !== 8) throw damaged();
  const bytesMax = Math.min(bytesLeft, Math.max(ratioFreeBytes, packed.length * ratioMax));
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, bytesMax) });
  } catch (error) {
    throw (error as { code?: string }).code === "ERR_BUFFER_TOO_LARGE" ? tooLarge() : damaged();
  }
}

function zipOf(parts: readonly Part[]): Buffer {
  const all: Buffer[] = [];
  const directory: Buffer[] = [];
  let startsAt = 0;
  for (const { name, flags, content } of parts) {
    // What the part's header and its entry in the directory have in common, from the version to the length of extra fields.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(version, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(content.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(name.length, 22);
    all.push(signed(headerSignature), common, name, content);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(startsAt, 10);
    directory.push(signed(partSignature, version), common, place, name);
    startsAt += headerBytes + name.length + content.length;
  }
  const end = Buffer.alloc(endBytes);
  end.writeUInt32LE(endSignature, 0);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(
    directory.reduce((sum, each) => sum + each.length, 0),
    12,
  );
  end.writeUInt32LE(startsAt, 16);
  return Buffer.concat([...all, ...directory, end]);
}

function signed(signature: number, madeBy?: number): Buffer {
  const bytes = Buffer.alloc(madeBy === undefined ? 4 : 6);
  bytes.writeUInt32LE(signature, 0);
  if (madeBy !== undefined) bytes.writeUInt16LE(madeBy, 4);
  return bytes;
}

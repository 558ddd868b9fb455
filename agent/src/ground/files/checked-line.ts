/**
 * A line with a checksum: `<seq> <crc32 hex8> <json>\n`. The CRC-32 covers the JSON's UTF-8 bytes and starts from `seq` (mod 2^32), so that neither
 * can change alone. The journal's records are such lines; each small file of the data folder is one, with number 1.
 */
import { crc32 } from "node:zlib";

/** One record: its sequence number, and its JSON as text. */
export interface Line {
  readonly seq: number;
  readonly json: string;
}

export function encodeLine(seq: number, json: string): string {
  return `${seq} ${hex8(crc32(json, seq >>> 0))} ${json}\n`;
}

/** Uses a table: `toString(16)` is slow for large integers, and this runs for each record. */
export function hex8(value: number): string {
  const high = (hexOfByte[value >>> 24] as string) + hexOfByte[(value >>> 16) & 255];
  return high + hexOfByte[(value >>> 8) & 255] + hexOfByte[value & 255];
}

const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Null: the line is not as it was written. */
export function decodeLine(line: Uint8Array): Line | null {
  const space = line.indexOf(0x20);
  // "<seq> <crc8> <json>": the second space comes nine bytes after the first.
  if (space < 1 || space > 16 || line[space + 9] !== 0x20) return null;
  const head = asciiText(line, 0, space + 9);
  const seqText = head.slice(0, space);
  if (!/^[1-9][0-9]*$/.test(seqText)) return null;
  const seq = Number(seqText);
  if (!Number.isSafeInteger(seq)) return null;
  const json = line.subarray(space + 10);
  if (head.slice(space + 1) !== hex8(crc32(json, seq >>> 0))) return null;
  return { seq, json: Buffer.from(json.buffer, json.byteOffset, json.byteLength).toString("utf8") };
}

export function asciiText(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString("latin1");
}

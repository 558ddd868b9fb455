/**
 * A line in which one byte has changed tells by its checksum what stood there: one bit flipped, or zero written, as flash fails. CRC-32 tells any
 * two such lines apart by at least four bits (Koopman 2002: below 11 kB), so that the answer is the line that was written. Where two answers fit, or none,
 * the line stays unreadable.
 */

import { crc32 } from "node:zlib";
import { readJson } from "@karibu/protocol/foreign-json";
import { asciiText, decodeLine, type Line } from "./checked-line.ts";

/** Above it two answers may fit, and torn megabytes must not delay a start. */
const bytesMax = 11_000;
/** Sequence, space, checksum, space. */
const headBytesMax = 26;

/** Without its newline. Null: it is not one byte away from a whole line. */
export function mendLine(damaged: Uint8Array): Line | null {
  if (damaged.length < 12 || damaged.length > bytesMax) return null;
  const found = new Map<string, Line>();
  for (const { at, byte } of candidates(damaged)) {
    const tried = new Uint8Array(damaged);
    tried[at] = byte;
    const line = decodeLine(tried);
    if (line !== null && readJson(line.json) !== undefined) found.set(`${line.seq} ${line.json}`, line);
  }
  const [line, ...others] = found.values();
  return others.length === 0 ? (line ?? null) : null;
}

interface Candidate {
  readonly at: number;
  readonly byte: number;
}

/** Bytes that may have stood there. No text has a zero, so that a single one is the place. */
function candidates(damaged: Uint8Array): Candidate[] {
  const at = damaged.indexOf(0);
  if (at !== -1) {
    if (damaged.indexOf(0, at + 1) !== -1) return [];
    return Array.from({ length: 255 }, (_, index) => ({ at, byte: index + 1 }));
  }
  const inHead = Array.from({ length: Math.min(headBytesMax, damaged.length) }, (_, place) =>
    bits.map((bit) => ({ at: place, byte: (damaged[place] as number) ^ bit })),
  );
  return [...inHead.flat(), ...flippedInJson(damaged)];
}

/** What changes the checksum as one flipped bit of the JSON does: found from the end by the shift of CRC-32, without one checksum for each bit. */
function flippedInJson(damaged: Uint8Array): Candidate[] {
  const space = damaged.indexOf(0x20);
  if (space < 1 || space > 16) return [];
  const jsonAt = space + 10;
  const [, digits, sum] =
    /^([1-9][0-9]*) ([0-9a-f]{8}) $/.exec(asciiText(damaged, 0, Math.min(jsonAt, damaged.length))) ?? [];
  const seq = Number(digits);
  if (sum === undefined || !Number.isSafeInteger(seq)) return [];
  const difference = (crc32(damaged.subarray(jsonAt), seq >>> 0) ^ Number.parseInt(sum, 16)) >>> 0;
  const effects = bits.map((bit) => table[bit] as number);
  const found: Candidate[] = [];
  for (let at = damaged.length - 1; at >= jsonAt; at--) {
    for (let index = 0; index < bits.length; index++) {
      const effect = effects[index] as number;
      if (effect === difference) found.push({ at, byte: (damaged[at] as number) ^ (bits[index] as number) });
      effects[index] = ((table[effect & 255] as number) ^ (effect >>> 8)) >>> 0;
    }
  }
  return found;
}

const bits = [1, 2, 4, 8, 16, 32, 64, 128] as const;

/** What a byte does to the checksum, of CRC-32 as in zlib (reflected, 0xedb88320). */
const table = Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest >>> 0;
});

/**
 * The format of records on flash: a line with a checksum each (`ground/files/checked-line.ts`). An empty line begins each
 * batch: everything before it was synced before the batch was written. A clean stop ends the file with the end mark.
 */
import { crc32 } from "node:zlib";
import { asciiText, encodeLine, hex8 } from "../ground/files/checked-line.ts";

export type { Line } from "../ground/files/checked-line.ts";

export interface SeqRange {
  readonly firstSeq: number;
  readonly lastSeq: number;
}

/** The lines of one batch, for one write. `jsons[0]` has sequence `firstSeq`. */
export function encodeBatch(firstSeq: number, jsons: readonly string[]): Uint8Array {
  let text = "\n";
  let seq = firstSeq;
  for (const json of jsons) text += encodeLine(seq++, json);
  return Buffer.from(text);
}

/**
 * The mark that a clean stop writes after the last record: `end <last seq> <crc32 hex8>`, after an empty line like a
 * batch. A release that does not know the mark takes it for a torn tail and cuts it off before it writes; this release
 * cuts it off too.
 */
export function encodeEndMark(lastSeq: number): Uint8Array {
  return Buffer.from(`\nend ${lastSeq} ${hex8(crc32("end", lastSeq >>> 0))}\n`);
}

/** The last sequence that the mark names; null: the line is no mark. */
export function decodeEndMark(line: Uint8Array): number | null {
  const [, digits, sum] = /^end (0|[1-9][0-9]{0,15}) ([0-9a-f]{8})$/.exec(asciiText(line, 0, line.length)) ?? [];
  const lastSeq = Number(digits);
  return Number.isSafeInteger(lastSeq) && sum === hex8(crc32("end", lastSeq >>> 0)) ? lastSeq : null;
}

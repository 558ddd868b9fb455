/**
 * How a record stands on flash: `<seq> <crc32 hex8> <json>\n`. The CRC-32 runs over the JSON's UTF-8 bytes and starts from
 * `seq` (mod 2^32), so that neither can change alone. Each batch begins with an empty line: what stands before an empty
 * line was synced before the batch after it was written. By that, recovery tells a torn tail from damage.
 */
import { crc32 } from "node:zlib";

/** One record: its place in the log and its JSON, still unparsed. */
export interface Line {
  readonly seq: number;
  readonly json: string;
}

/** The lines of one batch, ready for one write. `jsons[0]` has sequence `firstSeq`. */
export function encodeBatch(firstSeq: number, jsons: readonly string[]): Uint8Array {
  let text = "\n";
  let seq = firstSeq;
  for (const json of jsons) text += encodeLine(seq++, json);
  return Buffer.from(text);
}

export function encodeLine(seq: number, json: string): string {
  return `${seq} ${hex8(crc32(json, seq >>> 0))} ${json}\n`;
}

/** From a table: `toString(16)` is slow for what is no small integer, and this runs for each record. */
function hex8(value: number): string {
  const high = (hexOfByte[value >>> 24] as string) + hexOfByte[(value >>> 16) & 255];
  return high + hexOfByte[(value >>> 8) & 255] + hexOfByte[value & 255];
}

const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** What a file of lines holds. Sequences the file must have had and has no more are `lost`. */
export interface Scan {
  /** In order, each sequence at most once. */
  readonly lines: readonly Line[];
  readonly lost: readonly LostRange[];
  /** Up to here the file is good and can be appended to; what stands behind was never promised to anybody. */
  readonly goodBytes: number;
  /** Promised bytes were overwritten, not merely cut off: `lost` or a broken line between good batches. */
  readonly damaged: boolean;
}

export interface LostRange {
  readonly firstSeq: number;
  readonly lastSeq: number;
}

/**
 * Reads a segment that begins with `firstSeq`. `nextFirstSeq` is where the following segment begins: this one is then
 * complete, and what misses is lost. Null: this is the last segment, whose end may be torn by a power cut.
 */
export function scanSegment(content: Uint8Array, firstSeq: number, nextFirstSeq: number | null): Scan {
  const found = findLines(content, nextFirstSeq === null ? Number.MAX_SAFE_INTEGER : nextFirstSeq - 1);
  const kept = nextFirstSeq === null ? withoutTornBatch(found) : found;
  const lines: Line[] = [];
  const lost: LostRange[] = [];
  let expectedSeq = firstSeq;
  let damaged = false;
  let goodBytes = 0;
  for (const line of kept) {
    if (line.afterBroken) damaged = true;
    if (line.seq < expectedSeq) {
      damaged = true;
      continue;
    }
    if (line.seq > expectedSeq) {
      damaged = true;
      lost.push({ firstSeq: expectedSeq, lastSeq: line.seq - 1 });
    }
    lines.push({ seq: line.seq, json: line.json });
    expectedSeq = line.seq + 1;
    goodBytes = line.endOffset;
  }
  if (nextFirstSeq !== null && expectedSeq < nextFirstSeq) {
    lost.push({ firstSeq: expectedSeq, lastSeq: nextFirstSeq - 1 });
    damaged = true;
  }
  return { lines, lost, goodBytes, damaged };
}

interface FoundLine extends Line {
  /** Which batch of this file, counted by the empty lines before it. */
  readonly batch: number;
  /** Something unreadable stands between the line before and this one. */
  readonly afterBroken: boolean;
  /** The same, looking back no further than the beginning of the batch. */
  readonly brokenInBatch: boolean;
  readonly endOffset: number;
}

function findLines(content: Uint8Array, seqMax: number): FoundLine[] {
  const buffer = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const found: FoundLine[] = [];
  let batch = 0;
  let afterBroken = false;
  let brokenInBatch = false;
  for (let start = 0; start < buffer.length; ) {
    const end = buffer.indexOf(0x0a, start);
    if (end === -1) break; // a line without its end was never wholly written
    if (end === start) {
      batch++;
      brokenInBatch = false;
    } else {
      const line = decodeLine(buffer.subarray(start, end));
      if (line === null || line.seq > seqMax) {
        afterBroken = true;
        brokenInBatch = true;
      } else {
        found.push({ ...line, batch, afterBroken, brokenInBatch, endOffset: end + 1 });
        afterBroken = false;
        brokenInBatch = false;
      }
    }
    start = end + 1;
  }
  return found;
}

/** A hole within the last batch is the power cut's work: nothing of that batch behind the hole was ever promised. */
function withoutTornBatch(found: readonly FoundLine[]): readonly FoundLine[] {
  const lastBatch = found.at(-1)?.batch;
  const hole = found.findIndex((line) => line.batch === lastBatch && line.brokenInBatch);
  return hole === -1 ? found : found.slice(0, hole);
}

/** Null when the line is not what was once written. */
export function decodeLine(line: Uint8Array): Line | null {
  const space = line.indexOf(0x20);
  // "<seq> <crc8> <json>": the second space stands nine bytes behind the first.
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

function asciiText(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString("latin1");
}

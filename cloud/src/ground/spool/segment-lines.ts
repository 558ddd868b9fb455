/**
 * The shape of a segment of the spool: one line for each batch that was synced at once, `<crc32 hex8> <id>:<base64>,<id>:<base64>\n`. A line
 * after another one proves that the earlier one was on disk whole. What is sealed proves itself too, so one bad byte costs one record.
 */
import { crc32 } from "node:zlib";

export interface SealedRecord {
  readonly id: string;
  readonly sealed: Uint8Array;
}

export interface ReadSegment {
  readonly records: readonly SealedRecord[];
  /** Lines that are whole and not as they were written. Their records, as far as they can be told apart, are in `records` too. */
  readonly damaged: readonly string[];
  /** Bytes after the last whole line: a batch that was never acknowledged. */
  readonly tornBytes: number;
}

const crcOf = (text: string): string => crc32(text).toString(16).padStart(8, "0");

export function batchLine(records: readonly SealedRecord[]): string {
  const text = records.map(({ id, sealed }) => `${id}:${Buffer.from(sealed).toString("base64")}`).join(",");
  return `${crcOf(text)} ${text}\n`;
}

export function readSegment(content: Uint8Array): ReadSegment {
  const lines = Buffer.from(content).toString("latin1").split("\n");
  const torn = lines.pop() ?? "";
  const damaged = lines.filter((line) => line.slice(0, 8) !== crcOf(line.slice(9)));
  return { records: [...lines, torn].flatMap(recordsOf), damaged, tornBytes: torn.length };
}

function recordsOf(line: string): SealedRecord[] {
  return line
    .slice(9)
    .split(",")
    .flatMap((piece) => {
      const [, id, text] = /^([0-9a-f-]{36}):([A-Za-z0-9+/]+=*)$/.exec(piece) ?? [];
      return id === undefined || text === undefined ? [] : [{ id, sealed: Buffer.from(text, "base64") }];
    });
}

/**
 * Finds whole records in bytes that are no line: where a newline was lost (a flipped bit, an unwritten sector), the
 * records on both sides are still there.
 */
import { readJson } from "@karibu/protocol/foreign-json";
import { decodeLine, type Line } from "../ground/files/checked-line.ts";

export interface Salvaged {
  readonly line: Line;
  /** Offset after the record, within the bytes. */
  readonly end: number;
  /** Unreadable bytes come before it. */
  readonly isAfterBroken: boolean;
}

/** Each try may compute a checksum over all the bytes: a file without newlines must not delay a start. */
const triesMax = 500;

/** In order. All other bytes are unreadable. */
export function salvage(stretch: Uint8Array): Salvaged[] {
  let tries = 0;
  for (let start = 1; start < stretch.length && tries < triesMax; start++) {
    if (!isLostNewline(stretch[start - 1]) || !isDigit(stretch[start])) continue;
    tries++;
    const line = wholeLine(stretch.subarray(start));
    if (line === null) continue;
    const left = stretch.subarray(0, start - 1);
    const whole = wholeLine(left);
    const before = whole === null ? salvage(left) : [{ line: whole, end: left.length, isAfterBroken: false }];
    return [...before, { line, end: stretch.length, isAfterBroken: true }];
  }
  const cut = stretch.length - 1;
  const line = isLostNewline(stretch[cut]) ? wholeLine(stretch.subarray(0, cut)) : null;
  return line === null ? [] : [{ line, end: cut, isAfterBroken: false }];
}

/** The byte is one bit away from a newline, or was never written. */
function isLostNewline(byte = -1): boolean {
  const changed = byte ^ 0x0a;
  return byte === 0 || (byte >= 0 && (changed & (changed - 1)) === 0);
}

const isDigit = (byte = 0): boolean => byte >= 0x31 && byte <= 0x39;

/** Parses the JSON too: the bytes may hold text of users, for example names. */
function wholeLine(bytes: Uint8Array): Line | null {
  const line = decodeLine(bytes);
  return line === null || readJson(line.json) === undefined ? null : line;
}

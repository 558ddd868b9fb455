/**
 * Whole records within a stretch that is no line: where a newline was lost (a flipped bit, a sector that was not written), the
 * records on both sides of it are still there.
 */
import { decodeLine, type Line } from "./framing.ts";

export interface Salvaged {
  readonly line: Line;
  /** Offset behind it, within the stretch. */
  readonly end: number;
  /** Something unreadable stands before it in the stretch. */
  readonly isAfterBroken: boolean;
}

/** Each try may sum up the whole stretch: a file without any newline must not hold up a start. */
const triesMax = 500;

/** In order. What is not in them is unreadable. */
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

/** One bit away from a newline, or never written. */
function isLostNewline(byte = -1): boolean {
  const changed = byte ^ 0x0a;
  return byte === 0 || (byte >= 0 && (changed & (changed - 1)) === 0);
}

const isDigit = (byte = 0): boolean => byte >= 0x31 && byte <= 0x39;

/** Its JSON is looked at too: a stretch also holds what others have chosen, names for example. */
function wholeLine(bytes: Uint8Array): Line | null {
  const line = decodeLine(bytes);
  if (line === null) return null;
  try {
    JSON.parse(line.json);
    return line;
  } catch {
    return null;
  }
}

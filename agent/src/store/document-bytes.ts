/**
 * Encodes a big document in pieces. As one text, copied into bytes, a state of 20,000 grants would take three times its size of the
 * router's memory, and the heap shrinks slowly.
 */
import { crc32 } from "node:zlib";

/** `1 <crc32 hex8> <json>\n`, the very bytes that `encodeLine(1, JSON.stringify(document))` of the journal's framing has. */
export function encodeDocument(document: unknown, expectedBytes = 0): Uint8Array {
  // A little more than last time, so that it rarely has to grow.
  let room = Buffer.allocUnsafeSlow(Math.max(roomBytesMin, Math.ceil(expectedBytes * 1.1)));
  let used = headBytes;
  for (const piece of piecesOf(document, 0)) {
    const bytesMax = piece.length * 3;
    if (used + bytesMax + 1 > room.length) {
      const grown = Buffer.allocUnsafeSlow(Math.ceil((used + bytesMax) * 1.25) + 1);
      room.copy(grown, 0, 0, used);
      room = grown;
    }
    used += room.write(piece, used);
  }
  const sum = crc32(room.subarray(headBytes, used), 1).toString(16).padStart(8, "0");
  room.write(`1 ${sum} `, 0);
  room[used++] = 0x0a;
  return room.subarray(0, used);
}

const headBytes = "1 00000000 ".length;
const roomBytesMin = 16 * 1024;
const pieceCharactersMin = 8 * 1024;
/** Point and body, the body's tables, their rows: what is in a row is small. */
const rowDepth = 3;

/** Texts that make up the JSON, as `JSON.stringify` writes it, some thousand characters each. */
function* piecesOf(value: unknown, depth: number): Generator<string> {
  if (depth === rowDepth || typeof value !== "object" || value === null || "toJSON" in value) {
    yield JSON.stringify(value) ?? "null";
    return;
  }
  const isList = Array.isArray(value);
  let text = isList ? "[" : "{";
  let isFirst = true;
  const entries = isList ? value.entries() : Object.entries(value).filter(([, inner]) => isJson(inner));
  for (const [key, inner] of entries) {
    if (!isFirst) text += ",";
    isFirst = false;
    if (!isList) text += `${JSON.stringify(key)}:`;
    for (const piece of piecesOf(inner, depth + 1)) {
      text += piece;
      if (text.length < pieceCharactersMin) continue;
      yield text;
      text = "";
    }
  }
  yield text + (isList ? "]" : "}");
}

/** Fields without a value are left out of JSON. */
function isJson(value: unknown): boolean {
  return value !== undefined && typeof value !== "function" && typeof value !== "symbol";
}

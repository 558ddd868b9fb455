import { crc32 } from "node:zlib";
import { expect, test } from "vitest";
import { decodeLine, encodeLine } from "../ground/files/checked-line.ts";
import { decodeEndMark, encodeEndMark } from "./framing.ts";

test("a record is one line: its sequence, a CRC-32 started from the sequence, its JSON", () => {
  const json = '{"kind":"x"}';
  expect(encodeLine(7, json)).toBe(`7 ${crc32(json, 7).toString(16).padStart(8, "0")} ${json}\n`);
  expect(decodeLine(Buffer.from(encodeLine(7, json).trimEnd()))).toEqual({ seq: 7, json });
});

test("no change of a single bit goes unseen", () => {
  const line = Buffer.from(encodeLine(123, '{"kind":"alarm","name":"x"}').trimEnd());
  for (let bit = 0; bit < line.length * 8; bit++) {
    const changed = Uint8Array.from(line);
    changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
    expect(decodeLine(changed)).toBeNull();
  }
});

test("an end mark names the last sequence behind an empty line; no change of a single bit goes unseen, and no record is a mark", () => {
  for (const lastSeq of [0, 7, 12_345_678]) {
    const mark = Buffer.from(encodeEndMark(lastSeq));
    expect(mark.toString()).toBe(`\nend ${lastSeq} ${crc32("end", lastSeq).toString(16).padStart(8, "0")}\n`);
    const line = mark.subarray(1, -1);
    expect(decodeEndMark(line)).toBe(lastSeq);
    expect(decodeLine(line)).toBeNull();
    for (let bit = 0; bit < line.length * 8; bit++) {
      const changed = Uint8Array.from(line);
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(decodeEndMark(changed)).toBeNull();
    }
  }
  expect(decodeEndMark(Buffer.from(encodeLine(7, '{"kind":"x"}').trimEnd()))).toBeNull();
});

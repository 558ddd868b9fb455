import { crc32 } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeLine, encodeBatch, encodeLine, scanSegment } from "./framing.ts";

const jsonsOf = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => JSON.stringify({ n: index, text: `rékord ${index}` }));
const join = (...parts: Uint8Array[]): Uint8Array => Buffer.concat(parts);
const seqs = (scan: { lines: readonly { seq: number }[] }): number[] => scan.lines.map((line) => line.seq);

test("a record is one line: its sequence, a CRC-32 started from the sequence, its JSON", () => {
  const json = '{"kind":"x"}';
  expect(encodeLine(7, json)).toBe(`7 ${crc32(json, 7).toString(16).padStart(8, "0")} ${json}\n`);
  expect(decodeLine(Buffer.from(encodeLine(7, json).trimEnd()))).toEqual({ seq: 7, json });
});

test("any batches come back as they went in", () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.json(), { minLength: 1, maxLength: 5 }), { maxLength: 6 }), (batches) => {
      let seq = 1;
      const parts = batches.map((batch) => {
        const part = encodeBatch(seq, batch);
        seq += batch.length;
        return part;
      });
      const content = join(...parts);
      const scan = scanSegment(content, 1, null);
      expect(scan.lines.map((line) => line.json)).toEqual(batches.flat());
      expect(scan).toMatchObject({ lost: [], damaged: false, goodBytes: content.length });
    }),
  );
});

test("no change of a single bit goes unseen", () => {
  const line = Buffer.from(encodeLine(123, '{"kind":"alarm","name":"x"}').trimEnd());
  for (let bit = 0; bit < line.length * 8; bit++) {
    const changed = Uint8Array.from(line);
    changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
    expect(decodeLine(changed)).toBeNull();
  }
});

test("a file cut anywhere gives a beginning of its records and is no damage", () => {
  const whole = join(encodeBatch(1, jsonsOf(3)), encodeBatch(4, jsonsOf(3)));
  for (let length = 0; length <= whole.length; length++) {
    const scan = scanSegment(whole.subarray(0, length), 1, null);
    expect(seqs(scan)).toEqual([1, 2, 3, 4, 5, 6].slice(0, scan.lines.length));
    expect(scan).toMatchObject({ lost: [], damaged: false });
    expect(scan.goodBytes).toBeLessThanOrEqual(length);
  }
});

test("a hole in the last batch drops the rest of that batch: nothing of it was promised", () => {
  const content = join(encodeBatch(1, jsonsOf(2)), encodeBatch(3, jsonsOf(40)));
  const holeAt = encodeBatch(1, jsonsOf(2)).length + 300;
  content.fill(0, holeAt, holeAt + 200);
  const scan = scanSegment(content, 1, null);
  expect(scan).toMatchObject({ lost: [], damaged: false });
  expect(seqs(scan)).toEqual(Array.from({ length: scan.lines.length }, (_, index) => index + 1));
  expect(scan.lines.length).toBeLessThan(20);
});

test("a hole in an earlier batch is damage: its records are named as lost and the others kept", () => {
  const first = encodeBatch(1, jsonsOf(5));
  first.fill(0x78, 60, 70);
  const scan = scanSegment(join(first, encodeBatch(6, jsonsOf(2))), 1, null);
  expect(scan.damaged).toBe(true);
  expect(scan.lost).toEqual([{ firstSeq: 2, lastSeq: 2 }]);
  expect(seqs(scan)).toEqual([1, 3, 4, 5, 6, 7]);
});

test("a segment that another one follows has lost what misses at its end", () => {
  const content = encodeBatch(10, jsonsOf(3));
  expect(scanSegment(content, 10, 13)).toMatchObject({ lost: [], damaged: false });
  const cut = scanSegment(content.subarray(0, content.length - 1), 10, 13);
  expect(cut).toMatchObject({ lost: [{ firstSeq: 12, lastSeq: 12 }], damaged: true });
  expect(scanSegment(new Uint8Array(), 10, 13)).toMatchObject({ lost: [{ firstSeq: 10, lastSeq: 12 }] });
});

test("any bytes at all can be read without an error", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (content, isLast) => {
      scanSegment(content, 1, isLast ? null : 50);
    }),
  );
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeLine, encodeLine } from "../ground/files/checked-line.ts";
import { encodeBatch, encodeEndMark } from "./framing.ts";
import { endOf, judge } from "./recovery-policy.ts";
import { scanSegment } from "./segment-scan.ts";

const jsonsOf = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => JSON.stringify({ n: index, text: `rékord ${index}` }));
const join = (...parts: Uint8Array[]): Uint8Array => Buffer.concat(parts);
const seqs = ({ lines }: { lines: readonly { seq: number }[] }): number[] => lines.map(({ seq }) => seq);

/** The last segment, with nothing noted beside it. */
function read(content: Uint8Array, firstSeq = 1) {
  const scan = scanSegment(content, firstSeq);
  const end = endOf(scan, firstSeq, null, 0);
  return { seqs: seqs(scan), scan, end, judged: judge(scan, firstSeq, content.length, end) };
}

const nothingWrong = { lost: [], tornOut: [], torn: null, isDamaged: false };

test("any batches come back as they went in, with an end mark and without", () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.json(), { minLength: 1, maxLength: 5 }), { maxLength: 6 }),
      fc.boolean(),
      (batches, isStopped) => {
        let seq = 1;
        const parts = batches.map((batch) => {
          const part = encodeBatch(seq, batch);
          seq += batch.length;
          return part;
        });
        const content = join(...parts);
        const { scan, judged, end } = read(isStopped ? join(content, encodeEndMark(seq - 1)) : content);
        expect(scan.lines.map((line) => line.json)).toEqual(batches.flat());
        expect(scan.goodBytes).toBe(content.length);
        expect(end.kind).toBe(isStopped ? "stopped" : "cut-off");
        expect(judged).toEqual(nothingWrong);
      },
    ),
  );
});

test("a hole in the last batch costs what was in it: the lines after it are kept, and the hole is reported as torn", () => {
  const before = encodeBatch(1, jsonsOf(2));
  const content = join(before, encodeBatch(3, jsonsOf(40)));
  content.fill(0, before.length + 300, before.length + 500);
  const { seqs: kept, judged } = read(content);
  const [hole] = judged.tornOut;
  const gone = (hole?.lastSeq ?? 0) - (hole?.firstSeq ?? 0) + 1;
  expect(kept).toHaveLength(42 - gone);
  expect(kept.at(-1)).toBe(42);
  expect(gone).toBeGreaterThan(3);
  expect(judged).toMatchObject({ lost: [], isDamaged: false, torn: { records: gone, droppedBytes: 0 } });
});

test("an end that was never written is dropped, and no number is taken for it", () => {
  const before = encodeBatch(1, jsonsOf(2));
  const content = join(before, encodeBatch(3, jsonsOf(9)));
  content.fill(0, before.length + 20);
  const { seqs: kept, judged } = read(content);
  expect(kept).toEqual([1, 2]);
  expect(judged).toMatchObject({ isDamaged: false, tornOut: [], torn: { records: 0 } });
});

test("a last line that is whole but for its checksum keeps its number", () => {
  const content = Buffer.from(join(encodeBatch(1, jsonsOf(2)), encodeBatch(3, jsonsOf(2))));
  content[content.length - 5] = 0x58;
  expect(read(content).judged).toMatchObject({ tornOut: [{ firstSeq: 4, lastSeq: 4 }], torn: { records: 1 } });
});

test("a hole in an earlier batch is damage: its records are named as lost and the others kept", () => {
  const first = encodeBatch(1, jsonsOf(5));
  first.fill(0x78, 60, 70);
  const { seqs: kept, judged } = read(join(first, encodeBatch(6, jsonsOf(2))));
  expect(kept).toEqual([1, 3, 4, 5, 6, 7]);
  expect(judged).toEqual({ ...nothingWrong, isDamaged: true, lost: [{ firstSeq: 2, lastSeq: 2 }] });
});

test("a segment with a successor has lost the records that are missing at its end", () => {
  const content = encodeBatch(10, jsonsOf(3));
  const through = (bytes: Uint8Array) =>
    judge(scanSegment(bytes, 10, 12), 10, bytes.length, { kind: "written", lastSeq: 12 });
  expect(through(content)).toEqual(nothingWrong);
  expect(through(content.subarray(0, content.length - 2))).toMatchObject({
    lost: [{ firstSeq: 12, lastSeq: 12 }],
    isDamaged: true,
  });
  expect(through(new Uint8Array())).toMatchObject({ lost: [{ firstSeq: 10, lastSeq: 12 }] });
});

test("after a stop everything but the mark at the end is damage", () => {
  const content = join(encodeBatch(1, jsonsOf(3)), encodeEndMark(3));
  const stopped = (bytes: Uint8Array, notedSeq: number | null) => {
    const scan = scanSegment(bytes, 1);
    return judge(scan, 1, bytes.length, endOf(scan, 1, notedSeq, 0));
  };
  const isDamaged = { isDamaged: true };
  expect(stopped(content, 3)).toEqual(nothingWrong);
  expect(stopped(content, null)).toEqual(nothingWrong);
  expect(stopped(join(content, Buffer.from("\n")), 3)).toMatchObject(isDamaged);
  expect(stopped(encodeBatch(1, jsonsOf(3)), 3)).toMatchObject({ ...isDamaged, lost: [] });
  const short = join(encodeBatch(1, jsonsOf(2)), encodeEndMark(3));
  for (const noted of [3, null])
    expect(stopped(short, noted)).toMatchObject({ ...isDamaged, lost: [{ firstSeq: 3, lastSeq: 3 }] });
  // A release without marks has removed it and has written more.
  expect(stopped(join(encodeBatch(1, jsonsOf(3)), encodeBatch(4, jsonsOf(1))), 3)).toEqual(nothingWrong);
});

test("the beginning of an end mark is no damage, with any of its sectors written", () => {
  const records = encodeBatch(1, jsonsOf(3));
  const mark = encodeEndMark(3);
  for (let length = 0; length < mark.length; length++) {
    expect(read(join(records, mark.subarray(0, length))).judged).toEqual(nothingWrong);
    expect(read(join(records, new Uint8Array(length))).judged).toEqual(nothingWrong);
  }
});

test("all synced records are there, whatever follows them", () => {
  const synced = join(encodeBatch(1, jsonsOf(3)), encodeBatch(4, jsonsOf(2)));
  const torn = fc.array(
    fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.constantFrom(Buffer.from("\n"), Buffer.from("\n\n"), new Uint8Array(512), encodeEndMark(5)),
      fc.integer({ min: 1, max: 9 }).map((seq) => encodeBatch(seq, jsonsOf(3)).subarray(0, -5)),
    ),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(torn, (parts) => {
      const { seqs: kept, judged } = read(join(synced, ...parts));
      expect(kept.slice(0, 5)).toEqual([1, 2, 3, 4, 5]);
      expect(judged.lost.filter(({ firstSeq }) => firstSeq <= 5)).toEqual([]);
    }),
  );
});

test("records that lost the newlines between them, as many as they are, are all there", () => {
  const content = Buffer.from(encodeBatch(1, jsonsOf(6)));
  for (let at = content.indexOf("\n", 1); at < content.length - 1; at = content.indexOf("\n", at)) content[at] = 0;
  expect(read(content).seqs).toEqual([1, 2, 3, 4, 5, 6]);
});

test("two records whose newline is lost are both there", () => {
  const content = Buffer.from(encodeBatch(1, jsonsOf(3)));
  const newline = content.indexOf("\n", 1);
  for (const byte of [0x0b, 0x4a, 0x8a, 0x00]) {
    content[newline] = byte;
    const { seqs: kept, judged } = read(content);
    expect(kept).toEqual([1, 2, 3]);
    expect(judged).toEqual({ ...nothingWrong, torn: { records: 0, droppedBytes: 0 } });
  }
});

test("a name that looks like a record is none", () => {
  // A customer's text whose checksum is right up to the end of the line.
  const forged = encodeLine(2, '5"}').slice(0, -'"}\n'.length);
  const content = Buffer.from(encodeBatch(1, [JSON.stringify({ user: `J${forged}` }), '{"n":2}']));
  const line = content.subarray(content.indexOf("J") + 1, content.indexOf("}\n") + 1);
  expect(decodeLine(line)).not.toBeNull();
  content[12] = 0x58;
  expect(read(content).scan.lines).toEqual([{ seq: 2, json: '{"n":2}' }]);
});

test("any bytes at all can be read without an error", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (content, isLast) => {
      const scan = scanSegment(content, 1, isLast ? undefined : 50);
      judge(scan, 1, content.length, isLast ? endOf(scan, 1, null, 0) : { kind: "written", lastSeq: 50 });
    }),
  );
});

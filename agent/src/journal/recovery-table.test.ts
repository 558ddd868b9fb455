/**
 * What is lost, torn and damaged of a segment, by how it ends and what is known of that, as one table: `recovery-table.txt`. A change of
 * `recovery-policy.ts` shows there, row by row, and is read before it is taken over (`npx vitest run -u` with this file).
 */
import { expect, test } from "vitest";
import { countOf, endOf, type Judgement, judge, type KnownEnd } from "./recovery-policy.ts";
import type { Gap, Scan, Tail } from "./segment-scan.ts";

/** The segment begins with record 11. 20 records are readable up to 30, or none. */
const firstSeq = 11;
const linesTo = (lastSeq: number): Scan["lines"] =>
  Array.from({ length: lastSeq - firstSeq + 1 }, (_, index) => ({ seq: firstSeq + index })) as unknown as Scan["lines"];
const goodBytes = 900;
const fileBytes = 1000;
const whole: Scan = {
  lines: linesTo(30),
  ...{ gaps: [], givenTwice: [], isBrokenEarlier: false, isBrokenInLastBatch: false },
  ...{ lastBatchAt: 800, goodBytes, tail: { kind: "nothing" } },
};
const gap = (from: number, to: number, isInLastBatch: boolean): Gap => ({ firstSeq: from, lastSeq: to, isInLastBatch });

const scans: Readonly<Record<string, Partial<Scan>>> = {
  "all 20 records": {},
  "no record": { lines: [] },
  "13 to 15 are missing": { gaps: [gap(13, 15, false)] },
  "27 and 28 of the last batch are missing": { gaps: [gap(27, 28, true)] },
  "13 and, of the last batch, 27 are missing": { gaps: [gap(13, 13, false), gap(27, 27, true)] },
  "bytes before the last batch are broken": { isBrokenEarlier: true },
  "bytes of the last batch are broken": { isBrokenInLastBatch: true },
};

const tails: Readonly<Record<string, Tail>> = {
  "nothing follows": { kind: "nothing" },
  "an end mark at 30": { kind: "end-mark", lastSeq: 30 },
  "an end mark at 25": { kind: "end-mark", lastSeq: 25 },
  "a torn mark": { kind: "torn-mark" },
  "two broken lines": { kind: "broken", records: 2, markedSeq: null },
  "two broken lines, and an end mark at 32": { kind: "broken", records: 2, markedSeq: 32 },
  "broken bytes": { kind: "broken", records: 0, markedSeq: null },
};

const ends: Readonly<Record<string, KnownEnd>> = {
  "written to 30": { kind: "written", lastSeq: 30 },
  "written to 33": { kind: "written", lastSeq: 33 },
  "stopped at 30": { kind: "stopped", lastSeq: 30 },
  "stopped at 32": { kind: "stopped", lastSeq: 32 },
  "cut off, nothing promised": { kind: "cut-off", atLeastSeq: 10 },
  "cut off, promised to 27": { kind: "cut-off", atLeastSeq: 27 },
  "cut off, promised to 30": { kind: "cut-off", atLeastSeq: 30 },
  "cut off, promised to 31": { kind: "cut-off", atLeastSeq: 31 },
};

const ranges = (of: Judgement["lost"]) => of.map((one) => `${one.firstSeq}-${one.lastSeq}`).join(", ");

function said({ lost, tornOut, torn, isDamaged }: Judgement): string {
  const parts = [
    ...(lost.length === 0 ? [] : [`lost ${ranges(lost)}`]),
    ...(tornOut.length === 0 ? [] : [`torn out ${ranges(tornOut)}`]),
    ...(torn === null ? [] : [`torn: ${torn.records} records, ${torn.droppedBytes} bytes dropped`]),
    ...(isDamaged ? ["damaged"] : []),
  ];
  return parts.length === 0 ? "whole" : parts.join("; ");
}

test("[BEY-12] what a segment has lost is as the table says", async () => {
  const sections = Object.entries(scans).flatMap(([what, scan]) =>
    Object.entries(tails).map(([words, tail]) => {
      const judged = Object.entries(ends).map(
        ([end, known]) => [end, said(judge({ ...whole, ...scan, tail }, firstSeq, fileBytes, known))] as const,
      );
      const rows = [...Map.groupBy(judged, ([, one]) => one)];
      return [
        `${what}, ${words}`,
        ...rows.map(([one, same]) => `  ${same.map(([end]) => end).join(" | ")}: ${one}`),
      ].join("\n");
    }),
  );
  await expect(`${sections.join("\n\n")}\n`).toMatchFileSnapshot("recovery-table.txt");
});

test("[BEY-12] where a segment ended is known by its mark and by the note beside it, and more than they say was written after them", () => {
  const of = (lastSeq: number | null, tail: Tail, notedSeq: number | null, atLeastSeq = 10) =>
    endOf({ lines: lastSeq === null ? [] : linesTo(lastSeq), tail }, firstSeq, notedSeq, atLeastSeq);
  const unmarked: Tail = { kind: "nothing" };
  const marked: Tail = { kind: "end-mark", lastSeq: 30 };
  const brokenThenMarked: Tail = { kind: "broken", records: 2, markedSeq: 32 };
  // Neither note nor mark: it was cut off.
  expect(of(30, unmarked, null)).toEqual({ kind: "cut-off", atLeastSeq: 10 });
  expect(of(30, unmarked, null, 28)).toEqual({ kind: "cut-off", atLeastSeq: 28 });
  expect(of(30, { kind: "broken", records: 2, markedSeq: null }, null, 28)).toEqual({
    kind: "cut-off",
    atLeastSeq: 28,
  });
  // One of both, or the later of both.
  expect(of(30, unmarked, 30)).toEqual({ kind: "stopped", lastSeq: 30 });
  expect(of(30, marked, null)).toEqual({ kind: "stopped", lastSeq: 30 });
  expect(of(30, marked, 29)).toEqual({ kind: "stopped", lastSeq: 30 });
  expect(of(30, marked, 31)).toEqual({ kind: "stopped", lastSeq: 31 });
  expect(of(30, brokenThenMarked, null)).toEqual({ kind: "stopped", lastSeq: 32 });
  // What is promised beyond them was written, too.
  expect(of(30, marked, null, 31)).toEqual({ kind: "stopped", lastSeq: 31 });
  // A release that knows neither went on behind them.
  expect(of(31, marked, null)).toEqual({ kind: "cut-off", atLeastSeq: 30 });
  expect(of(31, marked, 30, 31)).toEqual({ kind: "cut-off", atLeastSeq: 31 });
  expect(of(30, unmarked, 29)).toEqual({ kind: "cut-off", atLeastSeq: 29 });
  // Without a record the segment ends before its first.
  expect(of(null, unmarked, 10)).toEqual({ kind: "stopped", lastSeq: 10 });
  expect(of(null, unmarked, 9)).toEqual({ kind: "cut-off", atLeastSeq: 10 });
});

test("ranges are counted with both ends", () => {
  expect(countOf([])).toBe(0);
  expect(
    countOf([
      { firstSeq: 3, lastSeq: 3 },
      { firstSeq: 10, lastSeq: 14 },
    ]),
  ).toBe(6);
});

import { expect, test } from "vitest";
import { afterReport, countedSeconds, heardFirst, isIdle } from "./quiet-time.ts";

/** Each report: the NAS' seconds and bytes. */
type Reports = readonly (readonly [seconds: number, bytes: number])[];

function told(reports: Reports) {
  let [quiet, known] = [heardFirst(0), 0];
  for (const [onlineSeconds, bytes] of reports) {
    quiet = afterReport(quiet, { onlineSeconds, bytes, knownBytes: known, sent: bytes, knownSent: known });
    known = Math.max(known, bytes);
  }
  return quiet;
}

const used: Reports = [
  [300, 10],
  [600, 20],
];

test.each<[string, Reports, number | null, boolean, number]>([
  ["nothing was heard since its start", [], 600, false, 0],
  ["bytes move in each report", used, 600, false, 600],
  ["one report without a byte: half the time-out", [...used, [900, 20]], 600, false, 900],
  [
    "two of them: the time-out is over, and runs from the report of the last byte",
    [...used, [900, 20], [1200, 20]],
    600,
    true,
    1200,
  ],
  ["however long it is told again", [...used, [900, 20], [9000, 20]], 600, true, 1200],
  ["a byte comes before the time-out", [...used, [900, 20], [1100, 21]], 600, false, 1100],
  ["a byte comes after it, of a session that nobody could end", [...used, [900, 20], [1500, 21]], 600, false, 1500],
  ["a single byte is no silence", [...used, [900, 21], [1200, 22], [1500, 23]], 600, false, 1500],
  ["no plan with a time-out", [...used, [9000, 20]], null, false, 9000],
  ["reports stop coming: no silence of the guest", [...used, [899, 20]], 600, false, 899],
  ["an old report comes late", [...used, [900, 20], [300, 10]], 600, false, 900],
  ["the same report comes twice", [...used, [900, 20], [900, 20], [900, 20]], 600, false, 900],
  [
    "never a byte since the log-in: a router that counts none",
    [
      [300, 0],
      [900, 0],
    ],
    600,
    false,
    900,
  ],
  [
    "reports come more seldom than the time-out: what may have been used counts",
    [
      [3600, 10],
      [7200, 10],
    ],
    600,
    true,
    4200,
  ],
  [
    "a router that obeys the time-out ends it between two reports: all that it tells counts",
    [
      [600, 10],
      [1190, 10],
    ],
    600,
    false,
    1190,
  ],
])("[RAD-08] %s", (_, reports, idleSeconds, over, counted) => {
  const quiet = told(reports);
  expect({ over: isIdle(quiet, idleSeconds), counted: countedSeconds(quiet, idleSeconds) }).toEqual({ over, counted });
});

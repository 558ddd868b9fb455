import { expect, test } from "vitest";
import { decodeFrame } from "./link/frame.ts";
import { packRows, unpackRows } from "./link/packed-rows.ts";
import { unlimitedTerms } from "./plan.ts";

const frameOf = (rows: unknown[]) =>
  decodeFrame(JSON.stringify({ type: "feed", scope: "site", reset: false, rows, version: 7 }));

const release = {
  kind: "release",
  key: "release",
  version: 7,
  body: { releaseId: "0.2.0-0123456789ab", version: "0.2.0", bytes: 5, sha256: "a".repeat(64), exact: false },
};
const stranger = { kind: "weather", key: "tomorrow", version: 3, body: { rain: [1, 2] } };

test("[BEY-20] a row with a site's release passes, and the error of a wrong one names the field", () => {
  expect(frameOf([release])).toMatchObject({ frame: { rows: [release] } });
  expect(frameOf([{ ...release, body: { ...release.body, sha256: "x" } }])).toMatchObject({
    refused: { field: "rows.0.body.sha256" },
  });
});

test("an unknown kind of row from a newer hub is kept unchanged, plain and packed", () => {
  expect(frameOf([stranger, release])).toMatchObject({ frame: { rows: [stranger, release] } });
  expect(frameOf([{ ...stranger, body: null }])).toMatchObject({ frame: { rows: [{ ...stranger, body: null }] } });
  expect(unpackRows(packRows([stranger, release] as never))).toEqual({ rows: [stranger, release] });
});

test("[BEY-20] a field that a newer hub added to a known kind is kept, plain and packed, at any depth: the agent that replaces this one finds it, and the row's mark holds", () => {
  const newer = { ...release, body: { ...release.body, notes: "faster" } };
  const batch = {
    batchId: "b1",
    keyHex: "0".repeat(32),
    prefix: "",
    length: 8,
    alphabet: "digits",
    quantity: 5,
    holes: [],
  };
  const terms = { ...unlimitedTerms, perDayBytes: 5 };
  const printed = { ...batch, planName: "day", terms, expiresAtMs: null, active: true, tableNumber: 7 };
  const rows = [newer, { kind: "batch", key: "b1", version: 4, body: printed }];
  expect(frameOf(rows)).toMatchObject({ frame: { rows } });
  expect(unpackRows(packRows(rows as never))).toEqual({ rows });
});

test("an invalid row is refused, of any kind", () => {
  for (const row of [null, 5, [], {}, { ...stranger, version: 0 }, { ...stranger, key: "" }, { kind: 5 }]) {
    expect(frameOf([row]), JSON.stringify(row)).toHaveProperty("refused");
  }
  expect(frameOf([release, { ...stranger, version: "x" }])).toMatchObject({ refused: { field: "rows.1.version" } });
  expect(unpackRows(packRows([{ ...release, version: 0 }] as never))).toEqual({
    refused: expect.stringMatching(/^packed\.0\.version: /),
  });
});

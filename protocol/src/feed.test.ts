import { expect, test } from "vitest";
import { decodeFrame } from "./link/frame.ts";
import { packRows, unpackRows } from "./link/packed-rows.ts";

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

test("an invalid row is refused, of any kind", () => {
  for (const row of [null, 5, [], {}, { ...stranger, version: 0 }, { ...stranger, key: "" }, { kind: 5 }]) {
    expect(frameOf([row]), JSON.stringify(row)).toHaveProperty("refused");
  }
  expect(frameOf([release, { ...stranger, version: "x" }])).toMatchObject({ refused: { field: "rows.1.version" } });
  expect(unpackRows(packRows([{ ...release, version: 0 }] as never))).toEqual({
    refused: expect.stringMatching(/^packed\.0\.version: /),
  });
});

import { hostileTexts } from "@karibu/protocol/hostile-texts";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { encodeLine } from "../ground/files/checked-line.ts";
import { encodeDocument } from "./document-bytes.ts";

test("any document has the bytes that it would have in one piece", () => {
  const optional = fc.option(fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(...hostileTexts)), {
    nil: undefined,
  });
  const row = fc.oneof(fc.jsonValue(), fc.record({ name: optional, at: fc.double() }), fc.constant(undefined));
  const document = fc.record({ point: fc.jsonValue(), body: fc.record({ rows: fc.array(row), absent: optional }) });
  fc.assert(
    fc.property(document, fc.nat({ max: 4096 }), (value, expectedBytes) => {
      const whole = encodeLine(1, JSON.stringify(value));
      expect(Buffer.from(encodeDocument(value, expectedBytes)).toString()).toBe(whole);
    }),
  );
});

test("a document of many thousand rows, far bigger than was expected", () => {
  const rows = Array.from({ length: 20_000 }, (_, index) => ({
    grantId: `v.${index}`,
    note: "naïve – ✓".repeat(index % 9),
  }));
  const document = { point: { seq: 1 }, body: { rows, last: null } };
  expect(Buffer.compare(encodeDocument(document), Buffer.from(encodeLine(1, JSON.stringify(document))))).toBe(0);
});

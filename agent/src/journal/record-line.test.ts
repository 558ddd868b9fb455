import { eventSchema, stampSchema } from "@karibu/protocol/journal/record";
import { bytes, seconds, unixMs } from "@karibu/protocol/quantities";
import { arbitraryOf } from "@karibu/protocol/test-arbitrary";
import fc from "fast-check";
import { expect, test } from "vitest";
import * as z from "zod/mini";
import { recordOf, spelledOutBytes, textOf } from "./record-line.ts";

const stamp = { atMs: unixMs(1_795_176_000_000), clock: "synced", upMs: 86_400_000 } as const;
const used = {
  ...({ kind: "session-used", sessionKey: "0123456789abcdef" } as const),
  inputBytes: bytes(123_456_789),
  outputBytes: bytes(1_234_567_890),
  onlineSeconds: seconds(21_600),
};

test("an interim is a list, half as long as with its names", () => {
  const text = textOf(stamp, used);
  expect(text).toBe('["used",1795176000000,"synced",86400000,"0123456789abcdef",123456789,1234567890,21600]');
  expect(text.length).toBeLessThan(0.55 * JSON.stringify({ ...stamp, ...used }).length);
});

test("[BEY-26] every event of the schema, with any of its fields, is written, and read again as it was", () => {
  const anyStamp = arbitraryOf(z.omit(stampSchema, { seq: true }));
  fc.assert(
    fc.property(fc.nat(), anyStamp, arbitraryOf(eventSchema), (seq, at, event) => {
      const json = textOf(at, event);
      expect(json).not.toContain("\n");
      const record = recordOf({ seq, json });
      expect(record).toStrictEqual({ seq, ...at, ...event });
      expect(Buffer.byteLength(JSON.stringify(record))).toBeLessThanOrEqual(spelledOutBytes(json) + 60);
    }),
    { numRuns: 2000 },
  );
});

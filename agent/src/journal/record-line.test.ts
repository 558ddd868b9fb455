import { hostileTexts } from "@karibu/protocol/hostile-texts";
import type { JournalEvent } from "@karibu/protocol/journal/record";
import { bytes, seconds, unixMs } from "@karibu/protocol/quantities";
import fc from "fast-check";
import { expect, test } from "vitest";
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

const text = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom(...hostileTexts.filter((one) => one !== "")));
const count = fc.nat(Number.MAX_SAFE_INTEGER).map(bytes);
const anyUsed: fc.Arbitrary<JournalEvent> = fc
  .record({
    sessionKey: text,
    inputBytes: count,
    outputBytes: count,
    onlineSeconds: fc.nat().map(seconds),
    base: fc.option(fc.record({ baseInputBytes: count, baseOutputBytes: count })),
  })
  .map(({ base, ...totals }) => ({ kind: "session-used", ...totals, ...(base ?? {}) }));
const anyOther: fc.Arbitrary<JournalEvent> = fc.record({
  kind: fc.constant("alarm" as const),
  name: text,
  fields: fc.dictionary(text, fc.oneof(text, fc.integer(), fc.boolean())),
});
const anyStamp = fc.record({
  atMs: fc.nat(Number.MAX_SAFE_INTEGER).map(unixMs),
  clock: fc.constantFrom("synced" as const, "estimated" as const, "unknown" as const),
  upMs: fc.nat(),
});

test("every written record is read again, on one line, and its frame is not longer than a reader expects", () => {
  fc.assert(
    fc.property(fc.nat(), anyStamp, fc.oneof(anyUsed, anyOther), (seq, at, event) => {
      const json = textOf(at, event);
      expect(json).not.toContain("\n");
      const record = recordOf({ seq, json });
      expect(record).toEqual({ seq, ...at, ...event });
      expect(Buffer.byteLength(JSON.stringify(record))).toBeLessThanOrEqual(spelledOutBytes(json) + 60);
    }),
  );
});

test("interims as the first release wrote them are read too", () => {
  const json = JSON.stringify({ ...stamp, ...used });
  expect(recordOf({ seq: 7, json })).toEqual({ seq: 7, ...stamp, ...used });
});

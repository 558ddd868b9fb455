import fc from "fast-check";
import { expect, test } from "vitest";
import { readJson } from "./foreign-json.ts";
import { hostileTexts } from "./hostile-texts.ts";
import { cutBytes, cutText, storableText } from "./whole-text.ts";

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom(...hostileTexts),
  fc
    .array(fc.constantFrom("a", "é", "猫", "😀", "\ud83d", "\ude00", "\0"), { maxLength: 40 })
    .map((all) => all.join("")),
);

test("a text is cut in whole characters, at every length", () => {
  expect([0, 1, 2, 3, 4, 5].map((max) => cutText("a😀b", max))).toEqual(["", "a", "a", "a😀", "a😀b", "a😀b"]);
  fc.assert(
    fc.property(anyText, fc.nat(50), (text, max) => {
      const cut = cutText(text, max);
      expect(cut.isWellFormed()).toBe(true);
      expect(cut.length).toBeLessThanOrEqual(max);
      expect(text.toWellFormed().startsWith(cut)).toBe(true);
      // No more is missing than the one character that does not fit.
      expect(cut.length).toBeGreaterThanOrEqual(Math.min(text.length, max) - 1);
    }),
  );
});

test("a text is cut by its bytes in whole characters", () => {
  expect([0, 1, 4, 5, 6].map((max) => cutBytes("a😀b", max))).toEqual(["", "a", "a", "a😀", "a😀b"]);
  fc.assert(
    fc.property(anyText, fc.nat(80), (text, max) => {
      const cut = cutBytes(text, max);
      expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(max);
      expect(text.toWellFormed().startsWith(cut)).toBe(true);
      expect(Buffer.byteLength(cut)).toBeGreaterThan(Math.min(Buffer.byteLength(text.toWellFormed()), max) - 4);
    }),
  );
});

test("what is stored has neither U+0000 nor half a pair", () => {
  expect(storableText("a\0b\ud83d")).toBe("a\ufffdb\ufffd");
  expect(storableText("😀")).toBe("😀");
});

test("JSON of others that writes half a pair, in a value or a name, is read with U+FFFD in its place", () => {
  expect(readJson('{"a":"\\ud83d","b":["x\\ude00",{"\\udfff":"\\ud83d\\ude00"}]}')).toEqual({
    a: "\ufffd",
    b: ["x\ufffd", { "\ufffd": "😀" }],
  });
});

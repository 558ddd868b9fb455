import { expect, test } from "vitest";
import { hostileTexts } from "./hostile-texts.ts";
import { hideUnder, listedHash, listedHashCharacters, listedText, showUnder } from "./listed-code.ts";

const key = "ab".repeat(32);

test("[RTR-31] a listed code is known by its keyed hash: letter for letter, and under another key it is another", () => {
  expect(listedHash(key, "48213377")).toHaveLength(listedHashCharacters);
  const hashes = ["abc", "ABC", "ab-c", "abc\u0301", "🙂".repeat(64)].map((text) => listedHash(key, text));
  expect(new Set(hashes).size).toBe(5);
  expect(listedHash("cd".repeat(32), "abc")).not.toBe(hashes[0]);
  expect(listedText("  a b ")).toBe("a b");
});

test("[RTR-31] a password of a listed code is shown by its code alone, whatever it holds", () => {
  for (const text of [
    "",
    "x",
    'p"; /system reset',
    "🙂".repeat(30),
    ...hostileTexts.filter((each) => Buffer.byteLength(each) <= 128),
  ]) {
    const hidden = hideUnder(key, "4821", text);
    expect(showUnder(key, "4821", hidden)).toBe(text.toWellFormed());
    if (text !== "") expect(hidden).not.toContain(text);
    if (text !== "") expect(showUnder(key, "4822", hidden)).not.toBe(text);
  }
  expect(hideUnder(key, "4821", "a").length).toBe(hideUnder(key, "4821", "a".repeat(31)).length);
  expect(() => hideUnder(key, "4821", "x".repeat(256))).toThrow(RangeError);
});

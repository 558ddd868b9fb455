import { expect, test } from "vitest";
import { readJson, readJsonObject, readStorableJson, readStorableObject } from "./foreign-json.ts";
import { hostileTexts } from "./hostile-texts.ts";

test("JSON is read as it is; any other text is undefined", () => {
  expect([`{"a":[1]}`, "null", "0", `""`].map(readJson)).toEqual([{ a: [1] }, null, 0, ""]);
  expect(["", "{", "undefined", "<html>", "{'a':1}", "[".repeat(100_000)].map(readJson)).toEqual(
    Array(6).fill(undefined),
  );
  for (const text of hostileTexts) expect(() => readJson(text)).not.toThrow();
});

test("an object is read; a list, a bare value and no JSON are null", () => {
  expect(readJsonObject(`{"a":1}`)).toEqual({ a: 1 });
  expect(["[]", "[{}]", "null", `"a"`, "1", "true", "", "{"].map(readJsonObject)).toEqual(Array(8).fill(null));
});

test("where it goes to the database, U+0000 is read as U+FFFD, as half a pair is anywhere", () => {
  expect(readStorableJson('{"a\\u0000":"\\u0000b\\ud800","c":"\\\\u0000"}')).toEqual({
    "a\ufffd": "\ufffdb\ufffd",
    c: "\\u0000",
  });
  expect(readStorableObject('{"a":"\\u0000"')).toBeNull();
});

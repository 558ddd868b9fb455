import { expect, test } from "vitest";
import { newReference, referencesLike } from "./reference.ts";

test("what a person read off a reference names it, among no more than 256", () => {
  expect(referencesLike("BCDF2346").sort()).toEqual(["8CDF2346", "8CDFZ346", "BCDF2346", "BCDFZ346"]);
  expect(referencesLike("82582582")).toHaveLength(256);
  const reference = newReference({ random: { bytes: (count) => new Uint8Array(count).map((_, at) => at * 7) } });
  expect(referencesLike(reference)).toContain(reference);
});

test.each(["", "WIFI", "0712345678", "K7Q2M9X0", "A1B2C3D4"])("%j can be no reference of ours", (typed) => {
  expect(referencesLike(typed)).toEqual([]);
});

import { expect, test } from "vitest";
import { storable } from "./reading-store.ts";

test("[RTR-07] a row of a lying agent is cut to 64 columns of 1,000 characters, without secrets, in what the database takes", () => {
  const row = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`column-${index}`, "x".repeat(50_000)]));
  const stored = storable(row);
  expect(Object.keys(stored)).toHaveLength(64);
  expect(JSON.stringify(stored).length).toBeLessThan(70_000);
  expect(storable({ name: "a\0b\ud800", password: "secret", ["n".repeat(5000)]: "" })).toEqual({
    name: "a\ufffdb\ufffd",
    ["n".repeat(1000)]: "",
  });
});

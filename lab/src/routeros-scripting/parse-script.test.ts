import { expect, test } from "vitest";
import { parseScript } from "./parse-script.ts";

test("syntax that the parser does not know is an error that names the line", () => {
  expect(() => parseScript(":put 1\n:put (1 + )")).toThrow(/line 2/);
});

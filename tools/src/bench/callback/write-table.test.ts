import { expect, test } from "vitest";
import { marksOf, writeTable as write } from "./write-table.ts";

const [tableBegins, tableEnds] = marksOf("callback");
const writeTable = (document: string, ...rest: [Parameters<typeof write>[2], string, string?]) =>
  write(document, "callback", ...rest);
const document = (inside: string) => `# Performance\n\n${tableBegins}${inside}${tableEnds}\n\nMore.\n`;

test("a figure that is measured again replaces its row, others stay, and new ones follow", () => {
  const first = writeTable(document("\n"), [{ figure: "a, p99", value: "1 ms", goal: "2 ms" }], "2026-11-20, 0.1");
  const second = writeTable(first, [{ figure: "b", value: "7", goal: "" }], "2026-11-21, 0.2");
  const third = writeTable(second, [{ figure: "a, p99", value: "3 ms", goal: "2 ms" }], "2026-11-22, 0.3");
  expect(third).toBe(
    document(`

| figure | measured | goal | when, load before |
|---|---|---|---|
| a, p99 | 3 ms | 2 ms | 2026-11-22, 0.3 |
| b | 7 |  | 2026-11-21, 0.2 |

`),
  );
});

test("the picture stays above the table, and is shown once", () => {
  const shown = writeTable(document("\n"), [], "", "![old](a.svg)");
  const again = writeTable(writeTable(shown, [], "", "![new](a.svg)"), [], "");
  expect(again.match(/!\[.*/g)).toEqual(["![new](a.svg)"]);
});

test("a document without the marks is refused", () => {
  expect(() => writeTable("# Performance\n", [], "2026-11-20")).toThrow("are missing");
});

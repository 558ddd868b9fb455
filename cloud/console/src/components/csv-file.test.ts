import { expect, test } from "vitest";
import { csvFile } from "./csv-file.ts";

test("[RTR-02] a site named as a formula stays a text in the file of lines; quotes and line breaks stay in their cell", () => {
  const name = '=HYPERLINK("http://x")';
  expect(
    csvFile([
      ["name", "line"],
      [name, 'a "b"\nc, d'],
      ["@x", "-1"],
    ]),
  ).toBe('name,line\r\n"\'=HYPERLINK(""http://x"")","a ""b""\nc, d"\r\n\'@x,\'-1\r\n');
});

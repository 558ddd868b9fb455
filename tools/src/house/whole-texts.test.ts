/**
 * A text that is stored or shown is cut by `cutText` or `cutBytes` alone: a plain `slice` leaves half a character behind where it cuts a pair in the
 * middle, and PostgreSQL refuses that. Looked for are cuts at a limit, of what is called as texts are; a part of a text up to a place that was
 * searched for is none.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isTestFile, sourcePaths } from "./read-house.ts";

const root = join(import.meta.dirname, "../../..");

const texts =
  "text|name|message|note|reason|title|said|why|comment|subject|label|description|details?|problem|body|answer|error|typed|value|line|payer|address|agent";
const made = String.raw`String\([^()]*\)|\.(?:trim|join|replace|replaceAll|toString|toLowerCase|toUpperCase|normalize)\((?:[^()]|\([^()]*\))*\)`;
/** A number of two digits and more, or a name of a limit. Limits of lists are named for what they count. */
const limit = String.raw`(?:\d[\d_]+|(?!(?:items|rows|lines|fields|words|fresh)Max)\w*[mM]ax\w*|\w*[lL]imit\w*)`;
const rawCut = new RegExp(
  String.raw`(?:\b(?:${texts}|\w+(?:Text|Name|Message|Note|Reason|Title))|${made})[)?!]*\.(?:slice|substring|substr)\(0, ${limit}\)`,
);

/** Written by us in letters without pairs: dates and hashes. */
const isOurs = /toISOString\(|sha256|digest\(|\bhash|Hash\b/;
const cutsWhole = "protocol/src/whole-text.ts";

const rawCutsIn = (source: string): string[] =>
  source
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => rawCut.test(line) && !isOurs.test(line) && !/^(?:\*|\/\/|\/\*)/.test(line));

test.each([
  "note: text.slice(0, 500),",
  "hint[name] = value.slice(0, 500);",
  "why: part.why.slice(0, 300)",
  "const shown = (error as Error).message.slice(0, shownMax);",
  "body: String(error).slice(0, 200)",
  "const short = given.trim().substring(0, nameMax);",
  "title: siteName.slice(0, 64)",
])("%s is a raw cut", (line) => {
  expect(rawCutsIn(line)).toEqual([line]);
});

test.each([
  "note: cutText(text, 500),",
  "row[word.slice(0, equals)] = word.slice(equals + 1);",
  "const day = new Date(atMs).toISOString().slice(0, 10);",
  "return sha256Hex(text).slice(0, 32);",
  "const shown = value.slice(0, itemsMax).map(redact);",
  "items: found.slice(0, 50),",
  "// a plain text.slice(0, 500) would leave half a character",
])("%s is none", (line) => {
  expect(rawCutsIn(line)).toEqual([]);
});

test("no text of the product is cut in the middle of a character", () => {
  const paths = sourcePaths(root).filter(
    (path) => !isTestFile(path) && !path.startsWith("lab/") && !path.startsWith("tools/"),
  );
  expect(paths.length).toBeGreaterThan(1000);
  const found = paths.flatMap((path) =>
    path === cutsWhole ? [] : rawCutsIn(readFileSync(join(root, path), "utf8")).map((line) => `${path}: ${line}`),
  );
  expect(found).toEqual([]);
});

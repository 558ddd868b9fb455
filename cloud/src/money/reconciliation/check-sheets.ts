/**
 * The XML of an XLSX before a library sees it: what would make the library build more than the file holds (a cell four thousand million rows down),
 * or go deeper than it can come back. It knows tags and attributes, no namespaces: a tag that only looks like a cell is judged like one.
 * @see ECMA-376 part 1, §18.3.1
 */
import { cutText } from "@karibu/protocol/whole-text";
import { Unreadable } from "../../ground/foreign-files/file-reader.ts";
import type { WorkbookLimits } from "./workbook-limits.ts";

export interface SheetPart {
  readonly name: string;
  readonly content: Buffer;
}

const sheetsMax = 30;
const depthMax = 40;
const sharedStringsMax = 500_000;

/** Throws Unreadable: it is larger, wider or deeper than a statement is. */
export function checkSheets(parts: readonly SheetPart[], limits: WorkbookLimits): void {
  if (parts.filter(({ name }) => /worksheets\/[^/]+\.xml$/i.test(name)).length > sheetsMax)
    throw new Unreadable(`at most ${sheetsMax} sheets, please`);
  let cells = 0;
  let strings = 0;
  for (const { content } of parts) {
    // One byte a character: a name that is not ASCII is none of those that count.
    const text = content.toString("latin1");
    if (text.includes("\0") || /<!(?:DOCTYPE|ENTITY)/i.test(text))
      throw new Unreadable("its parts must be plain XML in UTF-8, as Excel writes them");
    let depth = 0;
    for (const [, close, name = "", attributes = "", empty] of text.matchAll(tag)) {
      if (close !== "") depth--;
      else if (empty === "" && ++depth > depthMax) throw new Unreadable("its XML is nested too deeply");
      if (close !== "") continue;
      const local = name.slice(name.indexOf(":") + 1);
      if (local === "c" || local === "row" || local === "dimension") checkPlaces(attributes, limits);
      if (local === "c") cells++;
      if (local === "si") strings++;
      if (local === "sst") strings = Math.max(strings, ...statedCounts(attributes));
      if (cells > limits.cellsMax || strings > sharedStringsMax)
        throw new Unreadable(`at most ${limits.cellsMax} cells, please: export a shorter time, or CSV`);
    }
  }
}

/** Comments, instructions and CDATA are passed over; quotes hold what they like. Every branch goes on by at least one character. */
const tag =
  /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<(\/?)([\w:.-]+)((?:[^<>"'/]|"[^"]*"|'[^']*'|\/(?!>))*)(\/?)>/g;

function* referencesIn(attributes: string): Generator<string> {
  for (const [, name, double, single] of attributes.matchAll(/([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g))
    if (name === "r" || name === "ref") yield double ?? single ?? "";
}

/** `A1`, a row's number, or an area `A1:I200`. */
function checkPlaces(attributes: string, { rowsMax, columnsMax }: WorkbookLimits): void {
  for (const reference of referencesIn(attributes)) {
    for (const place of reference.split(":")) {
      const [, letters = "", row = ""] = /^\$?([A-Z]{0,3})\$?(\d{1,7})$/i.exec(place) ?? [];
      if (row === "") throw new Unreadable(`there is no cell ${quoted(place)}`);
      if (Number(row) > rowsMax || columnOf(letters) > columnsMax)
        throw new Unreadable(
          `at most ${rowsMax} rows and ${columnsMax} columns, please; it has a cell ${quoted(place)}`,
        );
    }
  }
}

const columnOf = (letters: string): number =>
  [...letters.toUpperCase()].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);

const statedCounts = (attributes: string): number[] =>
  [...attributes.matchAll(/\b(?:uniqueCount|count)\s*=\s*["'](\d{1,20})["']/g)].map(([, count]) => Number(count));

/** Foreign text in our sentence. */
const quoted = (text: string): string => `"${cutText(text, 20).replaceAll(/[^\w:$]/g, "?")}"`;

/** CSV as RFC 4180 has it, for spreadsheets. */

export type Cell = string | number | boolean | null;

export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map((cell) => (typeof cell === "string" ? csvField(cell) : String(cell ?? ""))).join(",")}\r\n`;
}

/**
 * Text that a spreadsheet would read as a formula is marked as text: it skips spaces in front, and some programs read full-width signs as the
 * plain ones. A negative number is none. Where lines are split at semicolons or tabs, our quotes stand inside a cell and hold nothing
 * together: a sign after one of those, or after the end of a line, is marked too.
 */
function csvField(text: string): string {
  const isFormula = /^(?:[\t\r]|\s*[=+\-@＝＋－＠])/u.test(text) && !/^-\d+(\.\d+)?$/.test(text);
  const safe = (isFormula ? `'${text}` : text).replaceAll(/([;\t\r\n]\s*)([=+\-@＝＋－＠])/gu, "$1'$2");
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

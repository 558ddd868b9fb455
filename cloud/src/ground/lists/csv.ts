/** CSV as RFC 4180 has it, for spreadsheets. */

export type Cell = string | number | boolean | null;

export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map((cell) => (typeof cell === "string" ? csvField(cell) : String(cell ?? ""))).join(",")}\r\n`;
}

/**
 * Text that a spreadsheet would read as a formula is marked as text: it skips spaces in front, and some programs read full-width signs as the
 * plain ones. A negative number is none.
 */
function csvField(text: string): string {
  const isFormula = /^(?:[\t\r]|\s*[=+\-@＝＋－＠])/u.test(text) && !/^-\d+(\.\d+)?$/.test(text);
  const safe = isFormula ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

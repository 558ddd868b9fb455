/** A CSV file that the console makes itself, as RFC 4180 has it. Text that a spreadsheet would read as a formula is marked as text. */
export function csvFile(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => `${cells.map(field).join(",")}\r\n`).join("");
}

/** As the hub writes its own: a spreadsheet skips spaces in front, reads full-width signs as plain ones, and may part cells at semicolons. */
function field(text: string): string {
  const isFormula = /^(?:[\t\r]|\s*[=+\-@＝＋－＠])/u.test(text);
  const safe = (isFormula ? `'${text}` : text).replaceAll(/([;\t\r\n]\s*)([=+\-@＝＋－＠])/gu, "$1'$2");
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

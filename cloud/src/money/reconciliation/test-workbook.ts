/** Statements as workbooks, for tests: the portal gives the same rows out as CSV, XLSX and XLS. */
import { utils, write } from "@e965/xlsx";

/** With a cover sheet before the rows, as the portal's files have. */
export function statementWorkbook(
  type: "xlsx" | "biff8",
  rows: readonly (readonly unknown[])[],
  further: readonly (readonly unknown[])[] | null = null,
): Uint8Array {
  const book = utils.book_new();
  utils.book_append_sheet(book, utils.aoa_to_sheet([["Cover sheet"]]), "Cover");
  utils.book_append_sheet(book, utils.aoa_to_sheet(rows as unknown[][], { UTC: true } as never), "Statement");
  if (further !== null) utils.book_append_sheet(book, utils.aoa_to_sheet(further as unknown[][]), "Further");
  return new Uint8Array(write(book, { bookType: type, type: "array" }) as ArrayBuffer);
}

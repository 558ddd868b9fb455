/** Which system a file is from, and what stands in it. Runs in a process of its own (`takeover-task.ts`), because a file may be large. Pure. */
import type { ForeignBook, ReadingOf } from "./foreign-book.ts";
import { readDatabase } from "./read-database.ts";
import { readExport, readPrinted } from "./read-export.ts";
import { readMikhmonCsv } from "./read-mikhmon-csv.ts";
import { readRouter } from "./read-router.ts";

/** Null: of none of the systems that we know. */
export function readBook(text: string, of: ReadingOf): ForeignBook | null {
  const file = text.replace(/^\uFEFF/, "");
  const router = /^\s*\{/.test(file) ? readPrinted(file) : (readMikhmonCsv(file) ?? readExport(file));
  return router === null ? readDatabase(file, of) : readRouter(router, of);
}

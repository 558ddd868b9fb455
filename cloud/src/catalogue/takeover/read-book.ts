/** Which system a file is from, and what stands in it. Runs in a process of its own (`takeover-task.ts`), because a file may be large. Pure. */
import type { ForeignBook, ReadingOf } from "./foreign-book.ts";
import { parseJson } from "./json-values.ts";
import { readDatabase } from "./read-database.ts";
import { readExport, readPrinted } from "./read-export.ts";
import { readMikhmonCsv } from "./read-mikhmon-csv.ts";
import { readRouter } from "./read-router.ts";

/** Null: of none of the systems that we know. */
export function readBook(text: string, of: ReadingOf): ForeignBook | null {
  const plain = text.replace(/^\uFEFF/, "");
  const json = /^\s*\{/.test(plain) ? parseJson(plain) : undefined;
  const router = json === undefined ? (readMikhmonCsv(plain) ?? readExport(plain)) : readPrinted(json);
  return router === null ? readDatabase(json === undefined ? plain : json, of) : readRouter(router, of);
}

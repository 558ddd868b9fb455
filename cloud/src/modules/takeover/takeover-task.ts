/** Reads another system's file, in a process of its own: see `read-book-file.ts`. */
import type { ForeignBook, ReadingOf } from "./foreign-book.ts";
import { readBook } from "./read-book.ts";

/** Null: of none of the systems that we know. */
export const read = (of: ReadingOf, file: Buffer): ForeignBook | null => readBook(file.toString("utf8"), of);

/** Reads another system's customers, in a process of its own: see `read-customers.ts`. */
import type { ReadingOf } from "../foreign-book.ts";
import { readBook } from "../read-book.ts";
import type { ColumnChoice } from "./customer-columns.ts";
import { type CustomerFile, type ReadingOfCsv, readCustomerCsv } from "./customer-file.ts";
import { linesOfBook } from "./from-book.ts";

/** What the task gets, beside the file. */
export interface CustomersJob {
  readonly of: ReadingOf;
  readonly csv: Omit<ReadingOfCsv, "offsetMinutes" | "remembered"> & {
    readonly remembered: readonly (readonly [string, ColumnChoice])[];
  };
}

/** Null: it is of no kind that we know. */
export function read({ of, csv: { remembered, ...how } }: CustomersJob, file: Buffer): CustomerFile | null {
  const text = file.toString("utf8");
  const csv = readCustomerCsv(text, { ...how, remembered: new Map(remembered), offsetMinutes: of.offsetMinutes });
  const columns = csv?.columns ?? null;
  // Lines of a router's export or of a dump may have commas, too: they are columns where nobody knows better.
  const isCsv = columns !== null && (columns.from !== "known" || columns.columns.some(({ field }) => field !== null));
  const book = isCsv ? null : readBook(text, of);
  return book === null ? csv : linesOfBook(book);
}

/** Reads another system's customers in a thread of its own: see `read-customers.ts`, which ends the thread when it takes too long or too much memory. */
import { parentPort, workerData } from "node:worker_threads";
import { readBook } from "../../catalogue/takeover/read-book.ts";
import { readCustomerCsv } from "./customer-file.ts";
import { linesOfBook } from "./from-book.ts";
import type { CustomersJob } from "./read-customers.ts";

const { text, of, csv: how } = workerData as CustomersJob;
const csv = readCustomerCsv(text, { ...how, offsetMinutes: of.offsetMinutes });
const columns = csv?.columns ?? null;
// Lines of a router's export or of a dump may have commas, too: they are columns where nobody knows better.
const isCsv = columns !== null && (columns.from !== "known" || columns.columns.some(({ field }) => field !== null));
const book = isCsv ? null : readBook(text, of);
parentPort?.postMessage(book === null ? csv : linesOfBook(book));

/** Reads another system's customers in a thread of its own: see `read-customers.ts`, which ends the thread when it takes too long or too much memory. */
import { parentPort, workerData } from "node:worker_threads";
import { readBook } from "../../catalogue/takeover/read-book.ts";
import { readCustomerCsv } from "./customer-file.ts";
import { linesOfBook } from "./from-book.ts";
import type { CustomersJob } from "./read-customers.ts";

const { text, of } = workerData as CustomersJob;
const csv = readCustomerCsv(text, of.offsetMinutes);
const book = csv === null || csv.errors[0]?.problem === "unreadable" ? readBook(text, of) : null;
parentPort?.postMessage(book === null ? csv : linesOfBook(book));

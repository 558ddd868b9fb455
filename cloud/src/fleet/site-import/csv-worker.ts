/** Reads a CSV file of sites in a thread of its own: see `read-csv-in-worker.ts`, which ends the thread when it takes too long or too much memory. */
import { parentPort, workerData } from "node:worker_threads";
import { readSiteCsv } from "./site-csv.ts";

parentPort?.postMessage(readSiteCsv((workerData as { csv: string }).csv));

/** Reads a CSV file of sites, in a process of its own: see `read-site-file.ts`. */
import { type ReadCsv, readSiteCsv } from "./site-csv.ts";

export const read = (_job: null, file: Buffer): ReadCsv => readSiteCsv(file.toString("utf8"));

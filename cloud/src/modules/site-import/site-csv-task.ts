/** Reads a CSV file of sites, in a process of its own: see `read-site-file.ts`. */
import { type Meanings, type ReadCsv, readSiteCsv } from "./site-csv.ts";

export const read = (told: Meanings, file: Buffer): ReadCsv => readSiteCsv(file.toString("utf8"), told);

/** A CSV file of sites is foreign text: it is read elsewhere. */
import { fileTask } from "../../ground/foreign-files/file-reader.ts";
import type { ReadFile } from "../../ground/foreign-files/read-file.ts";
import { refusal } from "../../ground/http/problem.ts";
import type { Meanings, ReadCsv } from "./site-csv.ts";
import type { read } from "./site-csv-task.ts";

const siteCsvTask = fileTask<typeof read>(new URL("./site-csv-task.ts", import.meta.url));

/** Throws Problem 400 "not-csv", and those of `ReadFile`. */
export const readSiteFile = (readFile: ReadFile, providerId: string, csv: string, told: Meanings): Promise<ReadCsv> =>
  readFile(siteCsvTask, { providerId, field: "csv", file: csv, job: told, refuse: notCsv });

const notCsv = () =>
  refusal("not-csv", {
    field: "csv",
  });

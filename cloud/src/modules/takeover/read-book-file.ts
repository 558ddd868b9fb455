/** Another system's file is foreign text, megabytes of it: it is read elsewhere. */
import { fileTask } from "../../ground/foreign-files/file-reader.ts";
import type { ReadFile } from "../../ground/foreign-files/read-file.ts";
import { refusal } from "../../ground/http/problem.ts";
import type { ForeignBook, ReadingOf } from "./foreign-book.ts";
import type { read } from "./takeover-task.ts";

const takeoverTask = fileTask<typeof read>(new URL("./takeover-task.ts", import.meta.url));

/** Throws Problem 400 "not-a-takeover-file", which names the field, and those of `ReadFile`. */
export async function readBookFile(
  readFile: ReadFile,
  { providerId, text, of }: { readonly providerId: string; readonly text: string; readonly of: ReadingOf },
): Promise<ForeignBook> {
  const from = { providerId, field: "file", file: text, job: of, refuse: notOne };
  const book = await readFile(takeoverTask, from);
  if (book === null) throw notOne();
  return book;
}

const notOne = () => refusal("not-a-takeover-file", { field: "file" });

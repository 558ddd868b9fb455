/** The file of a statement as it was sent, CSV text or a workbook: read by its channel's own reader, in a process of its own. */
import { fileTask } from "../../ground/foreign-files/file-reader.ts";
import type { ReadFile } from "../../ground/foreign-files/read-file.ts";
import { refusal } from "../../ground/http/problem.ts";
import type { DateOrder } from "../../ground/lists/date-order.ts";
import type { ReadStatement } from "../channels/channel-messages.ts";
import type { read } from "./statement-task.ts";

export interface StatementFile {
  readonly bytes: Uint8Array;
  /** The field of the request that it came in, for complaints. */
  readonly field: "csv" | "file";
  /** As a person said; null: nobody was asked. */
  readonly dateOrder: DateOrder | null;
}

export const statementBytesMax = 20 * 1024 * 1024;

const statementTask = fileTask<typeof read>(new URL("./statement-task.ts", import.meta.url));

/** Throws Problem 422 "not-a-statement", which names the field and says why, and those of `ReadFile`. */
export async function readStatementFile(
  readFile: ReadFile,
  { providerId, reader }: { readonly providerId: string; readonly reader: URL },
  { bytes, field, dateOrder }: StatementFile,
): Promise<Exclude<ReadStatement, { complaint: string }>> {
  if (bytes.length > statementBytesMax) throw notOne(field, "at most 20 MB, please");
  const read = await readFile(statementTask, {
    providerId,
    field,
    file: bytes,
    job: { reader: reader.href, isText: field === "csv", dateOrder },
    refuse: (why) => notOne(field, why),
  });
  if (!("complaint" in read)) return read;
  if (read.asks === undefined) throw notOne(field, read.complaint);
  throw refusal("not-a-statement", { field: "dateOrder", rule: "statement-date-order" });
}

const notOne = (field: string, why: string) =>
  refusal("not-a-statement", why === "" ? { field } : { field, rule: "statement-says", value: why });

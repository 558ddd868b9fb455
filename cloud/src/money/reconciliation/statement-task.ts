/** Reads the file of a statement, in a process of its own: see `statement-file.ts`. */
import { cutText, storableText } from "@karibu/protocol/whole-text";
import { Unreadable } from "../../ground/foreign-files/file-reader.ts";
import type { DateOrder } from "../../ground/lists/date-order.ts";
import type { ReadStatement, StatementReader } from "../channels/channel-messages.ts";
import { readWorkbook, workbookKind } from "./read-workbook.ts";

export interface StatementJob {
  /** The module of the channel's reader. */
  readonly reader: string;
  /** It was sent as text: never a workbook. */
  readonly isText: boolean;
  readonly dateOrder: DateOrder | null;
}

/** A cell that begins so marks the sheet of the payments: the portal calls its first column "Receipt No." */
const sheetMark = "receipt no";

export async function read({ reader, isText, dateOrder }: StatementJob, file: Buffer): Promise<ReadStatement> {
  const { readStatement } = (await import(reader)) as { readStatement: StatementReader };
  const kind = isText ? null : workbookKind(file);
  if (kind === null) return readStatement(storableText(textOf(file)), { dateOrder });
  const rows = await readWorkbook(kind, file, sheetMark).catch((error: Error) => {
    throw error instanceof Unreadable
      ? error
      : new Unreadable(`the workbook can't be read (${cutText(error.message, 100)})`);
  });
  return readStatement(
    rows.map((row) => row.map(storableText)),
    { dateOrder },
  );
}

/** Excel saves "Unicode text" as UTF-16, with its mark. */
const textOf = (file: Buffer): string =>
  file[0] === 0xff && file[1] === 0xfe ? file.subarray(2).toString("utf16le") : file.toString("utf8");

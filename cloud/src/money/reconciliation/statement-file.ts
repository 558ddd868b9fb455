/** The file of a statement as it was sent: CSV text, or a workbook. */
import { storableText } from "@karibu/protocol/whole-text";
import type { Clock } from "@karibu/protocol/world";
import type { StatementContent } from "../channels/channel-messages.ts";
import { readWorkbook, workbookKind } from "./read-workbook.ts";

export interface StatementFile {
  readonly bytes: Uint8Array;
  /** The field of the request that it came in, for complaints. */
  readonly field: "csv" | "file";
}

export const statementBytesMax = 20 * 1024 * 1024;

/** A cell that begins so marks the sheet of the payments: the portal calls its first column "Receipt No." */
const sheetMark = "receipt no";

export async function contentOf(
  clock: Clock,
  { bytes, field }: StatementFile,
): Promise<StatementContent | { complaint: string }> {
  if (bytes.length > statementBytesMax) return { complaint: "at most 20 MB, please" };
  const kind = field === "file" ? workbookKind(bytes) : null;
  if (kind === null) return storableText(Buffer.from(bytes).toString("utf8"));
  const read = await readWorkbook(clock, kind, bytes, sheetMark);
  return "complaint" in read ? read : read.rows.map((row) => row.map(storableText));
}

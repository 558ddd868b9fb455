/** A workbook of many rows, made in a thread of its own: the library makes it in one go, which takes a processor for seconds. */
import { inThread } from "@karibu/protocol/process/in-thread";

export interface Workbook {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly (string | number | boolean | Date | null)[])[];
  readonly dateFormat: string;
  /** Of the columns, in characters. */
  readonly widths: readonly number[];
}

/** Rejects when the thread dies, as it does for want of memory. */
export async function makeWorkbook(workbook: Workbook): Promise<Buffer> {
  const program = new URL("./workbook-worker.ts", import.meta.url);
  return Buffer.from(await inThread<Uint8Array>(program, workbook, "a workbook"));
}

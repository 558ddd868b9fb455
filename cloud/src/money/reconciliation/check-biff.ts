/**
 * The records of an XLS before a library sees them: rows, columns and counts that they state. A sheet's size is stated by one record, and the library
 * walks through all of it, also where nothing stands.
 * @see [MS-XLS] §2.1.4 (records), §2.4.90 (Dimensions), §2.4.265 (SST)
 */
import { Unreadable } from "../../ground/foreign-files/file-reader.ts";
import type { WorkbookLimits } from "./workbook-limits.ts";

/** Cells begin with row and column (2 bytes each), of all versions from BIFF2. */
const cellTypes = new Set([
  0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0xd6, 0xfd, 0x201, 0x203, 0x204, 0x205, 0x206, 0x27e, 0x406, 0xbd, 0xbe,
]);
/** Several cells of a row: the last column stands at the end. */
const manyCells = new Set([0xbd, 0xbe]);
const dimensions = new Set([0x00, 0x200]);
const sharedStrings = 0xfc;
const sharedStringsMax = 500_000;

/** Throws Unreadable. @param stream the container's "Workbook" */
export function checkBiff(stream: Buffer, { rowsMax, columnsMax, cellsMax }: WorkbookLimits): void {
  const check = (rows: number, columns: number) => {
    if (rows > rowsMax + 1 || columns > columnsMax)
      throw new Unreadable(
        `at most ${rowsMax} rows and ${columnsMax} columns, please; it states ${rows} by ${columns}`,
      );
  };
  let cells = 0;
  for (let at = 0; at + 4 <= stream.length; ) {
    const [type, length] = [stream.readUInt16LE(at), stream.readUInt16LE(at + 2)];
    const body = stream.subarray(at + 4, at + 4 + length);
    if (body.length < length) throw new Unreadable("it is cut off: export it again");
    if (dimensions.has(type) && length >= 12) check(body.readUInt32LE(4), body.readUInt16LE(10));
    else if (cellTypes.has(type) && length >= 4) {
      const last = manyCells.has(type) && length >= 6 ? body.readUInt16LE(length - 2) : body.readUInt16LE(2);
      check(body.readUInt16LE(0) + 1, Math.max(last, body.readUInt16LE(2)) + 1);
      cells += manyCells.has(type) ? Math.max(1, last - body.readUInt16LE(2) + 1) : 1;
    } else if (type === sharedStrings && length >= 8 && body.readUInt32LE(4) > sharedStringsMax)
      throw new Unreadable(`at most ${sharedStringsMax} different texts, please: export a shorter time, or CSV`);
    if (cells > cellsMax) throw new Unreadable(`at most ${cellsMax} cells, please: export a shorter time, or CSV`);
    at += 4 + length;
  }
}

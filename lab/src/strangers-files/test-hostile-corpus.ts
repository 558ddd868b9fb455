/** What strangers might send, of each kind that the hub reads: made here, byte by byte. */
import { statementWorkbook } from "@karibu/cloud/money/reconciliation/test-workbook";
import { pngFile } from "@karibu/cloud/tenancy/pictures/test-png";
import { farCell, manyCells, workbookOf, zipOf } from "./test-zip.ts";

export interface HostileFile {
  readonly name: string;
  readonly as: "statement" | "csv" | "picture" | "takeover" | "sites";
  readonly file: Buffer;
  /** It is large, and still of the right form: it may be read. Absent: it is refused. */
  readonly mayBeRead?: true;
}

const megabyte = 1024 * 1024;
const head = "Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn\n";
const cell = '<row r="1"><c r="A1"><v>1</v></c></row>';

const workbook = (type: "xlsx" | "biff8") =>
  Buffer.from(statementWorkbook(type, [["Receipt No."], ...Array.from({ length: 300 }, (_, at) => [`R${at}`, at])]));

/** Another size in the record that states a sheet's. */
function lyingXls(): Buffer {
  const file = workbook("biff8");
  for (let at = file.indexOf("00020e00", "hex"); at > 0; at = file.indexOf("00020e00", at + 4, "hex")) {
    file.writeUInt32LE(0xffff_ffff, at + 8);
    file.writeUInt16LE(0xffff, at + 14);
  }
  return file;
}

/** A container whose tables are said to be as long as can be, and lead in a circle. */
function circlingXls(): Buffer {
  const file = workbook("biff8");
  for (const at of [44, 64, 72]) file.writeUInt32LE(0x7fff_fff0, at);
  file.fill(0, 512, 1024);
  return file;
}

function jpegOf(width: number, height: number): Buffer {
  const file = Buffer.from("ffd8ffc0001108000000000301220002110103110100ffda", "hex");
  file.writeUInt16BE(height, 7);
  file.writeUInt16BE(width, 9);
  return Buffer.concat([file, Buffer.alloc(2000, 7)]);
}

function webpOf(side: number): Buffer {
  const file = Buffer.alloc(2000);
  file.write("RIFF\xd0\x07\0\0WEBPVP8X\x0a\0\0\0", 0, "latin1");
  file.writeUIntLE(side - 1, 24, 3);
  file.writeUIntLE(side - 1, 27, 3);
  return file;
}

const statement = (name: string, file: Buffer): HostileFile => ({ name, as: "statement", file });
const csv = (name: string, file: Buffer | string): HostileFile => ({ name, as: "csv", file: Buffer.from(file) });
const picture = (name: string, file: Buffer | string): HostileFile => ({
  name,
  as: "picture",
  file: Buffer.from(file),
});
const takeover = (name: string, file: string): HostileFile => ({ name, as: "takeover", file: Buffer.from(file) });

export const hostileFiles = (): readonly HostileFile[] => [
  statement("XLSX: a cell far down", farCell()),
  statement("XLSX: 95 MB of cells in 340 kB", manyCells(95)),
  statement("XLSX: 40 MB of cells", manyCells(40)),
  statement("XLSX: a column far right", workbookOf('<row r="1"><c r="XFD1"><v>1</v></c></row>')),
  statement("XLSX: a million columns", workbookOf(`<row r="1">${"<c><v>1</v></c>".repeat(1_000_001)}</row>`)),
  statement("XLSX: a stated area without end", workbookOf(cell, { before: '<dimension ref="A1:XFD1048576"/>' })),
  statement("XLSX: 300,000 levels deep", workbookOf("<a>".repeat(300_000))),
  statement(
    "XLSX: entities that double",
    workbookOf(cell, { doctype: '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;"><!ENTITY d "&c;&c;">]>' }),
  ),
  statement(
    "XLSX: four thousand million shared strings",
    workbookOf(cell, { sharedStrings: '<sst count="4294967295" uniqueCount="4294967295"><si><t>x</t></si></sst>' }),
  ),
  statement(
    "XLSX: 5,000 parts",
    zipOf(Array.from({ length: 5000 }, (_, at) => ({ name: `xl/${at}.xml`, content: "" }))),
  ),
  statement(
    "XLSX: a part that lies about its size",
    zipOf([{ name: "xl/workbook.xml", content: Buffer.alloc(101 * megabyte), statedBytes: 10 }]),
  ),
  statement("XLSX: a zip within a zip", zipOf([{ name: "xl/workbook.xml", content: manyCells(95) }])),
  statement("XLSX: cut off", workbook("xlsx").subarray(0, 5000)),
  statement("XLS: a size of four thousand million rows", lyingXls()),
  statement("XLS: tables in a circle", circlingXls()),
  statement("XLS: cut off", workbook("biff8").subarray(0, 9000)),
  statement("a picture as a statement", pngFile(10, 10, Buffer.alloc(10))),
  csv("CSV: one line of 7.9 MB", "x".repeat(7_900_000)),
  csv("CSV: a million columns", `${head}${",".repeat(1_000_000)}\n`),
  csv("CSV: a quotation mark that never ends", `${head}"${"a,b\n".repeat(1_900_000)}`),
  csv("CSV: NULs", `${"\0".repeat(1_000_000)}`),
  statement("CSV: no UTF-8", Buffer.alloc(megabyte, 0xff)),
  statement("CSV: 19 MB of empty lines", Buffer.alloc(19 * megabyte, "\n")),
  picture("PNG: 1,600 megapixels", pngFile(40_000, 40_000, Buffer.alloc(1000))),
  picture("PNG: 16 megapixels that are not there", pngFile(4000, 4000, Buffer.alloc(100))),
  picture("PNG: cut off", pngFile(10, 10, Buffer.alloc(500)).subarray(0, 40)),
  picture("JPEG: 65,000 by 65,000", jpegOf(65_000, 65_000)),
  picture("JPEG: 4,000 by 4,000 that are not there", jpegOf(4000, 4000)),
  picture("WebP: 16,000 by 16,000", webpOf(16_000)),
  picture("WebP: 4,000 by 4,000 that are not there", webpOf(4000)),
  picture("GIF: 65,535 by 65,535", Buffer.from("474946383961ffffffff000000", "hex")),
  picture("SVG", '<svg xmlns="http://www.w3.org/2000/svg" width="1e9" height="1e9"/>'),
  takeover("dump: one line of 19 MB", `INSERT INTO \`tbl_customers\` VALUES ${"('a','b'),".repeat(1_900_000)}`),
  takeover("dump: a text that never ends", `INSERT INTO \`tbl_customers\` VALUES ('${"a".repeat(19_000_000)}`),
  {
    ...takeover("export: one line of 19 MB", `/ip hotspot user\nadd ${"name=a ".repeat(2_700_000)}`),
    mayBeRead: true,
  },
  takeover("rows: five million levels deep", `{"/ip/hotspot/user":${"[".repeat(5_000_000)}`),
  {
    name: "sites: a quotation mark that never ends",
    as: "sites",
    file: Buffer.from(`name\n"${"a\n".repeat(400_000)}`),
  },
];

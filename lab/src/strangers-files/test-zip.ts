/** Zip files and workbooks as a stranger would write them: byte by byte, with whatever they like to state. */
import { crc32, deflateRawSync } from "node:zlib";

export interface ZipPart {
  readonly name: string;
  readonly content: Uint8Array | string;
  /** What its directory states; default: the truth. */
  readonly statedBytes?: number;
}

export function zipOf(parts: readonly ZipPart[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name: text, content, statedBytes } of parts) {
    const [name, whole] = [Buffer.from(text), Buffer.from(content as Uint8Array)];
    const packed = deflateRawSync(whole);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(whole), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(statedBytes ?? whole.length, 18);
    common.writeUInt16LE(name.length, 22);
    bodies.push(Buffer.from("504b0304", "hex"), common, name, packed);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(at, 10);
    directory.push(Buffer.from("504b01021400", "hex"), common, place, name);
    at += 30 + name.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...bodies, ...directory, end]);
}

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const packages = "http://schemas.openxmlformats.org/package/2006";

/** A workbook of one sheet. @param rows what stands in its `sheetData` */
export function workbookOf(
  rows: string,
  { before = "", sharedStrings, doctype = "" }: { before?: string; sharedStrings?: string; doctype?: string } = {},
): Buffer {
  const strings = sharedStrings === undefined ? [] : [{ name: "xl/sharedStrings.xml", content: head + sharedStrings }];
  return zipOf([
    {
      name: "[Content_Types].xml",
      content: `${head}<Types xmlns="${packages}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`,
    },
    {
      name: "_rels/.rels",
      content: `${head}<Relationships xmlns="${packages}/relationships"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    },
    {
      name: "xl/workbook.xml",
      content: `${head}<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    },
    {
      name: "xl/_rels/workbook.xml.rels",
      content: `${head}<Relationships xmlns="${packages}/relationships"><Relationship Id="rId1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${office}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId3" Type="${office}/styles" Target="styles.xml"/></Relationships>`,
    },
    {
      name: "xl/styles.xml",
      content: `${head}<styleSheet xmlns="${main}"><cellXfs><xf numFmtId="0"/></cellXfs></styleSheet>`,
    },
    ...strings,
    {
      name: "xl/worksheets/sheet1.xml",
      content: `${head}${doctype}<worksheet xmlns="${main}">${before}<sheetData>${rows}</sheetData></worksheet>`,
    },
  ]);
}

/** One cell that says it stands four thousand million rows down: its reader makes all the rows above it. */
export const farCell = (): Buffer =>
  workbookOf('<row r="4294967294"><c r="ZZZZZZ4294967294" t="inlineStr"><is><t>x</t></is></c></row>');

/** Some 90 kB that become near 100 MB of cells. */
export const manyCells = (megabytes: number): Buffer =>
  workbookOf(`<row r="1">${'<c r="A1"><v>1</v></c>'.repeat(50)}</row>`.repeat(Math.floor((megabytes * 1e6) / 1120)));

/** Workbooks as the portal exports them, and files that want to harm: what is refused before a library sees it. */
import { deflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import { readStatement } from "../channels/daraja/read-statement.ts";
import { readWorkbook, workbookKind } from "./read-workbook.ts";
import { statementWorkbook } from "./test-workbook.ts";
import { workbookLimits } from "./workbook-limits.ts";

const dayMs = 86_400_000;
const noon = Date.UTC(2026, 10, 20, 6, 0, 0);
/** 9 o'clock in East Africa, as a spreadsheet writes it. */
const serial = (noon + 3 * 3_600_000) / dayMs + 25_569;
const names =
  "Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn,Balance,Linked Transaction ID,A/C No.";
const statement = [
  ["Short Code:", "600100"],
  ["Time Period:", "From 20-11-2026 00:00:00 To 20-11-2026 23:59:59"],
  [],
  names.split(","),
  [
    "UKL51ZDR4F",
    "20-11-2026 09:00:00",
    "Pay Bill from 254712***126 - JANE",
    "Completed",
    "1,100.00",
    "",
    "",
    "",
    "K7Q2",
  ],
  ["UKL51ZDR4G", serial, "Pay Bill from 254712***126 - JANE", "Completed", 50.5, "", 1150.5, "", 17],
  [
    "UKL51ZDR4H",
    { t: "d", v: new Date(noon + 3 * 3_600_000), z: "yyyy-mm-dd hh:mm:ss" },
    "Pay Bill Charge",
    "Completed",
    "",
    -5.5,
  ],
];

const workbook = (type: "xlsx" | "biff8", rows: readonly unknown[][] = statement) => statementWorkbook(type, rows);

const read = (file: Uint8Array, limits = workbookLimits) => {
  const kind = workbookKind(file);
  if (kind === null) throw new Error("no workbook");
  return readWorkbook(kind, Buffer.from(file), "receipt no", limits);
};

test.each(["xlsx", "biff8"] as const)(
  "[BEY-09] payments on a second sheet of an %s do not vanish: the file is refused",
  async (type) => {
    const file = statementWorkbook(type, statement, [names.split(","), ["UKL51ZDR4K"]]);
    await expect(read(file)).rejects.toThrow("2 sheets have payments");
  },
);

test.each(["xlsx", "biff8"] as const)("[BEY-08] a statement as %s is read like the same rows as CSV", async (type) => {
  const statementRead = readStatement(await read(workbook(type)));
  expect(statementRead).toMatchObject({
    layout: "portal",
    shortcode: "600100",
    period: { fromMs: Date.UTC(2026, 10, 19, 21) },
    lines: [
      { receipt: "UKL51ZDR4F", kind: "inflow", amountCents: 110_000, completedAtMs: noon, accountText: "K7Q2" },
      { receipt: "UKL51ZDR4G", kind: "inflow", amountCents: 5050, completedAtMs: noon, accountText: "17" },
      { receipt: "UKL51ZDR4H", kind: "charge", amountCents: 550, completedAtMs: noon },
    ],
  });
});

/** A zip file of one part of zeros; its directory states whatever size it likes. */
function bomb(bytes: number, statedBytes: number): Uint8Array {
  const name = Buffer.from("xl/workbook.xml");
  const packed = deflateRawSync(Buffer.alloc(bytes));
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(8, 8);
  header.writeUInt32LE(packed.length, 18);
  header.writeUInt32LE(statedBytes, 22);
  header.writeUInt16LE(name.length, 26);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(8, 10);
  entry.writeUInt32LE(packed.length, 20);
  entry.writeUInt32LE(statedBytes, 24);
  entry.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length + name.length, 12);
  end.writeUInt32LE(header.length + name.length + packed.length, 16);
  return Buffer.concat([header, name, packed, entry, name, end]);
}

test("[BEY-08] a small file that unpacks to more than 100 MB is refused, whatever size it states", async () => {
  const file = bomb(101 * 1024 * 1024, 1000);
  expect(file.length).toBeLessThan(200_000);
  await expect(read(file)).rejects.toThrow("too large when it is unpacked");
});

/** The same file with one more part behind the others, which the directory at its end does not name. */
function withHiddenPart(file: Uint8Array, name: string, content: Buffer): Uint8Array {
  const packed = deflateRawSync(content);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(8, 8);
  header.writeUInt32LE(packed.length, 18);
  header.writeUInt32LE(content.length, 22);
  header.writeUInt16LE(name.length, 26);
  const hidden = Buffer.concat([header, Buffer.from(name), packed]);
  const whole = Buffer.from(file);
  const endAt = whole.lastIndexOf(Buffer.from("504b0506", "hex"));
  const directoryAt = whole.readUInt32LE(endAt + 16);
  whole.writeUInt32LE(directoryAt + hidden.length, endAt + 16);
  return Buffer.concat([whole.subarray(0, directoryAt), hidden, whole.subarray(directoryAt)]);
}

test("[BEY-08] a part that the directory does not name is neither counted nor read, however large it is", async () => {
  const empty = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>';
  const hidden = Buffer.from(empty + " ".repeat(5 * 1024 * 1024));
  const file = withHiddenPart(workbook("xlsx"), "xl/worksheets/sheet2.xml", hidden);
  const answer = await read(file, { ...workbookLimits, unpackedBytesMax: 1024 * 1024 });
  expect(answer).toEqual(await read(workbook("xlsx")));
  expect(answer).toContainEqual(names.split(","));
});

test.each([
  ["a zip that is none", "504b0304140006000800"],
  ["a compound file that is none", "d0cf11e0a1b11ae1"],
])("[BEY-08] %s is refused", async (_, hex) => {
  await expect(read(Buffer.from(hex, "hex"))).rejects.toThrow();
});

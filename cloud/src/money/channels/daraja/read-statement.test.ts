import { lineBreaks } from "@karibu/protocol/hostile-texts";
import { expect, test } from "vitest";
import { growthOf, linearGrowth } from "../../../ground/test-growth.ts";
import { readStatement } from "./read-statement.ts";
import { readStatementTime } from "./statement-times.ts";

const portal = `Account Holder:,Lab
Short Code:,600100

Receipt No.,Completion Time,Initiation Time,Details,Transaction Status,Paid In,Withdrawn,Balance,Balance Confirmed,Reason Type,Other Party Info,Linked Transaction ID,A/C No.,Currency
UKL51ZDR4F,20-11-2026 09:00:00,20-11-2026 09:00:00,Pay Bill Online from 254712***126 - JANE,Completed,"1,100.00",,1100,true,Pay Utility,254712***126 - JANE ,,K7Q2,KES
UKL51ZDR4F,20-11-2026 09:00:00,20-11-2026 09:00:00,Pay Bill Charge,Completed,,-5.50,1094.5,true,Charge,,,,KES
UKL51ZDR4G,20-11-2026 10:00:00,20-11-2026 10:00:00,Pay Bill Reversal,Completed,,-100.00,994.5,true,Reversal,,UKL51ZDR4F,,KES
UKL51ZDR4H,20-11-2026 10:00:00,20-11-2026 10:00:00,Pay Bill,Declined,50.00,,994.5,true,Pay Utility,,,X,KES
`;
const short = `Receipt No,Completion Time,Details,Transaction Status,Paid In (KSHs),Withdrawn (KSHs),Balance (KSHs)\r
UKL51ZDR5A,20/11/2026 09:00:00,Utility Account to Organization Settlement Account,Completed,"2,000.00",,0\r
UKL51ZDR5B,20/11/2026 08:00:00,Pay Bill from 2547****111 - JOHN DOE  Acc. my wifi,Completed,20.00,,20\r
`;

test("the portal's layout: inflows, charges, reversals and what did not happen are told apart", () => {
  const read = readStatement(portal);
  expect(read).toMatchObject({ layout: "portal" });
  if ("complaint" in read) return;
  expect(read.lines.map((line) => [line.receipt, line.kind, line.amountCents])).toEqual([
    ["UKL51ZDR4F", "inflow", 110_000],
    ["UKL51ZDR4F", "charge", 550],
    ["UKL51ZDR4G", "reversal", 10_000],
    ["UKL51ZDR4H", "other", 5000],
  ]);
  expect(read.lines[0]).toMatchObject({ accountText: "K7Q2", payer: "254712***126" });
  expect(read.lines[2]).toMatchObject({ linkedReceipt: "UKL51ZDR4F" });
});

test("the short layout: payer and account come out of the details, sweeps are no inflow", () => {
  const read = readStatement(short);
  if ("complaint" in read) throw new Error(read.complaint);
  expect(read.lines).toMatchObject([
    { kind: "sweep" },
    { kind: "inflow", amountCents: 2000, payer: "2547****111", accountText: "my wifi" },
  ]);
});

test.each(lineBreaks)("the short layout: an account number with %j in it is read like any other", (lineBreak) => {
  const details = `Pay Bill from 2547****111 - JOHN${lineBreak}DOE Acc. my${lineBreak}wifi`;
  const read = readStatement(`${short}UKL51ZDR5C,20/11/2026 08:00:00,"${details}",Completed,30.00,,50\r\n`);
  if ("complaint" in read) throw new Error(read.complaint);
  expect(read.lines.at(-1)).toMatchObject({ payer: "2547****111", accountText: `my${lineBreak}wifi` });
});

test.each([
  ["Pay Bill from 254712***126 - REVERSAL KAMAU Acc. K7Q2", "254712***126", "K7Q2"],
  ["Pay Bill Online from 254712***126 - JANE Acc. reversal of money", "254712***126", "reversal of money"],
  ["Merchant Pay Utility Received from 5123456 - MAMA MBOGA Acc. K7Q2", "5123456", "K7Q2"],
  ["Business Pay Bill via API by 600999 - SOME BANK Acc. my wifi", "600999", "my wifi"],
  ["FSI to Pay Bill by 12 - A BANK LTD Acc. 10234", "12", "10234"],
  ["Small Business Pay Bill from 254712***126 - JANE - WIFI Acc.", "254712***126", null],
])("money in by %j has its payer and its account", (details, payer, accountText) => {
  const read = readStatement(`${short}UKL51ZDR5C,20/11/2026 08:00:00,${details},Completed,30.00,,50\r\n`);
  if ("complaint" in read) throw new Error(read.complaint);
  expect(read.lines.at(-1)).toMatchObject({ kind: "inflow", amountCents: 3000, payer, accountText });
});

test.each([
  ["Reversal of UKL51ZDR5B", "reversal"],
  ["Pay Bill Reversal", "reversal"],
  ["Business Payment to 254712***126 - REVERSAL KAMAU", "outflow"],
  ["Business Payment to 254712***126 - CHARGER SHOP", "outflow"],
  ["Pay Bill Charge", "charge"],
])("money out by %j is of the kind %s", (details, kind) => {
  const read = readStatement(`${short}UKL51ZDR5C,20/11/2026 08:00:00,${details},Completed,,30.00,50\r\n`);
  if ("complaint" in read) throw new Error(read.complaint);
  expect(read.lines.at(-1)).toMatchObject({ kind });
});

test("the head says whose statement it is and of what time, at most until it was made", () => {
  expect(readStatement(portal)).toMatchObject({ shortcode: "600100", period: null });
  expect(readStatement(short)).toMatchObject({ shortcode: null, period: null });
  const withHead = (...rows: string[]) => readStatement([...rows, portal].join("\n"));
  const fromMs = Date.UTC(2026, 10, 18, 21, 0, 0);
  const endMs = Date.UTC(2026, 10, 19, 20, 59, 59);
  for (const period of [
    "Time Period:,From 19-11-2026 00:00:00 To 19-11-2026 23:59:59",
    "Time Period,From,19/11/2026,To,19/11/2026",
  ]) {
    expect(withHead(period)).toMatchObject({ period: { fromMs, toMs: endMs } });
  }
  const made = withHead("Time Period:,From 19-11-2026 To 19-11-2026", "Operator:,x,Date of Report:,19-11-2026 12:30");
  expect(made).toMatchObject({ period: { fromMs, toMs: Date.UTC(2026, 10, 19, 9, 30, 0) } });
});

test("times are East Africa's, in every spelling", () => {
  const expected = Date.UTC(2026, 10, 20, 6, 0, 0);
  for (const text of ["20-11-2026 09:00:00", "20/11/2026 09:00:00", "2026-11-20 09:00:00", "46346.375"]) {
    expect(readStatementTime(text)).toBe(expected);
  }
  for (const text of ["yesterday", "11/20/2026 09:00:00", "20-11-2026 24:30"])
    expect(readStatementTime(text)).toBeNull();
});

test.each([
  ["", "Receipt No."],
  ["a,b\n1,2", "Receipt No."],
  ["Receipt No.,Details\nUKL51ZDR4F,x", "completion time"],
  [portal.replace("20-11-2026 09:00:00", "soon"), "is no time"],
  [portal.replace('"1,100.00"', "lots"), "amount"],
])("what is no statement is refused with what is wrong", (text, why) => {
  expect(readStatement(text)).toMatchObject({ complaint: expect.stringContaining(why) });
});

const oneRow = (...cells: string[]) =>
  `Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn,Balance\n${cells.join(",")}`;

test.each([
  ["a comma before the cents", ['"50,00"', "", "50"], "an amount can't be read"],
  ["money that came in below zero", ["-50.00", "", "50"], "an amount can't be read"],
  ["money in and out at once", ["1", "100.00", "1100"], "money came in and went out"],
  ["thousands without quotes", ["1", "100.00", "", "1100"], "more cells than columns"],
])("[BEY-09] a row with %s is refused, and not booked as something else", (_, cells, why) => {
  const row = ["UKL51ZDR5C", "20/11/2026 08:00:00", "Pay Bill from 2547****111 - JOHN Acc. x", "Completed", ...cells];
  expect(readStatement(oneRow(...row))).toEqual({ complaint: expect.stringContaining(`line 2: ${why}`) });
});

test.each(["UKL51...", "=UKL51ZDR5C", ""])(
  "[BEY-09] money whose receipt is %j does not vanish: the file is refused",
  (receipt) => {
    const paid = [receipt, "20/11/2026 08:00:00", "Pay Bill from 2547****111", "Completed", "50.00", "", "50"];
    expect(readStatement(oneRow(...paid))).toEqual({ complaint: expect.stringContaining("line 2: there is money") });
  },
);

test("totals and notes below the list, and cells behind it that are empty, are passed over", () => {
  const paid = [
    "UKL51ZDR5C",
    "20/11/2026 08:00:00",
    "Pay Bill from 2547****111",
    "Completed",
    "50.00",
    "",
    "50",
    "",
    " ",
  ];
  const text = [oneRow(...paid), "Total,,,,50.00,0.00,", "End of the report,20/11/2026 08:00:00,,,,,"].join("\n");
  expect(readStatement(text)).toMatchObject({ lines: [{ receipt: "UKL51ZDR5C", amountCents: 5000 }] });
});

test.each(["2026-11-20 09:00:00 PM", "2026-11-20T09:00:00Z", "2026-02-30 09:00:00", "30-02-2026 09:00:00"])(
  "%j is no time that is known, and is not taken for another",
  (text) => {
    expect(readStatementTime(text)).toBeNull();
  },
);

test.each([
  ["XLSX", Buffer.from("504b0304140006000800", "hex").toString("utf8")],
  ["XLS, read as UTF-8", Buffer.from("d0cf11e0a1b11ae1", "hex").toString("utf8")],
  ["XLS, read as Latin-1", Buffer.from("d0cf11e0a1b11ae1", "hex").toString("latin1")],
])("a workbook (%s) is known for one, and is asked for as a file", (_, text) => {
  expect(readStatement(text)).toEqual({ complaint: "this is a workbook: send it as a file, not as text" });
});

test("[BEY-08] a cell of one endless word takes a time that grows with its length alone", () => {
  const head = ["Receipt No.", "Completion Time", "Details", "Transaction Status", "Paid In", "Withdrawn"];
  /** A workbook's rows: there a cell may be as long as its file. */
  const rows = (size: number) => [
    head,
    ["QK61ABCDEF", "20-11-2026 09:00:00", "revers".repeat(10_000 * size), "Completed", "50.00", ""],
  ];
  expect(readStatement(rows(1))).toMatchObject({ lines: [{ receipt: "QK61ABCDEF", kind: "returned" }] });
  const growth = growthOf((size) => {
    const made = rows(size);
    return () => readStatement(made);
  });
  expect(growth).toBeLessThan(linearGrowth);
});

test("[BEY-08] a line of a CSV that is longer than any payment's is refused with its number", () => {
  const row = `QK61ABCDEF,20-11-2026 09:00:00,${"revers".repeat(40_000)},Completed,50.00,`;
  expect(
    readStatement(`Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn\n${row}`),
  ).toMatchObject({ complaint: expect.stringContaining("line 2 is longer than any payment's") });
});

const savedHead = [
  "Receipt No.",
  "Completion Time",
  "Details",
  "Transaction Status",
  "Paid In",
  "Withdrawn",
  "Account No.",
];
const savedRow = (at: string, sign = ",", amount = "50.00") => {
  const cells = ["UKL51ZDR5C", at, "Pay Bill from 2547****111", "Completed", amount, "", "K7Q2"];
  return `${savedHead.join(sign)}\n${cells.join(sign)}`;
};

test.each([
  ["13/2/2026 9:05", null, "2026-02-13T06:05:00Z"],
  ["2/13/2026 9:05 PM", null, "2026-02-13T18:05:00Z"],
  ["2/13/2026 12:05:09 a.m.", null, "2026-02-12T21:05:09Z"],
  ["3/3/2026 9:05", null, "2026-03-03T06:05:00Z"],
  ["5/12/2026 2:05 PM", "day-first", "2026-12-05T11:05:00Z"],
  ["5/12/2026 2:05 PM", "month-first", "2026-05-12T11:05:00Z"],
] as const)("[BEY-08] a spreadsheet's own time %s (said: %s) is read as it is meant", (at, dateOrder, meant) => {
  expect(readStatement(savedRow(at), { dateOrder })).toMatchObject({ lines: [{ completedAtMs: Date.parse(meant) }] });
});

test("[BEY-08] where each date may be two days a person is asked; one later row may tell it of all", () => {
  const text = savedRow("5/12/2026 14:05");
  expect(readStatement(text)).toMatchObject({ asks: "date-order" });
  const later = "\nUKL51ZDR5D,1/31/2026 8:00,Pay Bill from 2547****111,Completed,20.00,,x";
  expect(readStatement(text + later)).toMatchObject({ lines: [{ completedAtMs: Date.UTC(2026, 4, 12, 11, 5) }, {}] });
  expect(readStatement(text, { dateOrder: "day-first" })).toMatchObject({ lines: [{ accountText: "K7Q2" }] });
  expect(readStatement(savedRow("5/12/2026 13:05 PM"), { dateOrder: "day-first" })).toMatchObject({
    complaint: expect.stringContaining("is no time"),
  });
});

test.each([
  [";", "1.100,50", 110_050],
  [";", "50,00", 5000],
  [";", "1100.5", 110_050],
  ["\t", "1,100.00", 110_000],
])("[BEY-08] cells are parted by %j, and %s is read", (sign, amount, cents) => {
  expect(readStatement(savedRow("20-11-2026 09:00:00", sign, amount))).toMatchObject({
    lines: [{ amountCents: cents, accountText: "K7Q2" }],
  });
});

test("[BEY-08] behind semicolons, a comma before three digits is refused: it may part thousands, or stand before the cents", () => {
  expect(readStatement(savedRow("20-11-2026 09:00:00", ";", "1.5,100"))).toMatchObject({
    complaint: expect.stringContaining("an amount can't be read"),
  });
});

/** What an American spreadsheet makes of `05-11-2026` and of `20-11-2026`, as a workbook's reader gives it. */
const savedAsWorkbook = (head: string[][], ...times: string[]) => [
  ...head,
  savedHead,
  ...times.map((at, row) => [`UKL51ZDR5${row}`, at, "Pay Bill from 2547****111", "Completed", "50.00", "", "K7Q2"]),
];

test.each(["2026-05-11 09:00:00", "46153.375"])(
  "[BEY-08] a workbook whose days up to the twelfth became months (%s) is refused: May's money is not November's",
  (fifthOfNovember) => {
    const rows = savedAsWorkbook([], "20-11-2026 09:00:00", fifthOfNovember);
    expect(readStatement(rows)).toEqual({ complaint: expect.stringContaining("days for months") });
  },
);

test("[BEY-08] where all days became months, the time that the head names tells it", () => {
  const head = [["Time Period:", "From 01-11-2026 00:00:00 To 10-11-2026 23:59:59"]];
  const rows = (...times: string[]) => readStatement(savedAsWorkbook(head, ...times));
  expect(rows("2026-11-05 09:00:00", "2026-11-11 00:10:00")).toMatchObject({ lines: [{}, {}] });
  expect(rows("2026-05-11 09:00:00")).toEqual({ complaint: expect.stringContaining("line 3: 2026-05-11 09:00:00") });
});

/**
 * Statements of the M-Pesa organisation portal, in both layouts. One receipt stands on several rows (charges, sweeps). An
 * inflow is a completed row with money paid in that is no sweep between the organisation's own accounts. Times are East Africa
 * Time.
 */
import { cutText } from "@karibu/protocol/whole-text";
import { parse } from "csv-parse/sync";
import { readDecimalCents } from "../../../ground/amounts/decimal-amount.ts";
import type { HowToReadStatement, ReadStatement, StatementContent, StatementLine } from "../channel-messages.ts";
import { soundReceipt } from "./inflow-messages.ts";
import { areChanged, readerOfTimes, readStatementTime } from "./statement-times.ts";

const columns = {
  receipt: ["receipt no.", "receipt no"],
  completed: ["completion time"],
  details: ["details"],
  status: ["transaction status"],
  paidIn: ["paid in", "paid in (kshs)"],
  withdrawn: ["withdrawn", "withdrawn (kshs)"],
  balance: ["balance", "balance (kshs)"],
  account: ["a/c no.", "a/c no", "account no.", "account no", "account number"],
  party: ["other party info"],
  linked: ["linked transaction id"],
} as const;

/** The status of a row whose money moved. */
const done = "completed";

/** The commands that pay out to phones (B2C), as statements name them. */
const toCustomers = /^(?:business|salary|promotion) payment$|^b2c\b/i;
const toTheBank = /^(?:agency )?withdrawal of funds to bank\b/i;
const sweeps =
  /^(utility account|organization settlement account|merchant account|organisation settlement account).* to (organi[sz]ation|utility|merchant|mmf)/i;

/** The first bytes of workbooks: XLSX is a zip, XLS a compound file. The second line is how an upload decodes the latter. */
const workbookStarts = ["PK\u0003\u0004", "\u00d0\u00cf\u0011\u00e0", "\ufffd\ufffd\u0011"];

/** A payment has some 300 characters. */
const lineBytesMax = 64 * 1024;
/** More than a statement may have: who reads it says so. */
const rowsMax = 60_000;

const asItIs: HowToReadStatement = { dateOrder: null };

export function readStatement(content: StatementContent, how: HowToReadStatement = asItIs): ReadStatement {
  if (typeof content !== "string") return readRows(content, how, false);
  if (workbookStarts.some((start) => content.startsWith(start)))
    return { complaint: "this is a workbook: send it as a file, not as text" };
  try {
    const delimiter = delimiterOf(content);
    const options = {
      delimiter,
      relax_column_count: true,
      skip_empty_lines: true,
      bom: true,
      relax_quotes: true,
      max_record_size: lineBytesMax,
      to: rowsMax,
    };
    return readRows(parse(content, options) as string[][], how, delimiter === ";");
  } catch (error) {
    const { code, lines } = error as { code?: string; lines?: number };
    if (code === "CSV_MAX_RECORD_SIZE")
      return {
        complaint: `line ${lines ?? 1} is longer than any payment's: a quotation mark is open there, or it is no CSV`,
      };
    return { complaint: `the file is no CSV: ${(error as Error).message}` };
  }
}

/** Lines above the list, and some more. */
const headLinesMax = 60;

/** Spreadsheets of other countries part cells by semicolons, and some programs by tabs: the line of the columns tells. */
function delimiterOf(content: string): "," | ";" | "\t" {
  const head = cutText(content, 20_000)
    .split(/\r\n|\r|\n/, headLinesMax)
    .find((line) => /receipt no\b/i.test(line));
  const count = (sign: string) => (head ?? "").split(sign).length;
  if (count(";") > count(",") && count(";") >= count("\t")) return ";";
  return count("\t") > count(",") ? "\t" : ",";
}

const nameOf = (cell: string): string => cell.trim().toLowerCase().replaceAll(/\s+/g, " ");

/** @param hasCommas amounts may have a comma before their cents, as where semicolons part cells */
function readRows(
  rows: readonly (readonly string[])[],
  { dateOrder }: HowToReadStatement,
  hasCommas: boolean,
): ReadStatement {
  const head = rows.findIndex((row) => row.some((cell) => columns.receipt.includes(nameOf(cell) as never)));
  if (head < 0) return { complaint: 'there is no row with "Receipt No."' };
  const names = (rows[head] as string[]).map(nameOf);
  const at = Object.fromEntries(
    Object.entries(columns).map(([name, all]) => [
      name,
      names.findIndex((each) => (all as readonly string[]).includes(each)),
    ]),
  ) as Record<keyof typeof columns, number>;
  for (const needed of ["completed", "details", "status", "paidIn", "withdrawn"] as const) {
    if (at[needed] < 0) return { complaint: `the column "${columns[needed][0]}" is missing` };
  }
  const preamble = readPreamble(rows.slice(0, head));
  const told = rows
    .slice(head + 1)
    .flatMap((row) => (soundReceipt((row[at.receipt] ?? "").trim()) === null ? [] : (row[at.completed] ?? "").trim()));
  if (areChanged(told))
    return { complaint: `its dates up to the 12th are of another form than the later ones: ${asItCame}` };
  const times = readerOfTimes(told, dateOrder);
  if (times.kind === "ask")
    return {
      complaint: "each of its dates may be two days: say whether the day or the month stands first",
      asks: "date-order",
    };
  const amount = hasCommas ? (text: string) => amountOf(pointed(text)) : amountOf;
  const lines: StatementLine[] = [];
  for (const [index, row] of rows.slice(head + 1).entries()) {
    const cell = (name: keyof typeof columns) => (at[name] < 0 ? "" : (row[at[name]] ?? "").trim());
    const line = head + index + 2;
    const receipt = soundReceipt(cell("receipt"));
    if (receipt === null) {
      if (row.some((each) => each.trim().toLowerCase() === done))
        return { complaint: `line ${line}: there is money, and "${cutText(cell("receipt"), 20)}" is no receipt` };
      continue; // totals and notes below the list
    }
    if (row.slice(names.length).some((each) => each.trim() !== ""))
      return {
        complaint: `line ${line}: more cells than columns: an amount or a text has a comma and no quotation marks`,
      };
    const completedAtMs = times.read(cell("completed"));
    if (completedAtMs === null) return { complaint: `line ${line}: "${cell("completed")}" is no time` };
    if (isElsewhere(completedAtMs, preamble.named))
      return { complaint: `line ${line}: ${cell("completed")} is not of the Time Period above: ${asItCame}` };
    const paidIn = amount(cell("paidIn"));
    // Withdrawals have a minus in one layout and none in the other. What came in never has one.
    const withdrawn = amount(cell("withdrawn").replace(/^-/, ""));
    if (paidIn === null || withdrawn === null) return { complaint: `line ${line}: an amount can't be read` };
    if (paidIn > 0 && withdrawn > 0) return { complaint: `line ${line}: money came in and went out in one row` };
    const hasMoved = cell("status").toLowerCase() === done;
    const details = cell("details");
    const said = readDetails(details);
    const linked = soundReceipt(cell("linked")) ?? said.reversalOf;
    const kind = kindOf({
      what: said.what,
      paidIn,
      withdrawn,
      status: cell("status"),
      isReversal: linked !== null || /revers/i.test(said.what),
    });
    const account = accountOf(preamble.account, { kind, what: said.what, isIn: paidIn > 0 });
    lines.push({
      line,
      receipt,
      kind,
      amountCents: paidIn > 0 ? paidIn : withdrawn,
      completedAtMs,
      accountText: cell("account") || said.accountText || null,
      payer: (cell("party").split(" - ")[0] || said.payer).trim() || null,
      linkedReceipt: linked,
      ...(toCustomers.test(said.what) ? { isToCustomer: true } : {}),
      ...(kind === "outflow" && toTheBank.test(said.what) ? { isToBank: true } : {}),
      ...(account === null ? {} : { account }),
      ...(at.balance >= 0 && hasMoved
        ? {
            balance: {
              changeCents: paidIn - withdrawn,
              afterCents: balanceOf(hasCommas ? pointed(cell("balance")) : cell("balance")),
            },
          }
        : {}),
    });
  }
  const { shortcode, period, account: named } = preamble;
  const isOfOtherAccount = named !== "" && !sellingAccount.test(named);
  return { layout: at.account < 0 ? "short" : "portal", lines, shortcode, period, isOfOtherAccount };
}

/** Where customers' money arrives: the paybill's and the till's own account. */
const sellingAccount = /^(?:utility|merchant)\b/i;

/** @param named the one account that the whole statement is of; empty: it mixes them, and sweeps name theirs */
function accountOf(
  named: string,
  row: { readonly kind: StatementLine["kind"]; readonly what: string; readonly isIn: boolean },
): "selling" | "other" | null {
  if (named !== "") return sellingAccount.test(named) ? "selling" : "other";
  if (row.kind === "outflow" || row.kind === "returned" || row.kind === "other") return null;
  if (row.kind !== "sweep") return "selling";
  const [from = "", to = ""] = row.what.split(/ to /i);
  return sellingAccount.test((row.isIn ? to : from).trim()) ? "selling" : "other";
}

/**
 * The details pack what happened, then who was on the other side, then the account that they typed: "Business Pay Bill via API by
 * 600999 - BANK Acc. 17". Names and accounts are other people's words, and say nothing about what happened.
 */
function readDetails(details: string) {
  const what = details.split(/ (?:from|by) | to (?=\S*\d)/i)[0] as string;
  const others = details.slice(what.length);
  return {
    what: sweeps.test(details) ? details : what,
    payer: /^ (?:from|by) (\S+)/i.exec(others)?.[1] ?? "",
    accountText: /\sAcc\.\s*(.*)$/is.exec(others)?.[1]?.trim() ?? "",
    reversalOf: soundReceipt(/revers\w{0,20} of (\w{10})\b/i.exec(what)?.[1] ?? ""),
  };
}

/** The rows above the list: a label and its value, in one cell or in several. */
function readPreamble(rows: readonly (readonly string[])[]) {
  const after = (label: RegExp): string => {
    const text = rows.map((row) => row.join(" ").trim()).find((line) => label.test(line)) ?? "";
    return text.slice(label.exec(text)?.[0].length ?? 0);
  };
  const shortcode = /\d{5,7}/.exec(after(/^short\s?code\b/i))?.[0] ?? null;
  const account = after(/^account\s*:/i).trim();
  const [from, to] = after(/^time period\b/i).match(moments) ?? [];
  const [made] = after(/^.*date of report\b/is).match(moments) ?? [];
  const fromMs = from === undefined ? null : readMoment(from, 0);
  const toMs = to === undefined ? null : readMoment(to, dayMs - 1000);
  if (fromMs === null || toMs === null) return { shortcode, account, period: null, named: null };
  // A report can't cover the time after it was made. Where it names only its day, it covers nothing of that day.
  const madeMs = made === undefined ? null : readMoment(made, 0);
  return { shortcode, account, period: { fromMs, toMs: Math.min(toMs, madeMs ?? toMs) }, named: { fromMs, toMs } };
}

const asItCame = "a spreadsheet may have taken days for months; send the file as M-Pesa's portal gave it";

/** Days that were taken for months are a month away, or nearly. */
const isElsewhere = (atMs: number, named: { readonly fromMs: number; readonly toMs: number } | null): boolean =>
  named !== null && (atMs < named.fromMs - 2 * dayMs || atMs > named.toMs + 2 * dayMs);

const dayMs = 86_400_000;
const moments = /(?:\d{2}[-/]\d{2}[-/]\d{4}|\d{4}-\d{2}-\d{2})(?:[ T]\d{2}:\d{2}(?::\d{2})?)?/g;

/** @param intoDayMs the moment of the day that counts where the text names only a day */
function readMoment(text: string, intoDayMs: number): number | null {
  if (text.length > 10) return readStatementTime(text.length === 16 ? `${text}:00` : text);
  const atMs = readStatementTime(`${text} 00:00:00`);
  return atMs === null ? null : atMs + intoDayMs;
}

function kindOf(row: {
  what: string;
  paidIn: number;
  withdrawn: number;
  status: string;
  isReversal: boolean;
}): StatementLine["kind"] {
  if (row.status.toLowerCase() !== done) return "other";
  if (sweeps.test(row.what)) return "sweep";
  if (row.paidIn > 0) return row.isReversal ? "returned" : "inflow";
  if (row.withdrawn <= 0) return "other";
  if (/charge/i.test(row.what)) return "charge";
  return row.isReversal ? "reversal" : "outflow";
}

/** What an account holds may be below zero. */
function balanceOf(text: string): number | null {
  const size = text === "" ? null : readDecimalCents(text.replace(/^-/, ""));
  return size === null ? null : text.startsWith("-") ? -size : size;
}

/** `1.100,00` and `50,00` as `1100.00` and `50.00`; a comma before three digits stays, and is refused as one that may part thousands. */
const pointed = (text: string): string =>
  /^-?\d{1,3}(?:\.\d{3})*,\d{2}$|^-?\d+,\d{2}$/.test(text) ? text.replaceAll(".", "").replace(",", ".") : text;

/** Empty is zero. */
function amountOf(text: string): number | null {
  return text === "" ? 0 : readDecimalCents(text);
}

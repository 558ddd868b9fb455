/**
 * Rows of a dump: `INSERT INTO` of MySQL, MariaDB and PostgreSQL, and PostgreSQL's `COPY … FROM stdin`. Nothing of it is run. Pure.
 * @see MySQL manual, mysqldump; string literals. PostgreSQL manual, pg_dump; COPY, text format; lexical structure
 */
import { cutText } from "@karibu/protocol/whole-text";
import type { MenuRow } from "../../ground/router-exports/routeros-values.ts";

export type TableRow = MenuRow & { readonly line: string };

/** What a database told, from a dump or a back-up, whatever program wrote it. */
export interface TablesRead {
  /** By table, only the asked ones with their asked columns, each row with its line in `line`. NULL is left out of a row. */
  readonly rows: ReadonlyMap<string, readonly TableRow[]>;
  /** Rows of asked tables that are none: of other columns than their table, of a statement that we don't know, or of a further database that has the table, too. */
  readonly unread: readonly { readonly table: string; readonly line: number; readonly database?: string }[];
  /** It ends within a statement: rows are missing. */
  readonly isCut: boolean;
}

/** Columns by table, all in lower case; `*` before them: they are all, in this order, where a dump does not say which ones it has. */
export type WantedTables = Readonly<Record<string, readonly string[]>>;

const name = '[`"[]?([A-Za-z0-9_-]{1,64})[`"\\]]?';
const statementHead = new RegExp(
  String.raw`(CREATE(?: UNLOGGED)? TABLE|(?:INSERT|REPLACE)(?:\s+(?:IGNORE|LOW_PRIORITY|HIGH_PRIORITY|DELAYED|OR\s+[A-Z]{1,10}))*(?:\s+INTO)?|COPY)\s+(?:IF NOT EXISTS\s+)?(?:${name}\s*\.\s*)?${name}\s*`,
  "iy",
);
/** Of one server several databases may stand in a file, one after the other. */
const databaseHead = /(?:USE|\\connect)\s+[`"]?([^\s`";]{1,64})/iy;
/** Programs of a database, with semicolons in them, and rows that they would write some day. */
const delimiterHead = /DELIMITER[ \t]+(\S{1,16})/iy;
/** SQL Server's, on a line of its own. */
const batchEnd = /GO[ \t]*\r?$/imy;
const delimiterBack = /^DELIMITER[ \t]+;/gim;

/** One of them stands in each database that is read. */
export const mainTables = ["tbl_customers", "tbl_voucher", "radcheck"];

/** Where all tables have one beginning in their names. Null: none is called so. */
export function prefixOfTables(text: string): string | null {
  const named = new RegExp(
    `^(?:CREATE TABLE|INSERT INTO)[^(\n]{0,100}?\\b([A-Za-z0-9_]{1,40}_)(?:${mainTables.join("|")})\\b`,
    "im",
  );
  return named.exec(text)?.[1]?.toLowerCase() ?? null;
}

/** `prefix`: before each table's name. Null: there is no such table in it. */
export function readSqlDump(text: string, wanted: WantedTables, prefix = ""): TablesRead | null {
  const found = new Map<string, TableRow[]>();
  const unread: TablesRead["unread"][number][] = [];
  const columnsOf = new Map<string, readonly string[]>();
  const lines = lineCounter(text);
  /** From which database a table's rows are read: the first one that has some. */
  const ownerOf = new Map<string, string>();
  // MySQL alone reads a backslash in a plain string as an escape.
  const isMysql = !/PostgreSQL database|standard_conforming_strings|^PRAGMA /m.test(cutText(text, 4000));
  let database = "";
  let at = skipBlanks(text, 0);
  let isCut = false;
  while (at < text.length && !isCut) {
    statementHead.lastIndex = at;
    const [head = "", verb = "", schema = "public", told = ""] = statementHead.exec(text) ?? [];
    const named = told.toLowerCase();
    const table = named.startsWith(prefix) ? named.slice(prefix.length) : "";
    const start = at + head.length;
    const of = schema.toLowerCase() === "public" ? database : schema.toLowerCase();
    const end =
      head === ""
        ? endOfOther(at)
        : Object.hasOwn(wanted, table)
          ? readStatement(verb.toUpperCase(), { table, of }, start)
          : verb.toUpperCase() === "COPY"
            ? endOfCopied(text, start)
            : endOfStatement(text, start, isMysql);
    isCut = end === null;
    at = end ?? text.length;
  }
  return found.size === 0 ? null : { rows: found, unread, isCut };

  /** Behind what is neither rows nor a table. */
  function endOfOther(start: number): number | null {
    databaseHead.lastIndex = start;
    database = databaseHead.exec(text)?.[1]?.toLowerCase() ?? database;
    batchEnd.lastIndex = start;
    // An order to the program that reads the dump, to its line's end.
    if (text[start] === "\\" || batchEnd.test(text)) return skipBlanks(text, endAfter(text, "\n", start));
    delimiterHead.lastIndex = start;
    const [delimited, mark] = delimiterHead.exec(text) ?? [];
    if (delimited === undefined) return endOfStatement(text, start, isMysql);
    delimiterBack.lastIndex = start + delimited.length;
    if (mark !== ";" && delimiterBack.exec(text) === null) return null;
    return skipBlanks(text, mark === ";" ? start + delimited.length : delimiterBack.lastIndex);
  }

  /** From behind the table's name to behind the statement. Null: the text ends before it does. */
  function readStatement(
    verb: string,
    { table, of }: { readonly table: string; readonly of: string },
    start: number,
  ): number | null {
    const rows = found.get(table) ?? [];
    if (verb.startsWith("CREATE")) {
      const end = endOfStatement(text, start, isMysql);
      columnsOf.set(table, createdColumns(text.slice(start, end ?? text.length), isMysql));
      return end;
    }
    found.set(table, rows);
    const listed = columnList(start);
    const at = listed?.end ?? skipBlanks(text, start);
    const told = listed?.columns ?? columnsOf.get(table);
    const owner = ownerOf.get(table) || of;
    ownerOf.set(table, owner);
    const isOther = of !== "" && of !== owner;
    const take = (line: number, values: readonly (string | null)[]) => {
      const columns = told ?? usualColumns(wanted[table], values.length);
      if (isOther) unread.push({ table, line, database: of });
      else if (values.length === columns.length) rows.push(rowOf(line, columns, values, wanted[table] ?? []));
      else unread.push({ table, line });
    };
    if (verb === "COPY") return readCopied(at, take);
    if (text.slice(at, at + 6).toUpperCase() === "VALUES") return readValues(skipBlanks(text, at + 6), take);
    unread.push({ table, line: lines(at) });
    return endOfStatement(text, at, isMysql);
  }

  function columnList(start: number): { columns: string[]; end: number } | null {
    const at = skipBlanks(text, start);
    if (text[at] !== "(") return null;
    const end = text.indexOf(")", at);
    const columns = text
      .slice(at + 1, end < 0 ? text.length : end)
      .split(",")
      .map(bareName);
    return { columns, end: skipBlanks(text, end < 0 ? text.length : end + 1) };
  }

  function readValues(start: number, take: (line: number, values: readonly (string | null)[]) => void): number | null {
    let at = start;
    while (text[at] === "(") {
      const tuple = readTuple(text, at + 1, isMysql);
      if (tuple === null) return null; // half a code is another one
      take(lines(at), tuple.values);
      at = skipBlanks(text, tuple.end);
      if (text[at] === ",") at = skipBlanks(text, at + 1);
    }
    return endOfStatement(text, at, isMysql);
  }

  /** Lines with tabs between their values, until one that is `\.`. */
  function readCopied(start: number, take: (line: number, values: readonly (string | null)[]) => void): number | null {
    let at = endAfter(text, "\n", start);
    while (at < text.length) {
      const end = text.indexOf("\n", at);
      if (end < 0 && text.slice(at).trimEnd() !== "\\.") return null;
      const row = text.slice(at, end < 0 ? text.length : end).replace(/\r$/, "");
      if (row === "\\.") return skipBlanks(text, end < 0 ? text.length : end + 1);
      take(lines(at + 1), row.split("\t").map(copiedValue));
      at = end + 1;
    }
    return null;
  }
}

function rowOf(
  line: number,
  columns: readonly string[],
  values: readonly (string | null)[],
  wanted: readonly string[],
): TableRow {
  const row: Record<string, string> = { line: String(line) };
  for (const [index, value] of values.entries()) {
    const column = columns[index] ?? "";
    if (value !== null && wanted.includes(column)) row[column] = value;
  }
  return row as TableRow;
}

/** Some versions number each row before the columns that all have, and have more of their own behind them. */
function usualColumns(wanted: readonly string[] = [], count: number): readonly string[] {
  const [all, ...usual] = wanted;
  if (all !== "*" || count < usual.length) return [];
  const columns = count === usual.length || usual.includes("id") ? usual : ["id", ...usual];
  return [...columns, ...Array.from({ length: count - columns.length }, () => "")];
}

const bareName = (told: string): string =>
  told
    .trim()
    .replaceAll(/[`"[\]]/g, "")
    .toLowerCase();

/** `from` is behind the opening bracket; `end` behind the closing one. Null: the text ends before it. */
function readTuple(text: string, from: number, isMysql: boolean): { values: (string | null)[]; end: number } | null {
  const values: (string | null)[] = [];
  let at = from;
  while (at < text.length) {
    at = skipBlanks(text, at);
    const prefix = text[at] === "'" ? "'" : stringStart(text, at);
    if (prefix !== "") {
      const { value, end } = readString(text, at + prefix.length, prefix.at(-1) ?? "'", isMysql || /^e/i.test(prefix));
      values.push(value);
      // `'2026-01-01'::date`
      at = endOfValue(text, end, isMysql);
    } else {
      const end = endOfValue(text, at, isMysql);
      const bare = text.slice(at, end).trim();
      values.push(plainValue(bare));
      at = end;
    }
    if (text[at] === ")") return { values, end: at + 1 };
    at++;
  }
  return null;
}

const bytesShape = /^(?:_[a-z0-9]{2,16}\s+)?(?:0x([0-9a-f]*)|x'([0-9a-f]*)')$/i;

/** What stands without quotation marks: a number, nothing, or bytes as digits, as programs write columns that compare letter for letter. */
function plainValue(bare: string): string | null {
  if (bare.toUpperCase() === "NULL") return null;
  const [, digits, quoted] = bytesShape.exec(bare) ?? [];
  const hex = digits ?? quoted;
  if (hex !== undefined && hex.length % 2 === 0) return Buffer.from(hex, "hex").toString("utf8");
  const [, bit] = /^b'([01])'$/i.exec(bare) ?? [];
  return bit ?? bare;
}

const stringHead = /(?:E|N|_[a-z0-9]{2,16}\s*)?['"]/iy;

/** With its opening mark; empty: this is no string. */
function stringStart(text: string, at: number): string {
  stringHead.lastIndex = at;
  return stringHead.exec(text)?.[0] ?? "";
}

/** At the comma or bracket behind a value, or behind a column's description, which may have brackets and strings of its own. */
function endOfValue(text: string, from: number, isMysql: boolean): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const symbol = text[at] as string;
    if (symbol === "'" || symbol === '"') at = readString(text, at + 1, symbol, isMysql).end - 1;
    else if (symbol === "-" && /^--\s/.test(text.slice(at, at + 3))) at = endAfter(text, "\n", at) - 1;
    else if (symbol === "/" && text[at + 1] === "*") at = endAfter(text, "*/", at + 2) - 1;
    else if (symbol === "(") depth++;
    else if (symbol === ")" && depth-- === 0) return at;
    else if (symbol === "," && depth === 0) return at;
  }
  return text.length;
}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", "0": "\u0000", b: "\b", Z: "\u001a" };

/** `from` is behind the opening mark. */
function readString(text: string, from: number, mark: string, hasEscapes: boolean): { value: string; end: number } {
  let value = "";
  let begun = from;
  let at = from;
  for (; at < text.length; at++) {
    const symbol = text[at];
    if (symbol === "\\" && hasEscapes) {
      value += text.slice(begun, at);
      at++;
      value += escapes[text[at] ?? ""] ?? text[at] ?? "";
      begun = at + 1;
    } else if (symbol === mark) {
      value += text.slice(begun, at);
      if (text[at + 1] !== mark) return { value, end: at + 1 };
      value += mark;
      at++;
      begun = at + 1;
    }
  }
  return { value: value + text.slice(begun, at), end: at };
}

const copyEscapes: Readonly<Record<string, string>> = { ...escapes, f: "\f", v: "\v" };

const copiedValue = (cell: string): string | null =>
  cell === "\\N" ? null : cell.replaceAll(/\\(.)/gs, (_, symbol: string) => copyEscapes[symbol] ?? symbol);

/** Behind the next semicolon that stands outside of strings and comments. Null: there is none. */
function endOfStatement(text: string, from: number, isMysql: boolean): number | null {
  let at = from;
  while (at < text.length) {
    const symbol = text[at];
    if (symbol === "'" || (symbol === '"' && isMysql)) at = readString(text, at + 1, symbol, isMysql).end;
    else if (symbol === "`" || symbol === '"') at = endAfter(text, symbol, at + 1);
    else if ((symbol === "-" && text[at + 1] === "-") || (symbol === "#" && isMysql)) at = endAfter(text, "\n", at);
    else if (symbol === "/" && text[at + 1] === "*") at = endAfter(text, "*/", at + 2);
    else if (symbol === "$" && !isMysql) at = endOfDollars(text, at);
    else if (symbol === ";") return skipBlanks(text, at + 1);
    else at++;
  }
  return null;
}

/** Behind lines with tabs between their values, which nobody asked for: whatever stands in them. Null: the text ends before them. */
function endOfCopied(text: string, from: number): number | null {
  const end = text.indexOf("\n\\.", endAfter(text, "\n", from) - 1);
  return end < 0 ? null : skipBlanks(text, endAfter(text, "\n", end + 1));
}

/** `$body$ … $body$` is one string, with semicolons in it. */
function endOfDollars(text: string, at: number): number {
  const [mark] = /^\$[A-Za-z_]{0,60}\$/.exec(text.slice(at, at + 64)) ?? [];
  return mark === undefined ? at + 1 : endAfter(text, mark, at + mark.length);
}

function endAfter(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at + mark.length;
}

/** Blanks, and comments between statements: also those that a server reads, which set no rows; a statement may stand right behind one. */
function skipBlanks(text: string, from: number): number {
  let at = from;
  for (;;) {
    while (at < text.length && isBlank(text.charCodeAt(at))) at++;
    const symbol = text[at];
    if (symbol !== "-" && symbol !== "#" && symbol !== "/") return at;
    if ((text.startsWith("--", at) && /^\s?$/.test(text.slice(at + 2, at + 3))) || text.startsWith("#", at))
      at = endAfter(text, "\n", at);
    else if (text.startsWith("/*", at)) at = endAfter(text, "*/", at + 2);
    else return at;
  }
}

/** Space, tab, line ends; and the space that does not break. */
const isBlank = (code: number): boolean => code === 32 || (code >= 9 && code <= 13) || code === 160;

const columnName = /(?:[`"]([^`"]{1,64})[`"]|([A-Za-z0-9_]{1,64}))/y;
const noColumn = /^(?:primary|unique|key|index|constraint|foreign|fulltext|spatial|check|exclude|like)$/i;

/** Names of the columns in a `CREATE TABLE`, in their order; keys and constraints are none. `body`: from behind the table's name to the statement's end. */
function createdColumns(body: string, isMysql: boolean): string[] {
  const columns: string[] = [];
  let at = 0;
  do {
    at = skipBlanks(body, at + 1);
    columnName.lastIndex = at;
    const [, quoted, bare = ""] = columnName.exec(body) ?? [];
    if (quoted !== undefined || (bare !== "" && !noColumn.test(bare))) columns.push((quoted ?? bare).toLowerCase());
    at = endOfValue(body, at, isMysql);
  } while (body[at] === ",");
  return columns;
}

/** Lines from 1; asked in rising order, so each is counted once: a line may be megabytes long, and has thousands of rows. */
function lineCounter(text: string): (at: number) => number {
  let line = 1;
  let end = text.indexOf("\n");
  return (at) => {
    for (; end >= 0 && end < at; end = text.indexOf("\n", end + 1)) line++;
    return line;
  };
}

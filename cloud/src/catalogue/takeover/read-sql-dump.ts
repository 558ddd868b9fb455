/** Rows of `INSERT INTO` statements in a dump of MySQL or MariaDB. Nothing of it is run. Pure. @see MySQL manual, mysqldump; string literals */
import type { MenuRow } from "./routeros-values.ts";

export interface SqlDump {
  /** By table, only the asked ones, each with its line in `line`. NULL is left out of a row. */
  readonly rows: ReadonlyMap<string, readonly (MenuRow & { readonly line: string })[]>;
  /** It ends within a statement: rows are missing. */
  readonly isCut: boolean;
}

/** Null: there is no such table in it. */
export function readSqlDump(text: string, tables: ReadonlySet<string>): SqlDump | null {
  const found = new Map<string, (MenuRow & { readonly line: string })[]>();
  const columnsOf = new Map<string, readonly string[]>();
  const lines = lineCounter(text);
  const statements =
    /(CREATE TABLE|(?:INSERT(?: IGNORE)?|REPLACE) INTO)\s+(?:IF NOT EXISTS\s+)?(?:`?[A-Za-z0-9_-]{1,64}`?\.)?`?([A-Za-z0-9_]{1,64})`?\s*/giy;
  let at = skipBlanks(text, 0);
  let isCut = false;
  while (at < text.length && !isCut) {
    statements.lastIndex = at;
    const match = statements.exec(text);
    const [head = "", written = "", table = ""] = match ?? [];
    const verb = written.toUpperCase();
    const start = at + head.length;
    const isInsert = match !== null && tables.has(table) && verb !== "CREATE TABLE";
    const end = isInsert ? readInsert(start, columnsOf.get(table) ?? [], rowsOf(table)) : endOfStatement(text, start);
    if (verb === "CREATE TABLE" && tables.has(table))
      columnsOf.set(table, createdColumns(text.slice(start, end ?? text.length)));
    isCut = end === null;
    at = end ?? text.length;
  }
  return found.size === 0 ? null : { rows: found, isCut };

  function rowsOf(table: string): (MenuRow & { readonly line: string })[] {
    const rows = found.get(table) ?? [];
    found.set(table, rows);
    return rows;
  }

  /** From behind the table's name to behind the statement. Null: the text ends before it does. */
  function readInsert(
    start: number,
    created: readonly string[],
    rows: (MenuRow & { readonly line: string })[],
  ): number | null {
    let at = skipBlanks(text, start);
    let columns = created;
    if (text[at] === "(") {
      const end = text.indexOf(")", at);
      columns = text
        .slice(at + 1, end < 0 ? text.length : end)
        .split(",")
        .map((name) => name.trim().replaceAll("`", ""));
      at = skipBlanks(text, end < 0 ? text.length : end + 1);
    }
    if (text.slice(at, at + 6).toUpperCase() !== "VALUES") return endOfStatement(text, at);
    at = skipBlanks(text, at + 6);
    while (text[at] === "(") {
      const line = lines(at);
      const tuple = readTuple(text, at + 1);
      if (tuple === null) return null; // half a code is another one
      const { values, end } = tuple;
      const row: Record<string, string> = { line: String(line) };
      for (const [index, value] of values.entries()) {
        const column = columns[index];
        if (column !== undefined && value !== null) row[column] = value;
      }
      rows.push(row as MenuRow & { readonly line: string });
      at = skipBlanks(text, end);
      if (text[at] === ",") at = skipBlanks(text, at + 1);
    }
    return endOfStatement(text, at);
  }
}

/** `from` is behind the opening bracket; `end` behind the closing one. Null: the text ends before it. */
function readTuple(text: string, from: number): { values: (string | null)[]; end: number } | null {
  const values: (string | null)[] = [];
  let at = from;
  while (at < text.length) {
    at = skipBlanks(text, at);
    if (text[at] === "'") {
      const { value, end } = readString(text, at + 1);
      values.push(value);
      at = end;
    } else {
      let end = at;
      while (end < text.length && text[end] !== "," && text[end] !== ")") end++;
      const bare = text.slice(at, end).trim();
      values.push(bare.toUpperCase() === "NULL" ? null : bare);
      at = end;
    }
    at = skipBlanks(text, at);
    if (text[at] === ")") return { values, end: at + 1 };
    at++;
  }
  return null;
}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", "0": "\u0000", b: "\b", Z: "\u001a" };

function readString(text: string, from: number): { value: string; end: number } {
  let value = "";
  let at = from;
  for (; at < text.length; at++) {
    const symbol = text[at] as string;
    if (symbol === "\\") {
      at++;
      value += escapes[text[at] ?? ""] ?? text[at] ?? "";
    } else if (symbol === "'" && text[at + 1] === "'") {
      at++;
      value += "'";
    } else if (symbol === "'") return { value, end: at + 1 };
    else value += symbol;
  }
  return { value, end: at };
}

/** Behind the next semicolon and line end that stand outside of strings and comments. Null: there is none. */
function endOfStatement(text: string, from: number): number | null {
  let at = from;
  while (at < text.length) {
    const symbol = text[at];
    if (symbol === "'" || symbol === "`") {
      at = symbol === "'" ? readString(text, at + 1).end : endAfter(text, "`", at + 1);
    } else if (symbol === "-" && text[at + 1] === "-") at = endAfter(text, "\n", at);
    else if (symbol === "/" && text[at + 1] === "*") at = endAfter(text, "*/", at + 2);
    else if (symbol === ";") return skipBlanks(text, at + 1);
    else at++;
  }
  return null;
}

function endAfter(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at + mark.length;
}

/** Blanks, and comments between statements: also those that a server reads, which set no rows; a statement may stand right behind one. */
function skipBlanks(text: string, from: number): number {
  let at = from;
  for (;;) {
    while (at < text.length && /\s/.test(text[at] as string)) at++;
    if ((text.startsWith("--", at) && /^\s?$/.test(text.slice(at + 2, at + 3))) || text.startsWith("#", at))
      at = endAfter(text, "\n", at);
    else if (text.startsWith("/*", at)) at = endAfter(text, "*/", at + 2);
    else return at;
  }
}

/** Names of the columns in a `CREATE TABLE`, in their order; keys and constraints are none. */
function createdColumns(body: string): string[] {
  return [...body.matchAll(/^\s*`([^`]{1,64})`\s+[a-z]/gim)].map(([, name = ""]) => name);
}

/** Lines from 1; asked in rising order, so each is counted once. */
function lineCounter(text: string): (at: number) => number {
  let line = 1;
  let counted = 0;
  return (at) => {
    for (let next = text.indexOf("\n", counted); next >= 0 && next < at; next = text.indexOf("\n", counted)) {
      line++;
      counted = next + 1;
    }
    return line;
  };
}

/**
 * Reads a room's `schema.sql`: its tables, the line of each column, and what the column's comment says about its type in TypeScript.
 *
 *     terms jsonb not null, -- type Terms from "@karibu/protocol/plan", fixed; as it was sold
 *
 * `type`  what the SQL type does not tell: the type, and the file that exports it, seen from the `schema.sql`. Nobody writes `| null`: the
 *         column says whether it may be null.
 * `fixed` written with the row, and never again: an update of it does not compile.
 * `computed` the database writes it, or a statement in SQL: an insert or update by the query builder does not compile.
 * Behind a semicolon stands what a reader is told.
 */

export interface TypeNote {
  /** Null: as the SQL type says. */
  readonly type: string | null;
  /** The module that exports the names in `type`; null: they are TypeScript's own. */
  readonly from: string | null;
  readonly writes: "any" | "fixed" | "computed";
}

export interface FileColumn {
  readonly line: number;
  readonly note: TypeNote | null;
}

export interface FileTable {
  readonly line: number;
  readonly columns: ReadonlyMap<string, FileColumn>;
}

/** @param file its path, for messages. Throws an Error that names file and line. */
export function readSchemaFile(file: string, text: string): ReadonlyMap<string, FileTable> {
  const tables = new Map<string, FileTable>();
  let columns: Map<string, FileColumn> | null = null;
  for (const [index, content] of text.split("\n").entries()) {
    const line = index + 1;
    const at = `${file}:${line}`;
    const [code, comment] = splitComment(content);
    const table = /^create table ([a-z_0-9]+) \($/.exec(code)?.[1];
    if (table !== undefined) {
      columns = new Map();
      tables.set(table, { line, columns });
      continue;
    }
    if (columns === null) continue;
    if (code.startsWith(")")) {
      columns = null;
      continue;
    }
    const name = columnPattern.exec(code)?.[1];
    if (name !== undefined && !notColumns.has(name)) columns.set(name, { line, note: readNote(at, name, comment) });
    else if (comment !== null && /^(type .* from "|(fixed|computed)(;|$))/.test(comment))
      throw new Error(
        `${at}: "${comment}" stands beside no column. Write it at the end of the line that its column begins on.`,
      );
  }
  return tables;
}

const columnPattern = /^ {2}([a-z_0-9]+) [a-z]/;
const notColumns = new Set(["primary", "foreign", "unique", "check", "constraint", "exclude"]);

/** A line without its comment, and the comment. Two dashes between quotes are no comment. */
function splitComment(line: string): [string, string | null] {
  const match = /^((?:[^'-]|'[^']*'|-(?!-))*)--\s*(.*)$/.exec(line);
  return match === null ? [line.trimEnd(), null] : [(match[1] as string).trimEnd(), (match[2] as string).trimEnd()];
}

const notePattern = /^(?:type (?<type>.+?)(?: from "(?<from>[^"]+)")?)?(?:(?:^|, )(?<writes>fixed|computed))?(?:;.*)?$/;

function readNote(at: string, column: string, comment: string | null): TypeNote | null {
  if (comment === null || !/^(type|fixed|computed)\b/.test(comment)) return null;
  const groups = notePattern.exec(comment)?.groups;
  if (groups === undefined) {
    throw new Error(
      `${at}: the comment of ${column} can't be read: "${comment}". Right is, each part where it is needed: ` +
        `-- type Terms from "@karibu/protocol/plan", fixed; what a reader is told`,
    );
  }
  const { type, from, writes } = groups;
  const foreign = type === undefined ? [] : namesIn(type);
  if (foreign.length > 0 && from === undefined)
    throw new Error(`${at}: where does ${foreign[0]} come from? Right is: -- type ${type} from "./the-file.ts"`);
  if (foreign.length === 0 && from !== undefined)
    throw new Error(`${at}: ${type} needs nothing from "${from}". Right is: -- type ${type}`);
  return { type: type ?? null, from: from ?? null, writes: (writes as "fixed" | "computed" | undefined) ?? "any" };
}

const builtIn = new Set([
  "Array",
  "Exclude",
  "Extract",
  "NonNullable",
  "Omit",
  "Partial",
  "Pick",
  "Readonly",
  "Record",
]);
const keywords = new Set([
  "boolean",
  "false",
  "keyof",
  "null",
  "number",
  "object",
  "readonly",
  "string",
  "true",
  "typeof",
  "unknown",
]);

/** The names in a type that a module must export, each once. */
export function namesIn(type: string): string[] {
  const bare = type.replaceAll(/"[^"]*"/g, "");
  const names = bare.match(/\b[A-Za-z_]\w*/g) ?? [];
  return [...new Set(names.filter((name) => !builtIn.has(name) && !keywords.has(name)))];
}

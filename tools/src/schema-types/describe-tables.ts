/**
 * Writes the types of all tables (`cloud/src/schema-types.ts`) from what the database says and what the rooms' `schema.sql` say beside it. Pure: the
 * same in gives the same text.
 */
import { fieldOf } from "@karibu/cloud/ground/db/camel-case-columns";
import type { CatalogueColumn } from "./read-catalogue.ts";
import { type FileColumn, namesIn, readSchemaFile } from "./read-schema-file.ts";

export interface SchemaFile {
  /** `money/purchases` */
  readonly room: string;
  readonly text: string;
}

/** Throws an Error that names each file and line where something is missing, and what would be right. */
export function describeTables(catalogue: readonly CatalogueColumn[], files: readonly SchemaFile[]): string {
  const faults: string[] = [];
  const imports = new Imports();
  const columnsOf = Map.groupBy(catalogue, ({ table }) => table);
  const rooms: string[] = [];
  const placed = new Set<string>();
  for (const { room, text } of [...files].sort((a, b) => (a.room < b.room ? -1 : 1))) {
    const file = pathOf(room);
    const tables = [...readSchemaFile(file, text)].sort(([a], [b]) => (a < b ? -1 : 1));
    const lines: string[] = [];
    for (const [table, { line, columns }] of tables) {
      const inDatabase = columnsOf.get(table) ?? [];
      placed.add(table);
      if (inDatabase.length === 0) faults.push(`${file}:${line}: the database has no table ${table}.`);
      lines.push(`    ${table}: {`);
      for (const column of inDatabase) {
        const written = columns.get(column.column);
        if (written === undefined)
          faults.push(
            `${file}:${line}: ${table} has a column ${column.column} that stands on no line of its own here.`,
          );
        else {
          const type = typeOf(column, written, imports.of(room, written));
          if (type === null) faults.push(untyped(`${file}:${written.line}`, column));
          else lines.push(`      ${fieldOf(column.column)}: ${type};`);
        }
      }
      lines.push("    };");
    }
    if (lines.length > 0) rooms.push([`    // ${room}/schema.sql`, ...lines].join("\n"));
  }
  for (const table of columnsOf.keys()) {
    if (!placed.has(table))
      faults.push(
        `The database has a table ${table} that no schema.sql makes: write \`create table ${table} (\` in its room's.`,
      );
  }
  if (faults.length > 0) throw new Error(faults.join("\n"));
  return [
    header,
    imports.lines(),
    `\ndeclare module "./ground/db/schema.ts" {\n  interface Schema {\n${rooms.join("\n")}\n  }\n}\n`,
  ].join("\n");
}

export function pathOf(room: string): string {
  return `cloud/src/${room}/schema.sql`;
}

const header = `/**
 * The types of all tables. Generated: \`npm run schema-types\` writes this file from the rooms' \`schema.sql\`, and from what a database that is made of
 * them says of itself. Nobody edits it; a test compares.
 */`;

/** What a column of this type gives, and what it takes where that is something else. */
const sqlTypes: Readonly<Record<string, readonly [selected: string, written?: string]>> = {
  text: ["string"],
  bigint: ["number"],
  integer: ["number"],
  smallint: ["number"],
  "double precision": ["number"],
  real: ["number"],
  boolean: ["boolean"],
  bytea: ["Buffer", "Uint8Array"],
  date: ["Date", "string"],
  "text[]": ["string[]"],
  "bigint[]": ["number[]"],
  "integer[]": ["number[]"],
};

/** Null: neither the SQL type nor the comment tells. */
function typeOf(column: CatalogueColumn, { note }: FileColumn, named: string | null): string | null {
  const ofSql = sqlTypes[column.type];
  const values =
    column.type === "text" ? (column.values?.map((value) => JSON.stringify(value)).join(" | ") ?? null) : null;
  const base = named ?? values ?? ofSql?.[0];
  if (base === undefined) return null;
  // `unknown` takes in null.
  const orNull = column.notNull || base === "unknown" ? "" : " | null";
  const selected = `${base}${orNull}`;
  const written = `${(named === null ? ofSql?.[1] : undefined) ?? base}${orNull}`;
  if (column.isGenerated || note?.writes === "computed") return `GeneratedAlways<${selected}>`;
  const inserted = column.hasDefault ? `${written} | undefined` : written;
  if (note?.writes === "fixed")
    return inserted === selected ? `Fixed<${selected}>` : `ColumnType<${selected}, ${inserted}, never>`;
  if (written !== selected) return `ColumnType<${selected}, ${inserted}, ${written}>`;
  return column.hasDefault ? `Generated<${selected}>` : selected;
}

function untyped(at: string, { table, column, type }: CatalogueColumn): string {
  return (
    `${at}: ${table}.${column} is ${type}, which tells no type. Write it at the end of the line: ` +
    `-- type Terms from "@karibu/protocol/plan", or -- type readonly string[]`
  );
}

/** Names that the types need, each imported once. Two rooms may call two things the same: the second one gets another name here. */
class Imports {
  /** By name as it is here: what its module calls it, and the module. */
  readonly #known = new Map<string, { readonly name: string; readonly from: string }>();

  /** The column's type with names as they are here; null: its comment gives none. */
  of(room: string, { note }: FileColumn): string | null {
    if (note === null || note.type === null) return null;
    if (note.from === null) return note.type;
    const from = note.from.startsWith(".") ? fromTop(room, note.from) : note.from;
    let type = note.type;
    for (const name of namesIn(note.type))
      type = type.replaceAll(new RegExp(`\\b${name}\\b`, "g"), this.#nameOf(name, from));
    return type;
  }

  #nameOf(name: string, from: string): string {
    for (let here = name, number = 2; ; here = `${name}${number++}`) {
      const known = this.#known.get(here);
      if (known === undefined) this.#known.set(here, { name, from });
      if (known === undefined || (known.name === name && known.from === from)) return here;
    }
  }

  lines(): string {
    const byModule = Map.groupBy(this.#known, ([, { from }]) => from);
    const own = [
      `import type { ColumnType, Generated, GeneratedAlways } from "kysely";`,
      `import type { Fixed } from "./ground/db/schema.ts";`,
    ];
    const lines = [...byModule].map(([from, names]) => {
      const list = names.map(([here, { name }]) => (here === name ? name : `${name} as ${here}`)).sort();
      return `import type { ${list.join(", ")} } from "${from}";`;
    });
    return [...own, ...lines].sort((a, b) => (moduleOf(a) < moduleOf(b) ? -1 : 1)).join("\n");
  }
}

function moduleOf(line: string): string {
  return line.slice(line.indexOf(' from "'));
}

/** A path as a room's file writes it, seen from `cloud/src`. */
function fromTop(room: string, path: string): string {
  return new URL(path, `file:///${room}/`).pathname.replace("/", "./");
}

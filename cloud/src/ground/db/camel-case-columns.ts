/**
 * Columns are `created_at_ms` in SQL and `createdAtMs` in code; tables are called alike in both. What stands in a `jsonb` is nobody's column: bodies that
 * are signed must stay as they are. Why, and where the border is: docs/decisions/columns-in-camel-case.md.
 */
import { CamelCasePlugin, type KyselyPlugin } from "kysely";

const intoSql = new CamelCasePlugin({ underscoreBetweenUppercaseLetters: true });

const fields = new Map<string, string>();

/** `createdAtMs` of `created_at_ms`; a name without underscores is itself. */
export function fieldOf(column: string): string {
  const known = fields.get(column);
  if (known !== undefined) return known;
  const field = column.replaceAll(/_+([^_])/g, (_, letter: string) => letter.toUpperCase());
  fields.set(column, field);
  return field;
}

const columnNames = new Map<string, string>();

/** `created_at_ms` of `createdAtMs`. */
export function columnOf(field: string): string {
  const known = columnNames.get(field);
  if (known !== undefined) return known;
  const column = field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  columnNames.set(field, column);
  return column;
}

type Row = Readonly<Record<string, unknown>>;

/** All rows of an answer have the columns of the first one. Rows whose columns are called as their fields stay the same objects. */
export function inFields<Answer>(rows: readonly Answer[]): Answer[] {
  const columns = Object.keys((rows[0] ?? {}) as Row);
  const named = columns.map(fieldOf);
  if (named.every((field, at) => field === columns[at])) return rows as Answer[];
  return rows.map((row) => {
    const renamed: Record<string, unknown> = {};
    for (let at = 0; at < columns.length; at++) renamed[named[at] as string] = (row as Row)[columns[at] as string];
    return renamed as Answer;
  });
}

/** Kysely's own plugin copies every row, key by key: of a hub at work that was a twentieth of its processor time. */
export const camelCaseColumns: KyselyPlugin = {
  transformQuery: (args) => intoSql.transformQuery(args),
  transformResult: async ({ result }) => ({ ...result, rows: inFields(result.rows) }),
};

/** How rows of a router become typed rows of the API: each column names its RouterOS text and how it is read. Pure. */
import type { RouterRow } from "@karibu/protocol/router/router-views";
import { z } from "zod";
import { readDuration, readFlag, readNumber, readOfPair } from "./row-texts.ts";

export interface Column<Schema extends z.ZodType = z.ZodType> {
  readonly schema: Schema;
  readonly read: (row: RouterRow) => z.input<Schema>;
  /** How a list is sorted by it. */
  readonly sortsAs: "text" | "number";
  /** Lists are sorted by it. */
  readonly isSorted?: true;
}

export const sorted = <Of extends Column>(column: Of): Of => ({ ...column, isSorted: true });

const first = (row: RouterRow, names: readonly string[]) =>
  names.map((name) => row[name]).find((one) => one !== undefined);
const ofNumber = (read: (row: RouterRow) => number | null): Column<z.ZodNullable<z.ZodNumber>> => ({
  schema: z.number().nullable(),
  read,
  sortsAs: "number",
});

/** The router's own text: hostile. Null: it gave none. Of several names the first that it gave. */
export const text = (...names: string[]): Column<z.ZodNullable<z.ZodString>> => ({
  schema: z.string().nullable(),
  read: (row) => first(row, names) ?? null,
  sortsAs: "text",
});
export const flag = (...names: string[]): Column<z.ZodBoolean> => ({
  schema: z.boolean(),
  read: (row) => readFlag(first(row, names)),
  sortsAs: "number",
});
export const number = (...names: string[]) => ofNumber((row) => readNumber(first(row, names)));
export const seconds = (...names: string[]) => ofNumber((row) => readDuration(first(row, names)));
/** The first, or the second, of `12,34`. */
export const ofPair = (name: string, place: 0 | 1) => ofNumber((row) => readOfPair(row[name], place));
/** Not from the router: which of several menus the row stood in. */
export const given = <Value extends string>(value: Value, all: readonly [Value, ...Value[]]) => ({
  schema: z.enum(all),
  read: () => value,
  sortsAs: "text" as const,
});

type Columns = Readonly<Record<string, Column>>;
type ShapeOf<Of extends Columns> = { [Name in keyof Of]: Of[Name]["schema"] };

export function viewOf<Of extends Columns>(columns: Of) {
  type View = z.ZodObject<ShapeOf<Of>>;
  const schema = z.object(
    Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column.schema])),
  ) as unknown as View;
  const of = (row: RouterRow) =>
    Object.fromEntries(Object.entries(columns).map(([name, { read }]) => [name, read(row)])) as z.input<View>;
  const sorts = Object.entries(columns).flatMap(([name, { sortsAs, isSorted }]) =>
    isSorted ? [{ name, sortsAs }] : [],
  );
  return { schema, of, sorts };
}

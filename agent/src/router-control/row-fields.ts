/** What an action writes into a row, and whether what is read back means the same. RouterOS writes values in its own way. Pure. */
import type { RouterRow } from "../ground/live-router.ts";
import { durationMs } from "../routeros/duration.ts";

export interface Field {
  /** The argument's name, which is the column's too. */
  readonly column: string;
  /** As it is sent. */
  readonly value: string;
  readonly as: "text" | "flag" | "duration" | "number" | "at-most-before";
}

/** A field that the order leaves out stays as it is. */
export function fieldsOf(...given: readonly (Field | null)[]): readonly Field[] {
  return given.filter((field) => field !== null);
}

export const text = (column: string, value: string | undefined): Field | null =>
  value === undefined ? null : { column, value, as: "text" };

export const flag = (column: string, value: boolean | undefined): Field | null =>
  value === undefined ? null : { column, value: value ? "yes" : "no", as: "flag" };

export const count = (column: string, value: number | undefined): Field | null =>
  value === undefined ? null : { column, value: String(value), as: "number" };

/** `zero`: how RouterOS writes that there is no such time. */
export const seconds = (column: string, value: number | undefined, zero: "0s" | "none" = "0s"): Field | null =>
  value === undefined ? null : { column, value: value === 0 ? zero : `${value}s`, as: "duration" };

export const wordsOf = (fields: readonly Field[]): string[] => fields.map(({ column, value }) => `=${column}=${value}`);

/** What is not as it was ordered; null: all is. `before`: the row as it was. */
export function differenceOf(fields: readonly Field[], row: RouterRow, before: RouterRow | null): Field | null {
  return fields.find((field) => !means(field, row[field.column] ?? "", before)) ?? null;
}

function means({ column, value, as }: Field, found: string, before: RouterRow | null): boolean {
  if (as === "flag") return isYes(found) === isYes(value);
  if (as === "duration") return timeOf(found) === timeOf(value);
  if (as === "number") return wholeOf(found) === wholeOf(value);
  if (as === "at-most-before") return sizeOf(found) <= sizeOf(before?.[column] ?? "");
  return found === value || (value === "all" && found === "");
}

const isYes = (value: string): boolean => value === "yes" || value === "true";
/** Of a number or a time. */
const sizeOf = (value: string): number => (/^\d+$/.test(value) ? Number(value) : (timeOf(value) ?? Number.NaN));
/** A property that is not set does not show. */
const timeOf = (value: string): number | null => (value === "" || value === "none" ? 0 : durationMs(value));
const wholeOf = (value: string): number | null => (value === "" ? 0 : /^\d+$/.test(value) ? Number(value) : Number.NaN);

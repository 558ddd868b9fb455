/**
 * How an export writes its columns, for people and their spreadsheets. Amounts are whole currency ("30.00"; the currency has a
 * column of its own). A time has two columns: in UTC, and the clock on the provider's wall. Pure.
 */
import { displayName } from "@karibu/protocol/plan-name";
import type { Cell } from "./csv.ts";

/** The heads that a field has: `createdAtMs` becomes `createdAt` and `createdAtLocal`, `amountCents` becomes `amount`. */
export function headsOf(field: string): readonly string[] {
  if (field.endsWith("AtMs")) return [field.slice(0, -2), `${field.slice(0, -2)}Local`];
  return [field.endsWith("Cents") ? field.slice(0, -"Cents".length) : field];
}

/** @param offsetMinutes the provider's time zone, minutes east of UTC */
export function cellsOf(field: string, value: unknown, offsetMinutes: number): readonly Cell[] {
  if (field.endsWith("AtMs")) {
    if (typeof value !== "number") return [null, null];
    const local = new Date(value + offsetMinutes * 60_000).toISOString().slice(0, 19).replace("T", " ");
    return [new Date(value).toISOString(), local];
  }
  if (field.endsWith("Cents")) return [typeof value === "number" ? (value / 100).toFixed(2) : null];
  if (field === "planName" && typeof value === "string") return [displayName(value)];
  return [value as Cell];
}

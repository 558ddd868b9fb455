/** Values of a running script, and the error that stops it. */
import type { Statement } from "./script-tree.ts";

/** What `:parse` gives: a text that is code. It runs where it stands as a command. */
export class Code {
  readonly body: readonly Statement[];
  constructor(body: readonly Statement[]) {
    this.body = body;
  }
}

export type Result = string | boolean | number | readonly string[] | ReadonlyMap<string, string> | Code | null;

/** A command failed. The script stops, unless `on-error` handles it. */
export class ScriptError extends Error {}

export function textOf(value: Result): string {
  if (value === null || value instanceof Map || value instanceof Code) return "";
  return Array.isArray(value) ? value.join(";") : String(value);
}

/** Each letter is one byte. */
export const isBytes = (text: string): boolean => !/[^\0-\xff]/.test(text);

/** `00:02:00` is a number of seconds. */
export function numberOf(value: Result): number {
  return textOf(value)
    .split(":")
    .reduce((sum, part) => sum * 60 + Number(part), 0);
}

/**
 * Questions that a hub asks again and again, whether anything happens or not. To plan one of many parts takes the embedded engine up to ten milliseconds,
 * each time anew; to answer it takes less than one. It keeps the plan of a statement that begins with this mark. A server plans them as any other.
 */
import { sql } from "kysely";

const mark = "/* asked often */";

export const askedOften = sql.raw(mark);

/** Plans that are kept: texts that differ more than a few are not the same question. */
const keptMax = 50;

export interface KeptPlans {
  /** Null: it is not marked, or has a parameter that is not plain. `prepare`: to be run before; null: it was. */
  of(
    text: string,
    parameters: readonly unknown[],
  ): { readonly prepare: string | null; readonly execute: string } | null;
  /** What was to be run before has failed (its transaction had failed by then): the next time it is run again. */
  forget(text: string): void;
}

/**
 * For one connection: how a marked statement is asked by its kept plan. Prepared statements outlive the transaction that made them, also one that
 * is rolled back.
 */
export function createKeptPlans(): KeptPlans {
  const names = new Map<string, string>();
  let made = 0;
  return {
    of(text, parameters) {
      if (!text.startsWith(mark)) return null;
      const values = parameters.map(literalOf);
      const known = names.get(text);
      if (values.includes(null) || (known === undefined && names.size >= keptMax)) return null;
      const name = known ?? `asked_often_${made++}`;
      names.set(text, name);
      return {
        prepare: known === undefined ? `prepare ${name} as ${text}` : null,
        execute: `execute ${name}${values.length === 0 ? "" : `(${values.join(", ")})`}`,
      };
    },
    forget(text) {
      names.delete(text);
    },
  };
}

/** EXECUTE takes no parameters of the protocol. */
function literalOf(value: unknown): string | null {
  if (typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value))) return String(value);
  if (typeof value !== "string" || value.includes("\0") || value.includes("\\")) return null;
  return `'${value.replaceAll("'", "''")}'`;
}

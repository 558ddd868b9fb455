/**
 * Questions that a hub asks again and again, whether anything happens or not. To plan one of many parts takes the embedded engine up to ten milliseconds,
 * each time anew; to answer it takes less than one. It keeps the plan of a statement that begins with this mark. A server plans them as any other.
 */
import { sql } from "kysely";

const mark = "/* asked often */";

export const askedOften = sql.raw(mark);

/** Plans that are kept: texts that differ more than a few are not the same question. */
const keptMax = 200;

export interface KeptPlans {
  /** Under which name the engine keeps its plan, or is to keep it from now on (`isNew`). Null: it is planned each time. */
  of(text: string, isWanted: boolean): { readonly name: string; readonly isNew: boolean } | null;
  /** Its first run has failed: perhaps the engine has no such plan. The next one gets another name. */
  forget(text: string): void;
}

/**
 * For one connection. Prepared statements outlive the transaction that made them, also one that is rolled back.
 * `isWanted`: the transaction keeps all its plans (`prepared.ts`).
 */
export function createKeptPlans(): KeptPlans {
  const names = new Map<string, string>();
  let made = 0;
  return {
    of(text, isWanted) {
      if (!isWanted && !text.startsWith(mark)) return null;
      const known = names.get(text);
      if (known !== undefined) return { name: known, isNew: false };
      if (names.size >= keptMax) return null;
      const name = `kept_${made++}`;
      names.set(text, name);
      return { name, isNew: true };
    },
    forget(text) {
      names.delete(text);
    },
  };
}

/** What a command of the simulated API comes to. */
import type { Row } from "./api-query.ts";

/** Categories: 0 missing item, 1 argument, 2 interrupted, 4 failure of the scripting layer, 5 API failure. */
export interface Trap {
  readonly message: string;
  readonly category: number | null;
}

export type Outcome = { readonly rows: readonly Row[] } | { readonly trap: Trap };

export const trap = (message: string, category: number | null = null): Outcome => ({ trap: { message, category } });
export const done: Outcome = { rows: [] };
export const noSuchItem = trap("no such item", 0);
export const notAllowed = trap("not enough permissions (9)");

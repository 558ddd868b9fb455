/** Types of the checker beside. */
export interface Finding {
  readonly line: number;
  readonly path: string;
  readonly message: string;
  readonly severity: "error" | "warning";
}
export function checkScript(
  text: string,
  version: string,
  options?: { allowAbbrev?: boolean; values?: boolean },
): Finding[];
/** Names of a command's arguments; undefined when there is no such command. */
export function args(path: string, version: string): string[] | undefined;
/** The same of one sentence of the API. */
export function checkApi(words: readonly string[], version: string): Finding[];

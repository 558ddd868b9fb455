import { word, wordOr } from "./strings.ts";

/** What a limit is called where it is set: "a day" where its use is counted "today". */
export function limitName(kind: string): string {
  return wordOr("limit", kind, word("quota", kind));
}

/** From a list of another system's codes to the rows that a site finds them by. Pure. */
import type { ListedCodesBody, ListedMore } from "./feed.ts";
import { hideUnder, listedCodesPerRow, listedHash, listedText } from "./listed-code.ts";

export interface ListedCode {
  readonly code: string;
  /** Null: nothing, or the code again. */
  readonly ownPassword: string | null;
  readonly more: Omit<ListedMore, "at" | "password">;
}

/** Bodies of `listed-codes` rows, by key. Serials are places in the list. */
export function listedRows(
  batchId: string,
  keyHex: string,
  codes: readonly ListedCode[],
): Map<string, ListedCodesBody> {
  const rows = new Map<string, ListedCodesBody>();
  for (let from = 0; from < codes.length; from += listedCodesPerRow) {
    const part = codes.slice(from, from + listedCodesPerRow);
    rows.set(`${batchId}.${from / listedCodesPerRow}`, {
      batchId,
      hashes: part.map(({ code }) => listedHash(keyHex, listedText(code))).join(""),
      more: part.flatMap((code, at) => moreOf(keyHex, code, at)),
    });
  }
  return rows;
}

function moreOf(keyHex: string, code: ListedCode, at: number): ListedMore[] {
  const more = passwordsHidden(keyHex, code);
  return Object.keys(more).length === 0 ? [] : [{ at, ...more }];
}

/** What a code has beyond its batch, with its own password hidden under the code. */
export function passwordsHidden(keyHex: string, { code, ownPassword, more }: ListedCode): Omit<ListedMore, "at"> {
  if (ownPassword === null) return more;
  return { ...more, password: hideUnder(keyHex, `password\n${listedText(code)}`, ownPassword) };
}

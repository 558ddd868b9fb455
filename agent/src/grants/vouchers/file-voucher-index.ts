/**
 * Finds the site file's line that a grant came from: the grant's identifier holds a hash of the voucher's key. A Map by
 * identifier would cost a router 150 bytes for each of 20,000 lines. This index keeps 32 bits of each hash in one array and
 * compares the few lines that match.
 */
import { fileVoucherHashOf } from "@karibu/protocol/grant-id";
import { grantIdOfCode } from "../site-file-grants.ts";

/** Returns a function from a grant's identifier to the voucher's key; undefined: no line has it. The first call hashes all keys. */
export function createFileVoucherIndex(keys: Iterable<string>): (grantId: string) => string | undefined {
  let index: { readonly keys: readonly string[]; readonly marks: Uint32Array } | null = null;

  return (grantId) => {
    index ??= indexOf([...keys]);
    const mark = markOf(grantId);
    for (let at = index.marks.indexOf(mark); at >= 0; at = index.marks.indexOf(mark, at + 1)) {
      const key = index.keys[at] as string;
      if (grantIdOfCode(key) === grantId) return key;
    }
    return undefined;
  };
}

function indexOf(keys: readonly string[]) {
  return { keys, marks: Uint32Array.from(keys, (key) => markOf(grantIdOfCode(key))) };
}

/** The first 32 bits of the hash. */
const markOf = (grantId: string): number => Number.parseInt(fileVoucherHashOf(grantId).slice(0, 8), 16);

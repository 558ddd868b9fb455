/**
 * Finds the site file's line that a grant came from: the grant's identifier holds a hash of the voucher's key. A Map by
 * identifier would cost a router 150 bytes for each of 20,000 lines. This index keeps 32 bits of each hash in one array and
 * compares the few lines that match.
 */
import { fileVoucherHashOf } from "@karibu/protocol/grant-id";
import { grantIdOfCode } from "../site-file-grants.ts";
import { createVoucherLines, type VoucherLines } from "./voucher-lines.ts";

type Lines = Pick<VoucherLines, "size" | "keyAt">;

export const noVoucherLines: Lines = createVoucherLines(0);

/** Returns a function from a grant's identifier to the voucher's key; undefined: no line has it. The first call hashes all keys. */
export function createFileVoucherIndex(lines: Lines): (grantId: string) => string | undefined {
  let marks: Uint32Array | null = null;

  return (grantId) => {
    marks ??= marksOf(lines);
    const mark = markOf(grantId);
    for (let at = marks.indexOf(mark); at >= 0; at = marks.indexOf(mark, at + 1)) {
      const key = lines.keyAt(at);
      if (grantIdOfCode(key) === grantId) return key;
    }
    return undefined;
  };
}

function marksOf({ size, keyAt }: Lines): Uint32Array {
  const marks = new Uint32Array(size);
  for (let line = 0; line < size; line++) marks[line] = markOf(grantIdOfCode(keyAt(line)));
  return marks;
}

/** The first 32 bits of the hash. */
const markOf = (grantId: string): number => Number.parseInt(fileVoucherHashOf(grantId).slice(0, 8), 16);

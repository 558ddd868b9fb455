/**
 * Which line of the site file a grant came from: its id holds a hash of the voucher's key. A Map by id would cost a router
 * 150 bytes for each of 20,000 lines; 32 bits of each hash in a row find the few lines that may be it.
 */
import { hash } from "node:crypto";

export const fileGrantPrefix = "v.file.";

export function shortHash(text: string): string {
  return hash("sha256", text, "hex").slice(0, 24);
}

export function fileGrantId(key: string): string {
  return `${fileGrantPrefix}${shortHash(key)}`;
}

/** @returns finds the key that a grant's id was made of; undefined: no line of the file has it. Hashes all keys at the first question. */
export function createFileGrantKeys(keys: Iterable<string>): (grantId: string) => string | undefined {
  let known: { readonly keys: readonly string[]; readonly marks: Uint32Array } | null = null;
  const markOf = (hashText: string): number => Number.parseInt(hashText.slice(0, 8), 16);

  return (grantId) => {
    known ??= indexed([...keys]);
    const mark = markOf(grantId.slice(fileGrantPrefix.length));
    for (let at = known.marks.indexOf(mark); at >= 0; at = known.marks.indexOf(mark, at + 1)) {
      const key = known.keys[at] as string;
      if (fileGrantId(key) === grantId) return key;
    }
    return undefined;
  };

  function indexed(all: readonly string[]) {
    return { keys: all, marks: Uint32Array.from(all, (key) => markOf(shortHash(key))) };
  }
}

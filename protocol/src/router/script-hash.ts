import { sha256Hex } from "../hash.ts";

/** What a script's text is told apart by. RouterOS may end its lines in another way than it was given them. */
export const scriptHash = (source: string): string =>
  sha256Hex(
    source
      .split(/\r\n|\r|\n/)
      .map((line) => line.trimEnd())
      .join("\n")
      .trim(),
  ).slice(0, 32);

import type { Line } from "./framing.ts";

const recentCharactersMax = 256 * 1024;

/** The newest durable records: what a connected hub asks for next is not read back from flash. */
export function createRecentLines(): {
  add(firstSeq: number, jsons: readonly string[]): void;
  lines(): readonly Line[];
} {
  let lines: Line[] = [];
  let characters = 0;
  return {
    add(firstSeq, jsons) {
      let seq = firstSeq;
      for (const json of jsons) {
        lines.push({ seq: seq++, json });
        characters += json.length;
      }
      if (characters <= recentCharactersMax) return;
      let dropped = 0;
      // Down to half, so that cutting is rare.
      while (characters > recentCharactersMax / 2) characters -= (lines[dropped++] as Line).json.length;
      lines = lines.slice(dropped);
    },
    lines: () => lines,
  };
}

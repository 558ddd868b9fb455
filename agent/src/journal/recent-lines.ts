import type { Line } from "../ground/files/checked-line.ts";

const recentCharactersMax = 256 * 1024;

/** The newest durable records, in memory: a connected hub asks for them next. */
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
      // Drops half, so that this happens rarely.
      while (characters > recentCharactersMax / 2) characters -= (lines[dropped++] as Line).json.length;
      lines = lines.slice(dropped);
    },
    lines: () => lines,
  };
}

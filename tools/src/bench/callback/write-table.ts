/** The table of measured figures in `docs/performance.md`, between two marks. A figure that was not measured this time stays as it is, with its day. Pure. */
import type { Figure } from "./figures.ts";

export const marksOf = (bench: string) => [`<!-- bench ${bench} begins -->`, `<!-- bench ${bench} ends -->`] as const;
const head = ["| figure | measured | goal | when, load before |", "|---|---|---|---|"];

const nameOf = (line: string): string => line.split(" | ")[0]?.replace(/^\| /, "") ?? "";

/**
 * @param bench its name, which stands in the marks
 * @param when the day, and how busy the machine was
 * @param picture the line that shows it, above the table; null: as it is. Throws where the marks are missing.
 */
export function writeTable(
  document: string,
  bench: string,
  figures: readonly Figure[],
  when: string,
  picture: string | null = null,
): string {
  const [tableBegins, tableEnds] = marksOf(bench);
  const [from, to] = [document.indexOf(tableBegins), document.indexOf(tableEnds)];
  if (from === -1 || to < from) throw new Error(`the marks ${tableBegins} and ${tableEnds} are missing`);
  const before = document.slice(from + tableBegins.length, to).split("\n");
  const rows = new Map(
    before.filter((line) => line.startsWith("| ") && line !== head[0]).map((line) => [nameOf(line), line]),
  );
  for (const { figure, value, goal } of figures) rows.set(figure, `| ${figure} | ${value} | ${goal} | ${when} |`);
  const shown = picture ?? before.find((line) => line.startsWith("![")) ?? null;
  const table = [
    tableBegins,
    "",
    ...(shown === null ? [] : [shown, ""]),
    ...head,
    ...rows.values(),
    "",
    tableEnds,
  ].join("\n");
  return document.slice(0, from) + table + document.slice(to + tableEnds.length);
}

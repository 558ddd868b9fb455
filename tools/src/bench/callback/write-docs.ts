/** Writes what was measured into `docs/performance.md`, and the picture beside it. */
import { readFileSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { repositoryRoot } from "../../build/repository.ts";
import { drawWaits, type Run } from "./draw-waits.ts";
import type { Figure } from "./figures.ts";
import { writeTable } from "./write-table.ts";

const picture = "pictures/callback-to-grant.svg";
const path = join(repositoryRoot, "docs/performance.md");
const pictureLine = `![From callback to grant, in each second](${picture})`;

export const loadBefore = (): number => Number((loadavg()[0] ?? 0).toFixed(1));

/** Of this bench, which has its marks in the document. */
export function writeFigures(bench: string, figures: readonly Figure[], load: number): void {
  const when = `${new Date().toISOString().slice(0, 10)}, ${load}`;
  writeFileSync(path, writeTable(readFileSync(path, "utf8"), bench, figures, when));
}

export function writePicture(runs: readonly Run[], caption: string): void {
  writeFileSync(join(repositoryRoot, "docs", picture), drawWaits(runs, caption));
  writeFileSync(path, writeTable(readFileSync(path, "utf8"), "callback", [], "", pictureLine));
}

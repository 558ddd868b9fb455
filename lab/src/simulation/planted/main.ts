/**
 * `node lab/src/simulation/planted/main.ts [--fault ID]...`: plants each fault in a copy of the sources, runs what finds it, and says whether it did, and
 * after how long. Without an id: all of them. `--write` writes `docs/reliability.md` instead.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { requireNode } from "@karibu/protocol/process/require-node";
import { copySources, root } from "./copy.ts";
import type { PlantedFault } from "./fault.ts";
import { allFaults } from "./promises.ts";
import { reliabilityDoc, reliabilityText } from "./reliability-text.ts";
import { runFinder, whyNotFound } from "./run-finder.ts";

requireNode();
const say = (line: string): void => void process.stdout.write(`${line}\n`);

if (process.argv.includes("--write")) writeFileSync(join(root, reliabilityDoc), reliabilityText());
else await tryFaults(chosen());

function chosen(): [string, PlantedFault][] {
  const ids = process.argv.filter((_, at) => process.argv[at - 1] === "--fault");
  const unknown = ids.find((id) => !allFaults.some(([each]) => each === id));
  if (unknown === undefined) return allFaults.filter(([id]) => ids.length === 0 || ids.includes(id));
  process.stderr.write(`--fault: there is no ${unknown}\n`);
  process.exit(2);
}

async function tryFaults(faults: readonly [string, PlantedFault][]): Promise<void> {
  const copy = copySources();
  try {
    for (const [id, fault] of faults) {
      copy.plant(fault);
      const sinceMs = performance.now();
      const why = whyNotFound(fault.foundBy, await runFinder(copy.folder, fault.foundBy));
      copy.takeOut(fault);
      const seconds = Math.round((performance.now() - sinceMs) / 1000);
      say(
        `${why === null ? "found   " : "SURVIVED"} ${String(seconds).padStart(4)} s  ${id}${why === null ? "" : `: ${why}`}`,
      );
      if (why !== null) process.exitCode = 1;
    }
  } finally {
    copy.remove();
  }
}

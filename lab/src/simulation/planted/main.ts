/**
 * `node lab/src/simulation/planted/main.ts [--fault ID]...`: plants each fault in a copy of the sources, runs what finds it, and says whether it did, and
 * after how long. Without an id: all of them. `--fresh N` plays N stories of a site that nobody has played before with each fault of the agent, and counts those
 * that find it. `--write` writes `docs/reliability.md` instead.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { realRandom } from "@karibu/cloud/real-world";
import { requireNode } from "@karibu/protocol/process/require-node";
import { copySources, root } from "./copy.ts";
import type { PlantedFault } from "./fault.ts";
import { allFaults } from "./promises.ts";
import { reliabilityDoc, reliabilityText } from "./reliability-text.ts";
import { playStories, runFinder, whyNotFound } from "./run-finder.ts";

requireNode();
const say = (line: string): void => void process.stdout.write(`${line}\n`);

if (process.argv.includes("--write")) writeFileSync(join(root, reliabilityDoc), reliabilityText());
else if (process.argv.includes("--fresh")) await playFresh(chosen(), readFresh());
else await tryFaults(chosen());

function chosen(): [string, PlantedFault][] {
  const ids = process.argv.filter((_, at) => process.argv[at - 1] === "--fault");
  const unknown = ids.find((id) => !allFaults.some(([each]) => each === id));
  if (unknown === undefined) return allFaults.filter(([id]) => ids.length === 0 || ids.includes(id));
  process.stderr.write(`--fault: there is no ${unknown}\n`);
  process.exit(2);
}

function readFresh(): number {
  const count = Number(process.argv[process.argv.indexOf("--fresh") + 1]);
  if (Number.isSafeInteger(count) && count > 0) return count;
  process.stderr.write("--fresh needs a whole number of stories, from 1\n");
  process.exit(2);
}

/** Stories of a site run the agent: of faults elsewhere they can find nothing. */
async function playFresh(faults: readonly [string, PlantedFault][], count: number): Promise<void> {
  const ofAgent = faults.filter(([, { patch }]) => /^(agent|protocol)\//.test(patch.file));
  const from = realRandom()
    .bytes(4)
    .reduce((sum, byte) => sum * 256 + byte, 0);
  const copy = copySources();
  let found = 0;
  try {
    for (const [id, fault] of ofAgent) {
      copy.plant(fault);
      const broken = await playStories(copy.folder, { from, count });
      copy.takeOut(fault);
      const seeds = new Set(broken.map((line) => line.split(":")[0])).size;
      if (seeds > 0) found++;
      const invariants = [...new Set(broken.flatMap((line) => /: ([A-Z-]+):/.exec(line)?.[1] ?? []))];
      say(`${String(seeds).padStart(4)} of ${count}  ${id}${seeds === 0 ? "" : `: ${invariants.join(", ")}`}`);
    }
  } finally {
    copy.remove();
  }
  say(`${found} of ${ofAgent.length} faults of the agent are found by stories from seed ${from}`);
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

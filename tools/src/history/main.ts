/**
 * `npm run history [-- --days 60] [--busy 1] [--out FOLDER]`: makes the days that lie behind the demo. Without `--out` they are kept where the next
 * `npm start` with no data looks for them. A line for each day.
 */
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { realRandom } from "@karibu/cloud/real-world";
import { requireNode } from "@karibu/protocol/process/require-node";
import { historiesIn, keyOfHistory, nameOfHistory, unfinished } from "../start/history.ts";
import { liveHistory } from "./live-history.ts";

requireNode();
const { values } = parseArgs({
  options: {
    out: { type: "string" },
    days: { type: "string", default: "60" },
    busy: { type: "string", default: "1" },
    seed: { type: "string", default: "7" },
  },
});
const out = values.out ?? join(historiesIn, await nameOfHistory());
const folder = `${out}${unfinished}`;
rmSync(folder, { recursive: true, force: true });
mkdirSync(dirname(out), { recursive: true });
const startedAtMs = performance.now();
const { masterKey } = await liveHistory({
  folder,
  days: Number(values.days),
  busy: Number(values.busy),
  seed: Number(values.seed),
  untilMs: Date.now(),
  random: realRandom(),
  say: (line) => process.stdout.write(`${line} (${processorSeconds()} s of processor)\n`),
});
// What other code made is of no use any more.
if (values.out === undefined)
  for (const other of readdirSync(historiesIn))
    if (join(historiesIn, other) !== folder) rmSync(join(historiesIn, other), { recursive: true });
rmSync(out, { recursive: true, force: true });
writeFileSync(keyOfHistory(out), Buffer.from(masterKey).toString("base64"), { mode: 0o600 });
renameSync(folder, out);
const minutes = ((performance.now() - startedAtMs) / 60_000).toFixed(1);
process.stdout.write(`made in ${minutes} minutes, ${processorSeconds()} s of processor. `);
process.stdout.write("npm start begins with it where it has no data yet, or with --fresh.\n");
process.exit(0);

function processorSeconds(): number {
  return Math.round(process.cpuUsage().user / 1e6);
}

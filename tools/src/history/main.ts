/**
 * `npm run history [-- --days 60] [--busy 1] [--seed 7] [--out FOLDER]`: makes the days that lie behind the demo. Without `--out` they are kept where
 * the next `npm start` with no data looks for them. A line for each day.
 */
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { realRandom } from "@karibu/cloud/real-world";
import { requireNode } from "@karibu/protocol/process/require-node";
import {
  historiesIn,
  keyOfHistory,
  nameOfHistory,
  removeAbandoned,
  removeFormer,
  unfinishedAt,
} from "../start/history.ts";
import { liveHistory } from "./live-history.ts";
import { parseMakingOptions } from "./options.ts";

requireNode();
const parsed = parseMakingOptions(process.argv.slice(2));
if ("refused" in parsed) {
  process.stderr.write(`${parsed.refused}\n`);
  process.exit(1);
}
const { out: wanted, ...options } = parsed.options;
const out = wanted ?? join(historiesIn, await nameOfHistory());
const folder = unfinishedAt(out);
mkdirSync(dirname(out), { recursive: true });
removeAbandoned(historiesIn);
// However it ends, nothing is left of what is not whole; a start that makes it beside itself takes it along.
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
for (const end of ["SIGINT", "SIGTERM", "disconnect"] as const) process.once(end, () => process.exit(1));
const startedAtMs = performance.now();
const { masterKey } = await liveHistory({
  folder,
  ...options,
  untilMs: Date.now(),
  random: realRandom(),
  say: (line) => process.stdout.write(`${line} (${processorSeconds()} s of processor)\n`),
});
if (wanted === null) removeFormer(historiesIn);
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

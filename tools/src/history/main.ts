/** Makes a history for the demo: `node tools/src/history/main.ts --out FOLDER [--days 60] [--busy 1]`. A line for each ten days. */
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { realRandom } from "@karibu/cloud/real-world";
import { liveHistory } from "./live-history.ts";

const { values } = parseArgs({
  options: {
    out: { type: "string" },
    days: { type: "string", default: "60" },
    busy: { type: "string", default: "1" },
    seed: { type: "string", default: "7" },
  },
});
const { out } = values;
if (out === undefined) throw new Error("--out FOLDER: where the history is written");
const folder = `${out}.unfinished`;
rmSync(folder, { recursive: true, force: true });
mkdirSync(dirname(out), { recursive: true });
await liveHistory({
  folder,
  days: Number(values.days),
  busy: Number(values.busy),
  seed: Number(values.seed),
  untilMs: Date.now(),
  random: realRandom(),
  say: (line) => process.stdout.write(`${line}\n`),
});
rmSync(out, { recursive: true, force: true });
renameSync(folder, out);
process.exit(0);

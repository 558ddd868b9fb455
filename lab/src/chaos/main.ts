/**
 * An hour of chaos with real processes: `npm run chaos -- [--short] [--minutes N] [--seed N] [--hubs N] [--sites N] [--keep FOLDER]`. `--short`:
 * ten minutes. It prints what was injected and what was judged, and ends with 1 where something did not hold. Needs root on Linux and PostgreSQL's programs.
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { realRandom } from "@karibu/cloud/real-world";
import { requireNode } from "@karibu/protocol/process/require-node";
import { chaosJudged } from "../simulation/planted/of-chaos.ts";
import { runChaos } from "./run-chaos.ts";
import { whyNoChaos } from "./why-no-chaos.ts";

requireNode();
const { values } = parseArgs({
  options: {
    short: { type: "boolean", default: false },
    minutes: { type: "string" },
    seed: { type: "string" },
    hubs: { type: "string", default: "2" },
    sites: { type: "string", default: "3" },
    keep: { type: "string" },
    inside: { type: "boolean", default: false },
  },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const seed = Number(values.seed ?? Buffer.from(realRandom().bytes(4)).readUInt32BE() % 1_000_000);
const minutes = Number(values.minutes ?? (values.short ? 10 : 60));

const why = whyNoChaos();
if (why !== null) {
  say(`skipped: chaos with real processes: ${why}`);
} else if (!values.inside) process.exitCode = await runInside();
else process.exitCode = await runHere(values.keep as string);

/**
 * In a network, mounts and a table of processes of its own: whatever becomes of it, nothing of it is left. Its folder is removed from out here: inside,
 * the sites' disks are mounted in it until the last process has ended.
 */
async function runInside(): Promise<number> {
  const folder = values.keep ?? mkdtempSync(join(tmpdir(), "karibu-chaos-"));
  const own = ["--net", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child"];
  const settled = ["--seed", String(seed), "--keep", folder, "--inside"];
  const args = [fileURLToPath(import.meta.url), ...process.argv.slice(2), ...settled];
  const child = spawn("unshare", [...own, process.execPath, ...args], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => child.kill("SIGKILL"));
  const code = await new Promise<number>((resolve) => child.once("exit", (ended) => resolve(ended ?? 1)));
  if (values.keep === undefined) rmSync(folder, { recursive: true, force: true });
  return code;
}

async function runHere(folder: string): Promise<number> {
  mkdirSync(folder, { recursive: true });
  say(`seed ${seed}, ${minutes} minutes`);
  const setting = { seed, minutes, hubs: Number(values.hubs), sites: Number(values.sites), folder, say };
  const { injected, violations, counts } = await runChaos(setting);
  const kinds = Map.groupBy(injected, ({ what }) => what.replace(/\d[\d.-]*/g, "N").replace(/-N/g, "N"));
  say("\ninjected:");
  for (const [what, all] of [...kinds].sort()) say(`${String(all.length).padStart(5)}  ${what}`);
  say("\ncounted:");
  for (const [what, count] of Object.entries(counts)) say(`${String(count).padStart(5)}  ${what}`);
  say("\njudged:");
  for (const holds of Object.values(chaosJudged).flat()) say(`       ${holds}`);
  say(violations.length === 0 ? "\nall of it holds" : `\n${violations.length} things do not hold:`);
  for (const what of violations) say(`       ${what}`);
  // Timers of the town's routers go on.
  process.stdout.write("", () => process.exit(violations.length === 0 ? 0 : 1));
  return violations.length === 0 ? 0 : 1;
}

/**
 * The helper of a hub that may not touch the tunnel's interface. It runs as root beside the hub, reads the hub's plan, and applies it.
 * It believes nothing but what `fleet/tunnel/plan.ts` lets through, writes only into its own folder, and opens no socket.
 *
 *   node cloud/src/tunnel-helper.ts --interface wg0 --port 51820 --plan /var/lib/karibu/wireguard/plan.json --folder /run/karibu-tunnel
 *
 * `--hub-port`: where the hub listens (8000), if sites reach it through the tunnel.
 * The folder gets `readings`, which the hub reads (KARIBU_WIREGUARD_READINGS), and is root's.
 */
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { sleep } from "@karibu/protocol/world";
import { readPlan } from "./fleet/tunnel/plan.ts";
import { createMachineTunnel, dumpOf, replace } from "./fleet/tunnel/wg-command.ts";
import { realClock } from "./real-world.ts";

const lookMs = 2000;
const measureMs = 10_000;
const planBytesMax = 50e6;

const { values } = parseArgs({
  options: {
    interface: { type: "string" },
    port: { type: "string", default: "51820" },
    plan: { type: "string" },
    folder: { type: "string" },
    "hub-port": { type: "string", default: "8000" },
  },
});
const { interface: interfaceName, plan: planPath, folder } = values;
if (interfaceName === undefined || planPath === undefined || folder === undefined)
  refuse("--interface, --plan and --folder are needed");
if (!/^[a-zA-Z0-9_-]{1,15}$/.test(interfaceName)) refuse("--interface: the name of an interface is needed");

const port = Number(values.port);
if (!Number.isInteger(port) || port < 1 || port > 65_535) refuse("--port: a number from 1 to 65535 is needed");

const hubPort = Number(values["hub-port"]);
if (!Number.isInteger(hubPort) || hubPort < 1 || hubPort > 65_535)
  refuse("--hub-port: a number from 1 to 65535 is needed");

const clock = realClock();
const machine = createMachineTunnel(clock, interfaceName, join(folder, "private"), hubPort);
let applied = "";
let measuredAtMs = Number.NEGATIVE_INFINITY;
for (;;) {
  try {
    await look(interfaceName, planPath, folder);
  } catch (error) {
    applied = "";
    say(`not applied: ${(error as Error).message}`);
  }
  await sleep(clock, lookMs);
}

async function look(interfaceName: string, planPath: string, folder: string): Promise<void> {
  const text = await readPlain(planPath);
  if (text !== null && text !== applied) {
    const plan = readPlan(text);
    if (plan === null) throw new Error(`${planPath} is not a plan of this release`);
    // Where the machine listens is its administrator's to say.
    await machine.apply({ ...plan, port });
    applied = text;
    say(`applied: ${plan.peers.length} peers, ${plan.forwards.length} open ways`);
  }
  if (!(await machine.stands())) {
    applied = "";
    say("somebody took the rules away: they are made again");
    return;
  }
  if (clock.monotonicMs() - measuredAtMs < measureMs) return;
  measuredAtMs = clock.monotonicMs();
  // The first line holds the private key, the second column of the others a preshared one.
  const lines = (await dumpOf(interfaceName)).trim().split("\n").slice(1);
  const peers = lines
    .map((line) => line.split("\t"))
    .map((fields) => [fields[0], "(none)", ...fields.slice(2)].join("\t"));
  if (peers.length === 0) applied = ""; // somebody restarted the interface
  await replace(folder, join(folder, "readings"), ["interface", ...peers].join("\n"), 0o644);
}

/** Null: it is not there yet. The folder is the hub's: a link in the file's place is not followed, and what is read must be a plan. */
async function readPlain(path: string): Promise<string | null> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return null;
      throw error;
    },
  );
  if (file === null) return null;
  try {
    const facts = await file.stat();
    if (!facts.isFile() || facts.size > planBytesMax) throw new Error(`${path} is no plain file, or too large`);
    // It may grow while it is read.
    const { bytesRead, buffer } = await file.read(Buffer.alloc(facts.size), 0, facts.size, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}

function say(sentence: string): void {
  process.stdout.write(
    `${JSON.stringify({ at: new Date(clock.wall().atMs).toISOString(), event: "tunnel-helper", message: sentence })}\n`,
  );
}

function refuse(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}

/** The real tunnel: an interface through `wg`, `ip` and `nft`, or files for a helper or a person who may use these. */
import { execFile } from "node:child_process";
import { chmod, mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Clock } from "@karibu/protocol/world";
import { peerFile } from "./config.ts";
import { forwardingRules, operatorNetwork } from "./forwarding.ts";
import type { TunnelPlan } from "./plan.ts";
import type { TunnelEnd } from "./tunnel.ts";

const run = promisify(execFile);
const commandMsMax = 10_000;
/** The helper writes what it read every ten seconds. */
const readingMsMax = 60_000;

/** `interfaceName`: exists already and is up; the hub manages its peers. The folder holds the private key: 0600. */
export function wgInterface(clock: Clock, interfaceName: string, folder: string): TunnelEnd {
  return {
    machine: hostname(),
    toRun: () => null,
    apply: (plan) => applyPlan(interfaceName, folder, plan, clock.wall().atMs),
    dump: () => dumpOf(interfaceName),
  };
}

/** `folder`: only its owner may write there. Throws what the commands say. */
export async function applyPlan(interfaceName: string, folder: string, plan: TunnelPlan, nowMs: number): Promise<void> {
  const path = join(folder, "peers.conf");
  await replace(folder, path, peerFile(plan, plan.peers));
  // What is forwarded is narrowed before a new peer can send.
  if (plan.forwards.length > 0 || (await hasForwarding())) {
    const rules = join(folder, "forwarding.nft");
    await replace(folder, rules, forwardingRules(interfaceName, plan.forwards, nowMs));
    await run("nft", ["-f", rules], { timeout: commandMsMax });
  }
  await run("wg", ["syncconf", interfaceName, path], { timeout: commandMsMax });
  if (plan.forwards.length === 0) return;
  await run("ip", ["route", "replace", operatorNetwork.network, "dev", interfaceName], { timeout: commandMsMax });
  // Of this interface alone: the machine does not become a router.
  await writeFile(`/proc/sys/net/ipv4/conf/${interfaceName}/forwarding`, "1");
}

/** Without `nft` nothing was ever forwarded. */
async function hasForwarding(): Promise<boolean> {
  return await run("nft", ["list", "table", "inet", "karibu_tunnel"], { timeout: commandMsMax }).then(
    () => true,
    () => false,
  );
}

/** `wg show <interface> dump`. Its first line holds the private key. */
export async function dumpOf(interfaceName: string): Promise<string> {
  const { stdout } = await run("wg", ["show", interfaceName, "dump"], { timeout: commandMsMax, maxBuffer: 100e6 });
  return stdout;
}

/**
 * The hub may not touch the interface: it writes `plan.json` for the helper (`tunnel-helper.ts`), and `peers.conf` for a person who does it by
 * hand. `readings`: the file that the helper writes; null: there is no helper.
 */
export function wgFiles(clock: Clock, folder: string, readings: string | null): TunnelEnd {
  const peers = join(folder, "peers.conf");
  const byHand = `wg syncconf <interface> ${peers}`;
  const start = `systemctl start karibu-tunnel: ${readings} is not written`;
  let isHelped = false;
  return {
    machine: hostname(),
    toRun: () => (readings === null ? byHand : isHelped ? null : start),
    async apply(plan) {
      await replace(folder, peers, peerFile(plan, plan.peers));
      await replace(folder, join(folder, "plan.json"), JSON.stringify(plan));
    },
    async dump() {
      if (readings === null) return null;
      const writtenAtMs = await stat(readings).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      );
      isHelped = clock.wall().atMs - writtenAtMs <= readingMsMax;
      return isHelped ? await readFile(readings, "utf8") : null;
    },
  };
}

export async function replace(folder: string, path: string, content: string, mode = 0o600): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(`${path}.new`, content, { mode });
  await chmod(`${path}.new`, mode);
  await rename(`${path}.new`, path);
}

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
export function wgInterface(clock: Clock, interfaceName: string, folder: string, hubPort: number): TunnelEnd {
  const machine = createMachineTunnel(clock, interfaceName, folder, hubPort);
  return { machine: hostname(), toRun: () => null, ...machine, dump: () => dumpOf(interfaceName) };
}

/** What the hub with an interface and its helper have in common. `folder`: only its owner may write there. `hubPort`: the hub's own. Throws what the commands say. */
export function createMachineTunnel(
  clock: Clock,
  interfaceName: string,
  folder: string,
  hubPort: number,
): Pick<TunnelEnd, "apply" | "stands"> {
  const switchPath = `/proc/sys/net/ipv4/conf/${interfaceName}/forwarding`;
  /** We switched forwarding on, so we switch it off. A machine that forwards anyway stays as it is. */
  let isOurs = false;
  let hasRules = false;

  async function setForwarding(isOn: boolean): Promise<void> {
    if (isOn && (await readFile(switchPath, "utf8")).trim() === "0") {
      await writeFile(switchPath, "1");
      isOurs = true;
    } else if (!isOn && isOurs) {
      await writeFile(switchPath, "0");
      isOurs = false;
    }
  }

  /** Without `nft` nothing is forwarded: a plan that wants it fails, others don't need it. */
  async function setRules(forwards: TunnelPlan["forwards"]): Promise<void> {
    const rules = join(folder, "forwarding.nft");
    await replace(folder, rules, forwardingRules(interfaceName, forwards, { nowMs: clock.wall().atMs, hubPort }));
    try {
      await run("nft", ["-f", rules], { timeout: commandMsMax });
      hasRules = true;
    } catch (error) {
      hasRules = false;
      await setForwarding(false);
      if (forwards.length > 0) throw error;
    }
  }

  return {
    async apply(plan) {
      const path = join(folder, "peers.conf");
      await replace(folder, path, peerFile(plan, plan.peers));
      // What is forwarded is narrowed before a new peer can send.
      await setRules(plan.forwards);
      await run("wg", ["syncconf", interfaceName, path], { timeout: commandMsMax });
      const isOpen = plan.forwards.length > 0;
      if (isOpen) {
        await run("ip", ["route", "replace", operatorNetwork.network, "dev", interfaceName], { timeout: commandMsMax });
      }
      await setForwarding(isOpen);
    },
    /** A restart of the machine's firewall flushes all tables: until ours is back nothing may be forwarded. */
    async stands() {
      if (!hasRules) return true;
      const isThere = await run("nft", ["list", "table", "inet", "karibu_tunnel"], { timeout: commandMsMax }).then(
        () => true,
        () => false,
      );
      if (!isThere) await setForwarding(false);
      return isThere;
    },
  };
}

/** `wg show <interface> dump`. Its first line holds the private key. */
export async function dumpOf(interfaceName: string): Promise<string> {
  const { stdout } = await run("wg", ["show", interfaceName, "dump"], { timeout: commandMsMax, maxBuffer: 100e6 });
  return stdout;
}

/**
 * The hub may not touch the interface: it writes `plan.json` for the helper (`tunnel-helper.ts`), if there is one, and `peers.conf` for a
 * person who does it by hand. `readings`: the file that the helper writes; null: there is no helper.
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
      if (readings !== null) await replace(folder, join(folder, "plan.json"), JSON.stringify(plan));
    },
    stands: async () => true,
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

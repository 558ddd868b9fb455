/** The demo's tunnel, which carries no packets: each of its peers has just been heard. */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Peer } from "@karibu/cloud/fleet/tunnel/config";
import { readPlan } from "@karibu/cloud/fleet/tunnel/plan";
import type { Clock, Timer } from "@karibu/protocol/world";

export const tunnelEndpoint = "tunnel.karibu.example:51820";

/** As `wg show <interface> dump` prints it. */
function dumpOfPeers(peers: readonly Peer[], atMs: number): string {
  const heard = Math.floor(atMs / 1000);
  const lines = peers.map(({ publicKey, address }) =>
    [publicKey, "(none)", "203.0.113.7:51820", address === null ? "(none)" : `${address}/32`, heard, 0, 0, 25].join(
      "\t",
    ),
  );
  return `${["interface", "of", "the hub"].join("\t")}\n${lines.join("\n")}\n`;
}

/** Where the hub finds what its tunnel's helper reads, in the folder in which it says who is in the tunnel. */
export const readingsIn = (folder: string): string => join(folder, "readings");

const readEveryMs = 10_000;

/** In the place of the helper beside a hub that runs as a process. */
export function helpTunnel(clock: Clock, folder: string): { stop(): void } {
  let timer: Timer;
  function read(): void {
    timer = clock.after(readEveryMs, read);
    const planFile = join(folder, "plan.json");
    const plan = existsSync(planFile) ? readPlan(readFileSync(planFile, "utf8")) : null;
    if (plan === null) return;
    const file = readingsIn(folder);
    writeFileSync(`${file}.new`, dumpOfPeers(plan.peers, clock.wall().atMs), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
  read();
  return { stop: () => timer.cancel() };
}

/** The real tunnel: an interface through the command `wg`, or a file for an operator. */
import { execFile } from "node:child_process";
import { chmod, mkdir, rename, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { TunnelEnd } from "./tunnel.ts";

const run = promisify(execFile);
const commandMsMax = 10_000;

/** `interfaceName`: exists already and is up; the hub manages its peers. The file holds the private key: 0600. */
export function wgInterface(interfaceName: string, folder: string): TunnelEnd {
  const path = join(folder, "peers.conf");
  return {
    machine: hostname(),
    toRun: null,
    async apply(peerFile) {
      await replace(folder, path, peerFile);
      await run("wg", ["syncconf", interfaceName, path], { timeout: commandMsMax });
    },
    async dump() {
      const { stdout } = await run("wg", ["show", interfaceName, "dump"], { timeout: commandMsMax });
      return stdout;
    },
  };
}

export function wgFile(folder: string): TunnelEnd {
  const path = join(folder, "peers.conf");
  return {
    machine: hostname(),
    toRun: `wg syncconf <interface> ${path}`,
    apply: (peerFile) => replace(folder, path, peerFile),
    dump: async () => null,
  };
}

async function replace(folder: string, path: string, content: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(`${path}.new`, content, { mode: 0o600 });
  await chmod(`${path}.new`, 0o600);
  await rename(`${path}.new`, path);
}

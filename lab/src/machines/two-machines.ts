/**
 * Two simulated machines on one host: network namespaces joined by a veth cable. `modules/operator-tunnels/test-star.ts` has more of them around a hub. Each can run `wireguard-go`. All names are unique,
 * so several tests can run at the same time; `stop` removes everything.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";

export interface Machine {
  readonly interfaceName: string;
  /** Runs a command on this machine. Throws when it fails. */
  run(...command: readonly string[]): string;
  /** Starts a process on this machine. `stop` ends it. */
  start(command: readonly string[], env?: NodeJS.ProcessEnv): ChildProcess;
  /** Brings the WireGuard interface up. */
  tunnelUp(address: string): Promise<void>;
  tunnelDown(): Promise<void>;
  stop(): Promise<void>;
}

export interface TwoMachines {
  readonly hub: Machine;
  readonly site: Machine;
  /** Gives the site's side of the cable another address, as an internet provider may do. */
  roam(address: string): void;
  /** What the site sends to this address is lost from now on, or arrives again: no refusal, no error, as with a line that is dead further on. */
  lose(address: string): void;
  find(address: string): void;
  stop(): Promise<void>;
}

export const hubOutside = "192.0.2.1";
const siteOutside = "192.0.2.2";
/** A hardware address that no machine has. */
const nobody = "02:00:00:00:00:99";

export function createTwoMachines(): TwoMachines {
  const tag = randomBytes(3).toString("hex");
  const ip = (...args: string[]) => execFileSync("ip", args, { stdio: "pipe" });
  const [hubSpace, siteSpace] = [`kb-hub-${tag}`, `kb-site-${tag}`];
  const [hubCable, siteCable] = [`kbh${tag}`, `kbs${tag}`];
  for (const space of [hubSpace, siteSpace]) {
    ip("netns", "add", space);
    ip("-n", space, "link", "set", "lo", "up");
  }
  ip("link", "add", hubCable, "netns", hubSpace, "type", "veth", "peer", "name", siteCable, "netns", siteSpace);
  ip("-n", hubSpace, "address", "add", `${hubOutside}/24`, "dev", hubCable);
  ip("-n", siteSpace, "address", "add", `${siteOutside}/24`, "dev", siteCable);
  ip("-n", hubSpace, "link", "set", hubCable, "up");
  ip("-n", siteSpace, "link", "set", siteCable, "up");
  const hub = createMachine(hubSpace, `kbw${tag}h`);
  const site = createMachine(siteSpace, `kbw${tag}s`);
  return {
    hub,
    site,
    roam(address) {
      ip("-n", siteSpace, "address", "flush", "dev", siteCable);
      ip("-n", siteSpace, "address", "add", `${address}/24`, "dev", siteCable);
    },
    lose(address) {
      const neighbour = ["neighbour", "replace", address, "lladdr", nobody, "nud", "permanent"];
      ip("-n", siteSpace, ...neighbour, "dev", siteCable);
    },
    find(address) {
      ip("-n", siteSpace, "neighbour", "del", address, "dev", siteCable);
    },
    async stop() {
      await hub.stop();
      await site.stop();
      for (const space of [hubSpace, siteSpace]) ip("netns", "del", space);
    },
  };
}

export function createMachine(space: string, interfaceName: string): Machine {
  const children = new Set<ChildProcess>();
  let wireguard: ChildProcess | null = null;
  const inside = (command: readonly string[]) => ["netns", "exec", space, ...command];
  const run = (...command: readonly string[]) =>
    execFileSync("ip", inside(command), { stdio: "pipe", encoding: "utf8" });

  function start(command: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
    const child = spawn("ip", inside(command), { stdio: ["pipe", "pipe", "pipe"], env: { ...process.env, ...env } });
    children.add(child);
    child.once("exit", () => children.delete(child));
    return child;
  }

  const end = (child: ChildProcess, signal: NodeJS.Signals) =>
    new Promise<void>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once("exit", () => resolve());
      child.kill(signal);
    });

  /** Waits until `wireguard-go` has opened its socket: on a busy machine its first start takes long. */
  async function answersTo(child: ChildProcess): Promise<void> {
    let said = "";
    for (const output of [child.stdout, child.stderr])
      output?.on("data", (chunk: Buffer) => {
        said += chunk.toString();
      });
    for (const untilMs = performance.now() + 60_000; ; ) {
      if (child.exitCode !== null) throw new Error(`wireguard-go ended with ${child.exitCode}: ${said}`);
      try {
        run("wg", "show", interfaceName);
        return;
      } catch (error) {
        if (performance.now() > untilMs) throw new Error(`${(error as Error).message}; wireguard-go says: ${said}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  return {
    interfaceName,
    run,
    start,
    async tunnelUp(address) {
      // On a machine that never had one, several that start at once may each find it missing.
      run("mkdir", "-p", "/var/run/wireguard");
      wireguard = start(["wireguard-go", "-f", interfaceName], { WG_PROCESS_FOREGROUND: "1", LOG_LEVEL: "error" });
      await answersTo(wireguard);
      run("ip", "address", "add", `${address}/16`, "dev", interfaceName);
      run("ip", "link", "set", interfaceName, "mtu", "1420", "up");
    },
    async tunnelDown() {
      if (wireguard !== null) await end(wireguard, "SIGTERM");
    },
    async stop() {
      await Promise.all([...children].map((child) => end(child, "SIGKILL")));
    },
  };
}

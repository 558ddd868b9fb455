/**
 * Sites whose internet is half dead: agents, as the image starts them, in a network namespace of their own, and their DNS
 * servers across a cable, one a site, which answer or swallow what they are asked. Needs root on Linux.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type AgentProcess, startAgent } from "@karibu/agent/start/test-agent-process";
import { agentNodeFlags, nodeEnvironment } from "@karibu/container/launcher/node-flags";
import { nextLine } from "../wireguard/next-line.ts";
import { createTwoMachines, hubOutside, type Machine } from "../wireguard/two-namespaces.ts";
import type { LogInOrder, LogInReport } from "./first-log-ins.ts";
import type { NameServerMood } from "./name-server.ts";
import { codeOf } from "./voucher-codes.ts";

export const hubName = "hub.karibu.example";
const secret = "half-dead-secret";

export interface HalfDeadTown {
  /** The other side of the cable: where the DNS servers are, and a hub may be. */
  readonly outside: Machine;
  /** With so many vouchers in its site file, none of them used, and a DNS server that answers. */
  addSite(vouchers: number): Promise<HalfDeadSite>;
  stop(): Promise<void>;
}

export interface HalfDeadSite {
  /** The agent's. */
  readonly dataFolder: string;
  setMood(mood: NameServerMood): Promise<void>;
  /** Ended with the town. */
  startAgent(environment?: Record<string, string>): Promise<AgentProcess>;
  logIn(agent: AgentProcess, order: Omit<LogInOrder, "authPort" | "httpPort" | "secret">): Promise<LogInReport>;
  /** What the agent's page says, asked on its own machine. */
  read(agent: AgentProcess, path: string): string;
}

export function openHalfDeadTown(folder: string): HalfDeadTown {
  const machines = createTwoMachines();
  let sites = 0;
  const program = (name: string) => join(import.meta.dirname, name);

  async function addSite(vouchers: number): Promise<HalfDeadSite> {
    sites += 1;
    const own = join(folder, `site-${sites}`);
    const [dataFolder, resolvConf, siteFile] = [join(own, "data"), join(own, "resolv.conf"), join(own, "site.json")];
    mkdirSync(own);
    const serverAddress = `192.0.2.${10 + sites}`;
    writeFileSync(resolvConf, `nameserver ${serverAddress}\n`);
    const codes = Array.from({ length: vouchers }, (_, number) => ({ code: codeOf(number), plan: "hour" }));
    writeFileSync(siteFile, JSON.stringify({ plans: [{ name: "hour", validitySeconds: 3600 }], vouchers: codes }));

    machines.hub.run("ip", "address", "add", `${serverAddress}/32`, "dev", "lo");
    const names = machines.hub.start([
      process.execPath,
      program("name-server-process.ts"),
      serverAddress,
      JSON.stringify({ [hubName]: [hubOutside] }),
    ]);
    await nextLine(names, "ready");

    // `ip netns exec` gives each process mounts of its own: the machine keeps its own resolv.conf.
    const withNames = ["sh", "-c", 'mount --bind "$0" /etc/resolv.conf && exec "$@"', resolvConf];
    return {
      dataFolder,
      async setMood(mood) {
        names.stdin?.write(`${mood}\n`);
        await nextLine(names, mood);
      },
      startAgent: (environment = {}) =>
        startAgent(
          {
            ...nodeEnvironment,
            KARIBU_DATA: dataFolder,
            KARIBU_SITE_FILE: siteFile,
            KARIBU_RADIUS_SECRET: secret,
            ...environment,
          },
          { nodeFlags: agentNodeFlags, start: (command, env) => machines.site.start([...withNames, ...command], env) },
        ),
      async logIn({ authPort, httpPort }, order) {
        const whole: LogInOrder = { authPort, httpPort, secret, ...order };
        const driver = machines.site.start([process.execPath, program("first-log-ins.ts"), JSON.stringify(whole)]);
        return JSON.parse(await nextLine(driver, "answeredMs"));
      },
      read({ httpPort }, path) {
        const look = `process.stdout.write(await (await fetch("http://127.0.0.1:${httpPort}${path}")).text())`;
        return machines.site.run(process.execPath, "--input-type=module", "-e", look);
      },
    };
  }

  return { outside: machines.hub, addSite, stop: () => machines.stop() };
}

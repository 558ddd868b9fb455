/**
 * Sites whose DNS server may go silent. The agents run as the image starts them, on one simulated machine; their DNS servers, one
 * per site, run on the other. Needs root on Linux.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type AgentProcess, startAgent } from "@karibu/agent/start/test-agent-process";
import { agentNodeFlags, nodeEnvironment } from "@karibu/container/launcher/node-flags";
import { nextLine } from "../machines/next-line.ts";
import { createTwoMachines, hubOutside, type Machine } from "../machines/two-machines.ts";
import type { LogInOrder, LogInReport } from "./first-log-ins.ts";
import type { NameServerBehaviour } from "./name-server.ts";
import { codeOf } from "./voucher-codes.ts";

export const hubName = "hub.karibu.example";
const secret = "dns-sites-secret";

export interface DnsSites {
  /** The other machine: it runs the DNS servers, and a hub if a test starts one. */
  readonly outside: Machine;
  /** Adds a site with this many unused vouchers and a DNS server that answers. */
  addSite(vouchers: number): Promise<DnsSite>;
  stop(): Promise<void>;
}

export interface DnsSite {
  /** The data folder of its agent. */
  readonly dataFolder: string;
  setBehaviour(behaviour: NameServerBehaviour): Promise<void>;
  /** Starts an agent. `stop` of all sites ends it. */
  startAgent(environment?: Record<string, string>): Promise<AgentProcess>;
  logIn(agent: AgentProcess, order: Omit<LogInOrder, "authPort" | "httpPort" | "secret">): Promise<LogInReport>;
  /** Reads a page of the agent from its own machine. */
  read(agent: AgentProcess, path: string): string;
}

export function openDnsSites(folder: string): DnsSites {
  const machines = createTwoMachines();
  let sites = 0;
  const program = (name: string) => join(import.meta.dirname, name);

  async function addSite(vouchers: number): Promise<DnsSite> {
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

    // `ip netns exec` gives each process its own mounts, so the host keeps its resolv.conf.
    const withNames = ["sh", "-c", 'mount --bind "$0" /etc/resolv.conf && exec "$@"', resolvConf];
    return {
      dataFolder,
      async setBehaviour(behaviour) {
        names.stdin?.write(`${behaviour}\n`);
        await nextLine(names, behaviour);
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

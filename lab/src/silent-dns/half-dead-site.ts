/**
 * A site whose internet is half dead: the agent, as the image starts it, in a network namespace of its own, and its only
 * DNS server across a cable, which answers or swallows what it is asked. Needs root on Linux.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type AgentProcess, startAgent } from "@karibu/agent/agent-process";
import { agentNodeFlags, nodeEnvironment } from "@karibu/container/launcher/node-flags";
import { nextLine } from "../wireguard/next-line.ts";
import { createTwoMachines, hubOutside, type Machine } from "../wireguard/two-namespaces.ts";
import type { LogInOrder, LogInReport } from "./first-log-ins.ts";
import type { NameServerMood } from "./name-server.ts";
import { codeOf } from "./voucher-codes.ts";

export const hubName = "hub.karibu.example";
const secret = "half-dead-secret";

export interface HalfDeadSite {
  /** The other side of the cable: where the DNS server is, and a hub may be. */
  readonly outside: Machine;
  setMood(mood: NameServerMood): Promise<void>;
  /** Its vouchers come from a site file. Ended with the site. */
  startAgent(environment?: Record<string, string>): Promise<AgentProcess>;
  logIn(agent: AgentProcess, order: Omit<LogInOrder, "authPort" | "httpPort" | "secret">): Promise<LogInReport>;
  /** What the agent's page says, asked on its own machine. */
  read(agent: AgentProcess, path: string): string;
  stop(): Promise<void>;
}

/** `folder`: the agent's data and settings. `vouchers`: how many there are, none of them used. */
export async function openHalfDeadSite(folder: string, vouchers: number): Promise<HalfDeadSite> {
  const machines = createTwoMachines();
  try {
    const resolvConf = join(folder, "resolv.conf");
    writeFileSync(resolvConf, `nameserver ${hubOutside}\n`);
    const siteFile = join(folder, "site.json");
    const codes = Array.from({ length: vouchers }, (_, number) => ({ code: codeOf(number), plan: "hour" }));
    writeFileSync(siteFile, JSON.stringify({ plans: [{ name: "hour", validitySeconds: 3600 }], vouchers: codes }));

    const program = (name: string) => join(import.meta.dirname, name);
    const names = machines.hub.start([
      ...[process.execPath, program("name-server-process.ts"), hubOutside],
      JSON.stringify({ [hubName]: [hubOutside] }),
    ]);
    await nextLine(names, "ready");

    // `ip netns exec` gives each process mounts of its own: the machine keeps its own resolv.conf.
    const withNames = ["sh", "-c", 'mount --bind "$0" /etc/resolv.conf && exec "$@"', resolvConf];
    return {
      outside: machines.hub,
      async setMood(mood) {
        names.stdin?.write(`${mood}\n`);
        await nextLine(names, mood);
      },
      startAgent: (environment = {}) =>
        startAgent(
          {
            ...nodeEnvironment,
            KARIBU_DATA: join(folder, "data"),
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
      stop: () => machines.stop(),
    };
  } catch (error) {
    await machines.stop();
    throw error;
  }
}

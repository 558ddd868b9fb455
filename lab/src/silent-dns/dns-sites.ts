/**
 * Sites whose DNS server may go silent. The agents run as the image starts them, on one simulated machine; their DNS servers, one
 * per site, run on the other. Needs root on Linux.
 */
import type { ChildProcess } from "node:child_process";
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
/** Its agents run with the flags of a small board. */
const smallBoardBytes = 512 * 2 ** 20;

export interface DnsSites {
  /** The other machine: it runs the DNS servers, and a hub if a test starts one. */
  readonly outside: Machine;
  /** The machine of all sites. */
  readonly inside: Machine;
  /** What the sites send to the other machine's own address is lost from now on (true), or arrives again: a hub there, no DNS server. */
  loseHub(isLost: boolean): void;
  /** Adds a site with this many unused vouchers and a DNS server that answers. */
  addSite(vouchers: number): Promise<DnsSite>;
  stop(): Promise<void>;
}

interface AgentStart {
  /** Beside those of the image. */
  readonly nodeFlags?: readonly string[];
  /** Files that this process finds in the place of others: path, and what lies there for it. */
  readonly mounts?: Readonly<Record<string, string>>;
  /** Is given the process before it has said anything. */
  readonly onStart?: (child: ChildProcess) => void;
}

export interface DnsSite {
  /** The data folder of its agent. */
  readonly dataFolder: string;
  setBehaviour(behaviour: NameServerBehaviour): Promise<void>;
  /** Starts an agent. `stop` of all sites ends it. */
  startAgent(environment?: Record<string, string>, start?: AgentStart): Promise<AgentProcess>;
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
    mkdirSync(own, { recursive: true });
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
    const mounted = ([path, file]: readonly [string, string], command: readonly string[]) => [
      "sh",
      "-c",
      'mount --bind "$0" "$1" && shift && exec "$@"',
      file,
      path,
      ...command,
    ];
    return {
      dataFolder,
      async setBehaviour(behaviour) {
        names.stdin?.write(`${behaviour}\n`);
        await nextLine(names, behaviour);
      },
      startAgent: (environment = {}, { nodeFlags = [], mounts = {}, onStart } = {}) =>
        startAgent(
          {
            ...nodeEnvironment,
            KARIBU_DATA: dataFolder,
            KARIBU_SITE_FILE: siteFile,
            KARIBU_RADIUS_SECRET: secret,
            ...environment,
          },
          {
            nodeFlags: [...agentNodeFlags(smallBoardBytes), ...nodeFlags],
            start(command, env) {
              const files = Object.entries({ "/etc/resolv.conf": resolvConf, ...mounts });
              const child = machines.site.start(
                files.reduce<readonly string[]>((inner, file) => mounted(file, inner), command),
                env,
              );
              onStart?.(child);
              return child;
            },
          },
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

  return {
    outside: machines.hub,
    inside: machines.site,
    loseHub: (isLost) => (isLost ? machines.lose(hubOutside) : machines.find(hubOutside)),
    addSite,
    stop: () => machines.stop(),
  };
}

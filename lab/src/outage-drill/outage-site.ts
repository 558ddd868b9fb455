/**
 * A site of the drill: the agent as the image starts it, on a stick whose syncs take as long as the drill says, with a simulated router
 * and its phones as a process beside it. Needs root on Linux.
 */
import type { ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AgentProcess } from "@karibu/agent/start/test-agent-process";
import { nextLine } from "../machines/next-line.ts";
import { type DnsSite, type DnsSites, hubName } from "../silent-dns/dns-sites.ts";
import { type Phone, siteFileOf } from "./phones.ts";
import type { ComeReport, DrillOrder, DrillPorts, RouterOrder } from "./router-process.ts";

const secret = "outage-drill-secret";

export interface OutageSite {
  readonly dns: DnsSite;
  readonly ports: DrillPorts;
  /** From now on each sync takes so long. */
  setSyncMs(ms: number): void;
  /** `onStart` is given the process before it has said anything. */
  startAgent(onStart?: (child: ChildProcess) => void): Promise<AgentProcess>;
  order(order: DrillOrder): Promise<void>;
  come(order: Omit<Extract<DrillOrder, { kind: "come" }>, "kind">): Promise<ComeReport>;
  /** From the next start on the machine is another boot, as after a power cut. */
  bootMachine(): void;
}

export async function openOutageSite(
  sites: DnsSites,
  folder: string,
  options: {
    /** Of the machine of all sites: each takes five ports from this on. */
    readonly portBase: number;
    readonly phones: readonly Phone[];
    readonly enrolmentToken: string;
    readonly hubPort: number;
    readonly interimSeconds: number;
  },
): Promise<OutageSite> {
  const { portBase } = options;
  const dns = await sites.addSite(0);
  const ports = { auth: portBase, acct: portBase + 1, http: portBase + 2, coa: portBase + 3, api: portBase + 4 };
  const fileOf = (name: string) => join(folder, `${portBase}-${name}`);
  const [siteFile, syncFile, bootFile] = [fileOf("site.json"), fileOf("sync-ms"), fileOf("boot-id")];
  writeFileSync(siteFile, siteFileOf(options.phones));
  const setSyncMs = (ms: number) => writeFileSync(syncFile, String(ms));
  const bootMachine = () => writeFileSync(bootFile, `${randomUUID()}\n`);
  setSyncMs(0);
  bootMachine();
  const program = fileURLToPath(new URL("router-process.ts", import.meta.url));
  const given: RouterOrder = { secret, ports, interimSeconds: options.interimSeconds };
  const router = sites.inside.start([process.execPath, program, JSON.stringify(given)]);
  await nextLine(router, '"done"');

  async function send(order: DrillOrder): Promise<ComeReport> {
    const answer = nextLine(router, '"done"');
    router.stdin?.write(`${JSON.stringify(order)}\n`);
    return (JSON.parse(await answer) as { report: ComeReport }).report;
  }

  return {
    dns,
    ports,
    setSyncMs,
    bootMachine,
    order: async (order) => void (await send(order)),
    come: (order) => send({ kind: "come", ...order }),
    startAgent: (onStart = () => {}) =>
      dns.startAgent(
        {
          KARIBU_SITE_FILE: siteFile,
          KARIBU_RADIUS_SECRET: secret,
          KARIBU_RADIUS_AUTH_PORT: String(ports.auth),
          KARIBU_RADIUS_ACCT_PORT: String(ports.acct),
          KARIBU_HTTP_PORT: String(ports.http),
          KARIBU_COA_HOST: "127.0.0.1",
          KARIBU_COA_PORT: String(ports.coa),
          KARIBU_ROUTER_HOST: "127.0.0.1",
          KARIBU_ROUTER_PORT: String(ports.api),
          KARIBU_ROUTER_USER: "karibu",
          KARIBU_HUB_URL: `http://${hubName}:${options.hubPort}`,
          KARIBU_ENROL_TOKEN: options.enrolmentToken,
          KARIBU_TEST_SYNC_MS_FILE: syncFile,
        },
        {
          nodeFlags: ["--import", new URL("slow-syncs.ts", import.meta.url).href],
          mounts: { "/proc/sys/kernel/random/boot_id": bootFile },
          onStart,
        },
      ),
  };
}

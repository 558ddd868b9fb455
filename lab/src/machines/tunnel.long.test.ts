/** The real hub and the real agent on two simulated machines, joined only by WireGuard. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { tunnelNetwork } from "@karibu/cloud/fleet/tunnel/config";
import { whyNoTunnel } from "@karibu/tools/ci/namespaces";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HubOnMachine, startHubOn } from "./hub-on-machine.ts";
import { nextLine } from "./next-line.ts";
import { createTwoMachines, hubOutside, type Machine, type TwoMachines } from "./two-machines.ts";

const why = whyNoTunnel();
if (why !== null) process.stdout.write(`skipped: agent to hub through WireGuard: ${why}\n`);

const fileOf = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const tunnelPort = 51_820;
const hubPort = 8000;
/** Each look starts a process on the machine: without a pause they leave nothing for what they wait for. */
const lookAgainMs = 200;

describe.skipIf(why !== null)("through WireGuard", () => {
  let machines: TwoMachines;
  let folder: string;
  let hub: HubOnMachine;

  beforeAll(async () => {
    machines = createTwoMachines();
    folder = mkdtempSync(join(tmpdir(), "karibu-tunnel-"));
    await machines.hub.tunnelUp(tunnelNetwork.hubAddress);
    hub = await startHubOn(machines.hub, {
      port: hubPort,
      data: join(folder, "hub"),
      environment: {
        KARIBU_WIREGUARD_ENDPOINT: `${hubOutside}:${tunnelPort}`,
        KARIBU_WIREGUARD_PORT: String(tunnelPort),
        KARIBU_WIREGUARD_INTERFACE: machines.hub.interfaceName,
      },
    });
  }, 240_000);
  afterAll(async () => {
    await machines?.stop();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }, 30_000);

  async function until(what: string, holds: () => boolean, msMax = 60_000): Promise<void> {
    for (const untilMs = performance.now() + msMax; !holds(); )
      if (performance.now() > untilMs) throw new Error(`waited in vain until ${what}`);
      else await setTimeout(lookAgainMs);
  }

  async function siteTunnelUp(site: Machine, address: string, hubPublicKey: string, privateKey: string): Promise<void> {
    await site.tunnelUp(address);
    const keyFile = join(folder, `key-${site.interfaceName}`);
    site.run("sh", "-c", `umask 077; printf %s '${privateKey}' > '${keyFile}'`);
    const peer = ["peer", hubPublicKey, "endpoint", `${hubOutside}:${tunnelPort}`];
    const route = ["allowed-ips", tunnelNetwork.network, "persistent-keepalive", "1"];
    site.run("wg", "set", site.interfaceName, "private-key", keyFile, ...peer, ...route);
  }

  test("[RTR-15] an agent reaches the hub through the tunnel, through a change of its address, a new key, and a tunnel that was down", async () => {
    const { site } = machines;
    const { ask } = hub;
    hub.makeProvider();
    const made = hub.makeSite();
    const path = `/api/v1/sites/${made.siteId}`;
    const tunnel = () => ask("GET", `${path}/tunnel`).body;
    const state = () => ask("GET", path).body.state as string;

    const [oldKey, newKey] = [site.run("wg", "genkey").trim(), site.run("wg", "genkey").trim()];
    const publicOf = (key: string) => site.run("sh", "-c", `printf %s '${key}' | wg pubkey`).trim();
    const reserved = ask("PUT", `${path}/tunnel`, {}).body as { address: string; hubPublicKey: string };
    expect(reserved.address).toBe("10.89.0.2");
    expect(ask("PUT", `${path}/tunnel`, { publicKey: publicOf(oldKey) }).status).toBe(200);
    expect(ask("PUT", `${path}/tunnel`, { publicKey: "short" })).toMatchObject({
      status: 400,
      body: { field: "publicKey" },
    });
    await siteTunnelUp(site, reserved.address, reserved.hubPublicKey, oldKey);

    const agent = site.start([process.execPath, fileOf("agent/src/main.ts")], {
      KARIBU_DATA: join(folder, "agent"),
      KARIBU_HUB_URL: `http://${tunnelNetwork.hubAddress}:${hubPort}`,
      KARIBU_ENROL_TOKEN: made.enrolmentToken,
      KARIBU_HTTP_PORT: "0",
    });
    let output = "";
    agent.stdout?.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    await until("the site is online", () => state() === "online").catch((error: Error) => {
      throw new Error(`${error.message}; the agent says: ${output.slice(-2000)}`);
    });
    await until("its hand-shake is shown", () => tunnel().lastHandshakeAtMs !== null && tunnel().receivedBytes > 0);
    expect(tunnel()).toMatchObject({ publicKey: publicOf(oldKey), problem: null, toRun: null });

    // A router is its owner's: it reaches the hub, and nothing else of the hub's machine.
    const other = `require("net").createServer((one) => one.end()).listen(5432, "0.0.0.0", () => console.log("listens"))`;
    await nextLine(machines.hub.start([process.execPath, "-e", other], {}), "listens");
    const reach = (port: number, from: Machine, address: string) =>
      from
        .run(
          process.execPath,
          "-e",
          `const socket = require("net").connect({ host: "${address}", port: ${port} }, () => end("open"));
          const end = (what) => { console.log(what); process.exit(); };
          socket.on("error", ({ code }) => end(code)); setTimeout(() => end("silent"), 2000);`,
        )
        .trim();
    expect(reach(5432, machines.hub, "127.0.0.1")).toBe("open");
    expect([hubPort, 5432, 22].map((port) => reach(port, site, tunnelNetwork.hubAddress))).toEqual([
      "open",
      "silent",
      "silent",
    ]);

    machines.roam("192.0.2.77");
    await until("the hub sees its new address", () => String(tunnel().routerEndpoint).startsWith("192.0.2.77:"));
    expect(state()).toBe("online");

    ask("PUT", `${path}/tunnel`, { publicKey: publicOf(newKey) });
    expect(tunnel()).toMatchObject({ publicKey: publicOf(oldKey), nextPublicKey: publicOf(newKey) });
    await site.tunnelDown();
    await siteTunnelUp(site, reserved.address, reserved.hubPublicKey, newKey);
    await until("the new key counts", () => tunnel().publicKey === publicOf(newKey) && tunnel().nextPublicKey === null);
    await until("the site is online again", () => state() === "online");
    const fetched = `await fetch("http://${tunnelNetwork.hubAddress}:${hubPort}/api/v1/openapi.json")`;
    const answered = () => {
      try {
        return (
          site.run(process.execPath, "--input-type=module", "-e", `console.log((${fetched}).status)`).trim() === "200"
        );
      } catch {
        return false;
      }
    };
    await until("the tunnel carries packets again", answered);
  }, 300_000);
});

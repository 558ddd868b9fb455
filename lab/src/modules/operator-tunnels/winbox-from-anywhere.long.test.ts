/** People's own tunnels, on simulated machines: two providers, the real hub, and the helper that runs as root. */
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { tunnelNetwork } from "@karibu/cloud/fleet/tunnel/config";
import { operatorNetwork } from "@karibu/cloud/fleet/tunnel/forwarding";
import { winboxPort } from "@karibu/routeros-scripts/values/operator-network";
import { whyNoTunnel } from "@karibu/tools/ci/namespaces";
import { hasTool } from "@karibu/tools/ci/tools";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HubOnMachine, startHubOn } from "../../machines/hub-on-machine.ts";
import { createStar, type Star } from "./test-star.ts";

const why = whyNoTunnel() ?? (hasTool("nft") ? null : "nft is not installed");
if (why !== null) process.stdout.write(`skipped: WinBox from anywhere: ${why}\n`);

const fileOf = (path: string) => fileURLToPath(new URL(`../../../../${path}`, import.meta.url));
const tunnelPort = 51_820;
const sshPort = 22;
/** The third machine's address on its cable to the hub. */
const foreignCable = "192.0.2.10";

describe.skipIf(why !== null)("people's own tunnels", () => {
  let star: Star;
  let folder = "";
  let hub: HubOnMachine;
  /** 0, 1: the first provider's sites; 2: the other's; 3: the first one's person. */
  const machineOf = (index: number) => star.others[index] as Star["others"][number];
  const keysOf = (index: number) => {
    const { machine } = machineOf(index);
    const privateKey = machine.run("wg", "genkey").trim();
    return { privateKey, publicKey: machine.run("sh", "-c", `printf %s '${privateKey}' | wg pubkey`).trim() };
  };

  beforeAll(async () => {
    star = createStar(4);
    folder = mkdtempSync(join(tmpdir(), "karibu-winbox-"));
    await star.hub.tunnelUp(tunnelNetwork.hubAddress);
    const readings = join(folder, "helper", "readings");
    hub = await startHubOn(star.hub, {
      port: 8000,
      data: join(folder, "hub"),
      environment: {
        KARIBU_WIREGUARD_ENDPOINT: `hub.test:${tunnelPort}`,
        KARIBU_WIREGUARD_PORT: String(tunnelPort),
        KARIBU_WIREGUARD_READINGS: readings,
      },
    });
    const plan = join(folder, "hub", "wireguard", "plan.json");
    const paths = ["--plan", plan, "--folder", join(folder, "helper")];
    star.hub.start([
      process.execPath,
      fileOf("cloud/src/tunnel-helper.ts"),
      "--interface",
      star.hub.interfaceName,
      ...paths,
    ]);
  }, 240_000);
  afterAll(async () => {
    await star?.stop();
    if (folder !== "") rmSync(folder, { recursive: true, force: true });
  }, 30_000);

  async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    for (const untilMs = performance.now() + 60_000; !(await holds()); )
      if (performance.now() > untilMs) throw new Error(`waited in vain until ${what}`);
      else await new Promise((resolve) => setImmediate(resolve));
  }

  async function joinTunnel(
    index: number,
    end: { address: string; hubPublicKey: string; privateKey: string },
  ): Promise<void> {
    const { machine, hubOutside } = machineOf(index);
    await machine.tunnelUp(end.address);
    const keyFile = join(folder, `key-${index}`);
    writeFileSync(keyFile, end.privateKey, { mode: 0o600 });
    // What stands behind the hub's machine, too: nothing there may be reached.
    const behind = `${foreignCable}/32`;
    const networks = `${tunnelNetwork.network},${operatorNetwork.network}${index === 2 ? "" : `,${behind}`}`;
    const peer = ["peer", end.hubPublicKey, "endpoint", `${hubOutside}:${tunnelPort}`, "allowed-ips", networks];
    machine.run("wg", "set", machine.interfaceName, "private-key", keyFile, ...peer, "persistent-keepalive", "1");
    for (const network of [tunnelNetwork.network, operatorNetwork.network])
      machine.run("ip", "route", "replace", network, "dev", machine.interfaceName);
    if (index !== 2) machine.run("ip", "route", "replace", behind, "dev", machine.interfaceName);
  }

  /** A router: WinBox and SSH say its name once to each caller, and again and again to who stays. */
  async function startRouter(index: number): Promise<{ siteId: string; address: string }> {
    const { siteId } = hub.makeSite();
    const { privateKey, publicKey } = keysOf(index);
    const { address, hubPublicKey } = hub.ask("PUT", `/api/v1/sites/${siteId}/tunnel`, { publicKey }).body;
    await joinTunnel(index, { address, hubPublicKey, privateKey });
    const program = `
      for (const port of [${winboxPort}, ${sshPort}])
        require("node:net").createServer((socket) => {
          socket.on("error", () => {});
          socket.write("router ${index}\\n");
          const timer = setInterval(() => { socket.write("still\\n"); console.log("said"); }, 50);
          socket.on("close", () => clearInterval(timer));
        }).listen(port, "0.0.0.0", () => console.log("listening"));`;
    const server = machineOf(index).machine.start([process.execPath, "-e", program]);
    let said = "";
    server.stdout?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    await until("the router listens", () => said.split("listening").length === 3);
    return { siteId, address };
  }

  /** Programs on the hub's machine, some for sites and some for nobody: each says its port. */
  async function startAtHub(ports: readonly number[]): Promise<void> {
    const program = `
      for (const port of ${JSON.stringify(ports)})
        require("node:net").createServer((socket) => {
          socket.on("error", () => {});
          socket.end("hub " + port + "\\n");
        }).listen(port, "0.0.0.0", () => console.log("listening"));`;
    const server = star.hub.start([process.execPath, "-e", program]);
    let said = "";
    server.stdout?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    await until("the programs listen", () => said.split("listening").length === ports.length + 1);
  }

  /** What answers at an address, from a machine; null: nothing. */
  async function knock(index: number, address: string, port: number): Promise<string | null> {
    const read = `exec 3<>/dev/tcp/${address}/${port} && head -n 1 <&3`;
    const visit = machineOf(index).machine.start(["timeout", "2", "bash", "-c", read]);
    const [said] = await Promise.all([text(visit.stdout as Readable), once(visit, "exit")]);
    return said === "" ? null : said.trim();
  }

  test("[RTR-28] a person reaches WinBox of the sites that he chose, and nothing else, until he ends it; what is open is cut", async () => {
    hub.makeProvider("mto");
    const [one, two] = [await startRouter(0), await startRouter(1)];
    const { privateKey, publicKey } = keysOf(3);
    const opened = hub.ask("POST", "/api/v1/operator-tunnels", { name: "Laptop", publicKey, siteIds: [one.siteId] });
    expect(opened).toMatchObject({ status: 201, body: { state: "open", winboxPort: 8291, address: "10.90.0.2" } });
    await joinTunnel(3, { ...opened.body, privateKey });
    hub.makeProvider("ziwa");
    const foreign = await startRouter(2);
    await until("WinBox answers", async () => (await knock(3, one.address, winboxPort)) === "router 0");

    // The hub's machine forwards for others, and the third one would answer by its cable.
    star.hub.run("sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward");
    const byCable = (verb: string) => {
      const { machine, hubOutside } = machineOf(2);
      machine.run("ip", "route", verb, `${one.address}/32`, "via", hubOutside);
    };
    byCable("add");
    expect([await knock(0, foreignCable, winboxPort), await knock(3, foreignCable, winboxPort)]).toEqual([null, null]);
    byCable("del");
    const closed: [number, string, number][] = [
      [3, one.address, sshPort],
      [3, two.address, winboxPort],
      [3, foreign.address, winboxPort],
      [3, tunnelNetwork.hubAddress, 8000],
      [0, two.address, winboxPort],
      [0, foreign.address, winboxPort],
      [2, one.address, winboxPort],
      [2, opened.body.address, winboxPort],
    ];
    expect(await Promise.all(closed.map((way) => knock(...way)))).toEqual(closed.map(() => null));
    // A site reaches of the hub's machine what sites need: the portal of hosted sites is one, and neither SSH nor a database.
    const [hostedPortal, database] = [8002, 5432];
    await startAtHub([sshPort, hostedPortal, database]);
    const atHub = (index: number) =>
      Promise.all([hostedPortal, sshPort, database].map((port) => knock(index, tunnelNetwork.hubAddress, port)));
    for (const site of [0, 1, 2]) {
      // A knock gives up after two seconds, which a busy machine may need: one answer is waited for, silence is not.
      await until("the hosted sites' portal answers", async () => (await atHub(site))[0] === `hub ${hostedPortal}`);
      expect((await atHub(site)).slice(1)).toEqual([null, null]);
    }
    expect(await atHub(3)).toEqual([null, null, null]);
    // The machine's administrator restarts its firewall.
    star.hub.run("nft", "flush", "ruleset");
    const hasRules = () => star.hub.run("nft", "list", "ruleset").includes("karibu_tunnel");
    await until("the rules are there again", hasRules);
    expect(await Promise.all(closed.map((way) => knock(...way)))).toEqual(closed.map(() => null));
    await until("WinBox answers again", async () => (await knock(3, one.address, winboxPort)) === "router 0");
    // Another provider's person can't open one to it, either.
    const other = { name: "Thief", publicKey: keysOf(2).publicKey, siteIds: [one.siteId] };
    expect(hub.ask("POST", "/api/v1/operator-tunnels", other)).toMatchObject({
      status: 409,
      body: { code: "site-without-tunnel" },
    });

    hub.actAs("mto");
    const path = `/api/v1/operator-tunnels/${opened.body.tunnelId}`;
    await until("its hand-shake is shown", () => hub.ask("GET", path).body.lastHandshakeAtMs !== null);
    const program = ["bash", "-c", `exec 3<>/dev/tcp/${one.address}/${winboxPort} && cat <&3`];
    const visit = machineOf(3).machine.start(program);
    let lines = 0;
    visit.stdout?.on("data", (chunk: Buffer) => {
      lines += chunk.toString().split("\n").length - 1;
    });
    await until("the visit hears the router", () => lines > 3);
    expect(hub.ask("DELETE", path).body.state).toBe("ended");
    await until("nobody answers any more", async () => (await knock(3, one.address, winboxPort)) === null);
    const heard = lines;
    expect(await knock(3, one.address, winboxPort)).toBeNull(); // two seconds in which the router says forty lines
    expect(lines).toBe(heard);
  }, 240_000);
});

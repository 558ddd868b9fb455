import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import { type Ports, parseStartOptions } from "./options.ts";

/** Names of the ports that another program holds, e.g. `hub (tcp 8000)`. */
export async function takenPorts(ports: Ports): Promise<string[]> {
  const udp = new Set<keyof Ports>(["radiusAuth", "radiusAcct", "coa", "newRadiusAuth", "newRadiusAcct", "newCoa"]);
  const taken: string[] = [];
  for (const [name, port] of Object.entries(ports) as [keyof Ports, number][]) {
    const free = udp.has(name) ? await udpIsFree(port) : await tcpIsFree(port);
    if (!free) taken.push(`${name} (${udp.has(name) ? "udp" : "tcp"} ${port})`);
  }
  return taken;
}

/**
 * A hundred ports that no other process of ours takes while this one lives. They lie below the ports that systems give to
 * outgoing connections (Linux: from 32,768), or any connection of the machine could take one before it is listened on.
 */
export async function findFreePorts(): Promise<Ports> {
  for (let tries = 0; tries < 100; tries++) {
    const base = await claimBlock();
    const parsed = parseStartOptions(["--port-base", String(base)]);
    if ("options" in parsed && (await takenPorts(parsed.options.ports)).length === 0) return parsed.options.ports;
  }
  throw new Error("no hundred free ports found");
}

/** A free TCP port, for programs that need a port number; no other process of ours is given it while this one lives. */
export function freeTcpPort(): Promise<number> {
  return freePort(tcpIsFree);
}

export function freeUdpPort(): Promise<number> {
  return freePort(udpIsFree);
}

async function freePort(isFree: (port: number) => Promise<boolean>): Promise<number> {
  for (;;) {
    const port = await claimBlock();
    if (await isFree(port)) return port;
  }
}

const [firstBase, blocks, guardOffset] = [10_000, 220, 98];

/** Who listens on a block's guard port has the block, until the process ends: the system lets one process have it. */
async function claimBlock(): Promise<number> {
  for (let tries = 0; tries < 1000; tries++) {
    const base = firstBase + 100 * Math.floor(Math.random() * blocks);
    if (await keepListening(base + guardOffset)) return base;
  }
  throw new Error(`no free ports from ${firstBase} to ${firstBase + 100 * blocks}`);
}

function keepListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const guard = createServer((socket) => socket.destroy());
    guard.once("error", () => resolve(false));
    guard.listen(port, "127.0.0.1", () => {
      guard.unref();
      resolve(true);
    });
  });
}

function tcpIsFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
}

function udpIsFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    socket.once("error", () => resolve(false));
    socket.bind(port, () => socket.close(() => resolve(true)));
  });
}

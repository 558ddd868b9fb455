import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import { type Ports, parseStartOptions } from "./options.ts";

/** Names of the ports that another program holds, e.g. `hub (tcp 8000)`. */
export async function takenPorts(ports: Ports): Promise<string[]> {
  const udp = new Set<keyof Ports>(["radiusAuth", "radiusAcct", "coa"]);
  const taken: string[] = [];
  for (const [name, port] of Object.entries(ports) as [keyof Ports, number][]) {
    const free = udp.has(name) ? await udpIsFree(port) : await tcpIsFree(port);
    if (!free) taken.push(`${name} (${udp.has(name) ? "udp" : "tcp"} ${port})`);
  }
  return taken;
}

/** A hundred ports that are free now. The base is random, because other processes look for ports at the same time. */
export async function findFreePorts(): Promise<Ports> {
  for (let tries = 0; tries < 50; tries++) {
    const base = 20_000 + 100 * Math.floor(Math.random() * 300);
    const parsed = parseStartOptions(["--port-base", String(base)]);
    if ("options" in parsed && (await takenPorts(parsed.options.ports)).length === 0) return parsed.options.ports;
  }
  throw new Error("no hundred free ports found");
}

/** A TCP port that is free now, for programs that need a port number. */
export function freeTcpPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

export function freeUdpPort(): Promise<number> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4").bind(0, () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
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

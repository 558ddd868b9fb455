import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import type { Ports } from "./options.ts";

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

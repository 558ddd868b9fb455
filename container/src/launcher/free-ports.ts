/** Ports that nobody holds at the moment, for tests that must name them before the program binds them. */
import { createSocket } from "node:dgram";
import { createServer } from "node:net";

export function freeTcp(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

export function freeUdp(): Promise<number> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4").bind(0, () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}

/**
 * The uplink of a device behind the router, e.g. the agent's link to the hub: a TCP port that forwards to one server. While the WAN
 * or the power is down, connections break and new ones are refused.
 */
import { connect, createServer, type Socket } from "node:net";
import type { Router } from "./router.ts";

export interface Uplink {
  readonly port: number;
  /** Breaks the connections if the WAN knob is `down`. Call it after a change of the knob. */
  obeyKnob(): void;
  close(): Promise<void>;
}

export async function openUplink(
  router: Router,
  options: { port: number; targetHost: string; targetPort: number },
): Promise<Uplink> {
  const sockets = new Set<Socket>();
  const up = () => router.running !== null && router.knobs.wan === "up";
  const server = createServer((near) => {
    if (!up()) return void near.destroy();
    const far = connect(options.targetPort, options.targetHost);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  const obeyKnob = () => {
    if (up()) return;
    for (const socket of sockets) socket.destroy();
  };
  router.onPower(obeyKnob);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, "127.0.0.1", () => resolve());
  });
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("not a TCP port");
  return {
    port: bound.port,
    obeyKnob,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

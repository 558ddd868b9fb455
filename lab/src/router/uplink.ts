/**
 * The way out through the router, for whatever sits behind it (the agent's link to the hub): a TCP port that leads to one
 * server. A cut WAN or a cut power ends what runs over it and refuses what comes.
 */
import { connect, createServer, type Socket } from "node:net";
import type { Router } from "./router.ts";

export interface Uplink {
  readonly port: number;
  /** Ends the connections if the knob says so; call it after turning the knob. */
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

/**
 * The RADIUS ports of an agent. A port that is taken does not stop the agent: the portal, the link and the status page go on
 * and say so, and the port is tried again.
 */
import type { Timer, World } from "@karibu/protocol/world";
import type { NasDoor } from "../../access/access.ts";
import type { Udp } from "../../ground/udp.ts";
import { clientsOfSecret } from "./client-settings.ts";
import type { RadiusClient } from "./clients.ts";
import type { RadiusCounters } from "./counters.ts";
import type { HandlerSettings } from "./handler.ts";
import { createRadiusServer, type RadiusServer } from "./server.ts";

export type RadiusStatus =
  | {
      readonly kind: "listening";
      readonly authPort: number;
      readonly acctPort: number;
      readonly reachedAt?: RadiusPorts | undefined;
      readonly counters: RadiusCounters;
    }
  | { readonly kind: "no-secret" }
  | { readonly kind: "failed"; readonly message: string };

interface RadiusPorts {
  readonly authPort: number;
  readonly acctPort: number;
}

export interface RadiusOptions {
  /** Disconnect-Requests are signed with it, and the installer's key is made of it. */
  readonly secret: string;
  /** The allowed clients; absent: every client that knows the secret. */
  readonly clients?: readonly RadiusClient[];
  /** In which dialect clients by TLS read, and who of them may connect without a certificate; absent: whoever TLS lets in, and all in MikroTik's. */
  readonly streamClients?: readonly RadiusClient[];
  /** 0: any free port. */
  readonly authPort: number;
  readonly acctPort: number;
  readonly coaHost: string;
  readonly coaPort: number;
  /** Where others find the two ports, if something between maps them. Absent: there. */
  readonly reachedAt?: RadiusPorts;
}

export interface RadiusListener {
  /** Resolves after the first try, whether it succeeded or not. */
  start(): Promise<void>;
  status(): RadiusStatus;
  close(): Promise<void>;
}

const retryMs = 5000;

export function createRadiusListener(
  world: World,
  udp: Udp,
  access: NasDoor,
  options: RadiusOptions | null,
  given: Pick<HandlerSettings, "onLogOffUrl" | "siteSecrets" | "routerSecrets"> = {},
): RadiusListener {
  let server: RadiusServer | null = null;
  let failure = "not started";
  let timer: Timer | null = null;
  let closed = false;

  async function listen(radius: RadiusOptions): Promise<void> {
    const { secret, clients = clientsOfSecret(secret), authPort, acctPort } = radius;
    try {
      const opened = await createRadiusServer(world, udp, access, { clients, authPort, acctPort, ...given });
      if (closed) return await opened.close();
      server = opened;
      world.log.info("radius-listening", { authPort: opened.authPort, acctPort: opened.acctPort });
    } catch (error) {
      failure = `UDP ${authPort} and ${acctPort} can't be opened: ${(error as Error).message}`;
      world.log.error("radius-not-listening", { authPort, acctPort, error: (error as Error).message });
      timer = world.clock.after(retryMs, () => {
        if (!closed) void listen(radius);
      });
    }
  }

  return {
    async start() {
      if (options === null) world.log.warn("radius-off", { missing: "KARIBU_RADIUS_SECRET" });
      else await listen(options);
    },
    status() {
      if (options === null) return { kind: "no-secret" };
      if (server === null) return { kind: "failed", message: failure };
      const { authPort, acctPort, counters } = server;
      return { kind: "listening", authPort, acctPort, reachedAt: options.reachedAt, counters };
    },
    async close() {
      closed = true;
      timer?.cancel();
      await server?.close();
    },
  };
}

/** The RADIUS server: the handler on its two UDP ports. */
import type { Timer, World } from "@karibu/protocol/world";
import type { NasDoor } from "../../access/access.ts";
import type { SendDatagram, Udp, UdpSocket } from "../../ground/udp.ts";
import type { RadiusCounters } from "./counters.ts";
import { createRadiusHandler, type HandlerSettings } from "./handler.ts";
import type { RadiusPort } from "./radius-port.ts";

export interface RadiusSettings extends HandlerSettings {
  /** 0: any free port. */
  readonly authPort: number;
  readonly acctPort: number;
  /** Where to listen; absent: every address, and each answers for itself. */
  readonly address?: string;
}

export interface RadiusServer {
  readonly authPort: number;
  readonly acctPort: number;
  /** Live; see `counters.ts`. */
  readonly counters: RadiusCounters;
  close(): Promise<void>;
}

/** With the kernel's default, 256 requests at once overflow the queue and wait for the NAS to ask again. */
const receiveBufferBytes = 4 * 1024 * 1024;
const sweepEveryMs = 30_000;

/** Binds both ports, or neither: rejects with the socket's error (`EADDRINUSE`, `EACCES`) and what it was for. */
export async function createRadiusServer(
  world: World,
  udp: Udp,
  access: NasDoor,
  settings: RadiusSettings,
): Promise<RadiusServer> {
  const handler = createRadiusHandler(world, access, settings);
  let closed = false;
  let isOpen = false;
  /** Since the last sweep. */
  let hasHeard = false;
  let sweepTimer: Timer | null = null;

  async function listen(name: RadiusPort, port: number): Promise<UdpSocket> {
    let socket: UdpSocket | null = null;
    const send: SendDatagram = (reply, to) => {
      if (!closed) socket?.send(reply, to);
    };
    socket = await udp.bind({
      port,
      ...(settings.address === undefined ? { everyAddress: true } : { address: settings.address }),
      receiveBufferBytes,
      onMessage(packet, from, answer = send) {
        handler.handle(name, packet, from, answer);
        hasHeard = true;
        sweepLater();
      },
      onError: (error) => world.log.error("radius-socket", { port: name, error: error.message }),
    });
    return socket;
  }

  const auth = await listen("auth", settings.authPort);
  let acct: UdpSocket;
  try {
    acct = await listen("acct", settings.acctPort);
  } catch (error) {
    await auth.close();
    throw error;
  }

  const follows = auth.followAddresses !== undefined || acct.followAddresses !== undefined;
  isOpen = true;
  sweepLater();

  /** Addresses of the machine are looked at always; kept replies only after packets. */
  function sweepLater(): void {
    if (!isOpen || closed || sweepTimer !== null || !(follows || hasHeard)) return;
    sweepTimer = world.clock.after(sweepEveryMs, sweep);
  }

  function sweep(): void {
    handler.sweep();
    sweepTimer = null;
    // What was heard since the sweep before is still kept: the next one frees it.
    const isLast = !hasHeard;
    hasHeard = false;
    for (const socket of [auth, acct])
      socket.followAddresses?.().catch((error: unknown) => world.log.warn("radius-socket", { error: String(error) }));
    if (follows || !isLast) sweepTimer = world.clock.after(sweepEveryMs, sweep);
  }

  return {
    authPort: auth.port,
    acctPort: acct.port,
    counters: handler.counters,
    async close() {
      if (closed) return;
      closed = true;
      sweepTimer?.cancel();
      await Promise.all([auth.close(), acct.close()]);
    },
  };
}

/**
 * RADIUS over TLS on a TCP port. Everything that a stranger can make it hold is bounded: connections whose handshake is not done,
 * connections in total and of one address, octets of a packet that is not whole, replies that nobody takes, and time.
 * A connection that misbehaves is closed alone. RouterOS opens one for each row of `/radius`, and keeps it.
 * @see RFC 6614
 */
import type { AddressInfo, Socket } from "node:net";
import { createServer, type TLSSocket } from "node:tls";
import type { Timer, World } from "@karibu/protocol/world";
import type {
  HearStreams,
  OpenStreams,
  RadiusStream,
  RadiusStreams,
  StreamCounters,
} from "../../ground/radius-streams.ts";
import { createPacketFraming, type PacketFraming } from "./packet-framing.ts";

export interface RadsecSettings {
  /** 0: any free port. */
  readonly port: number;
  /** Where to listen; absent: every address. */
  readonly address?: string;
  /** PEM: the listener's certificate with those that signed it, and its key. */
  readonly certificate: string;
  readonly key: string;
  /** PEM: a client must show a certificate that one of these signed. Null: none is asked for. */
  readonly ca: string | null;
  readonly limits?: Partial<RadsecLimits>;
}

const radsecLimits = {
  connectionsMax: 256,
  /** Several routers may stand behind one masqueraded address. */
  connectionsPerAddressMax: 32,
  /** Connections whose handshake is not done have places of their own: the oldest, of the address with most, makes room for a newcomer. */
  handshakesMax: 64,
  handshakesPerAddressMax: 16,
  handshakeMsMax: 10_000,
  /** From a packet's first octet to its last. */
  packetMsMax: 10_000,
  /** Longer than any interim interval. */
  idleMsMax: 3_600_000,
  unsentBytesMax: 64 * 1024,
};
export type RadsecLimits = { readonly [Name in keyof typeof radsecLimits]: number };

const lookEveryMs = 1000;
const logEveryMs = 60_000;
/** A dead router (a power cut) sends nothing that would close its connection. */
const keepAliveMs = 60_000;

interface Handshake {
  readonly socket: Socket;
  readonly address: string;
  readonly sinceMs: number;
}

interface Connection extends RadiusStream {
  readonly socket: TLSSocket;
  readonly framing: PacketFraming;
  heardMs: number;
  /** When its unfinished packet began; null: it has none. */
  partialMs: number | null;
}

export function createRadsecListener(world: World, settings: RadsecSettings): RadiusStreams {
  const limits: RadsecLimits = { ...radsecLimits, ...settings.limits };
  const asksForCertificate = settings.ca !== null;
  return { asksForCertificate, open: (hear) => openListener(world, settings, limits, hear) };
}

async function openListener(
  { clock, log }: World,
  settings: RadsecSettings,
  limits: RadsecLimits,
  hear: HearStreams,
): Promise<OpenStreams> {
  const counters: StreamCounters = {
    connections: 0,
    accepted: 0,
    refused: 0,
    failedHandshakes: 0,
    misbehaved: 0,
    idle: 0,
  };
  const handshakes = new Map<Socket, Handshake>();
  const connections = new Set<Connection>();
  let timer: Timer | null = null;
  let closed = false;
  let failureLoggedMs = Number.NEGATIVE_INFINITY;

  const server = createServer({
    cert: settings.certificate,
    key: settings.key,
    minVersion: "TLSv1.2",
    ...(settings.ca === null ? {} : { ca: settings.ca, requestCert: true, rejectUnauthorized: true }),
  });

  server.on("connection", (socket: Socket) => {
    const address = plainAddress(socket.remoteAddress);
    socket.on("error", () => {}); // it closes by itself
    if (address === null || closed || !hear.mayConnect(address) || !hasPlace(address)) {
      counters.refused++;
      socket.destroy();
      return;
    }
    handshakes.set(socket, { socket, address, sinceMs: clock.monotonicMs() });
    socket.once("close", () => {
      if (handshakes.delete(socket)) counters.failedHandshakes++;
    });
    look();
  });

  server.on("secureConnection", (socket: TLSSocket) => {
    socket.on("error", () => {});
    const address = plainAddress(socket.remoteAddress);
    // By its peer: the plain socket is another object.
    for (const [plain, handshake] of handshakes) {
      if (handshake.address === address && plain.remotePort === socket.remotePort) handshakes.delete(plain);
    }
    if (address === null || closed) return void socket.destroy();
    if (connections.size >= limits.connectionsMax || countOf(connections, address) >= limits.connectionsPerAddressMax) {
      counters.refused++;
      socket.destroy();
      return;
    }
    accept(socket, address);
  });

  server.on("tlsClientError", (error: NodeJS.ErrnoException, socket) => {
    socket.destroy(); // counted when it is closed
    const nowMs = clock.monotonicMs();
    if (nowMs - failureLoggedMs < logEveryMs) return;
    failureLoggedMs = nowMs;
    log.warn("radsec-handshake-failed", {
      from: plainAddress(socket.remoteAddress),
      error: error.code ?? error.message,
    });
  });

  function accept(socket: TLSSocket, address: string): void {
    const connection: Connection = {
      socket,
      peer: { address, port: socket.remotePort ?? 0 },
      framing: createPacketFraming(),
      heardMs: clock.monotonicMs(),
      partialMs: null,
      send(packet) {
        if (socket.destroyed) return;
        socket.write(packet);
        if (socket.writableLength > limits.unsentBytesMax) drop(connection, "misbehaved");
      },
    };
    connections.add(connection);
    counters.accepted++;
    counters.connections++;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, keepAliveMs);
    socket.on("data", (chunk: Buffer) => receive(connection, chunk));
    socket.once("close", () => {
      connections.delete(connection);
      counters.connections--;
      hear.closed(connection);
    });
    look();
  }

  function receive(connection: Connection, chunk: Buffer): void {
    const { framing } = connection;
    connection.heardMs = clock.monotonicMs();
    const wasWhole = framing.heldBytes === 0;
    let hasHeard = false;
    const isRight = framing.push(chunk, (packet) => {
      hasHeard = true;
      if (!connection.socket.destroyed) hear.packet(packet, connection);
    });
    if (!isRight) drop(connection, "misbehaved");
    else if (framing.heldBytes === 0) connection.partialMs = null;
    else if (wasWhole || hasHeard) connection.partialMs = connection.heardMs;
  }

  function drop(connection: Connection, why: "misbehaved" | "idle"): void {
    if (connection.socket.destroyed) return;
    counters[why]++;
    connection.socket.destroy();
  }

  /** Who shakes hands without end loses the place, and never takes one of those who are through. */
  function hasPlace(address: string): boolean {
    if (countOf(connections, address) >= limits.connectionsPerAddressMax) return false;
    const byAddress = Map.groupBy(handshakes.values(), (handshake) => handshake.address);
    const own = byAddress.get(address) ?? [];
    if (own.length >= limits.handshakesPerAddressMax) forgetHandshake(own[0]);
    else if (handshakes.size >= limits.handshakesMax) {
      const most = [...byAddress.values()].reduce((one, other) => (other.length > one.length ? other : one));
      forgetHandshake(most[0]);
    }
    return true;
  }

  /** Each list is in the order of their coming: the oldest is the first. */
  function forgetHandshake(handshake: Handshake | undefined): void {
    if (handshake === undefined) return;
    handshakes.delete(handshake.socket);
    counters.failedHandshakes++;
    handshake.socket.destroy();
  }

  /** While there is a connection. */
  function look(): void {
    timer ??= clock.after(lookEveryMs, () => {
      timer = null;
      const nowMs = clock.monotonicMs();
      for (const handshake of [...handshakes.values()]) {
        if (nowMs - handshake.sinceMs >= limits.handshakeMsMax) forgetHandshake(handshake);
      }
      for (const connection of [...connections]) {
        if (connection.partialMs !== null && nowMs - connection.partialMs >= limits.packetMsMax)
          drop(connection, "misbehaved");
        else if (nowMs - connection.heardMs >= limits.idleMsMax) drop(connection, "idle");
      }
      if (!closed && handshakes.size + connections.size > 0) look();
    });
  }

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(
      { port: settings.port, ...(settings.address === undefined ? {} : { host: settings.address }) },
      () => {
        server.off("error", reject);
        resolve();
      },
    );
  });
  server.on("error", (error) => log.error("radsec-socket", { error: error.message }));

  return {
    port: (server.address() as AddressInfo).port,
    counters,
    close() {
      closed = true;
      timer?.cancel();
      for (const { socket } of [...handshakes.values()]) socket.destroy();
      for (const { socket } of [...connections]) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function countOf(connections: Iterable<Connection>, address: string): number {
  let count = 0;
  for (const { peer } of connections) if (peer.address === address) count++;
  return count;
}

/** A socket for both families shows IPv4 addresses as ::ffff:10.0.0.1. */
function plainAddress(address: string | undefined): string | null {
  if (address === undefined) return null;
  return address.startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address;
}

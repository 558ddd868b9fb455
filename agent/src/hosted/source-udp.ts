/**
 * One pair of RADIUS ports for many sites in one process. WireGuard guarantees the address of each router, which identifies its site.
 * Every site gets a `Udp` that receives datagrams of its router only, and what it sends to itself from a socket on this machine's own address
 * (`ask-own-port.ts`): that socket's port tells whose it is.
 */
import type { SendDatagram, Udp, UdpPeer, UdpSocket } from "../ground/udp.ts";

export interface SourceUdp {
  /** Opens a port for all present and later sites; 0: any free port. Resolves with the port; rejects when it is taken. */
  open(port: number): Promise<number>;
  /** The sockets for the agent of the router at this address. */
  of(sourceAddress: string): Udp;
  /** Datagrams from addresses that belong to no site. */
  readonly strangers: number;
  /** Closes all ports of `open`. */
  close(): Promise<void>;
}

type Hear = (packet: Uint8Array, from: UdpPeer, answer?: SendDatagram) => void;

interface SharedPort {
  readonly hear: Map<string, { readonly onMessage: Hear; readonly onError: (error: Error) => void }>;
  readonly socket: Promise<UdpSocket>;
  /** It stays open after the last site is removed. */
  readonly isKept: boolean;
}

const loopback = "127.0.0.1";
/** The kernel's default overflows when many routers report at once. */
const receiveBufferBytes = 4 * 1024 * 1024;

export function createSourceUdp(udp: Udp): SourceUdp {
  const ports = new Map<number, SharedPort>();
  /** By port: the address of the site whose own socket on this machine it is. */
  const own = new Map<number, string>();
  let strangers = 0;

  function openPort(
    port: number,
    options: { address?: string; receiveBufferBytes?: number; everyAddress?: boolean },
    isKept: boolean,
  ): SharedPort {
    const hear: SharedPort["hear"] = new Map();
    const socket = udp.bind({
      ...options,
      port,
      onMessage(packet, from, answer) {
        const site = hear.get((from.address === loopback && own.get(from.port)) || from.address);
        if (site === undefined) strangers++;
        else site.onMessage(packet, from, answer);
      },
      onError(error) {
        for (const site of hear.values()) site.onError(error);
      },
    });
    const shared = { hear, socket, isKept };
    ports.set(port, shared);
    // The port did not open: the next site tries again.
    socket.catch(() => ports.get(port) === shared && ports.delete(port));
    return shared;
  }

  return {
    get strangers() {
      return strangers;
    },
    async open(port) {
      const shared = openPort(port, { receiveBufferBytes, everyAddress: true }, true);
      const { port: opened } = await shared.socket;
      if (opened === port) return port;
      ports.delete(port);
      ports.set(opened, shared);
      return opened;
    },
    async close() {
      const kept = [...ports].filter(([, { isKept }]) => isKept);
      for (const [port, { socket }] of kept) {
        ports.delete(port);
        await socket.then(
          (opened) => opened.close(),
          () => {},
        );
      }
    },
    of: (sourceAddress) => ({
      async bind({ port, onMessage, onError, ...options }) {
        if (port === 0) {
          const asks = await udp.bind({ port, onMessage, onError, ...options }); // for the agent's requests to the router
          if (options.address !== loopback) return asks;
          own.set(asks.port, sourceAddress);
          return {
            port: asks.port,
            send: (packet, to) => asks.send(packet, to),
            async close() {
              own.delete(asks.port);
              await asks.close();
            },
          };
        }
        const shared = ports.get(port) ?? openPort(port, options, false);
        if (shared.hear.has(sourceAddress)) throw new Error(`port ${port} is taken for ${sourceAddress}`);
        shared.hear.set(sourceAddress, { onMessage, onError });
        let socket: UdpSocket;
        try {
          socket = await shared.socket;
        } catch (error) {
          shared.hear.delete(sourceAddress);
          throw error;
        }
        return {
          port: socket.port,
          send: (packet, to) => socket.send(packet, to),
          followAddresses: async () => await socket.followAddresses?.(),
          async close() {
            shared.hear.delete(sourceAddress);
            if (shared.isKept || shared.hear.size > 0 || ports.get(port) !== shared) return;
            ports.delete(port);
            await socket.close();
          },
        };
      },
    }),
  };
}

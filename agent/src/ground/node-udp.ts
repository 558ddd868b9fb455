/** Real UDP sockets. */
// biome-ignore lint/plugin: each socket takes the look-up
import { createSocket, type Socket, type SocketOptions } from "node:dgram";
import { isIP, type LookupFunction } from "node:net";
import { type BindOne, bindEveryAddress } from "./every-address.ts";
import { addressesOnly } from "./lookup.ts";
import { ownAddresses } from "./machine.ts";
import type { Udp, UdpSocket } from "./udp.ts";

/**
 * The operating system's UDP. A socket on an IPv6 address takes IPv6 only. `lookup` resolves names in `send`; `addresses` lists
 * this machine's.
 */
export function createNodeUdp(
  lookup: LookupFunction = addressesOnly,
  addresses: () => readonly string[] = ownAddresses,
): Udp {
  const bindOne: BindOne = (options) =>
    new Promise((resolve, reject) => {
      const isIpv6 = options.address?.includes(":") === true;
      const socket = createSocket({
        type: isIpv6 ? "udp6" : "udp4",
        ...(isIpv6 ? { ipv6Only: true } : {}), // for IPv4 the system refuses the option
        reuseAddr: options.shared === true,
        ...(options.receiveBufferBytes === undefined ? {} : { recvBufferSize: options.receiveBufferBytes }),
        lookup: addressFirst(lookup),
      });
      socket.once("error", reject);
      socket.bind(
        { port: options.port, ...(options.address === undefined ? {} : { address: options.address }) },
        () => {
          socket.off("error", reject);
          socket.on("error", options.onError);
          const { send, end } = sendTogether(socket, options.onError);
          socket.on("message", (packet, from) => options.onMessage(packet, from, send));
          resolve({
            port: socket.address().port,
            send,
            close() {
              end();
              return new Promise((closed) => socket.close(() => closed()));
            },
          });
        },
      );
    });
  return {
    bind: (options) =>
      options.everyAddress === true ? bindEveryAddress(bindOne, options, addresses) : bindOne(options),
  };
}

const slabBytes = 16 * 1024;

/**
 * Sends all datagrams of one event loop iteration in one burst at its end. Waking the receiver costs the kernel more than the
 * datagram, and the second datagram of a burst finds the receiver awake. This saves a quarter of a log-in's processor time
 * under the router's flags, a tenth without them.
 */
function sendTogether(socket: Socket, onError: (error: Error) => void): Pick<UdpSocket, "send"> & { end(): void } {
  const packets: Uint8Array[] = [];
  const ports: number[] = [];
  const addresses: string[] = [];
  /** Copies of the waiting datagrams, one behind the other. Never overwritten, because the kernel may send late. */
  let slab = new Uint8Array(0);
  let usedBytes = 0;
  let ended = false;

  function flush(): void {
    for (let index = 0; index < packets.length; index++) {
      try {
        socket.send(packets[index] as Uint8Array, ports[index] as number, addresses[index] as string);
      } catch (error) {
        onError(error as Error); // nothing can be sent to port 0; the other datagrams still leave
      }
    }
    packets.length = 0;
    ports.length = 0;
    addresses.length = 0;
  }

  return {
    /** Sends what waits, and nothing after that. */
    end() {
      flush();
      ended = true;
    },
    send(packet, to) {
      if (ended) return;
      if (packets.length === 0) setImmediate(flush);
      if (usedBytes + packet.length > slab.length) {
        slab = new Uint8Array(Math.max(slabBytes, packet.length));
        usedBytes = 0;
      }
      slab.set(packet, usedBytes);
      packets.push(slab.subarray(usedBytes, usedBytes + packet.length));
      ports.push(to.port);
      addresses.push(to.address);
      usedBytes += packet.length;
    },
  };
}

/**
 * An address needs no look-up. Node's default look-up takes an event loop iteration per packet to find that out. Most replies
 * go to the same router as the one before, so the last address is remembered.
 */
function addressFirst(lookup: LookupFunction): SocketOptions["lookup"] {
  let lastAddress = "";
  let lastVersion = 0;
  return (host, options, callback) => {
    if (host !== lastAddress) {
      const version = isIP(host);
      if (version === 0) return lookup(host, options, callback as Parameters<LookupFunction>[2]);
      lastAddress = host;
      lastVersion = version;
    }
    callback(null, lastAddress, lastVersion);
  };
}

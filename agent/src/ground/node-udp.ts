/** Real datagrams. */
// biome-ignore lint/plugin: each socket is given the look-up
import { createSocket, type Socket, type SocketOptions, type SocketType } from "node:dgram";
import { isIP, type LookupFunction } from "node:net";
import type { Udp, UdpSocket } from "./adapters.ts";
import { addressesOnly } from "./lookup.ts";

/**
 * The operating system's UDP. An IPv6 address to bind takes IPv4 as well, where the system allows it. `lookup`: for what is sent
 * to a name.
 */
export function createNodeUdp(lookup: LookupFunction = addressesOnly): Udp {
  return {
    bind: (options) =>
      new Promise((resolve, reject) => {
        const type: SocketType = options.address?.includes(":") ? "udp6" : "udp4";
        const socket = createSocket({
          type,
          ...(options.receiveBufferBytes === undefined ? {} : { recvBufferSize: options.receiveBufferBytes }),
          lookup: addressFirst(lookup),
        });
        socket.once("error", reject);
        socket.bind(
          { port: options.port, ...(options.address === undefined ? {} : { address: options.address }) },
          () => {
            socket.off("error", reject);
            socket.on("error", options.onError);
            socket.on("message", options.onMessage);
            const { send, flush } = sendTogether(socket, options.onError);
            resolve({
              port: socket.address().port,
              send,
              close() {
                flush();
                return new Promise((closed) => socket.close(() => closed()));
              },
            });
          },
        );
      }),
  };
}

const slabBytes = 16 * 1024;

/**
 * What is sent in one turn of the event loop leaves at its end, in one burst. Waking whoever waits for a reply costs the kernel
 * more than the datagram, and the second of a burst finds it awake: a quarter of a log-in's processor time under the router's
 * flags, a tenth without them.
 */
function sendTogether(socket: Socket, onError: (error: Error) => void): Pick<UdpSocket, "send"> & { flush(): void } {
  const packets: Uint8Array[] = [];
  const ports: number[] = [];
  const addresses: string[] = [];
  /** Copies of what waits, one behind the other; never written over, because the kernel may ask for patience. */
  let slab = new Uint8Array(0);
  let usedBytes = 0;

  function flush(): void {
    for (let index = 0; index < packets.length; index++) {
      try {
        socket.send(packets[index] as Uint8Array, ports[index] as number, addresses[index] as string);
      } catch (error) {
        onError(error as Error); // a source port of 0 can't be answered, and must not keep the others
      }
    }
    packets.length = 0;
    ports.length = 0;
    addresses.length = 0;
  }

  return {
    flush,
    send(packet, to) {
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
 * An address needs no look-up. The stock one takes a turn of the event loop to find that out, per packet; and one reply after
 * another goes to the same router, so the last address is remembered.
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

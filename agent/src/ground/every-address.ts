/**
 * One UDP port on each of this machine's addresses. A socket on all addresses answers from the one that the kernel finds nearest to
 * the client, and Node can't say otherwise (`IP_PKTINFO`); a client that asked another address drops that answer. Linux hands a
 * datagram to the socket of its address first, so the socket on all addresses hears only of addresses that have none yet.
 */
import type { Udp, UdpSocket } from "./udp.ts";

export type UdpOptions = Parameters<Udp["bind"]>[0];
/** `shared`: the port may have other sockets, on other addresses (SO_REUSEADDR). */
export type BindOne = (options: UdpOptions & { readonly shared?: boolean }) => Promise<UdpSocket>;

const everyIpv4 = "0.0.0.0";
const everyIpv6 = "::";
/** A machine with more addresses answers on the others as the kernel likes. */
const addressesMax = 32;
/** Another process may take a free port before we have it. */
const triesMax = 5;

/** Rejects when the port is taken. A machine without IPv6, and an address that goes at this moment, are no errors. */
export async function bindEveryAddress(
  bindOne: BindOne,
  options: UdpOptions,
  addresses: () => readonly string[],
): Promise<UdpSocket> {
  const main = await bindMain(bindOne, options);
  const others = new Map<string, UdpSocket>();
  let following: Promise<void> = Promise.resolve();
  let closed = false;

  async function follow(): Promise<void> {
    const wanted = new Set([everyIpv6, ...addresses().filter(isOwnSocketWorth).slice(0, addressesMax)]);
    for (const [address, socket] of others) {
      if (wanted.has(address)) continue;
      others.delete(address);
      await socket.close();
    }
    for (const address of wanted) {
      if (closed || others.has(address)) continue;
      const socket = await bindOne({ ...options, port: main.port, address, shared: true }).catch(() => null);
      if (socket !== null) others.set(address, socket);
    }
  }

  function followAddresses(): Promise<void> {
    following = following.then(() => (closed ? undefined : follow()));
    return following;
  }

  await followAddresses();
  return {
    port: main.port,
    send: (packet, to) => (to.address.includes(":") ? (others.get(everyIpv6) ?? main) : main).send(packet, to),
    followAddresses,
    async close() {
      closed = true;
      await following;
      await Promise.all([main, ...others.values()].map((socket) => socket.close()));
    },
  };
}

/** Loopback and link-local addresses answer rightly as they are: their clients have no other way to this machine. */
function isOwnSocketWorth(address: string): boolean {
  return address !== "127.0.0.1" && address !== "::1" && !/^fe[89ab]/i.test(address);
}

/** A shared socket would not notice that another process has the port: one that shares nothing tries first. */
async function bindMain(bindOne: BindOne, options: UdpOptions): Promise<UdpSocket> {
  for (let tries = 1; ; tries++) {
    const first = await bindOne({ ...options, onMessage: () => {} });
    await first.close();
    try {
      return await bindOne({ ...options, port: first.port, address: everyIpv4, shared: true });
    } catch (error) {
      if (options.port !== 0 || tries >= triesMax) throw error;
    }
  }
}

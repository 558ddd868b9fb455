/**
 * Datagrams between simulated hosts. They arrive in order after a delay, and are lost when nobody listens or a host has no power. A network
 * with trouble loses, doubles and delays them.
 */
import type { Udp, UdpPeer } from "@karibu/agent/ground/udp";
import type { VirtualTime } from "./virtual-time.ts";

export interface VirtualNetwork {
  /** The UDP of one host. `powerCut` closes all its sockets at once. */
  host(address: string): Udp & { powerCut(): void };
  /** What is on its way is lost, as where all hosts are one machine that goes down. */
  loseAll(): void;
}

/** When each copy of a datagram arrives, milliseconds from now; none: it is lost. */
export type Delays = (packet: Uint8Array) => readonly number[];

type Receiver = (packet: Uint8Array, from: UdpPeer) => void;

const soon: readonly number[] = [1];

export function createVirtualNetwork(time: Pick<VirtualTime, "clock">, delays: Delays = () => soon): VirtualNetwork {
  const listeners = new Map<string, Receiver>();
  const clock = time.clock();
  let nextPort = 40_000;
  let losses = 0;

  return {
    host(address) {
      const open = new Set<string>();
      return {
        async bind({ port, onMessage }) {
          const bound = port === 0 ? nextPort++ : port;
          const key = `${address}:${bound}`;
          if (listeners.has(key)) throw new Error(`bind EADDRINUSE ${key}`);
          listeners.set(key, onMessage);
          open.add(key);
          return {
            port: bound,
            send(packet, to) {
              const lossesBefore = losses;
              for (const delayMs of delays(packet)) {
                const copy = Uint8Array.from(packet);
                clock.after(delayMs, () => {
                  if (losses === lossesBefore)
                    listeners.get(`${to.address}:${to.port}`)?.(copy, { address, port: bound });
                });
              }
            },
            async close() {
              listeners.delete(key);
              open.delete(key);
            },
          };
        },
        powerCut() {
          for (const key of open) listeners.delete(key);
          open.clear();
        },
      };
    },
    loseAll() {
      losses++;
    },
  };
}

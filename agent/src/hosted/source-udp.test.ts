import { expect, test } from "vitest";
import type { Udp, UdpPeer } from "../ground/udp.ts";
import { createSourceUdp } from "./source-udp.ts";

/** A network of one machine: who is bound where, and a way to send to it. */
function fakeUdp() {
  const bound = new Map<number, (packet: Uint8Array, from: UdpPeer) => void>();
  const udp: Udp = {
    async bind({ port, onMessage }) {
      if (bound.has(port)) throw new Error("address in use");
      bound.set(port, onMessage);
      return { port, send: () => {}, close: async () => void bound.delete(port) };
    },
  };
  const arrive = (port: number, address: string, text: string) =>
    bound.get(port)?.(Buffer.from(text), { address, port: 40_000 });
  return { udp, bound, arrive };
}

const listen = async (udp: Udp, port: number) => {
  const heard: string[] = [];
  const onMessage = (packet: Uint8Array) => void heard.push(Buffer.from(packet).toString());
  const socket = await udp.bind({ port, onMessage, onError: () => {} });
  return { heard, socket };
};

test("routers are told apart by their address in the tunnel, on one pair of ports, and strangers are counted", async () => {
  const { udp, arrive } = fakeUdp();
  const shared = createSourceUdp(udp);
  const [one, other] = [await listen(shared.of("10.89.0.2"), 1812), await listen(shared.of("10.89.0.3"), 1812)];
  arrive(1812, "10.89.0.2", "a");
  arrive(1812, "10.89.0.3", "b");
  arrive(1812, "10.89.0.4", "c");
  expect([one.heard, other.heard, shared.strangers]).toEqual([["a"], ["b"], 1]);
});

test("a site that goes hears nothing more, the last one closes the port, and the port can be opened again", async () => {
  const { udp, bound, arrive } = fakeUdp();
  const shared = createSourceUdp(udp);
  const [one, other] = [await listen(shared.of("10.89.0.2"), 1812), await listen(shared.of("10.89.0.3"), 1812)];
  await one.socket.close();
  arrive(1812, "10.89.0.2", "late");
  expect([one.heard, shared.strangers, bound.size]).toEqual([[], 1, 1]);
  await other.socket.close();
  expect(bound.size).toBe(0);
  const again = await listen(shared.of("10.89.0.2"), 1812);
  arrive(1812, "10.89.0.2", "a");
  expect(again.heard).toEqual(["a"]);
});

test("two agents for one router are refused, and a port that is taken fails for all who wait for it", async () => {
  const { udp } = fakeUdp();
  const shared = createSourceUdp(udp);
  await listen(shared.of("10.89.0.2"), 1812);
  await expect(listen(shared.of("10.89.0.2"), 1812)).rejects.toThrow("taken for 10.89.0.2");
  await listen(udp, 1813);
  const both = await Promise.allSettled([listen(shared.of("10.89.0.2"), 1813), listen(shared.of("10.89.0.3"), 1813)]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
});

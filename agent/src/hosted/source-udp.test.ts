import { expect, test } from "vitest";
import { createNodeUdp } from "../ground/node-udp.ts";
import { createNodeWorld } from "../ground/node-world.ts";
import type { Udp, UdpPeer } from "../ground/udp.ts";
import { askOwnPort } from "../radius/server/ask-own-port.ts";
import { clientsOfRouter } from "../radius/server/client-settings.ts";
import { createRadiusServer } from "../radius/server/server.ts";
import { createFakeAccess } from "../radius/server/test-radius-nas.ts";
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
  const arrive = (port: number, address: string, text: string, from = 40_000) =>
    bound.get(port)?.(Buffer.from(text), { address, port: from });
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

test("[TEN-10] the number of a site's own socket on this machine names it there alone: a router that asks from that number is itself", async () => {
  const { udp, arrive } = fakeUdp();
  const numbered: Udp = {
    bind: ({ port, ...options }) => udp.bind({ ...options, port: port === 0 ? 50_123 : port }),
  };
  const shared = createSourceUdp(numbered);
  const [one, other] = [await listen(shared.of("10.89.0.2"), 1812), await listen(shared.of("10.89.0.3"), 1812)];
  const asks = { port: 0, address: "127.0.0.1", onMessage: () => {}, onError: () => {} };
  const own = await shared.of("10.89.0.2").bind(asks);
  expect(own.port).toBe(50_123);
  arrive(1812, "127.0.0.1", "own", own.port);
  arrive(1812, "10.89.0.3", "theirs", own.port);
  arrive(1812, "10.89.0.9", "a stranger's", own.port);
  arrive(1812, "127.0.0.1", "nobody's", own.port + 1);
  expect([one.heard, other.heard, shared.strangers]).toEqual([["own"], ["theirs"], 2]);
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

test("[TEN-10] [RTR-26] of sites that share a port each asks for itself, and by its own secret", async () => {
  const world = createNodeWorld("error", 0);
  // Tries follow each other at once.
  const after = (delayMs: number, task: () => void) => world.clock.after(delayMs / 10, task);
  const hasty = { ...world, clock: { ...world.clock, after } };
  const secret = "of the first router";
  const shared = createSourceUdp(createNodeUdp());
  const [authPort, acctPort] = [await shared.open(0), await shared.open(0)];
  const hosted = (address: string, of: string) =>
    createRadiusServer(world, shared.of(address), createFakeAccess(), {
      authPort,
      acctPort,
      clients: clientsOfRouter(address, of),
    });
  const [one, other] = [await hosted("10.89.0.2", secret), await hosted("10.89.0.3", "another secret")];
  const ask = (address: string, of: string) => askOwnPort(hasty, shared.of(address), { secret: of, port: authPort });
  expect(await ask("10.89.0.2", secret)).toBeGreaterThanOrEqual(0);
  expect(await ask("10.89.0.3", secret)).toBe(null);
  expect([one.counters.statusRequests, other.counters.statusRequests]).toEqual([1, 4]);
  expect(shared.strangers).toBe(0);
  for (const each of [one, other, shared]) await each.close();
});

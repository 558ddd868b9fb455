/**
 * The doubles that stand for disks and wires in simulations, all of them, and what each must do: it keeps bytes and no object. What is written is as it
 * was when it was given away, whatever its giver and its takers do to their own memory, and each taker gets bytes of its own.
 */
import type { Folder } from "@karibu/agent/ground/files/folder";
import type { Udp } from "@karibu/agent/ground/udp";
import { expect, test } from "vitest";
import { createFaultyFolder } from "./disk/faulty-folder.ts";
import { createSocketPair } from "./link/socket-pair.ts";
import { createMemoryUdp } from "./router/test-router.ts";
import { openAgentFolder } from "./simulation/sites/agent-folder.ts";
import { createVirtualNetwork } from "./world/virtual-network.ts";
import { createVirtualTime } from "./world/virtual-time.ts";

/** Gives the bytes away, spoils them, and returns all that arrives; each is spoilt before the next one is looked at. */
type Carry = (given: Uint8Array) => Promise<Uint8Array[]>;

const spoil = (bytes: Uint8Array): void => void bytes.fill(0xff);
const keep = (arrived: Uint8Array[]) => (packet: Uint8Array) => {
  arrived.push(Uint8Array.from(packet));
  spoil(packet);
};
const random = { bytes: (count: number) => new Uint8Array(count) };

async function onDisk(folder: Folder, given: Uint8Array): Promise<Uint8Array[]> {
  const file = await folder.append("log");
  await file.write(given);
  await file.sync();
  await folder.replace("state", given);
  spoil(given);
  const arrived: Uint8Array[] = [];
  for (const name of ["log", "state", "log", "state"]) keep(arrived)((await folder.read(name)) ?? new Uint8Array());
  return arrived;
}

async function byDatagram(from: Udp, to: Udp, address: string, given: Uint8Array, pass: () => Promise<unknown>) {
  const arrived: Uint8Array[] = [];
  const ends = { onMessage: keep(arrived), onError() {} };
  const taker = await to.bind({ port: 0, ...ends });
  const giver = await from.bind({ port: 0, onMessage() {}, onError() {} });
  giver.send(given, { address, port: taker.port });
  spoil(given);
  await pass();
  return arrived;
}

const doubles: Readonly<Record<string, Carry>> = {
  "a stick that fails like flash": (given) => onDisk(createFaultyFolder({ random }), given),
  "the stick as one process of the agent has it": (given) => {
    const parts = { delayMs: () => 0, onPowerCut() {} };
    return onDisk(openAgentFolder(createFaultyFolder({ random }), createVirtualTime(0).clock(), parts), given);
  },
  "a network that doubles each datagram": (given) => {
    const time = createVirtualTime(0);
    const network = createVirtualNetwork(time, () => [1, 2]);
    return byDatagram(network.host("a"), network.host("b"), "b", given, () => time.advance(10));
  },
  "datagrams in memory": (given) => {
    const udp = createMemoryUdp();
    return byDatagram(udp, udp, "127.0.0.1", given, () => new Promise((resolve) => setImmediate(resolve)));
  },
  "the link between agent and hub": async (given) => {
    const wire = createSocketPair({ tamper: (text) => [text, text] });
    const arrived: Uint8Array[] = [];
    wire.hub.onMessage((text) => void arrived.push(Buffer.from(text, "latin1")));
    wire.agent.send(Buffer.from(given).toString("latin1"));
    spoil(given);
    await new Promise((resolve) => setImmediate(resolve));
    return arrived;
  },
};

test.each(Object.entries(doubles))("[BEY-26] %s keeps bytes, and no object", async (_, carry) => {
  const arrived = await carry(Uint8Array.of(1, 2, 3, 200));
  expect(arrived.length).toBeGreaterThan(0);
  for (const bytes of arrived) expect([...bytes]).toEqual([1, 2, 3, 200]);
});

import { expect, test } from "vitest";
import { addressesOnly, lookupWith } from "./lookup.ts";
import { createNodeUdp } from "./node-udp.ts";
import type { UdpSocket } from "./udp.ts";

const address = "127.0.0.1";

/** A socket, the datagrams that it received, and a way to wait for a number of them. */
async function listen(lookup = addressesOnly) {
  const received: string[] = [];
  const errors: string[] = [];
  let wanted = 0;
  let enough = () => {};
  const socket: UdpSocket = await createNodeUdp(lookup).bind({
    port: 0,
    address,
    onMessage(packet) {
      received.push(Buffer.from(packet).toString());
      if (received.length >= wanted) enough();
    },
    onError: (error) => errors.push(error.message),
  });
  const arrived = (count: number) =>
    new Promise<void>((resolve) => {
      wanted = count;
      enough = resolve;
      if (received.length >= count) resolve();
    });
  return { socket, received, errors, arrived };
}

test("datagrams of one turn arrive unchanged, even if the caller overwrites its octets", async () => {
  const sender = await listen();
  const receiver = await listen();
  const octets = Buffer.from("one");
  const to = { address, port: receiver.socket.port };
  sender.socket.send(octets, to);
  octets.write("two");
  sender.socket.send(octets, to);
  octets.fill(0);
  await receiver.arrived(2);
  expect(receiver.received.toSorted()).toEqual(["one", "two"]);
  await Promise.all([sender.socket.close(), receiver.socket.close()]);
});

test("a reply that can't be sent is reported and blocks no other", async () => {
  const sender = await listen();
  const receiver = await listen();
  sender.socket.send(Buffer.from("lost"), { address, port: 0 });
  sender.socket.send(Buffer.from("kept"), { address, port: receiver.socket.port });
  await receiver.arrived(1);
  expect(receiver.received).toEqual(["kept"]);
  expect(sender.errors).toHaveLength(1);
  await Promise.all([sender.socket.close(), receiver.socket.close()]);
});

test("datagrams for a name go to the address of its look-up; an unknown name is reported", async () => {
  const found = lookupWith(async (name) => {
    if (name !== "router.example") throw new Error(`${name} is not found`);
    return [
      { address: "::1", family: 6 },
      { address, family: 4 },
    ];
  });
  const sender = await listen(found);
  const receiver = await listen();
  const { port } = receiver.socket;
  sender.socket.send(Buffer.from("lost"), { address: "nobody.example", port });
  sender.socket.send(Buffer.from("kept"), { address: "router.example", port });
  await receiver.arrived(1);
  expect(receiver.received).toEqual(["kept"]);
  expect(sender.errors).toEqual(["nobody.example is not found"]);
  await Promise.all([sender.socket.close(), receiver.socket.close()]);
});

test("closing first sends the waiting datagrams", async () => {
  const sender = await listen();
  const receiver = await listen();
  sender.socket.send(Buffer.from("last"), { address, port: receiver.socket.port });
  await sender.socket.close();
  await receiver.arrived(1);
  expect(receiver.received).toEqual(["last"]);
  await receiver.socket.close();
});

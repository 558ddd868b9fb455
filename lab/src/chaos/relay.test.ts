// biome-ignore-all lint/plugin: real sockets in real time
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { realWorld } from "@karibu/cloud/ground/db/test-databases";
import { afterEach, expect, test } from "vitest";
import { openRelay, type Relay } from "./relay.ts";

const endings: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

const here = "127.0.0.1";

/** Answers each piece of bytes with its own name before them. */
async function openEcho(name: string): Promise<number> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (bytes) => socket.write(`${name}:${bytes}`));
  });
  server.listen(0, here);
  await once(server, "listening");
  endings.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function open(...ports: readonly number[]): Promise<Relay> {
  const relay = await openRelay(realWorld(), { host: here, port: 0, to: ports.map((port) => ({ host: here, port })) });
  endings.push(() => relay.close());
  return relay;
}

async function dial({ port }: Relay): Promise<Socket> {
  const socket = connect(port, here);
  socket.on("error", () => {});
  endings.push(() => socket.destroy());
  await once(socket, "connect");
  return socket;
}

async function say(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  const [heard] = await once(socket, "data");
  return String(heard);
}

test("connections go to the servers in turn, and pass over one that does not listen", async () => {
  const [one, other, closed] = [await openEcho("one"), await openEcho("other"), await freePort()];
  const relay = await open(one, closed, other);
  const heard = [
    await say(await dial(relay), "a"),
    await say(await dial(relay), "b"),
    await say(await dial(relay), "c"),
  ];
  expect(heard).toEqual(["one:a", "other:b", "other:c"]);
});

test("a late line is late in both directions", async () => {
  const relay = await open(await openEcho("one"));
  const socket = await dial(relay);
  expect(await say(socket, "a")).toBe("one:a");
  relay.line(here).setDelay(60);
  const startedMs = performance.now();
  expect(await say(socket, "b")).toBe("one:b");
  expect(performance.now() - startedMs).toBeGreaterThan(110);
});

test("a silent line loses nothing: what was sent meanwhile arrives when it ends", async () => {
  const relay = await open(await openEcho("one"));
  const socket = await dial(relay);
  expect(await say(socket, "a")).toBe("one:a");
  relay.line(here).setSilent(true);
  const heard = say(socket, "b");
  const isHeard = await Promise.race([heard.then(() => true), new Promise((resolve) => setTimeout(resolve, 100))]);
  expect(isHeard).toBeUndefined();
  relay.line(here).setSilent(false);
  expect(await heard).toBe("one:b");
});

test("a line that breaks ends its connections and takes none, until it is whole again", async () => {
  const relay = await open(await openEcho("one"));
  const socket = await dial(relay);
  expect(await say(socket, "a")).toBe("one:a");
  const closed = once(socket, "close");
  relay.line(here).setBroken(true);
  await closed;
  await once(await dial(relay), "close");
  relay.line(here).setBroken(false);
  expect(await say(await dial(relay), "c")).toBe("one:c");
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, here);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

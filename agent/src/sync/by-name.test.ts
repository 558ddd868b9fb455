/** Connections by a name that only the look-up handed in knows, to real servers on loopback. */
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { makeSelfSigned } from "@karibu/lab/router/api/self-signed";
import { afterEach, expect, test } from "vitest";
import { lookupWith } from "../ground/lookup.ts";
import { createPostJson } from "../ground/post-json.ts";
import { dialRouter } from "../routeros/tcp-dial.ts";
import { dialWebsocket } from "./dial-websocket.ts";

const name = "hub.karibu.example";
const servers: Server[] = [];
const asked: string[] = [];
const lookup = lookupWith(async (wanted) => {
  asked.push(wanted);
  return [{ address: "127.0.0.1", family: 4 }];
});
const forever = new AbortController().signal;

afterEach(async () => {
  asked.length = 0;
  for (const server of servers.splice(0)) server.close();
});

async function listening(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

test("the Host header keeps the name", async () => {
  const hosts: (string | undefined)[] = [];
  const port = await listening(
    createHttpServer((request, response) => {
      hosts.push(request.headers.host);
      response.end("{}");
    }),
  );
  expect(await createPostJson(lookup)(`http://${name}:${port}/enrol/agent`, {})).toMatchObject({ status: 200 });
  await expect(dialWebsocket(`ws://${name}:${port}/agent`, lookup)(forever)).rejects.toThrow("200");
  expect(hosts).toEqual([`${name}:${port}`, `${name}:${port}`]);
  expect(asked).toEqual([name, name]);
});

test("TLS asks for the name's certificate, and checks the certificate against the name", async () => {
  const { key, cert } = makeSelfSigned(name);
  const wanted: string[] = [];
  const server = createTlsServer({
    key,
    cert,
    SNICallback(servername, done) {
      wanted.push(servername);
      done(null);
    },
  });
  server.on("tlsClientError", () => {});
  const port = await listening(server);
  await expect(createPostJson(lookup)(`https://${name}:${port}/enrol/agent`, {})).rejects.toThrow(/self-signed/);
  await expect(dialWebsocket(`wss://${name}:${port}/agent`, lookup)(forever)).rejects.toThrow(/self-signed/);
  expect(wanted).toEqual([name, name]);
});

test("a dial that is given up leaves no connection behind", async () => {
  const server = createServer();
  const port = await listening(server);
  const giveUp = new AbortController();
  const dialled = dialWebsocket(`ws://${name}:${port}/agent`, lookup)(giveUp.signal);
  const [socket] = (await once(server, "connection")) as [Socket];
  socket.resume();
  giveUp.abort();
  await expect(dialled).rejects.toThrow();
  await once(socket, "close");
});

test("a dial that is given up while its name is not found yet never connects", async () => {
  const server = createServer();
  let connections = 0;
  server.on("connection", () => connections++);
  const port = await listening(server);
  let find: () => void = () => {};
  const found = new Promise<void>((resolve) => (find = resolve));
  const late = lookupWith(async () => {
    await found;
    return [{ address: "127.0.0.1", family: 4 }];
  });
  const giveUp = new AbortController();
  const dialled = dialWebsocket(`ws://${name}:${port}/agent`, late)(giveUp.signal);
  giveUp.abort();
  await expect(dialled).rejects.toThrow();
  find();
  const next = dialRouter({ host: "127.0.0.1", port, certificateSha256: null }, late);
  (await next()).destroy(); // whatever came before it would have come by now
  expect(connections).toBe(1);
});

test("the router's API is dialled by name as well", async () => {
  const server = createServer((socket) => socket.end());
  const port = await listening(server);
  const socket = await dialRouter({ host: "router.example", port, certificateSha256: null }, lookup)();
  socket.destroy();
  expect(asked).toEqual(["router.example"]);
});

test("where the first address takes no connection the next is tried", async () => {
  const port = await listening(createServer((socket) => socket.end()));
  const both = lookupWith(async () => [
    { address: "127.0.0.2", family: 4 }, // nobody listens
    { address: "127.0.0.1", family: 4 },
  ]);
  const socket = await dialRouter({ host: "router.example", port, certificateSha256: null }, both)();
  socket.destroy();
});

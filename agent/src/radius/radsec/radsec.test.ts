import { connect as connectPlain, type Socket } from "node:net";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { type Attribute, decodePacket, type Packet } from "@karibu/protocol/radius/codec";
import { codes } from "@karibu/protocol/radius/codes";
import { requestIsAuthentic, sealReply } from "@karibu/protocol/radius/seal";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createTestSite } from "../../access/test-site.ts";
import type { UdpPeer } from "../../ground/udp.ts";
import { openSessions } from "../../state/site-state.ts";
import { createCoaClient } from "../coa/coa-client.ts";
import { createRouterStreams } from "../coa/router-streams.ts";
import type { RadiusClient } from "../server/clients.ts";
import { accountingRequest, papRequest, readReply, request, secret, valuesOf } from "../server/test-radius-nas.ts";
import { radsecSecret } from "../wire/radsec-secret.ts";
import { createRadsecListener, type RadsecLimits } from "./radsec-listener.ts";
import { createRadsecServer } from "./radsec-server.ts";
import {
  connectRadsec,
  makeCertificates,
  readPem,
  type TestCertificates,
  type TestRadsecClient,
} from "./test-radsec-client.ts";

const file = {
  plans: [{ name: "hour", validitySeconds: 3600, downKbps: 2000, upKbps: 1000 }],
  accounts: [{ username: "nemo", password: "arctangent", plan: "hour" }],
};
const here: RadiusClient = { range: "127.0.0.0/8", secret, requireMessageAuthenticator: true };

let certificates: TestCertificates;
beforeAll(() => {
  certificates = makeCertificates();
});
afterAll(() => certificates?.remove());

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

interface Options {
  readonly listed?: readonly RadiusClient[] | null;
  readonly hasCa?: boolean;
  readonly limits?: Partial<RadsecLimits>;
}

/** An agent's access behind a TLS port of this machine. Its clock moves by `advance`. */
async function openRadsec({ listed = [here], hasCa = false, limits = {} }: Options = {}) {
  const world = createSimulatedWorld();
  const routers = createRouterStreams();
  const datagrams: { packet: Buffer; to: UdpPeer }[] = [];
  const udp = {
    bind: async () => ({
      port: 1,
      send: (packet: Uint8Array, to: UdpPeer) => void datagrams.push({ packet: Buffer.from(packet), to }),
      close: async () => {},
    }),
  };
  const coa = createCoaClient(world, udp, { host: "127.0.0.1", port: 3799, secret, routers });
  const site = createTestSite(world, { file, coa });
  const streams = createRadsecListener(world, {
    port: 0,
    address: "127.0.0.1",
    certificate: readPem(certificates.server.certificate),
    key: readPem(certificates.server.key),
    ca: hasCa ? readPem(certificates.ca) : null,
    limits,
  });
  const server = createRadsecServer(world, site.access, { streams, routers, coa, listed });
  opened.push(server, coa);
  await server.start();
  const status = server.status();
  if (status.kind === "failed") throw new Error(status.message);
  const { port, open } = status;
  const connect = async (as?: TestCertificates["client"]) => {
    const client = await connectRadsec(
      port,
      as === undefined ? {} : { cert: readPem(as.certificate), key: readPem(as.key) },
    );
    opened.push(client);
    return client;
  };
  return { world, site, coa, routers, datagrams, port, connect, counters: open.counters };
}

/** Looks again after each turn of the event loop: for facts that sockets make. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

/** In TLS 1.3 a client may hear of it after its own end of the handshake. */
async function isRefused(connecting: Promise<TestRadsecClient>): Promise<void> {
  await (await connecting.catch(() => null))?.closed;
}

async function ask(client: TestRadsecClient, packet: Buffer): Promise<Packet> {
  client.send(packet);
  return readReply(await client.next(), packet, radsecSecret);
}

const logIn = (more: { id?: number; password?: string; more?: readonly Attribute[] } = {}) =>
  papRequest({ secret: radsecSecret, ...more });

test("[RAD-01] [RAD-03] over TLS a client gets the same decisions as by UDP, one connection for log-ins and accounting", async () => {
  const { connect, site } = await openRadsec();
  const client = await connect();
  const accept = await ask(client, logIn());
  expect(accept.code).toBe(codes.accessAccept);
  expect(valuesOf(accept)).toMatchObject({ mikrotikRateLimit: "1M/2M", sessionTimeout: expect.any(Number) });
  const reject = await ask(client, logIn({ id: 2, password: "wrong" }));
  expect(reject.code).toBe(codes.accessReject);
  const started = await ask(client, accountingRequest({ id: 3, secret: radsecSecret }));
  expect(started.code).toBe(codes.accountingResponse);
  expect(openSessions(site.state)).toMatchObject([{ user: "nemo", nas: "lobby", router: "127.0.0.1#lobby" }]);
  expect(
    (
      await ask(
        client,
        request(codes.statusServer, 4, [{ name: "messageAuthenticator", value: new Uint8Array(16) }], radsecSecret),
      )
    ).code,
  ).toBe(codes.accessAccept);
});

test.each([false, true])("[RAD-18] a listed network's dialect counts over TLS too, with a CA: %s", async (hasCa) => {
  const { connect } = await openRadsec({ hasCa, listed: [{ ...here, dialect: "wispr" }] });
  const values = valuesOf(await ask(await connect(hasCa ? certificates.client : undefined), logIn()));
  expect(values).toMatchObject({ wisprBandwidthMaxDown: 2_000_000 });
  expect(values).not.toHaveProperty("mikrotikRateLimit");
});

const nasAddress = (address: string): readonly Attribute[] => [{ name: "nasIpAddress", value: address }];

function readRequest(packet: Buffer): Packet {
  expect(requestIsAuthentic(packet, radsecSecret)).toBe(true);
  const decoded = decodePacket(packet);
  if (decoded.kind === "malformed") throw new Error(decoded.reason);
  return decoded.packet;
}

const ackOf = ({ id, authenticator }: Packet) =>
  sealReply({ code: codes.disconnectAck, id, authenticator, attributes: [] }, authenticator, radsecSecret);

test("[RAD-05] [RAD-08] a Disconnect goes back over the connection of the session's own router, and only its answer there counts", async () => {
  const { connect, coa, site, datagrams } = await openRadsec();
  const [one, two] = [await connect(), await connect()];
  await ask(one, accountingRequest({ secret: radsecSecret, more: nasAddress("192.168.88.1") }));
  await ask(two, accountingRequest({ secret: radsecSecret, more: nasAddress("192.168.88.2") }));
  const [first, second] = openSessions(site.state);
  expect([first?.router, second?.router]).toEqual(["127.0.0.1/192.168.88.1", "127.0.0.1/192.168.88.2"]);

  let answer: string | null = null;
  const disconnected = coa.disconnect(second as NonNullable<typeof second>).then((said) => {
    answer = said;
  });
  const asked = readRequest(await two.next());
  expect(valuesOf(asked)).toMatchObject({ userName: "nemo", acctSessionId: "81000001", nasIpAddress: "192.168.88.2" });
  one.send(ackOf(asked)); // another router says that it did it
  await ask(one, logIn({ id: 9 })); // which was heard before this
  expect(answer).toBeNull();
  two.send(ackOf(asked));
  await disconnected;
  expect(answer).toBe("ack");
  expect(datagrams).toEqual([]);
});

test("[RAD-08] a client that answers no Disconnect on its connection is asked by UDP as before, with the secret of TLS and then with its own, and soon at once", async () => {
  const { connect, coa, site, datagrams, world } = await openRadsec();
  const proxy = await connect();
  await ask(proxy, accountingRequest({ secret: radsecSecret }));
  const [session] = openSessions(site.state) as [NonNullable<ReturnType<typeof openSessions>[0]>];
  for (const asksOverTls of [1, 2, 2]) {
    const before = datagrams.length;
    const disconnected = coa.disconnect(session);
    let isOver = false;
    void disconnected.finally(() => {
      isOver = true;
    });
    while (!isOver) {
      world.advance(1000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await disconnected).toBe("no-answer");
    expect(coa.counters.requests).toBe(asksOverTls + before / 3 + 2);
    const sent = datagrams.slice(before);
    expect(sent.map(({ packet }) => requestIsAuthentic(packet, radsecSecret))).toEqual([
      ...[true, true, true],
      ...[false, false, false],
    ]);
    expect(sent.at(-1)?.to).toEqual({ address: "127.0.0.1", port: 3799 });
    expect(requestIsAuthentic(sent.at(-1)?.packet as Buffer, secret)).toBe(true);
  }
});

test("[RAD-01] who is not listed gets no connection; with a CA, who shows no certificate of it gets none, and from everywhere whoever does", async () => {
  const elsewhere = await openRadsec({ listed: [{ ...here, range: "10.9.0.0/24" }] });
  await expect(elsewhere.connect()).rejects.toThrow();
  expect(elsewhere.counters).toMatchObject({ refused: 1, accepted: 0 });

  const { connect, counters } = await openRadsec({ listed: [{ ...here, range: "10.9.0.0/24" }], hasCa: true });
  const client = await connect(certificates.client);
  expect((await ask(client, logIn())).code).toBe(codes.accessAccept);
  for (const wrong of [certificates.stranger, undefined]) await isRefused(connect(wrong));
  expect(counters).toMatchObject({ accepted: 1, connections: 1 });
  await until(() => counters.failedHandshakes === 2);
  expect((await ask(client, logIn({ id: 2 }))).code).toBe(codes.accessAccept);
});

test.each([0, 19, 4097, 65_535])("[RAD-01] a length of %i closes that connection alone", async (length) => {
  const { connect, counters } = await openRadsec();
  const [good, bad] = [await connect(), await connect()];
  const wrong = Buffer.alloc(64, codes.accessRequest);
  wrong.writeUInt16BE(length, 2);
  bad.send(wrong);
  await bad.closed;
  expect((await ask(good, logIn())).code).toBe(codes.accessAccept);
  expect(counters).toMatchObject({ misbehaved: 1, connections: 1 });
});

test("[RAD-01] a packet that drips in is not waited for longer than ten seconds; one in two halves is heard", async () => {
  const { connect, counters, world } = await openRadsec();
  const [halves, drips] = [await connect(), await connect()];
  const packet = logIn();
  halves.send(packet.subarray(0, 30));
  world.advance(9000);
  halves.send(packet.subarray(30));
  expect(readReply(await halves.next(), packet, radsecSecret).code).toBe(codes.accessAccept);
  for (let at = 0; at < 12 && !drips.socket.destroyed; at++) {
    drips.send(packet.subarray(at, at + 1));
    // What the drip wrote is read before time goes on: the server answers another connection after it.
    await ask(halves, logIn({ id: 100 + at }));
    world.advance(1000);
  }
  await drips.closed;
  expect(counters).toMatchObject({ misbehaved: 1, connections: 1 });
});

/** Connections without a handshake. */
async function halfOpen(port: number, count: number): Promise<Socket[]> {
  const sockets = Array.from({ length: count }, () => connectPlain({ host: "127.0.0.1", port }));
  opened.push({
    close() {
      for (const socket of sockets) socket.destroy();
    },
  });
  for (const socket of sockets) socket.on("error", () => {});
  await until(() => sockets.every((socket) => !socket.connecting));
  return sockets;
}

test("[RAD-01] a thousand connections that never shake hands hold few places for ten seconds, and keep no client out", async () => {
  const { connect, counters, port, world } = await openRadsec();
  const before = await connect();
  // In hundreds: the kernel's queue is no longer.
  for (let count = 100; count <= 1000; count += 100) {
    await halfOpen(port, 100);
    await until(() => counters.failedHandshakes === count - 16);
  }
  const during = await connect();
  expect((await ask(before, logIn())).code).toBe(codes.accessAccept);
  expect((await ask(during, logIn({ id: 2 }))).code).toBe(codes.accessAccept);
  world.advance(11_000);
  await until(() => counters.failedHandshakes === 1000);
  expect(counters).toMatchObject({ connections: 2, accepted: 2 });
});

test("[RAD-01] connections are bounded, of one address and in all; who has one keeps it; a silent one goes after an hour", async () => {
  const { connect, counters, world } = await openRadsec({ limits: { connectionsPerAddressMax: 3 } });
  const first = await connect();
  await connect();
  await connect();
  await isRefused(connect());
  expect(counters).toMatchObject({ connections: 3, refused: 1 });
  world.advance(3_599_000);
  expect((await ask(first, logIn())).code).toBe(codes.accessAccept);
  world.advance(2000);
  await until(() => counters.connections === 1);
  expect(counters.idle).toBe(2);
  expect((await ask(first, logIn({ id: 2 }))).code).toBe(codes.accessAccept);
});

test("[RAD-01] a client that asks on and on and takes no reply is closed before its replies fill the memory", async () => {
  const { connect, counters } = await openRadsec();
  const [good, greedy] = [await connect(), await connect()];
  greedy.socket.pause();
  const status = (id: number) =>
    request(
      codes.statusServer,
      id,
      [
        { name: "messageAuthenticator", value: new Uint8Array(16) },
        { name: "proxyState", value: Buffer.alloc(250) },
      ],
      radsecSecret,
    );
  const many = Buffer.concat(Array.from({ length: 256 }, (_, id) => status(id)));
  while (counters.misbehaved === 0) {
    greedy.send(many);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect((await ask(good, logIn())).code).toBe(codes.accessAccept);
  expect(counters.connections).toBe(1);
});

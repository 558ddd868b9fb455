import { kbps, seconds, unixMs } from "@karibu/protocol/quantities";
import { decodePacket, type Packet } from "@karibu/protocol/radius/codec";
import { codes } from "@karibu/protocol/radius/codes";
import { requestIsAuthentic, sealReply } from "@karibu/protocol/radius/seal";
import { expect, test } from "vitest";
import { createNodeUdp } from "../../ground/node-udp.ts";
import type { Udp, UdpPeer } from "../../ground/udp.ts";
import { routerAddress } from "../../state/router-address.ts";
import { radiusDialects } from "../dialects/dialects.ts";
import { createTestWorld, valuesOf } from "../server/test-radius-nas.ts";
import { radsecSecret } from "../wire/radsec-secret.ts";
import { type CoaClientSettings, createCoaClient } from "./coa-client.ts";
import { createRouterStreams } from "./router-streams.ts";

const session = {
  user: "nemo",
  sessionId: "81000001",
  address: "10.5.0.20",
  mac: "02:1A:2B:3C:4D:5E",
  router: null as string | null,
};
const settings: CoaClientSettings = { host: "10.5.0.1", port: 3799, secret: "testing123" };

/** A network of one router: what it gets is recorded, and `reply` hands octets back. */
function createWire() {
  const sent: { packet: Buffer; to: UdpPeer }[] = [];
  let reply: (packet: Uint8Array) => void = () => {};
  let bound = 0;
  const udp: Udp = {
    async bind(options) {
      bound++;
      reply = (packet) => options.onMessage(packet, { address: "10.5.0.1", port: 3799 });
      return { port: 1, send: (packet, to) => sent.push({ packet: Buffer.from(packet), to }), close: async () => {} };
    },
  };
  const read = (index: number): Packet => {
    const decoded = decodePacket(sent[index]?.packet ?? Buffer.alloc(0));
    if (decoded.kind === "malformed") throw new Error(decoded.reason);
    return decoded.packet;
  };
  const answer = (index: number, code: number, secret = settings.secret, cause: number | null = 503) => {
    const packet = read(index);
    const attributes = cause === null ? [] : [{ name: "errorCause", value: cause } as const];
    const sealed = { code, id: packet.id, authenticator: new Uint8Array(16), attributes };
    reply(sealReply(sealed, packet.authenticator, secret));
  };
  return { udp, sent, read, answer, reply: (packet: Uint8Array) => reply(packet), bound: () => bound };
}

/** Lets promises that are already settled run their continuations. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

test("[RAD-08] a Disconnect-Request names the session as RouterOS needs it, and an ACK is an ack", async () => {
  const wire = createWire();
  const router = createCoaClient(createTestWorld(), wire.udp, settings);
  const answer = router.disconnect(session);
  await settle();
  expect(wire.sent[0]?.to).toEqual({ address: "10.5.0.1", port: 3799 });
  expect(requestIsAuthentic(wire.sent[0]?.packet as Buffer, settings.secret)).toBe(true);
  expect(wire.read(0).code).toBe(codes.disconnectRequest);
  expect(wire.read(0).attributes[0]).toMatchObject({ name: "messageAuthenticator" });
  expect(valuesOf(wire.read(0))).toMatchObject({
    userName: "nemo",
    acctSessionId: "81000001",
    framedIpAddress: "10.5.0.20",
    callingStationId: "02:1A:2B:3C:4D:5E",
  });
  wire.answer(0, codes.disconnectAck);
  expect(await answer).toBe("ack");
  expect(router.counters).toMatchObject({ requests: 1, acks: 1, retransmissions: 0 });
});

test("what is not known of a session is left out; a NAK is a nak, its cause is logged", async () => {
  const wire = createWire();
  const world = createTestWorld();
  const answer = createCoaClient(world, wire.udp, settings).disconnect({ ...session, address: null, mac: null });
  await settle();
  expect(Object.keys(valuesOf(wire.read(0))).sort()).toEqual([
    "acctSessionId",
    "eventTimestamp",
    "messageAuthenticator",
    "userName",
  ]);
  wire.answer(0, codes.disconnectNak);
  expect(await answer).toBe("nak");
  expect(world.logged).toContainEqual({ event: "router-refused", fields: { code: codes.disconnectNak, cause: 503 } });
});

test.each([
  ["503, no such session", 503, "nak"],
  ["no cause", null, "nak"],
  ["401, an attribute that it does not take", 401, "refused"],
  ["501, not allowed", 501, "refused"],
])("RFC 5176 §3.5: a NAK with %s", async (_, cause, expected) => {
  const wire = createWire();
  const router = createCoaClient(createTestWorld(), wire.udp, settings);
  const answer = router.disconnect(session);
  await settle();
  wire.answer(0, codes.disconnectNak, settings.secret, cause);
  expect(await answer).toBe(expected);
  expect(router.counters.naks).toBe(1);
});

test("RFC 5176 §3.3: a request carries the time of the event; a clock that does not know the time leaves it out", async () => {
  const wire = createWire();
  const world = createTestWorld();
  const router = createCoaClient(world, wire.udp, settings);
  void router.disconnect(session);
  void router.change(session, { idleSeconds: 60 });
  await settle();
  const atSeconds = Math.floor(world.clock.wall().atMs / 1000);
  expect([wire.read(0), wire.read(1)].map((packet) => valuesOf(packet).eventTimestamp)).toEqual([atSeconds, atSeconds]);
  const lost = {
    ...world,
    clock: { ...world.clock, wall: () => ({ atMs: unixMs(5000), quality: "unknown" as const }) },
  };
  const later = createWire();
  void createCoaClient(lost, later.udp, settings).disconnect(session);
  await settle();
  expect(valuesOf(later.read(0))).not.toHaveProperty("eventTimestamp");
  // The router's own clock is NTP's, too: a date that is behind it would be a replay to it.
  const doubted = {
    ...world,
    clock: {
      ...world.clock,
      wall: () => ({
        atMs: unixMs(1_800_000_000_000),
        quality: "estimated" as const,
        likelyMs: unixMs(1_800_000_900_500),
      }),
    },
  };
  const wanted = createWire();
  void createCoaClient(doubted, wanted.udp, settings).disconnect(session);
  await settle();
  expect(valuesOf(wanted.read(0)).eventTimestamp).toBe(1_800_000_900);
});

test.each([
  ["that sends its address", "10.5.0.9", { nasIpAddress: "10.5.0.9" }],
  ["behind a masqueraded address", "10.5.0.9/192.168.88.1", { nasIpAddress: "192.168.88.1" }],
  ["that sends its name alone", "10.5.0.9#lobby", { nasIdentifier: "lobby" }],
  ["that sends nothing", "10.5.0.9#", {}],
])(
  "[RAD-05] a request goes to the session's own router, with its secret and its identification: a router %s",
  async (_, at, named) => {
    const wire = createWire();
    const secretOf = (address: string) => (address === "10.5.0.9" ? "of the ninth" : settings.secret);
    const router = createCoaClient(createTestWorld(), wire.udp, { ...settings, secretOf });
    const answer = router.disconnect({ ...session, router: at });
    await settle();
    expect(wire.sent[0]?.to).toEqual({ address: "10.5.0.9", port: 3799 });
    expect(requestIsAuthentic(wire.sent[0]?.packet as Buffer, "of the ninth")).toBe(true);
    const { nasIpAddress, nasIdentifier } = valuesOf(wire.read(0));
    expect({ nasIpAddress, nasIdentifier }).toEqual({ nasIpAddress: undefined, nasIdentifier: undefined, ...named });
    wire.answer(0, codes.disconnectAck, "of the ninth");
    expect(await answer).toBe("ack");
  },
);

test.each([
  ["an ACK ends the session", codes.disconnectAck, "ack"],
  ["its NAK says nothing about another router's session", codes.disconnectNak, "no-answer"],
])("a router that is silent at its own address is asked at the configured host: %s", async (_, code, expected) => {
  const wire = createWire();
  const world = createTestWorld();
  const router = createCoaClient(world, wire.udp, { ...settings, waitsMs: [1000] });
  const answer = router.disconnect({ ...session, router: "10.5.0.9" });
  await settle();
  world.advance(1000);
  await settle();
  expect(wire.sent.map(({ to }) => to.address)).toEqual(["10.5.0.9", "10.5.0.1"]);
  wire.answer(1, code);
  expect(await answer).toBe(expected);
});

test("silence: the same bytes again after each wait, then no-answer", async () => {
  const wire = createWire();
  const world = createTestWorld();
  const router = createCoaClient(world, wire.udp, { ...settings, waitsMs: [1000, 2000] });
  const answer = router.disconnect(session);
  await settle();
  expect(wire.sent).toHaveLength(1);
  world.advance(1000);
  expect(wire.sent).toHaveLength(2);
  expect(wire.sent[1]?.packet).toEqual(wire.sent[0]?.packet);
  world.advance(2000);
  expect(await answer).toBe("no-answer");
  expect(wire.sent).toHaveLength(2);
  expect(router.counters).toMatchObject({ retransmissions: 1, noAnswers: 1 });
});

test("a reply with another secret, of another kind, for nobody, or malformed is not believed", async () => {
  const wire = createWire();
  const world = createTestWorld();
  const router = createCoaClient(world, wire.udp, { ...settings, waitsMs: [1000] });
  const answer = router.disconnect(session);
  await settle();
  wire.answer(0, codes.disconnectAck, "other");
  wire.answer(0, codes.coaAck);
  wire.answer(0, codes.accessAccept);
  wire.reply(Buffer.from("nonsense"));
  expect(router.counters.badReplies).toBe(4);
  wire.answer(0, codes.disconnectAck);
  expect(await answer).toBe("ack");
  wire.answer(0, codes.disconnectAck);
  expect(router.counters.badReplies).toBe(5);
});

test("[RAD-18] [BEY-21] a router of the WISPr dialect gets its new speed in bps; no speed limit is 0", async () => {
  const wire = createWire();
  const dialectOf = (address: string) => radiusDialects[address === "10.5.0.9" ? "wispr" : "mikrotik"];
  const router = createCoaClient(createTestWorld(), wire.udp, { ...settings, dialectOf });
  const own = { ...session, router: routerAddress("10.5.0.9", null, "") };
  const first = router.change(own, { rate: { downKbps: kbps(8000), upKbps: null, burst: null } });
  await settle();
  const values = valuesOf(wire.read(0));
  expect(values).toMatchObject({ wisprBandwidthMaxUp: 0, wisprBandwidthMaxDown: 8_000_000 });
  expect(values).not.toHaveProperty("mikrotikRateLimit");
  wire.answer(0, codes.coaAck);
  expect(await first).toBe("ack");
});

test("[BEY-21] CoA-Request carries the new speed and time-outs; no speed limit is 0/0", async () => {
  const wire = createWire();
  const router = createCoaClient(createTestWorld(), wire.udp, settings);
  const rate = { downKbps: kbps(8000), upKbps: kbps(512), burst: null };
  const first = router.change(session, { rate, sessionSeconds: seconds(7200), idleSeconds: 600 });
  const second = router.change(session, { rate: { downKbps: null, upKbps: null, burst: null } });
  await settle();
  expect(wire.read(0).code).toBe(codes.coaRequest);
  expect(valuesOf(wire.read(0))).toMatchObject({
    mikrotikRateLimit: "512k/8M",
    sessionTimeout: 7200,
    idleTimeout: 600,
    userName: "nemo",
  });
  expect(valuesOf(wire.read(1))).toMatchObject({ mikrotikRateLimit: "0/0" });
  wire.answer(0, codes.coaAck);
  wire.answer(1, codes.coaNak);
  expect(await Promise.all([first, second])).toEqual(["ack", "nak"]);
});

test("300 sessions at once: never two open requests with one identifier, and all are answered", async () => {
  const wire = createWire();
  const router = createCoaClient(createTestWorld(), wire.udp, settings);
  const answers = Array.from({ length: 300 }, (_, index) => router.disconnect({ ...session, sessionId: `s${index}` }));
  await settle();
  expect(wire.sent).toHaveLength(256);
  expect(new Set(wire.sent.map((_, index) => wire.read(index).id)).size).toBe(256);
  for (let index = 0; index < 256; index++) wire.answer(index, codes.disconnectAck);
  await settle();
  expect(wire.sent).toHaveLength(300);
  for (let index = 256; index < 300; index++) wire.answer(index, codes.disconnectAck);
  expect(new Set(await Promise.all(answers))).toEqual(new Set(["ack"]));
  expect(wire.bound()).toBe(1);
});

test("closing answers what is open, and a socket that can't be opened is no answer", async () => {
  const wire = createWire();
  const router = createCoaClient(createTestWorld(), wire.udp, settings);
  const answer = router.disconnect(session);
  await settle();
  await router.close();
  expect(await answer).toBe("no-answer");
  expect(await router.disconnect(session)).toBe("no-answer");
  const failing: Udp = { bind: () => Promise.reject(new Error("EPERM")) };
  expect(await createCoaClient(createTestWorld(), failing, settings).disconnect(session)).toBe("no-answer");
});

test("over a real socket", async () => {
  const udp = createNodeUdp();
  const router = await udp.bind({
    port: 0,
    address: "127.0.0.1",
    onMessage(packet, from) {
      const decoded = decodePacket(packet);
      if (decoded.kind === "malformed" || !requestIsAuthentic(packet, settings.secret)) return;
      const reply = {
        code: codes.disconnectAck,
        id: decoded.packet.id,
        authenticator: new Uint8Array(16),
        attributes: [],
      };
      router.send(sealReply(reply, decoded.packet.authenticator, settings.secret), from);
    },
    onError: () => {},
  });
  const coa = createCoaClient(createTestWorld(), udp, {
    ...settings,
    host: "127.0.0.1",
    port: router.port,
  });
  expect(await coa.disconnect(session)).toBe("ack");
  await coa.close();
  await router.close();
});

test("[RAD-08] a router that went from TLS back to UDP is asked with its own secret, and what it answers there is remembered until it speaks TLS again", async () => {
  const world = createTestWorld();
  const wire = createWire();
  const routers = createRouterStreams();
  const sentOver: Uint8Array[] = [];
  const stream = {
    peer: { address: "10.5.0.1", port: 2083 },
    send: (packet: Uint8Array) => void sentOver.push(packet),
  };
  const own = { ...session, router: routerAddress("10.5.0.1", "10.5.0.1", "lobby") };
  const client = createCoaClient(world, wire.udp, { ...settings, routers, waitsMs: [1000] });
  routers.note(own.router, stream);
  routers.closed(stream);

  const first = client.disconnect(own);
  await settle();
  expect(requestIsAuthentic(wire.sent[0]?.packet as Buffer, radsecSecret)).toBe(true);
  world.advance(1000);
  await settle();
  expect(wire.sent.map(({ packet }) => requestIsAuthentic(packet, settings.secret))).toEqual([false, true]);
  wire.answer(1, codes.disconnectAck, radsecSecret); // everybody knows that one
  wire.answer(1, codes.disconnectAck);
  expect(await first).toBe("ack");

  const second = client.disconnect(own);
  await settle();
  expect(requestIsAuthentic(wire.sent[2]?.packet as Buffer, settings.secret)).toBe(true);
  wire.answer(2, codes.disconnectNak);
  expect(await second).toBe("nak");
  expect(client.counters).toMatchObject({ requests: 3, badReplies: 1 });

  routers.note(own.router, stream);
  void client.disconnect(own);
  await settle();
  expect([wire.sent.length, sentOver.length]).toEqual([3, 1]);
  await client.close();
});

import { createHash } from "node:crypto";
import { bytes, kbps } from "@karibu/protocol/quantities";
import { codes } from "@karibu/protocol/radius/codes";
import { expect, test } from "vitest";
import { parseSettings } from "../../start/settings.ts";
import { clientsOfSecret, parseRadiusClients } from "./client-settings.ts";
import {
  createFakeAccess,
  createTestNas,
  messageAuthenticator,
  openLimits,
  papRequest,
  readReply,
  request,
  valuesOf,
} from "./test-radius-nas.ts";

const shared = "shared-secret";
const clientsOf = (list: unknown) => parseRadiusClients(JSON.stringify(list), shared);

function nasOf(list: unknown) {
  const parsed = clientsOf(list);
  if ("problem" in parsed) throw new Error(parsed.problem);
  return createTestNas({ clients: parsed.clients });
}

test("[RAD-05] without a list every client with the secret gets an answer, and must prove the secret unless it is on this machine", () => {
  const nas = createTestNas({ clients: clientsOfSecret(shared) });
  const ask = (address: string, packet: Uint8Array): number | null => {
    const [reply] = nas.send("auth", packet, { address, port: 40_000 });
    return reply === undefined ? null : readReply(reply, packet, shared).code;
  };
  const challenge = Buffer.from("a challenge of the asker's own choice");
  const response = createHash("md5").update(Uint8Array.of(7)).update("arctangent").update(challenge).digest();
  const byChap = request(
    codes.accessRequest,
    7,
    [
      { name: "userName", value: "nemo" },
      { name: "chapPassword", value: Buffer.concat([Uint8Array.of(7), response]) },
      { name: "chapChallenge", value: challenge },
    ],
    shared,
  );
  for (const [address, isOwn] of [
    ["10.5.0.1", false],
    ["fd00::1", false],
    ["::ffff:10.5.0.2", false],
    ["127.0.0.1", true],
    ["::ffff:127.0.0.1", true],
    ["::1", true],
  ] as const) {
    const unsigned = isOwn ? codes.accessAccept : null;
    expect(ask(address, papRequest({ id: 1, secret: shared })), address).toBe(unsigned);
    expect(ask(address, byChap), address).toBe(unsigned);
    const signed = papRequest({ id: 2, secret: shared, more: [messageAuthenticator] });
    expect(ask(address, signed), address).toBe(codes.accessAccept);
    expect(ask(address, papRequest({ id: 3, secret: "another", more: [messageAuthenticator] })), address).toBe(null);
  }
  expect(nas.handler.counters).toMatchObject({ missingMessageAuthenticators: 6, badAuthenticators: 6, accepts: 12 });
});

test("[RAD-05] networks by commas have the secret in common, and each must sign", () => {
  const parsed = parseRadiusClients("172.31.255.1, 10.8.0.0/24", shared);
  if ("problem" in parsed) throw new Error(parsed.problem);
  const nas = createTestNas({ clients: parsed.clients });
  const ask = (address: string, signs: boolean) => {
    const packet = papRequest({ secret: shared, more: signs ? [messageAuthenticator] : [] });
    return nas.send("auth", packet, { address, port: 40_000 }).length;
  };
  expect(ask("172.31.255.1", true)).toBe(1);
  expect(ask("10.8.0.9", true)).toBe(1);
  expect(ask("172.31.255.1", false)).toBe(0);
  expect(ask("172.31.255.2", true)).toBe(0);
  expect(parseRadiusClients("172.31.255.1,", shared)).toEqual({
    problem: expect.stringMatching(/^\[1\]\.network must be an address or a range/),
  });
});

test("[RAD-05] each network of the list has its own secret, and only who may leaves the Message-Authenticator out", () => {
  const nas = nasOf([
    { network: "10.5.0.0/16", secret: "lobby-secret" },
    { network: "10.6.0.1", requireMessageAuthenticator: false },
  ]);
  const ask = (address: string, secret: string, signs: boolean) => {
    const packet = papRequest({ secret, more: signs ? [messageAuthenticator] : [] });
    const [reply] = nas.send("auth", packet, { address, port: 40_000 });
    return reply === undefined ? null : readReply(reply, packet, secret).code;
  };
  expect(ask("10.5.3.1", "lobby-secret", true)).toBe(codes.accessAccept);
  expect(ask("10.5.3.1", "lobby-secret", false)).toBe(null);
  expect(ask("10.5.3.1", shared, true)).toBe(null);
  expect(ask("10.6.0.1", shared, false)).toBe(codes.accessAccept);
  // The container's launcher asks from this machine.
  expect(ask("127.0.0.1", shared, true)).toBe(codes.accessAccept);
  expect(ask("10.7.0.1", shared, true)).toBe(null);
  expect(nas.handler.counters).toMatchObject({
    missingMessageAuthenticators: 1,
    badAuthenticators: 1,
    unknownClients: 1,
    accepts: 3,
  });
});

test("[RAD-18] a network of OpenWrt or CoovaChilli gets speed and bytes in its own attributes, every other one in MikroTik's", () => {
  const parsed = clientsOf([{ network: "10.5.0.0/16", dialect: "wispr" }, { network: "10.6.0.1" }]);
  if ("problem" in parsed) throw new Error(parsed.problem);
  const access = createFakeAccess();
  const nas = createTestNas({ clients: parsed.clients }, access);
  const limitsOf = (address: string, limits: Partial<typeof openLimits>) => {
    access.limits = { ...openLimits, ...limits };
    const packet = papRequest({ secret: shared, more: [messageAuthenticator] });
    nas.world.advance(60_000); // the same request again is no retransmission
    const [reply] = nas.send("auth", packet, { address, port: 40_000 });
    const values = valuesOf(readReply(reply, packet, shared));
    return Object.fromEntries(Object.entries(values).filter(([name]) => /^(wispr|chilliSpot|mikrotik)/.test(name)));
  };
  const plan = { downKbps: kbps(5000), upKbps: kbps(2500), totalBytes: bytes(5 * 2 ** 32 + 7) };
  expect(limitsOf("10.5.3.1", plan)).toEqual({
    wisprBandwidthMaxUp: 2_500_000,
    wisprBandwidthMaxDown: 5_000_000,
    chilliSpotMaxTotalOctets: 7,
    chilliSpotMaxTotalGigawords: 5,
  });
  expect(limitsOf("10.6.0.1", plan)).toEqual({
    mikrotikRateLimit: "2500k/5M",
    mikrotikTotalLimit: 7,
    mikrotikTotalLimitGigawords: 5,
  });
  // Nothing left is still a byte, and a speed that no attribute can carry is the highest that it can.
  expect(limitsOf("10.5.3.1", { totalBytes: bytes(0), downKbps: kbps(9_000_000) })).toEqual({
    wisprBandwidthMaxDown: 0xffffffff,
    chilliSpotMaxTotalOctets: 1,
  });
  expect(limitsOf("10.5.3.1", { totalBytes: bytes(2 ** 32 + 9) })).toEqual({
    chilliSpotMaxTotalOctets: 9,
    chilliSpotMaxTotalGigawords: 1,
  });
  // Four gigabytes to the byte: to a NAS an attribute of 0 is no limit, so a byte less is told.
  expect(limitsOf("10.6.0.1", { totalBytes: bytes(2 ** 32) })).toEqual({ mikrotikTotalLimit: 2 ** 32 - 1 });
  expect(limitsOf("10.5.3.1", { totalBytes: bytes(3 * 2 ** 32) })).toEqual({
    chilliSpotMaxTotalOctets: 2 ** 32 - 1,
    chilliSpotMaxTotalGigawords: 2,
  });
  expect(limitsOf("10.5.3.1", {})).toEqual({});
});

const network = "10.5.0.0/16";

test.each<[string, unknown, RegExp]>([
  ["no list", { network }, /must be networks like/],
  ["an empty list", [], /must be networks like/],
  ["a row that is no object", [{ network }, "10.6.0.1"], /^\[1\]\.network is missing/],
  ["a field nobody knows", [{ network, requireMessageAuth: false }], /^\[0\]\.requireMessageAuth is not known/],
  ["no network", [{ secret: "x" }], /^\[0\]\.network must be a text/],
  ["a network that is none", [{ network: "10.5.0.0/40" }], /^\[0\]\.network must be an address or a range/],
  ["an empty secret", [{ network, secret: "" }], /^\[0\]\.secret must be a text/],
  ["a secret too long", [{ network, secret: "é".repeat(65) }], /^\[0\]\.secret must be a text of 1 to 128 bytes/],
  ["a secret that is a number", [{ network, secret: 1234 }], /^\[0\]\.secret must be a text/],
  ["a yes", [{ network, requireMessageAuthenticator: "no" }], /^\[0\]\.requireMessageAuthenticator must be true/],
  ["a dialect nobody speaks", [{ network, dialect: "cisco" }], /^\[0\]\.dialect must be one of mikrotik, wispr/],
  ["a network twice", [{ network }, { network, secret: "x" }], /^\[1\]\.network is listed twice/],
  ["another secret for this machine", [{ network: "127.0.0.1", secret: "x" }], /^\[0\]\.secret of this machine/],
])("%s is refused by the name of the field, and no secret is repeated", (_, list, problem) => {
  const parsed = clientsOf(list);
  expect("problem" in parsed ? parsed.problem : "").toMatch(problem);
});

test("the setting is refused by its name: without the secret, and where it is no JSON", () => {
  const problemsOf = (environment: Record<string, string>) => {
    const parsed = parseSettings(environment);
    return "problems" in parsed ? parsed.problems : [];
  };
  const list = JSON.stringify([{ network }]);
  expect(problemsOf({ KARIBU_RADIUS_CLIENTS: list })).toMatchObject([{ name: "KARIBU_RADIUS_CLIENTS" }]);
  expect(problemsOf({ KARIBU_RADIUS_SECRET: shared, KARIBU_RADIUS_CLIENTS: "[10.5.0.0/16" })).toMatchObject([
    { name: "KARIBU_RADIUS_CLIENTS", message: expect.stringContaining("JSON list") },
  ]);
  expect(problemsOf({ KARIBU_RADIUS_SECRET: shared, KARIBU_RADIUS_CLIENTS: list })).toEqual([]);
});

/** Customers' accounts at the RADIUS door: real packets to the real access of a site, which knows them by one row of the feed. */
import { createHash } from "node:crypto";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import type { CustomerAccountBody } from "@karibu/protocol/accounts/customer-account";
import { ntHashHex } from "@karibu/protocol/accounts/nt-hash";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { bytes, kbps, seconds, unixMs } from "@karibu/protocol/quantities";
import type { Attribute, Packet } from "@karibu/protocol/radius/codec";
import { codes } from "@karibu/protocol/radius/codes";
import { expect, test } from "vitest";
import { createTestSite, reportOf } from "../../access/test-site.ts";
import type { RadiusDialectName } from "../dialects/dialects.ts";
import { authenticatorResponse, mppeKeys, ntResponse, unsaltKey } from "../wire/ms-chap.ts";
import {
  accountingRequest,
  createTestNas,
  type FakeAccess,
  messageAuthenticator,
  papRequest,
  readReply,
  request,
  secret,
  valuesOf,
} from "./test-radius-nas.ts";

const hourMs = 3_600_000;
const mac = { name: "callingStationId", value: "02:1A:2B:3C:4D:5E" } as const;
const ppp: Attribute[] = [{ name: "serviceType", value: 2 }, { name: "framedProtocol", value: 1 }, mac];

function nasOf(
  change: Partial<CustomerAccountBody> = {},
  paidForMs: number | null = null,
  settings: Parameters<typeof createTestNas>[0] = {},
) {
  const world = createSimulatedWorld();
  const site = createTestSite(world, { coa: {} });
  const nas = createTestNas(settings, site.access as unknown as FakeAccess);
  const row = (more: Partial<CustomerAccountBody> = {}): CustomerAccountBody => ({
    accountId: "acc-1",
    username: "Home.Kamau",
    service: "any",
    ntHash: ntHashHex("clientPass"),
    planName: "Home 10M",
    terms: {
      ...unlimitedTerms,
      downKbps: kbps(10_000),
      upKbps: kbps(5000),
      validUntilMs: paidForMs === null ? null : unixMs(world.clock.wall().atMs + paidForMs),
    },
    active: true,
    ...change,
    ...more,
  });
  const put = (more?: Partial<CustomerAccountBody>) =>
    site.put({ kind: "customer-account", key: "acc-1", body: row(more) });
  put();
  let id = 0;
  /** The answer waits for the journal. */
  const ask = async (packet: Buffer) => {
    const before = nas.replies.length;
    nas.send("auth", packet);
    await new Promise<void>((resolve) => setImmediate(resolve));
    return readReply(nas.replies[before], packet);
  };
  const pap = (more: readonly Attribute[] = ppp, password = "clientPass", user = "home.kamau") =>
    ask(papRequest({ id: ++id, user, password, more }));
  const md5 = (...parts: Uint8Array[]) => createHash("md5").update(Buffer.concat(parts)).digest();
  return { ...site, world, nas, ask, pap, put, md5, nextId: () => ++id };
}
const outcome = (packet: Packet): unknown =>
  packet.code === codes.accessAccept ? "accept" : valuesOf(packet).replyMessage;

test("[CUS-14] [RAD-10] a PPPoE account known by its NT hash alone logs in by MS-CHAPv2 with both MPPE keys, and gets its address, routes and prefix", async () => {
  const routes = ["10.20.0.0/24", "10.21.0.0/24"];
  const { ask, nextId } = nasOf({ address: { ip: "100.64.3.7", routes, ipv6Prefix: "2001:db8:7::/56" } });
  const exchange = {
    authenticatorChallenge: new Uint8Array(16).fill(0x5b),
    peerChallenge: new Uint8Array(16).fill(0x21),
    user: "home.kamau",
  };
  const response = ntResponse(exchange, "clientPass");
  const packet = request(codes.accessRequest, nextId(), [
    { name: "userName", value: exchange.user },
    ...ppp,
    { name: "msChapChallenge", value: exchange.authenticatorChallenge },
    {
      name: "msChap2Response",
      value: Buffer.concat([Uint8Array.of(9, 0), exchange.peerChallenge, new Uint8Array(8), response]),
    },
    messageAuthenticator,
  ]);
  const accept = await ask(packet);
  expect(accept.code).toBe(codes.accessAccept);
  const values = valuesOf(accept);
  const proof = authenticatorResponse({ ...exchange, ntResponse: response }, "clientPass");
  expect(Buffer.from(values.msChap2Success as Uint8Array).toString("latin1")).toBe(`\x09${proof}`);
  const keys = mppeKeys({ ntResponse: response }, "clientPass");
  expect(unsaltKey(values.msMppeSendKey as Uint8Array, packet.subarray(4, 20), secret)).toEqual(keys.send);
  expect(unsaltKey(values.msMppeRecvKey as Uint8Array, packet.subarray(4, 20), secret)).toEqual(keys.receive);
  expect(values).toMatchObject({
    framedIpAddress: "100.64.3.7",
    delegatedIpv6Prefix: "2001:db8:7::/56",
    mikrotikRateLimit: "5M/10M",
  });
  const told = accept.attributes.filter((each) => "name" in each && each.name === "framedRoute");
  expect(told.map(({ value }) => value)).toEqual(routes.map((route) => `${route} 0.0.0.0 1`));
});

test("[CUS-14] [RAD-18] a PPPoE session at a NAS of another vendor gets the address, the routes and the IPv6 pool of its account, in attributes of the RFCs", async () => {
  const clients = [{ range: "10.0.0.0/8", secret, requireMessageAuthenticator: false, dialect: "wispr" as const }];
  const address = { pool: "homes", routes: ["10.20.0.0/24"], ipv6Pool: "homes6" };
  const accept = await nasOf({ address }, undefined, { clients }).pap();
  expect(valuesOf(accept)).toMatchObject({
    ...{ serviceType: 2, framedProtocol: 1, framedPool: "homes", framedRoute: "10.20.0.0/24 0.0.0.0 1" },
    ...{ delegatedIpv6PrefixPool: "homes6", wisprBandwidthMaxDown: 10_000_000, wisprBandwidthMaxUp: 5_000_000 },
  });
  expect(JSON.stringify(valuesOf(accept))).not.toContain("mikrotik");
});

test("[CUS-14] PAP works from the hash; CHAP needs the clear password, which is a switch; a wrong password is refused", async () => {
  const site = nasOf({ address: { pool: "homes", ipv6Pool: "homes6" } });
  const accept = await site.pap();
  expect(valuesOf(accept)).toMatchObject({ framedPool: "homes", mikrotikDelegatedIpv6Pool: "homes6" });
  expect(outcome(await site.pap(ppp, "clientpass"))).toMatch(/password/);
  const chap = async () => {
    const id = site.nextId();
    const authenticator = request(codes.accessRequest, id, []).subarray(4, 20);
    const digest = site.md5(Uint8Array.of(7), Buffer.from("clientPass"), authenticator);
    const value = Buffer.concat([Uint8Array.of(7), digest]);
    return await site.ask(
      request(codes.accessRequest, id, [
        { name: "userName", value: "HOME.KAMAU" },
        { name: "chapPassword", value },
        ...ppp,
      ]),
    );
  };
  for (let time = 0; time < 30; time++) expect(outcome(await chap())).toMatch(/password/);
  // A right password that nobody could check locks nobody out.
  expect(outcome(await site.pap())).toBe("accept");
  site.put({ clearPassword: "clientPass" });
  expect(outcome(await chap())).toBe("accept");
});

test("[CUS-14] an account is for its service and its devices only; one that is switched off is refused", async () => {
  const site = nasOf({ service: "pppoe", macs: ["02:1A:2B:3C:4D:5E"] });
  expect(outcome(await site.pap())).toBe("accept");
  expect(outcome(await site.pap([mac]))).toMatch(/another device/);
  const [serviceType, framedProtocol] = ppp as [Attribute, Attribute];
  const elsewhere = { name: "callingStationId", value: "02:1A:2B:3C:4D:5F" } as const;
  expect(outcome(await site.pap([serviceType, framedProtocol, elsewhere]))).toMatch(/another device/);
  expect(outcome(await site.pap([serviceType, framedProtocol]))).toMatch(/another device/);
  site.put({ active: false });
  expect(outcome(await site.pap())).not.toBe("accept");
});

test("[CUS-05] [CUS-19] paid time, grace, and what comes after: off, slower, or the page; no hub is asked", async () => {
  const slow = { downKbps: kbps(512), upKbps: kbps(256) };
  const ways = [
    [undefined, /ended/],
    [{ way: "slower", ...slow }, "accept"],
    [{ way: "page", ...slow }, "accept"],
  ] as const;
  for (const [afterEnd, expected] of ways) {
    const site = nasOf({ graceSeconds: seconds(3600), ...(afterEnd === undefined ? {} : { afterEnd }) }, 24 * hourMs);
    site.world.advance(24 * hourMs + 1000);
    expect(valuesOf(await site.pap()).mikrotikRateLimit).toBe("5M/10M");
    site.world.advance(hourMs);
    const late = await site.pap();
    if (typeof expected === "string") {
      expect(outcome(late)).toBe("accept");
      const { mikrotikRateLimit, mikrotikAddressList, sessionTimeout } = valuesOf(late);
      expect({ mikrotikRateLimit, mikrotikAddressList, sessionTimeout }).toEqual({
        mikrotikRateLimit: "256k/512k",
        mikrotikAddressList: afterEnd?.way === "page" ? "karibu-suspended" : undefined,
        sessionTimeout: undefined,
      });
    } else expect(outcome(late)).toMatch(expected);
    // Whoever is suspended by a person sees the page, or is off.
    site.put({ suspended: { reason: "A cheque bounced." } });
    expect(valuesOf(await site.pap()).mikrotikAddressList).toBe(
      afterEnd === undefined ? undefined : "karibu-suspended",
    );
  }
});

test.each([
  ["the hotspot", "mikrotik", [mac]],
  ["a NAS that knows no address lists", "wispr", ppp],
] as [string, RadiusDialectName, Attribute[]][])(
  "[CUS-05] %s can't show the page after the log-in: who is over is not let in, and reads why",
  async (_where, dialect, more) => {
    const slow = { downKbps: kbps(512), upKbps: kbps(256) };
    const clients = [{ range: "10.0.0.0/8", secret, requireMessageAuthenticator: false, dialect }];
    const site = nasOf({ graceSeconds: seconds(3600), afterEnd: { way: "page", ...slow } }, 24 * hourMs, { clients });
    const outcomeNow = async () => outcome(await site.pap(more));
    expect(await outcomeNow()).toBe("accept");
    site.put({ suspended: { reason: "A cheque bounced." } });
    expect(await outcomeNow()).toMatch(/cheque/);
    site.put({ suspended: { reason: "A cheque bounced." }, afterEnd: { way: "slower", ...slow } });
    expect(await outcomeNow()).toMatch(/cheque/);
    site.put();
    expect(await outcomeNow()).toBe("accept");
    site.world.advance(25 * hourMs + 1000);
    expect(await outcomeNow()).toMatch(/ended/);
    site.put({ afterEnd: { way: "slower", ...slow } });
    expect(await outcomeNow()).toBe("accept");
  },
);

test("[CUS-18] a holiday ends at the site by itself, with its days given back; a clock that nobody proved ends none", async () => {
  const site = nasOf({}, 2 * 24 * hourMs);
  const endMs = site.world.clock.wall().atMs + 2 * 24 * hourMs;
  expect(outcome(await site.pap())).toBe("accept");
  const resumes = {
    atMs: unixMs(endMs + 24 * hourMs),
    paidUntilMs: unixMs(endMs + 72 * hourMs),
    graceSeconds: seconds(3600),
    afterEnd: { way: "page", downKbps: kbps(512), upKbps: kbps(256) } as const,
  };
  site.put({ suspended: { reason: "paused" }, resumes });
  expect(outcome(await site.pap())).toMatch(/has paused this/);
  site.world.advance(72 * hourMs - 1000);
  expect(outcome(await site.pap())).toMatch(/has paused this/);
  site.world.setWall(resumes.atMs, "unknown");
  expect(outcome(await site.pap())).toMatch(/has paused this/);
  site.world.setWall(resumes.atMs, "estimated");
  expect(valuesOf(await site.pap()).mikrotikRateLimit).toBe("5M/10M");
  site.world.advance(48 * hourMs + 3599_000);
  expect(valuesOf(await site.pap()).mikrotikRateLimit).toBe("5M/10M");
  site.world.advance(2000);
  expect(valuesOf(await site.pap())).toMatchObject({ mikrotikAddressList: "karibu-suspended" });
  // Held back by a person meanwhile, it does not end.
  site.put({ suspended: { reason: "A cheque bounced." } });
  expect(outcome(await site.pap())).toMatch(/cheque/);
});

test("[CUS-04] [PLN-10] a period that is paid for begins at the site by itself: who used up the last one has data again", async () => {
  const site = nasOf({ service: "any" }, 60 * 24 * hourMs);
  const nowMs = site.world.clock.wall().atMs;
  const terms = { ...unlimitedTerms, dataBytes: bytes(1000), validUntilMs: unixMs(nowMs + 60 * 24 * hourMs) };
  const turnMs = nowMs + 30 * 24 * hourMs;
  site.put({ terms, period: "1", nextPeriods: [{ fromMs: unixMs(turnMs), period: "2" }] });
  const grantOf = (packet: Packet) => Buffer.from(valuesOf(packet).class as Uint8Array).toString();
  const first = await site.pap();
  expect(outcome(first)).toBe("accept");
  const session = { grantId: "a.acc-1.1", user: "home.kamau" };
  await site.access.account(reportOf("start", session));
  await site.access.account(reportOf("stop", { ...session, output: 1000, online: 60 }));
  expect(outcome(await site.pap())).toMatch(/data/);
  site.world.setWall(turnMs - 1, "synced");
  expect(outcome(await site.pap())).toMatch(/data/);
  site.world.setWall(turnMs, "unknown");
  expect(outcome(await site.pap())).toMatch(/data/);
  site.world.setWall(turnMs, "synced");
  const second = await site.pap();
  expect(outcome(second)).toBe("accept");
  expect(grantOf(second)).not.toBe(grantOf(first));
});

test.each([
  ["pppoe", [...ppp, { name: "nasPortType", value: 15 }]],
  ["ppp", [...ppp, { name: "nasPortType", value: 5 }]],
  ["hotspot", [mac, { name: "nasPortType", value: 19 }]],
] as [string, Attribute[]][])("[RAD-10] a session says that it is %s", (service, more) => {
  const site = nasOf();
  site.nas.send("acct", accountingRequest({ id: site.nextId(), more }));
  expect(site.log.records).toMatchObject([{ kind: "session-started", service }]);
});

/** Staff at the router, by real packets at the RADIUS door of a real site: what opens a router, what opens the hotspot, and that neither opens the other. */
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { ntHashHex } from "@karibu/protocol/accounts/nt-hash";
import { unixMs } from "@karibu/protocol/quantities";
import type { Attribute } from "@karibu/protocol/radius/codec";
import { codes } from "@karibu/protocol/radius/codes";
import { expect, test } from "vitest";
import type { Access, NasDoor } from "../access/access.ts";
import { createTestSite } from "../access/test-site.ts";
import {
  accountingRequest,
  createFakeAccess,
  createTestNas,
  type FakeAccess,
  messageAuthenticator,
  papRequest,
  readReply,
  request,
  secret,
  valuesOf,
} from "../radius/server/test-radius-nas.ts";
import { authenticatorResponse, ntResponse } from "../radius/wire/ms-chap.ts";
import { createRouterLogIns } from "./router-log-ins.ts";

const name = "staff-bcdfghjk";
const password = "wxz2wxz3wxz4wxz5wxz6";
const minuteMs = 60_000;
/** As RouterOS asks for a log-in to itself, by our row of `/radius`. */
const toRouter: Attribute[] = [
  { name: "serviceType", value: 1 },
  { name: "callingStationId", value: "192.168.88.20" },
  { name: "nasIdentifier", value: "lobby" },
  { name: "mikrotikRealm", value: "karibu-staff" },
  messageAuthenticator,
];
/** A hotspot sends Login-User too. */
const ofGuest: Attribute[] = [
  { name: "serviceType", value: 1 },
  { name: "calledStationId", value: "hotspot1" },
  { name: "callingStationId", value: "02:1A:2B:3C:4D:5E" },
  { name: "framedIpAddress", value: "10.5.50.7" },
  messageAuthenticator,
];
const without = (gone: string, of = toRouter) => of.filter((one) => !("name" in one) || one.name !== gone);

function siteWithDoor() {
  const world = createSimulatedWorld();
  const site = createTestSite(world, {
    coa: {},
    file: { plans: [{ name: "day", validitySeconds: 86_400 }], vouchers: [{ code: "MANGO42", plan: "day" }] },
  });
  const events: { what: string; from: string | null }[] = [];
  const logIns = createRouterLogIns(world, {
    recorder: {
      record(event) {
        events.push(event as (typeof events)[number]);
        return Promise.resolve();
      },
    },
    isTaken: (taken) => site.site.catalogue.voucher(taken) !== null,
  });
  const door: NasDoor = logIns.before(site.access);
  const nas = createTestNas(
    { clients: [{ range: "10.0.0.0/8", secret, requireMessageAuthenticator: false }] },
    door as unknown as FakeAccess,
  );
  let id = 0;
  async function ask(packet: Buffer) {
    const before = nas.replies.length;
    nas.send("auth", packet);
    await new Promise<void>((resolve) => setImmediate(resolve));
    return readReply(nas.replies[before], packet);
  }
  const pap = (more: readonly Attribute[], user = name, typed = password) =>
    ask(papRequest({ id: ++id, user, password: typed, more }));
  const allow = (change: Partial<Parameters<typeof logIns.allow>[0]> = {}) =>
    logIns.allow({
      passwordId: "p-1",
      name,
      ntHash: ntHashHex(password),
      level: "write",
      expiresAtMs: unixMs(world.clock.wall().atMs + 15 * minuteMs),
      ...change,
    });
  return { world, nas, logIns, events, ask, pap, allow, nextId: () => ++id };
}

const isAccept = ({ code }: { code: number }) => code === codes.accessAccept;

test("[TEN-13] SSH, WebFig and API by PAP: the accept names the router's group of this right, and nothing that a guest gets", async () => {
  const { pap, allow, events } = siteWithDoor();
  expect(allow()).toBe("allowed");
  const accept = await pap(toRouter);
  expect(isAccept(accept)).toBe(true);
  const { messageAuthenticator: _, ...values } = valuesOf(accept);
  expect(values).toEqual({ mikrotikGroup: "karibu-staff-write" });
  expect(events).toEqual([{ kind: "router-log-in", name, what: "accepted", from: "192.168.88.20", nas: "lobby" }]);
});

test("[TEN-13] Winbox by MS-CHAPv2: the success proves that this site knows the password, by its NT hash alone", async () => {
  const { ask, allow, nextId } = siteWithDoor();
  allow({ level: "full" });
  const exchange = {
    authenticatorChallenge: new Uint8Array(16).fill(0x5b),
    peerChallenge: new Uint8Array(16).fill(0x21),
    user: name,
  };
  const packetWith = (typed: string) => {
    const response = ntResponse(exchange, typed);
    const value = Buffer.concat([Uint8Array.of(9, 0), exchange.peerChallenge, new Uint8Array(8), response]);
    const packet = request(codes.accessRequest, nextId(), [
      { name: "userName", value: name },
      { name: "msChapChallenge", value: exchange.authenticatorChallenge },
      { name: "msChap2Response", value },
      ...toRouter,
    ]);
    return { packet, response };
  };
  const { packet, response } = packetWith(password);
  const values = valuesOf(await ask(packet));
  const proof = authenticatorResponse({ ...exchange, ntResponse: response }, password);
  expect(Buffer.from(values.msChap2Success as Uint8Array).toString("latin1")).toBe(`\x09${proof}`);
  expect(values.mikrotikGroup).toBe("karibu-staff-full");
  const refused = valuesOf(await ask(packetWith("another").packet));
  expect(Buffer.from(refused.msChapError as Uint8Array).toString("latin1")).toContain("E=691");
});

test("[TEN-13] [RAD-13] a voucher's code opens no router, and a router password no hotspot; wrong tries there lock nobody out", async () => {
  const { pap, allow } = siteWithDoor();
  allow();
  expect(isAccept(await pap(toRouter, "MANGO42", ""))).toBe(false);
  // The same by a row that a person made: without the realm, a log-in that says nothing of a guest.
  expect(isAccept(await pap(without("mikrotikRealm"), "MANGO42", ""))).toBe(false);
  expect(isAccept(await pap([...ofGuest, { name: "mikrotikRealm", value: "karibu-staff" }], "MANGO42", ""))).toBe(
    false,
  );
  for (let times = 0; times < 7; times++) expect(isAccept(await pap(ofGuest, name, "wrong"))).toBe(false);
  expect(isAccept(await pap(ofGuest))).toBe(false);
  // A guest may type a realm before the name, where the hotspot splits it off.
  const withRealm: Attribute[] = [...ofGuest, { name: "mikrotikRealm", value: "karibu-staff" }];
  for (let times = 0; times < 7; times++) expect(isAccept(await pap(withRealm, name, "wrong"))).toBe(false);
  expect(isAccept(await pap(withRealm))).toBe(false);
  expect(isAccept(await pap(ofGuest, "MANGO42", ""))).toBe(true);
  expect(isAccept(await pap(without("mikrotikRealm")))).toBe(true);
});

test("[TEN-13] five wrong passwords end the password: the right one opens nothing any more", async () => {
  const { pap, allow, events } = siteWithDoor();
  allow();
  for (let times = 0; times < 4; times++) expect(isAccept(await pap(toRouter, name, `wrong ${times}`))).toBe(false);
  expect(isAccept(await pap(toRouter))).toBe(true);
  expect(isAccept(await pap(toRouter, name, "wrong again"))).toBe(false);
  expect(isAccept(await pap(toRouter))).toBe(false);
  // A minute's wrong tries from one place are one record, so that a guesser wears no flash.
  expect(events.map(({ what }) => what)).toEqual(["refused", "accepted", "locked"]);
  expect(allow()).toBe("over");
});

test("[TEN-13] it ends after a quarter of an hour by this site's own clock, whatever the hub says, and an order again lengthens nothing", async () => {
  const { world, pap, allow } = siteWithDoor();
  const farMs = unixMs(world.clock.wall().atMs + 24 * 60 * minuteMs);
  expect(allow({ expiresAtMs: farMs })).toBe("allowed");
  world.advance(10 * minuteMs);
  expect(allow({ expiresAtMs: farMs })).toBe("allowed");
  expect(isAccept(await pap(toRouter))).toBe(true);
  world.advance(5 * minuteMs);
  expect(isAccept(await pap(toRouter))).toBe(false);
  expect(allow({ expiresAtMs: farMs })).toBe("over");
});

test("[TEN-13] ended by a person it opens nothing at once; what came too late, a name that a customer has, and a restart open nothing", async () => {
  const { world, pap, allow, logIns } = siteWithDoor();
  allow();
  logIns.end("p-1");
  expect(isAccept(await pap(toRouter))).toBe(false);
  expect(allow()).toBe("over");
  expect(allow({ passwordId: "p-2", expiresAtMs: unixMs(world.clock.wall().atMs) })).toBe("over");
  expect(allow({ passwordId: "p-3", name: "MANGO42" })).toBe("name-taken");
  expect(allow({ passwordId: "p-4" })).toBe("allowed");
  // Another password under a name that is in use would take it over.
  expect(allow({ passwordId: "p-5", ntHash: ntHashHex("other") })).toBe("name-taken");
  expect(isAccept(await siteWithDoor().pap(toRouter))).toBe(false);
});

test("[TEN-13] who sends RADIUS himself is nobody: from a strange address, with another secret, or without a Message-Authenticator", async () => {
  const { pap, allow, nas } = siteWithDoor();
  allow();
  const right = papRequest({ id: 90, user: name, password, more: toRouter });
  expect(nas.send("auth", right, { address: "192.168.88.66", port: 4000 })).toEqual([]);
  expect(nas.send("auth", papRequest({ id: 91, user: name, password, secret: "guessed", more: toRouter }))).toEqual([]);
  expect(isAccept(await pap(without("messageAuthenticator")))).toBe(false);
  expect(isAccept(await pap(toRouter))).toBe(true);
});

test("[TEN-13] without a Service-Type only our realm says that somebody wants into the router, and a guest's words beside it undo that", async () => {
  const { pap, allow } = siteWithDoor();
  allow();
  const bare = without("serviceType");
  expect(isAccept(await pap(bare))).toBe(true);
  expect(isAccept(await pap(without("mikrotikRealm", bare)))).toBe(false);
  // Each word that a hotspot or PPP says of its guest is enough.
  const guestWords: Attribute[] = [
    { name: "framedIpAddress", value: "10.5.50.7" },
    { name: "framedProtocol", value: 1 },
    { name: "mikrotikHostIp", value: "10.5.50.7" },
    { name: "wisprLogoffUrl", value: "http://10.5.50.1/logout" },
  ];
  for (const word of guestWords) {
    expect(isAccept(await pap([...toRouter, word])), JSON.stringify(word)).toBe(false);
    expect(isAccept(await pap([...bare, word])), JSON.stringify(word)).toBe(false);
  }
  // A Service-Type alone says it where nothing names a hotspot, or a port of guests.
  const unnamed = without("mikrotikRealm");
  expect(isAccept(await pap(unnamed))).toBe(true);
  for (const word of [
    { name: "calledStationId", value: "hotspot1" },
    { name: "nasPortId", value: "bridge" },
  ] satisfies Attribute[])
    expect(isAccept(await pap([...unnamed, word])), JSON.stringify(word)).toBe(false);
  // None of these tries counted against the person.
  for (let times = 0; times < 5; times++) await pap([...toRouter, ...guestWords.slice(0, 1)], name, "wrong");
  expect(isAccept(await pap(toRouter))).toBe(true);
});

test("[TEN-13] a password of one site opens no router of another one, though both sites' routers have the same secret", async () => {
  const [here, there] = [siteWithDoor(), siteWithDoor()];
  expect(here.allow()).toBe("allowed");
  expect(there.allow({ passwordId: "p-2", ntHash: ntHashHex("another password of it") })).toBe("allowed");
  expect(isAccept(await there.pap(toRouter))).toBe(false);
  expect(isAccept(await here.pap(toRouter))).toBe(true);
});

test("[TEN-13] with a clock that nobody proved a password still lives a quarter of an hour, and neither its order nor its packet opens anything when they come again", async () => {
  const { world, nas, ask, allow, nextId } = siteWithDoor();
  const expiresAtMs = unixMs(world.clock.wall().atMs + 15 * minuteMs);
  world.setWall(0, "unknown"); // 1970: by it the order is good for decades
  expect(allow({ expiresAtMs })).toBe("allowed");
  const packet = papRequest({ id: nextId(), user: name, password, more: toRouter });
  expect(isAccept(await ask(packet))).toBe(true);
  world.advance(15 * minuteMs);
  nas.world.advance(15 * minuteMs); // the answers that are kept for packets that the router sends again
  world.setWall(0, "unknown"); // and set back once more
  expect(isAccept(await ask(packet))).toBe(false);
  expect(allow({ expiresAtMs })).toBe("over");
  expect(isAccept(await ask(packet))).toBe(false);
});

test("[TEN-13] the emergency account is the router's own: by RADIUS its name opens nothing, whatever is typed", async () => {
  const { pap, allow } = siteWithDoor();
  allow();
  for (const user of ["karibu-emergency", "karibu-agent", "admin"])
    for (const typed of [password, ""]) expect(isAccept(await pap(toRouter, user, typed)), user).toBe(false);
});

test("[TEN-13] the router's accounting tells who was on it; a guest's accounting goes on as before", async () => {
  const { nas, events } = siteWithDoor();
  const report = (id: number, status: "start" | "stop", user: string) => {
    const packet = accountingRequest({
      id,
      status,
      more: [{ name: "callingStationId", value: "192.168.88.20" }],
    });
    const own = request(codes.accountingRequest, id, [
      { name: "acctStatusType", value: status === "start" ? 1 : 2 },
      { name: "acctSessionId", value: "00000009" },
      { name: "userName", value: user },
      { name: "nasIdentifier", value: "lobby" },
      { name: "callingStationId", value: "192.168.88.20" },
    ]);
    return user === "nemo" ? packet : own;
  };
  nas.send("acct", report(1, "start", name));
  nas.send("acct", report(2, "stop", name));
  await new Promise<void>((resolve) => setImmediate(resolve));
  expect(nas.replies).toHaveLength(2);
  expect(events.map(({ what, from }) => [what, from])).toEqual([
    ["began", "192.168.88.20"],
    ["ended", "192.168.88.20"],
  ]);
});

test("[TEN-13] [RAD-03] a customer whose account is called like a router password is counted like any other", () => {
  const access = createFakeAccess();
  const logIns = createRouterLogIns(createSimulatedWorld(), {
    recorder: { record: () => Promise.reject(new Error("nobody of the staff was here")) },
    isTaken: () => false,
  });
  const nas = createTestNas({}, logIns.before(access as unknown as Access) as unknown as FakeAccess);
  const report = (id: number, more: readonly Attribute[]) =>
    request(codes.accountingRequest, id, [
      { name: "acctStatusType", value: 3 },
      { name: "acctSessionId", value: `8100000${id}` },
      { name: "userName", value: name },
      { name: "nasIdentifier", value: "lobby" },
      ...more,
    ]);
  nas.send("acct", report(1, [{ name: "class", value: Buffer.from("g-1") }]));
  nas.send("acct", report(2, [{ name: "framedIpAddress", value: "10.5.50.7" }]));
  nas.send(
    "acct",
    report(3, [
      { name: "serviceType", value: 2 },
      { name: "framedProtocol", value: 1 },
    ]),
  );
  expect(access.reports.map(({ sessionId }) => sessionId)).toEqual(["81000001", "81000002", "81000003"]);
});

test("[TEN-13] who fills the day's records hides no log-in: a password's first one is told, and its end by wrong tries", async () => {
  const { nas, pap, allow, events } = siteWithDoor();
  for (let place = 0; place < 420; place++) {
    const more: Attribute[] = [
      { name: "acctStatusType", value: 1 },
      { name: "acctSessionId", value: `${place}` },
      { name: "userName", value: name },
      { name: "nasIdentifier", value: "lobby" },
      { name: "callingStationId", value: `192.168.${place % 256}.${Math.floor(place / 256)}` },
    ];
    nas.send("acct", request(codes.accountingRequest, place % 256, more));
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  const filled = events.length;
  expect(filled).toBe(400);
  allow();
  expect(isAccept(await pap(toRouter))).toBe(true);
  expect(isAccept(await pap(toRouter))).toBe(true);
  for (let times = 0; times < 5; times++) await pap(toRouter, name, "wrong");
  expect(events.slice(filled).map(({ what }) => what)).toEqual(["accepted", "locked"]);
});

import { afterEach, expect, test } from "vitest";
import { createRouter } from "../device/router.ts";
import { acceptEverybody, createMemoryUdp, setUpRouter, type TestRouter, turns } from "../test-router.ts";
import { openRadiusResponder } from "./test-radius-responder.ts";

let bench: TestRouter | null = null;
afterEach(async () => {
  await bench?.close();
  bench = null;
});

const sara = { user: "sara", password: "secret" };

test("an Access-Request carries the attributes RouterOS sends for a hotspot, signed with a Message-Authenticator", async () => {
  bench = await setUpRouter(acceptEverybody(), {
    identity: "duka-1",
    wisprLocationId: "isocc=ke",
    wisprLocationName: "Duka",
  });
  await bench.router.client("10.5.50.7").logIn(sara);
  const [request] = bench.radius.received;
  expect(request?.code).toBe("Access-Request");
  expect(request?.summary()).toEqual({
    "NAS-Port-Type": "Wireless-802.11",
    "Calling-Station-Id": "02:4B:0A:05:32:07",
    "Called-Station-Id": "hotspot1",
    "NAS-Port-Id": "bridge-guest",
    "User-Name": "sara",
    "User-Password": "(hidden)",
    "NAS-Port": String(Number.parseInt(request?.text("Acct-Session-Id") ?? "", 16)),
    "Acct-Session-Id": expect.stringMatching(/^80[0-9a-f]{2}0001$/),
    "Framed-IP-Address": "10.5.50.7",
    "Mikrotik-Host-IP": "10.5.50.7",
    "WISPr-Location-ID": "isocc=ke",
    "WISPr-Location-Name": "Duka",
    "WISPr-Logoff-URL": "http://10.5.50.1/logout",
    "NAS-Identifier": "duka-1",
    "NAS-IP-Address": "127.0.0.1",
  });
  expect(request?.all("Message-Authenticator")).toHaveLength(1);
});

test("an unanswered request goes out three times, three seconds apart, as the same bytes; then the server is not responding", async () => {
  bench = await setUpRouter(() => null);
  const outcome = bench.router.client("10.5.50.7").logIn(sara);
  await turns();
  expect(bench.radius.received).toHaveLength(1);
  await bench.pass(3);
  expect(bench.radius.received).toHaveLength(2);
  await bench.pass(6);
  expect(await outcome).toEqual({ kind: "refused", message: "RADIUS server is not responding" });
  const bytes = bench.radius.received.map((packet) => packet.bytes.toString("hex"));
  expect(bytes).toHaveLength(3);
  expect(new Set(bytes).size).toBe(1);
  expect(bench.router.running?.radius.counters).toMatchObject({ requests: 1, resends: 2, timeouts: 1 });
});

test("a lost answer costs one retransmission", async () => {
  let asked = 0;
  const accept = acceptEverybody();
  bench = await setUpRouter((request) => (request.code === "Access-Request" && ++asked === 1 ? null : accept(request)));
  const outcome = bench.router.client("10.5.50.7").logIn(sara);
  await bench.pass(4);
  expect((await outcome).kind).toBe("logged-in");
  expect(asked).toBe(2);
});

test.each([
  ["without Message-Authenticator", { bare: true }],
  ["signed with another secret", { secret: "not ours" }],
])("an accept %s is dropped and counted as a bad reply", async (_, fault) => {
  bench = await setUpRouter(() => ({ code: "Access-Accept", ...fault }));
  const outcome = bench.router.client("10.5.50.7").logIn(sara);
  await bench.pass(10);
  expect(await outcome).toEqual({ kind: "refused", message: "RADIUS server is not responding" });
  expect(bench.router.running?.radius.counters).toMatchObject({ accepts: 0, badReplies: 3 });
});

test("with require-message-auth=no, a reply without Message-Authenticator counts", async () => {
  bench = await setUpRouter(() => ({ code: "Access-Accept", bare: true }), { requireMessageAuth: "no" });
  expect((await bench.router.client("10.5.50.7").logIn(sara)).kind).toBe("logged-in");
});

test("the second server is asked once the first has not answered three times", async () => {
  const udp = createMemoryUdp();
  const second = await openRadiusResponder(udp, "second secret", acceptEverybody());
  bench = await setUpRouter(() => null, {}, udp);
  const [first] = bench.router.options.radiusServers;
  const ports = { address: "127.0.0.1", authPort: second.authPort, acctPort: second.acctPort };
  const radiusServers = [...(first ? [first] : []), { ...ports, secret: "second secret" }];
  const router = createRouter(bench.world, udp, { radiusServers, incomingPort: 0 });
  await router.boot();
  const outcome = router.client("10.5.50.7").logIn(sara);
  await bench.pass(10);
  expect((await outcome).kind).toBe("logged-in");
  expect(bench.radius.received.filter(({ code }) => code === "Access-Request")).toHaveLength(3);
  await router.powerCut();
});

test("a Start that nobody acknowledges is sent again later, with Acct-Delay-Time; an Interim is not", async () => {
  let deaf = true;
  bench = await setUpRouter((request) => {
    if (request.code === "Access-Request")
      return { code: "Access-Accept", attributes: [["Acct-Interim-Interval", 60]] };
    return deaf ? null : { code: "Accounting-Response" };
  });
  await bench.router.client("10.5.50.7").logIn(sara);
  await bench.pass(75);
  deaf = false;
  await bench.pass(60);
  const starts = bench.radius.accounted().filter(({ status }) => status === "Start");
  const last = starts.at(-1)?.packet;
  expect(last?.number("Acct-Delay-Time")).toBeGreaterThanOrEqual(70);
  expect(last?.identifier).not.toBe(starts[0]?.packet.identifier);
  const firstInterims = bench.radius.accounted().filter(({ packet }) => packet.number("Acct-Session-Time") === 60);
  expect(new Set(firstInterims.map(({ packet }) => packet.bytes.toString("hex"))).size).toBe(1);
});

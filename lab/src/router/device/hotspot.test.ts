import * as fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import type { RouterOptions } from "../model/router-options.ts";
import type { RadiusPacket } from "../radius/radius-wire.ts";
import type { RadiusAnswer } from "../radius/test-radius-responder.ts";
import { acceptEverybody, setUpRouter, type TestRouter, turns, until } from "../test-router.ts";

let bench: TestRouter;
afterEach(() => bench.close());

const sara = { user: "sara", password: "secret" };

async function online(attributes: RadiusAnswer["attributes"], options: Partial<RouterOptions> = {}) {
  bench = await setUpRouter(acceptEverybody(attributes), options);
  const client = bench.router.client("10.5.50.7");
  expect((await client.logIn(sara)).kind).toBe("logged-in");
  await turns();
  return client;
}

const stops = () =>
  bench.radius
    .accounted()
    .filter(({ status }) => status === "Stop")
    .map(({ packet }) => facts(packet));
const facts = (packet: RadiusPacket) => ({
  cause: packet.text("Acct-Terminate-Cause"),
  seconds: packet.number("Acct-Session-Time"),
  up: (packet.number("Acct-Input-Gigawords") ?? 0) * 2 ** 32 + (packet.number("Acct-Input-Octets") ?? 0),
  down: (packet.number("Acct-Output-Gigawords") ?? 0) * 2 ** 32 + (packet.number("Acct-Output-Octets") ?? 0),
});

test("a session is accounted from Start over Interims to Stop, with the Class of its accept and one session id", async () => {
  const client = await online([["Acct-Interim-Interval", 60]]);
  client.use({ up: 100, down: 5000 });
  await bench.pass(130);
  await client.logOut();
  await turns();
  const accounted = bench.radius.accounted();
  expect(accounted.map(({ status }) => status)).toEqual(["Start", "Interim-Update", "Interim-Update", "Stop"]);
  expect(new Set(accounted.map(({ session }) => session)).size).toBe(1);
  expect(accounted.map(({ packet }) => String(packet.all("Class")[0]))).toEqual(Array(4).fill("grant-7"));
  expect(stops()).toEqual([{ cause: "User-Request", seconds: 130, up: 100, down: 5000 }]);
});

test("Session-Timeout ends a session to the second", async () => {
  const client = await online([["Session-Timeout", 3600]]);
  await bench.pass(3599);
  expect(client.online()).toBe(true);
  await bench.pass(1);
  expect(client.online()).toBe(false);
  expect(stops()).toEqual([{ cause: "Session-Timeout", seconds: 3600, up: 0, down: 0 }]);
});

test("Idle-Timeout ends a silent session, and traffic puts it off", async () => {
  const client = await online([["Idle-Timeout", 300]]);
  await bench.pass(200);
  client.use({ up: 1 });
  await bench.pass(299);
  expect(client.online()).toBe(true);
  await bench.pass(1);
  expect(stops()).toEqual([{ cause: "Idle-Timeout", seconds: 500, up: 1, down: 0 }]);
});

test("a client consumes no faster than its rate limit: rx is its upload, tx its download", async () => {
  const client = await online([
    ["Vendor-Specific", 14988, [["Mikrotik-Rate-Limit", "800k/8M 1M/10M 800k/8M 10/10 8"]]],
  ]);
  client.consume({ upBytesPerSecond: 10_000_000, downBytesPerSecond: 10_000_000 });
  await bench.pass(10);
  expect(client.usedBytes()).toEqual({ up: 1_000_000, down: 10_000_000 });
});

test("Total-Limit with gigawords counts both directions past four gigabytes, and the Stop carries gigawords", async () => {
  const limit: RadiusAnswer["attributes"] = [
    ["Vendor-Specific", 14988, [["Mikrotik-Total-Limit", 1_000_000]]],
    ["Vendor-Specific", 14988, [["Mikrotik-Total-Limit-Gigawords", 1]]],
  ];
  const client = await online(limit);
  client.use({ up: 1_000_000, down: 2 ** 32 - 1 });
  await turns();
  expect(client.online()).toBe(true);
  client.use({ down: 1 });
  await bench.pass(1);
  expect(client.online()).toBe(false);
  expect(stops()).toEqual([{ cause: "NAS-Request", seconds: expect.any(Number), up: 1_000_000, down: 2 ** 32 }]);
});

test.each([
  ["Mikrotik-Recv-Limit", { upBytesPerSecond: 1000 }],
  ["Mikrotik-Xmit-Limit", { downBytesPerSecond: 1000 }],
] as const)("%s limits one direction only", async (name, appetite) => {
  const client = await online([["Vendor-Specific", 14988, [[name, 60_000]]]]);
  client.use(name === "Mikrotik-Recv-Limit" ? { down: 10 ** 9 } : { up: 10 ** 9 });
  client.consume(appetite);
  await bench.pass(59);
  expect(client.online()).toBe(true);
  client.consume({});
  client.use(name === "Mikrotik-Recv-Limit" ? { up: 1000 } : { down: 1000 });
  await bench.pass(1);
  expect(client.online()).toBe(false);
});

test("a name may be used once, or as often as Port-Limit says; one too many is refused by the router itself", async () => {
  await online([["Port-Limit", 2]]);
  expect((await bench.router.client("10.5.50.8").logIn(sara)).kind).toBe("logged-in");
  expect(await bench.router.client("10.5.50.9").logIn(sara)).toEqual({
    kind: "refused",
    message: "no more sessions are allowed for user",
  });
});

test("without Port-Limit the profile's shared-users counts, which is one", async () => {
  await online([]);
  expect((await bench.router.client("10.5.50.8").logIn(sara)).kind).toBe("refused");
});

test("a rejected log-in shows the Reply-Message", async () => {
  bench = await setUpRouter(() => ({ code: "Access-Reject", attributes: [["Reply-Message", "Your hour is over."]] }));
  expect(await bench.router.client("10.5.50.7").logIn(sara)).toEqual({
    kind: "refused",
    message: "Your hour is over.",
  });
});

test("a malformed rate limit lets nobody in", async () => {
  bench = await setUpRouter(acceptEverybody([["Vendor-Specific", 14988, [["Mikrotik-Rate-Limit", "fast"]]]]));
  expect((await bench.router.client("10.5.50.7").logIn(sara)).kind).toBe("refused");
});

test("the MAC cookie replays user and password after an idle time-out, and is gone after a log-out", async () => {
  const client = await online([["Idle-Timeout", 60]]);
  await bench.pass(60);
  expect(client.online()).toBe(false);
  await client.request();
  expect(client.online()).toBe(true);
  const [first, second] = bench.radius.received.filter(({ code }) => code === "Access-Request");
  expect(second?.text("User-Name")).toBe(first?.text("User-Name"));
  await client.logOut();
  await client.request();
  expect(client.online()).toBe(false);
});

test("MAC authentication sends the MAC as name, once per new host, and a reject leaves the host at the log-in page", async () => {
  bench = await setUpRouter(() => ({ code: "Access-Reject" }), { loginBy: ["mac", "http-pap"] });
  const client = bench.router.client("10.5.50.7");
  await client.request();
  expect((await client.request()).status).toBe(302);
  expect(bench.radius.received.map((packet) => packet.text("User-Name"))).toEqual([client.mac]);
});

test("a power cut forgets sessions, cookies and unsent accounting; the next boot has another reboot part and 1970's date", async () => {
  const client = await online([["Session-Timeout", 3600]]);
  const before = bench.radius.accounted()[0]?.session;
  await bench.router.powerCut();
  expect(bench.router.running).toBeNull();
  await expect(client.request()).rejects.toThrow("no power");
  await bench.pass(120);
  expect(stops()).toEqual([]);
  await bench.router.boot();
  expect(new Date(bench.router.running?.wallMs() ?? 0).getUTCFullYear()).toBe(1970);
  expect(client.online()).toBe(false);
  await client.request();
  expect(client.online()).toBe(false);
  await client.logIn(sara);
  const after = bench.radius.received.at(-1)?.text("Acct-Session-Id");
  expect(after?.slice(4)).toBe(before?.slice(4));
  expect(after?.slice(2, 4)).not.toBe(before?.slice(2, 4));
  await bench.pass(31);
  expect(new Date(bench.router.running?.wallMs() ?? 0).getUTCFullYear()).toBe(2027);
});

test("without a WAN the clock stays in 1970", async () => {
  bench = await setUpRouter(acceptEverybody());
  bench.router.knobs.wan = "down";
  await bench.pass(300);
  expect(new Date(bench.router.running?.wallMs() ?? 0).getUTCFullYear()).toBe(1970);
});

test("an orderly reboot stops its sessions with Admin-Reboot", async () => {
  await online([]);
  const rebooted = bench.router.reboot();
  await turns();
  bench.world.advance(1000);
  await rebooted;
  expect(stops().map(({ cause }) => cause)).toEqual(["Admin-Reboot"]);
});

test("a router that loses its power while it reboots stays off, and one without power does not reboot", async () => {
  await online([]);
  const rebooted = bench.router.reboot();
  await turns();
  const cut = bench.router.powerCut();
  await bench.pass(2);
  expect(await rebooted).toBe(false);
  await cut;
  expect(bench.router.running).toBeNull();
  expect(await bench.router.reboot()).toBe(false);
  await bench.router.boot();
  expect(bench.router.running).not.toBeNull();
});

test("[RAD-08] a Disconnect-Request with name, session id and address ends the session and takes its cookie along", async () => {
  const client = await online([]);
  const port = bench.router.running?.incoming?.port ?? 0;
  const sessionId = bench.radius.accounted()[0]?.session ?? "";
  bench.radius.order("Disconnect-Request", port, [
    ["User-Name", "sara"],
    ["Acct-Session-Id", sessionId],
    ["Framed-IP-Address", "10.5.50.7"],
    ["Calling-Station-Id", client.mac],
  ]);
  await until(() => bench.radius.answers.length === 1);
  expect(bench.radius.answers[0]?.code).toBe("Disconnect-ACK");
  await turns();
  expect(stops().map(({ cause }) => cause)).toEqual(["Admin-Reset"]);
  await client.request();
  expect(client.online()).toBe(false);
});

test.each<[string, RadiusAnswer["attributes"] & object, number]>([
  ["without Framed-IP-Address", [["User-Name", "sara"]], 503],
  ["by address alone", [["Framed-IP-Address", "10.5.50.7"]], 503],
  [
    "for another name at that address",
    [
      ["User-Name", "juma"],
      ["Framed-IP-Address", "10.5.50.7"],
    ],
    503,
  ],
  [
    "meant for another NAS",
    [
      ["NAS-Identifier", "elsewhere"],
      ["User-Name", "sara"],
      ["Framed-IP-Address", "10.5.50.7"],
    ],
    403,
  ],
])("a Disconnect-Request %s is refused", async (_, attributes, errorCause) => {
  const client = await online([]);
  bench.radius.order("Disconnect-Request", bench.router.running?.incoming?.port ?? 0, attributes);
  await until(() => bench.radius.answers.length === 1);
  const causes: Record<number, string> = { 503: "Session-Context-Not-Found", 403: "NAS-Identification-Mismatch" };
  expect(bench.radius.answers[0]?.text("Error-Cause")).toBe(causes[errorCause]);
  expect(bench.radius.answers[0]?.code).toBe("Disconnect-NAK");
  expect(client.online()).toBe(true);
});

test("a CoA-Request changes speed and time, counted from the session's start, and is silent about a total limit", async () => {
  const client = await online([["Session-Timeout", 600]]);
  await bench.pass(300);
  bench.radius.order("CoA-Request", bench.router.running?.incoming?.port ?? 0, [
    ["User-Name", "sara"],
    ["Framed-IP-Address", "10.5.50.7"],
    ["Session-Timeout", 900],
    ["Vendor-Specific", 14988, [["Mikrotik-Rate-Limit", "8k/80k"]]],
    ["Vendor-Specific", 14988, [["Mikrotik-Total-Limit", 1]]],
  ]);
  await until(() => bench.radius.answers.length === 1);
  expect(bench.radius.answers[0]?.code).toBe("CoA-ACK");
  client.consume({ downBytesPerSecond: 10 ** 9 });
  await bench.pass(10);
  expect(client.usedBytes().down).toBe(100_000);
  await bench.pass(589);
  expect(client.online()).toBe(true);
  await bench.pass(1);
  expect(client.online()).toBe(false);
});

test.each([
  ["CoA is off", "off", undefined, 0],
  ["the secret is wrong", "on", "another", 0],
  ["the router acknowledges but keeps the client", "ack-but-stays", undefined, 1],
] as const)("when %s, a disconnected client stays", async (_, incoming, secret, answers) => {
  const client = await online([]);
  bench.router.knobs.incoming = incoming;
  const who: RadiusAnswer["attributes"] = [
    ["User-Name", "sara"],
    ["Framed-IP-Address", "10.5.50.7"],
  ];
  bench.radius.order("Disconnect-Request", bench.router.running?.incoming?.port ?? 0, who, secret);
  await turns(30);
  expect(bench.radius.answers).toHaveLength(answers);
  expect(client.online()).toBe(true);
});

const phone = fc.integer({ min: 1, max: 4 }).map((number) => `10.5.50.${number}`);
const action = fc.oneof(
  fc.record({ kind: fc.constant("log-in" as const), phone }),
  fc.record({ kind: fc.constant("log-out" as const), phone }),
  fc.record({ kind: fc.constant("use" as const), phone, bytes: fc.integer({ min: 0, max: 2 ** 31 }) }),
  fc.record({ kind: fc.constant("request" as const), phone }),
  fc.record({ kind: fc.constant("consume" as const), phone, bytes: fc.integer({ min: 0, max: 10 ** 6 }) }),
  fc.record({ kind: fc.constant("pass" as const), seconds: fc.integer({ min: 1, max: 90 }) }),
  fc.record({ kind: fc.constant("power" as const) }),
);

test("whatever clients and power do, each session has one Start, at most one Stop, and counters that never fall", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 25 }), async (actions) => {
      const limits: RadiusAnswer["attributes"] = [
        ["Acct-Interim-Interval", 60],
        ["Session-Timeout", 300],
        ["Idle-Timeout", 60],
        ["Vendor-Specific", 14988, [["Mikrotik-Total-Limit", 2 ** 31]]],
      ];
      bench = await setUpRouter(acceptEverybody(limits));
      for (const step of actions) {
        if (step.kind === "pass") await bench.pass(step.seconds);
        else if (step.kind === "power") {
          await bench.router.powerCut();
          await bench.router.boot();
        } else {
          const client = bench.router.client(step.phone);
          if (step.kind === "log-in") await client.logIn({ user: step.phone, password: "x" });
          else if (step.kind === "log-out") await client.logOut();
          else if (step.kind === "use") client.use({ down: step.bytes });
          else if (step.kind === "consume") client.consume({ downBytesPerSecond: step.bytes });
          else await client.request();
        }
        await turns(3);
      }
      await turns();
      const sessions = Map.groupBy(bench.radius.accounted(), ({ session }) => session);
      for (const packets of sessions.values()) {
        const statuses = packets.map(({ status }) => status);
        expect(statuses[0]).toBe("Start");
        expect(statuses.slice(1, -1).every((status) => status === "Interim-Update")).toBe(true);
        const bytes = packets.slice(1).map(({ packet }) => facts(packet).down);
        expect(bytes).toEqual(bytes.toSorted((a, b) => a - b));
      }
      await bench.close();
    }),
    { numRuns: 40 },
  );
});

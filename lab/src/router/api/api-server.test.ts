import { connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { acceptEverybody, setUpRouter, type TestRouter, until } from "../test-router.ts";
import { openApiServer } from "./api-server.ts";
import { createSentenceReader, encodeSentence } from "./api-words.ts";

let bench: TestRouter;
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await bench.close();
});

/** A bare socket that sends and receives word by word. */
async function talk(logIn = true) {
  bench = await setUpRouter(acceptEverybody(), { apiUser: "karibu", apiPassword: "pw" });
  const server = await openApiServer(bench.world, bench.router, { port: 0 });
  closers.push(server.close);
  const heard: string[][] = [];
  let closed = false;
  const socket = connect(server.port, "127.0.0.1");
  const read = createSentenceReader(
    (words) => heard.push(words),
    () => true,
  );
  socket.on("data", read);
  socket.on("error", () => {});
  socket.on("close", () => {
    closed = true;
  });
  const say = (...words: string[]) => void socket.write(encodeSentence(words));
  const next = async (count: number) => {
    await until(() => heard.length >= count || closed);
    return heard.splice(0, count);
  };
  if (logIn) {
    say("/login", "=name=karibu", "=password=pw");
    expect(await next(1)).toEqual([["!done"]]);
  }
  return { say, next, socket, closed: () => closed };
}

test("a wrong password is a trap, and anything else before the log-in is fatal", async () => {
  const { say, next, closed } = await talk(false);
  say("/login", "=name=karibu", "=password=no");
  expect(await next(2)).toEqual([["!trap", "=message=invalid user name or password (6)"], ["!done"]]);
  say("/system/identity/print");
  expect(await next(1)).toEqual([["!fatal", "not logged in"]]);
  await until(closed);
});

test("every reply carries the command's tag; no rows are `!empty` and `!done`", async () => {
  const { say, next } = await talk();
  say("/system/identity/print", ".tag=7");
  expect(await next(2)).toEqual([
    ["!re", "=name=karibu-lab", ".tag=7"],
    ["!done", ".tag=7"],
  ]);
  say("/ip/hotspot/active/print", "=.proplist=.id", ".tag=8");
  expect(await next(2)).toEqual([
    ["!empty", ".tag=8"],
    ["!done", ".tag=8"],
  ]);
});

test("`/cancel` interrupts the command with that tag", async () => {
  const { say, next } = await talk();
  bench.router.knobs.apiLatencyMs = 1000;
  say("/system/resource/print", ".tag=slow");
  say("/cancel", "=tag=slow", ".tag=c");
  expect(await next(3)).toEqual([
    ["!trap", "=category=2", "=message=interrupted", ".tag=slow"],
    ["!done", ".tag=slow"],
    ["!done", ".tag=c"],
  ]);
});

test.each([
  [
    ["/ip/hotspot/active/remove", "=.id=*99"],
    ["=category=0", "=message=no such item"],
  ],
  [["/no/such/print"], ["=message=no such command prefix"]],
  [["/ip/hotspot/active/explode"], ["=message=no such command"]],
  [["/ip/hotspot/active/login", "=name=sara"], ["=message=unknown parameter name"]],
  [
    ["/ip/hotspot/host/print", "?#x"],
    ["=category=1", "=message=invalid query"],
  ],
])("%j is refused as RouterOS refuses it", async (command, words) => {
  const { say, next } = await talk();
  say(...command);
  expect(await next(2)).toEqual([["!trap", ...words], ["!done"]]);
});

test("queries choose rows, on a stack", async () => {
  const { say, next } = await talk();
  for (const number of [1, 2, 3]) await bench.router.client(`10.5.50.${number}`).request();
  await bench.router.client("10.5.50.2").logIn({ user: "sara", password: "x" });
  const rows = async (...queries: string[]) => {
    say("/ip/hotspot/host/print", "=.proplist=address", ...queries);
    const addresses: string[] = [];
    for (;;) {
      const [words] = await next(1);
      if (words?.[0] === "!done") return addresses;
      if (words?.[0] === "!re") addresses.push(words[1]?.slice("=address=10.5.50.".length) ?? "");
    }
  };
  expect(await rows("?authorized=true")).toEqual(["2"]);
  expect(await rows("?authorized=true", "?#!")).toEqual(["1", "3"]);
  expect(await rows("?address=10.5.50.1", "?address=10.5.50.3", "?#|")).toEqual(["1", "3"]);
  expect(await rows("?>address=10.5.50.1", "?<address=10.5.50.3")).toEqual(["2"]);
  expect(await rows("?comment")).toEqual([]);
  expect(await rows("?-comment", "?address")).toEqual(["1", "2", "3"]);
});

test("an active row shows what RouterOS shows: limits, bytes, the time left of this session", async () => {
  const { say, next } = await talk();
  const client = bench.router.client("10.5.50.7");
  await client.logIn({ user: "sara", password: "x" });
  const session = bench.router.running?.hotspot.sessions()[0];
  if (session)
    bench.router.running?.hotspot.change(session, { ...session.limits, sessionSeconds: 3600, totalBytes: 5000 });
  client.use({ up: 100, down: 200 });
  await bench.pass(61);
  say("/ip/hotspot/active/print");
  const [row] = await next(1);
  expect(row?.slice(2)).toEqual([
    "=server=hotspot1",
    "=user=sara",
    "=address=10.5.50.7",
    `=mac-address=${client.mac}`,
    "=login-by=http-pap",
    "=uptime=1m1s",
    "=session-time-left=58m59s",
    "=idle-time=1m1s",
    "=bytes-in=100",
    "=bytes-out=200",
    "=packets-in=1",
    "=packets-out=1",
    "=limit-bytes-total=5000",
    "=radius=true",
  ]);
});

test("the router's clock and RADIUS counters are readable, which is how a doctor sees 1970 and a wrong secret", async () => {
  const { say, next } = await talk();
  say("/system/clock/print", "=.proplist=date");
  expect((await next(2))[0]).toEqual(["!re", "=date=1970-01-02"]);
  bench.router.knobs.radiusSecret = "wrong";
  const refused = bench.router.client("10.5.50.7").logIn({ user: "sara", password: "x" });
  await bench.pass(10);
  await refused;
  say("/radius/monitor", "=.id=*1", "=once=");
  expect((await next(2))[0]).toContain("=bad-replies=3");
});

test("`/system/reboot` over the API ends sessions in order and comes back with another reboot part", async () => {
  const { say, closed } = await talk();
  await bench.router.client("10.5.50.7").logIn({ user: "sara", password: "x" });
  say("/system/reboot");
  await until(() => bench.radius.accounted().some(({ status }) => status === "Stop"));
  await bench.pass(2);
  await until(closed);
  expect(bench.router.running?.hotspot.sessions()).toEqual([]);
});

test("bytes that are no sentence end the connection and nothing else", async () => {
  const { socket, closed } = await talk();
  socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff]));
  await until(closed);
  expect(bench.router.running).not.toBeNull();
});

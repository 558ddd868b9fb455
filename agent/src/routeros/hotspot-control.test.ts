import { openApiServer } from "@karibu/lab/router/api/api-server";
import { dialInMemory } from "@karibu/lab/router/api/dial-in-memory";
import { acceptEverybody, setUpRouter, type TestRouter, turns } from "@karibu/lab/router/test-router";
import { realWorld } from "@karibu/lab/world/real-world";
import { afterEach, expect, test } from "vitest";
import { addressesOnly } from "../ground/lookup.ts";
import { createRouterApi } from "./create-router-api.ts";
import { createHotspotControl } from "./hotspot-control.ts";
import type { RouterApi } from "./router-api.ts";
import { dialRouter } from "./tcp-dial.ts";

let bench: TestRouter;
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await bench.close();
});

/** The real client on a real socket, against a router with simulated time. */
async function overTcp() {
  const server = await openApiServer(bench.world, bench.router, { port: 0 });
  const world = { ...realWorld(), log: bench.world.log };
  const dial = dialRouter({ host: "127.0.0.1", port: server.port, certificateSha256: null }, addressesOnly);
  const api = createRouterApi(world, dial, { user: "karibu", password: "" });
  closers.push(server.close, api.close);
  return { control: createHotspotControl(api), commandsSeen: server.commandsSeen };
}

const inMemory = () =>
  createHotspotControl(
    createRouterApi(bench.world, dialInMemory(bench.world, bench.router), { user: "karibu", password: "" }),
  );

test("the router's list shows who is online, and a removed session is off", async () => {
  bench = await setUpRouter(acceptEverybody());
  const client = bench.router.client("10.5.50.7");
  await client.logIn({ user: "sara", password: "x" });
  const { control } = await overTcp();
  const [session] = await control.activeSessions();
  if (session === undefined) throw new Error("nobody is online");
  expect(session).toEqual({
    id: expect.any(String),
    user: "sara",
    mac: client.mac,
    address: "10.5.50.7",
    sessionId: null,
  });
  await control.removeSession(session);
  expect(client.online()).toBe(false);
  expect(await control.activeSessions()).toEqual([]);
  await control.removeSession(session);
});

test("a phone that still wants the network is back within a second, unless its MAC cookie went first", async () => {
  bench = await setUpRouter(acceptEverybody());
  const control = inMemory();
  const client = bench.router.client("10.5.50.7");
  client.consume({ downBytesPerSecond: 1000 });
  await client.logIn({ user: "sara", password: "x" });
  const remove = async () => {
    for (const session of await control.activeSessions()) await control.removeSession(session);
  };
  await remove();
  await bench.pass(2);
  expect(client.online()).toBe(true);
  await control.removeCookies({ mac: client.mac, user: "sara" });
  await remove();
  await bench.pass(5);
  expect(client.online()).toBe(false);
});

test("removing one device's cookie leaves the cookie of another device of the same name", async () => {
  bench = await setUpRouter(acceptEverybody([["Port-Limit", 2]]));
  const control = inMemory();
  const phones = ["10.5.50.7", "10.5.50.8"].map((address) => bench.router.client(address));
  for (const phone of phones) await phone.logIn({ user: "sara", password: "x" });
  await control.removeCookies({ mac: phones[0]?.mac ?? null, user: "sara" });
  expect(bench.router.running?.hotspot.cookies().map(({ mac }) => mac)).toEqual([phones[1]?.mac]);
  await control.removeCookies({ mac: null, user: "sara" });
  expect(bench.router.running?.hotspot.cookies()).toEqual([]);
});

test("[POR-03] a host is logged in over the API, with a separate Access-Request", async () => {
  bench = await setUpRouter(acceptEverybody());
  const client = bench.router.client("10.5.50.7");
  await client.request();
  const { control } = await overTcp();
  await control.logIn({ user: "token-1", password: "once", address: client.address, mac: client.mac });
  expect(client.online()).toBe(true);
  const [request] = bench.radius.received;
  expect(request?.text("User-Name")).toBe("token-1");
});

test("a log-in that the router refuses rejects with its words", async () => {
  bench = await setUpRouter((request) =>
    request.code === "Access-Request" ? { code: "Access-Reject" } : { code: "Accounting-Response" },
  );
  const { control } = await overTcp();
  const logIn = (mac: string | null) => control.logIn({ user: "x", password: "y", address: "10.5.50.7", mac });
  await expect(logIn(null)).rejects.toThrow("unknown host IP");
  await bench.router.client("10.5.50.7").request();
  await expect(logIn("AA:AA:AA:AA:AA:AA")).rejects.toThrow("wrong MAC provided");
  await expect(logIn(null)).rejects.toThrow("invalid username or password");
  bench.router.knobs.apiRefuses = true;
  await expect(logIn(null)).rejects.toThrow("not enough permissions");
});

test("sessions that end together cost one read of the cookies, and one command for each cookie and session", async () => {
  bench = await setUpRouter(acceptEverybody());
  for (let index = 1; index <= 15; index++) {
    await bench.router.client(`10.5.51.${index}`).logIn({ user: `user-${index}`, password: "x" });
  }
  await turns();
  const { control, commandsSeen } = await overTcp();
  const sessions = await control.activeSessions();
  const before = commandsSeen();
  await Promise.all(
    sessions.map(async (session) => {
      await control.removeCookies(session);
      await control.removeSession(session);
    }),
  );
  expect(sessions).toHaveLength(15);
  expect(commandsSeen() - before).toBe(1 + 15 + 15);
  expect(bench.router.running?.hotspot.sessions()).toEqual([]);
});

test("rows as RouterOS writes them elsewhere: MACs in small letters, and a PPP session's id with 0x before it", async () => {
  bench = await setUpRouter(acceptEverybody());
  const rows: Readonly<Record<string, readonly Record<string, string>[]>> = {
    "/ip/hotspot/active/print": [
      { ".id": "*1", user: "sara", address: "10.5.50.7", "mac-address": "02:aa:00:00:00:01" },
    ],
    "/ppp/active/print": [
      { ".id": "*2", name: "jane", address: "10.9.0.2", "caller-id": "02:aa:00:00:00:02", "session-id": "0x81100007" },
      { ".id": "*3", name: "otieno", address: "10.9.0.3", "caller-id": "198.51.100.7" },
    ],
    "/ip/hotspot/cookie/print": [
      { ".id": "*4", user: "sara", "mac-address": "02:aa:00:00:00:01" },
      { ".id": "*5", user: "sara", "mac-address": "02:aa:00:00:00:09" },
    ],
  };
  const told: string[] = [];
  const command = async (words: readonly string[]) => {
    const [menu = "", ...rest] = words;
    if (rows[menu] === undefined) told.push([menu, ...rest].join(" "));
    return rows[menu] ?? [];
  };
  const control = createHotspotControl({ command } as unknown as RouterApi);
  const sara = { user: "sara", mac: "02:AA:00:00:00:01", address: "10.5.50.7", sessionId: null };
  expect(await control.activeSessions()).toEqual([
    { id: "*1", ...sara },
    { id: "ppp:*2", user: "jane", mac: "02:AA:00:00:00:02", address: "10.9.0.2", sessionId: "81100007" },
    { id: "ppp:*3", user: "otieno", mac: null, address: "10.9.0.3", sessionId: null },
  ]);
  await control.removeCookies(sara);
  expect(told).toEqual(["/ip/hotspot/cookie/remove =.id=*4"]);
});

test("[BEY-11] the router tells its date only once its NTP client is synchronised", async () => {
  bench = await setUpRouter(acceptEverybody());
  const { control } = await overTcp();
  expect(await control.synchronisedMs?.()).toBeNull();
  await bench.pass(31);
  expect(new Date((await control.synchronisedMs?.()) ?? 0).getUTCFullYear()).toBe(2027);
});

test("[BEY-11] a router without a date gets one in its own zone, and one with a date keeps it", async () => {
  bench = await setUpRouter(acceptEverybody());
  bench.router.knobs.wan = "down";
  const control = inMemory();
  const [toMs, earliestMs] = [Date.UTC(2026, 10, 20, 22, 30, 5), Date.UTC(2025, 0, 1)];
  const setAndPass = async (ms: number) => {
    const isSet = control.setLostClock?.(ms, earliestMs);
    await bench.pass(1);
    return await isSet;
  };
  expect(await setAndPass(toMs)).toBe(true);
  expect(Math.abs((bench.router.running?.wallMs() ?? 0) - toMs)).toBeLessThan(5000);
  expect(await setAndPass(toMs + 3_600_000)).toBe(false);
  // A date that was set by hand is not NTP's.
  expect(bench.router.running?.isNtpSynchronised()).toBe(false);

  const sent: (readonly string[])[] = [];
  const api = {
    async command(words: readonly string[]) {
      sent.push(words);
      return [{ date: "1970-01-02", time: "03:00:00", "gmt-offset": "+03:00" }];
    },
  } as unknown as RouterApi;
  await createHotspotControl(api).setLostClock?.(toMs, earliestMs);
  expect(sent.at(-1)).toEqual(["/system/clock/set", "=date=2026-11-21", "=time=01:30:05"]);
});

test("[BEY-28] what the agent writes down at the router is one line, and survives the router's restart", async () => {
  bench = await setUpRouter(acceptEverybody());
  const control = inMemory();
  expect(await control.witness?.()).toBeNull();
  await control.noteWitness?.("karibu:witness site=s1 epoch=0001-5f3a seq=7");
  await control.noteWitness?.("karibu:witness site=s1 epoch=0001-5f3a seq=9");
  await bench.router.powerCut();
  await bench.router.boot();
  const after = inMemory();
  expect(await after.witness?.()).toBe("karibu:witness site=s1 epoch=0001-5f3a seq=9");
});

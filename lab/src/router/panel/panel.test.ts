import { connect, createServer } from "node:net";
import { afterEach, expect, test } from "vitest";
import { listenHttp } from "../device/hotspot-http.ts";
import { openUplink } from "../device/uplink.ts";
import { parseRouterSettings } from "../settings.ts";
import { acceptEverybody, setUpRouter, type TestRouter, until } from "../test-router.ts";
import { createSimulatorApp } from "./panel-app.ts";

let bench: TestRouter;
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await bench?.close();
});

async function face() {
  bench = await setUpRouter(acceptEverybody());
  const { server, port } = await listenHttp(0);
  server.on("request", createSimulatorApp(bench.world, bench.router));
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const post = async (path: string, body: object = {}, headers: Record<string, string> = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}/api/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return { port, post };
}

test("the page, its health and its state are served; power goes and comes by button", async () => {
  const { port, post } = await face();
  const page = await fetch(`http://127.0.0.1:${port}/`);
  expect(await page.text()).toContain("Simulated MikroTik router");
  expect((await post("power-cut")).body.power).toBe(false);
  expect(await (await fetch(`http://127.0.0.1:${port}/health`)).json()).toEqual({ status: "ok", power: false });
  expect((await post("boot")).body).toMatchObject({ power: true, clock: "1970-01-02 00:00:00" });
});

test("the state shows who is online, what is used, and when the session ends", async () => {
  const { post } = await face();
  const client = bench.router.client("10.5.50.7");
  await client.logIn({ user: "sara", password: "x" });
  const state = await post("clients/10.5.50.7/use", { down: 1000 });
  expect(state.body.clients).toMatchObject([
    { address: "10.5.50.7", session: { user: "sara", downBytes: 1000, endsInSeconds: null } },
  ]);
  await post("clients/10.5.50.7/appetite", { downBytesPerSecond: 50 });
  await bench.pass(10);
  expect(client.usedBytes().down).toBe(1500);
  await post("clients/10.5.50.7/log-out");
  expect(client.online()).toBe(false);
});

test.each([
  ["knobs", { wan: "sideways" }, "wan"],
  ["knobs", { colour: "red" }, "colour"],
  ["knobs", { apiLatencyMs: -1 }, "apiLatencyMs"],
  ["clients/10.9.9.9/use", { down: 1 }, "address"],
  ["clients/10.5.50.7/appetite", { upBytesPerSecond: "much" }, "upBytesPerSecond"],
])("%s with %j is refused, naming %s", async (path, body, field) => {
  const { post } = await face();
  const answer = await post(path, body);
  expect(answer).toMatchObject({ status: 422, body: { field } });
});

test("a page of another site may not turn knobs", async () => {
  const { post } = await face();
  expect((await post("power-cut", {}, { "Sec-Fetch-Site": "cross-site" })).status).toBe(403);
  expect(bench.router.running).not.toBeNull();
});

test("the uplink carries bytes until the WAN is cut, and again when it is back", async () => {
  bench = await setUpRouter(acceptEverybody());
  const echo = createServer((socket) => void socket.pipe(socket));
  await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
  const target = echo.address();
  const targetPort = typeof target === "object" && target ? target.port : 0;
  const uplink = await openUplink(bench.router, { port: 0, targetHost: "127.0.0.1", targetPort });
  closers.push(() => echo.close(), uplink.close);
  const call = () => {
    let heard = "";
    let closed = false;
    const socket = connect(uplink.port, "127.0.0.1", () => socket.write("habari"));
    socket.on("data", (chunk) => {
      heard += chunk;
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      closed = true;
    });
    return { heard: () => heard, closed: () => closed, end: () => socket.destroy() };
  };
  const first = call();
  await until(() => first.heard() === "habari");
  bench.router.knobs.wan = "down";
  uplink.obeyKnob();
  await until(first.closed);
  const second = call();
  await until(second.closed);
  expect(second.heard()).toBe("");
  bench.router.knobs.wan = "up";
  const third = call();
  await until(() => third.heard() === "habari");
  third.end();
});

test.each([
  [{ RADIUS_SECRET: "x", HOTSPOT_PORT: "80a" }, "HOTSPOT_PORT: 80a is not a port"],
  [{ RADIUS_SECRET: "x", COA_PORT: "70000" }, "COA_PORT: 70000 is not a port"],
  [{ RADIUS_SECRET: "x", PORTAL_URL: "nowhere" }, "PORTAL_URL: nowhere is no web address"],
  [{ RADIUS_SECRET: "x", NTP_SECONDS: "soon" }, 'NTP_SECONDS: soon is neither "never" nor a number of seconds'],
  [{ RADIUS_SECRET: "x", UPLINK_PORT: "5000" }, "UPLINK_TARGET: nothing is not host:port"],
  [{}, "RADIUS_SECRET: is needed, the same as the agent's"],
])("settings %j are refused: %s", (env, problem) => {
  expect(parseRouterSettings(env)).toEqual({ problem });
});

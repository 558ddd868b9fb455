import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { openSessions } from "../state/site-state.ts";
import { createTestSite, foldOf, logInRequest, reportOf, type TestSiteOptions } from "./test-site.ts";

const file = {
  plans: [{ name: "data", dataBytes: 1_000_000 }, { name: "all" }],
  accounts: [
    { username: "nemo", password: "x", plan: "all" },
    { username: "ned", password: "x", plan: "data" },
  ],
};

const nas = { name: "router", router: "10.5.50.1#router" };

function siteOf(options: TestSiteOptions = {}) {
  const world = createSimulatedWorld();
  const site = createTestSite(world, { file, ...options });
  const account = (...args: Parameters<typeof reportOf>) => site.access.account(reportOf(...args));
  const sessions = () => [...site.state.sessions.values()];
  const usageOf = (grantId: string) => site.usage.reported(grantId);
  return { ...site, world, account, sessions, usageOf };
}

test("[RAD-03] a start, an interim and a stop are one session with the stop's counters", async () => {
  const { account, sessions, world, log, usageOf } = siteOf();
  await account("start");
  world.advance(300_000);
  expect(account("interim", { input: 100, output: 900, online: 300 })).toBeNull();
  expect(usageOf("a.file.nemo")).toEqual({ bytes: 1000, onlineSeconds: 300 });
  world.advance(300_000);
  await account("stop", { input: 200, output: 1800, online: 600 });
  expect(sessions()).toMatchObject([{ inputBytes: 200, outputBytes: 1800, onlineSeconds: 600, cause: "user-request" }]);
  expect(log.kinds()).toEqual(["session-started", "session-used", "session-stopped"]);
  expect(usageOf("a.file.nemo")).toEqual({ bytes: 2000, onlineSeconds: 600 });
});

test("a start is acknowledged only when it is on disk, and so is its retransmission", async () => {
  const { account, log } = siteOf();
  log.setMode("hold");
  let acknowledged = 0;
  const first = account("start")?.then(() => acknowledged++);
  const again = account("start")?.then(() => acknowledged++);
  await Promise.resolve();
  expect(acknowledged).toBe(0);
  log.release();
  await Promise.all([first, again]);
  expect(acknowledged).toBe(2);
  expect(log.kinds()).toEqual(["session-started"]);
});

test("what a full disk refused is not acknowledged, and written when the NAS asks again", async () => {
  const { account, log } = siteOf();
  log.setMode("refuse");
  await expect(account("start")).rejects.toThrow("disk full");
  await expect(account("start")).rejects.toThrow("disk full");
  log.setMode("quick");
  await account("start");
  expect(account("start")).toBeNull();
  expect([...foldOf(log.records).sessions.values()]).toHaveLength(1);
});

test("that a router restarted is not acknowledged before what it closes is on disk, though it is told again", async () => {
  const { account, access, log, state } = siteOf();
  await account("start");
  log.setMode("refuse");
  await expect(access.nasRestarted(nas, 0)).rejects.toThrow("disk full");
  expect(openSessions(state)).toEqual([]);
  await expect(access.nasRestarted(nas, 0)).rejects.toThrow("disk full");
  log.setMode("quick");
  await access.nasRestarted(nas, 0);
  expect(access.nasRestarted(nas, 0)).toBeNull();
});

test("when the journal takes nothing more, packets are left unanswered and nothing that was heard is lost", async () => {
  const { account, log, sessions, usageOf, access } = siteOf();
  log.setMode("overflow");
  await expect(account("start")).rejects.toThrow("too much waits");
  expect(sessions()).toHaveLength(0);
  log.setMode("quick");
  await account("start");
  account("interim", { output: 700, online: 60 });
  log.setMode("overflow");
  await access.flush();
  await expect(account("stop", { output: 900, online: 120 })).rejects.toThrow("too much waits");
  log.setMode("quick");
  await access.flush();
  expect(usageOf("a.file.nemo")).toMatchObject({ bytes: 700 });
  await account("stop", { output: 900, online: 120 });
  expect(usageOf("a.file.nemo")).toMatchObject({ bytes: 900 });
});

test("a repeated start, interim or stop is acknowledged and counted once", async () => {
  const { account, sessions, world, usageOf } = siteOf();
  for (let time = 0; time < 3; time++) await account("start");
  world.advance(60_000);
  for (let time = 0; time < 3; time++) account("interim", { input: 500, online: 60 });
  world.advance(60_000);
  for (let time = 0; time < 3; time++) await account("stop", { input: 900, online: 120 });
  world.advance(3_600_000);
  await account("stop", { input: 900, online: 120 });
  expect(sessions()).toHaveLength(1);
  expect(usageOf("a.file.nemo").bytes).toBe(900);
});

test("[RAD-03] the late stop of a device's session whose start was lost leaves its newer one open", async () => {
  const { account, sessions, world, state } = siteOf();
  world.advance(600_000);
  await account("start", { sessionId: "80100002" });
  world.advance(60_000);
  await account("stop", { sessionId: "80100001", online: 300, delay: 100 });
  expect(openSessions(state)).toMatchObject([{ sessionId: "80100002" }]);
  expect(sessions()).toHaveLength(2);
});

test("a stop without a start, and an interim without one, are sessions all the same, begun when the NAS says", async () => {
  const { account, sessions, world } = siteOf();
  world.advance(7_200_000);
  const nowMs = world.clock.wall().atMs;
  await account("stop", { input: 7, online: 3600, delay: 10, user: "ned" });
  await account("interim", { sessionId: "other", input: 9, online: 60, mac: "AA:BB:CC:DD:EE:02", address: null });
  expect(sessions()).toMatchObject([
    { user: "ned", grantId: "a.file.ned", startedAtMs: nowMs - 3_610_000, stoppedAtMs: nowMs - 10_000, inputBytes: 7 },
    { sessionId: "other", startedAtMs: nowMs - 60_000, stoppedAtMs: null },
  ]);
});

test("an interim that arrives after the stop and says less is ignored, one that says more is charged", async () => {
  const { account, sessions, world, usageOf } = siteOf();
  await account("start");
  world.advance(600_000);
  await account("stop", { input: 900, online: 600 });
  account("interim", { input: 500, online: 300 });
  expect(usageOf("a.file.nemo").bytes).toBe(900);
  await account("interim", { input: 950, online: 600 });
  expect(usageOf("a.file.nemo").bytes).toBe(950);
  expect(sessions()).toMatchObject([{ stoppedAtMs: expect.any(Number), cause: "user-request" }]);
});

test("[BEY-12] a router that lost its power closes what was open before, at the last known counters", async () => {
  const { account, sessions, world } = siteOf();
  await account("start", { sessionId: "80100007" });
  await account("start", { sessionId: "80100008", mac: "AA:BB:CC:DD:EE:02", address: "10.5.50.11" });
  world.advance(300_000);
  account("interim", { sessionId: "80100007", input: 400, online: 300 });
  await account("start", { sessionId: "80200000", mac: "AA:BB:CC:DD:EE:03", address: "10.5.50.12" });
  expect(sessions()).toMatchObject([
    { sessionId: "80100007", cause: "lost", inputBytes: 400, onlineSeconds: 300 },
    { sessionId: "80100008", cause: "lost", inputBytes: 0 },
    { sessionId: "80200000", stoppedAtMs: null },
  ]);
});

test("a device's name is at a second server, so its time counts there: a report of the first one that comes late is no restart of its counters", async () => {
  const { account, world, usageOf } = siteOf();
  await account("start");
  world.advance(900_000);
  account("interim", { input: 100, output: 900, online: 900 });
  world.advance(100_000);
  await account("start", { nas: "other", sessionId: "80300001", address: "10.6.0.10" });
  world.advance(300_000);
  account("interim", { input: 300, output: 2700, online: 1300 });
  account("interim", { input: 200, output: 1800, online: 1150, delay: 150 });
  expect(usageOf("a.file.nemo").bytes).toBe(3000);
});

test("a router's word that it restarted, which comes again with its delay, closes nothing that began since", async () => {
  const { account, access, state, world } = siteOf();
  await account("start");
  world.advance(300_000);
  const fresh = { sessionId: "80200001", user: "ned", mac: "AA:BB:CC:DD:EE:03", address: "10.5.50.12" };
  await account("start", fresh);
  world.advance(5000);
  await access.nasRestarted(nas, 12);
  expect(openSessions(state).map(({ sessionId }) => sessionId)).toEqual(["80200001"]);
});

test("a session that was given up and is heard again is open again, and nothing is charged twice", async () => {
  const { account, access, state, world, usageOf } = siteOf();
  await account("start");
  world.advance(300_000);
  account("interim", { input: 400, online: 300 });
  await access.nasRestarted(nas, 0);
  expect(openSessions(state)).toEqual([]);
  world.advance(300_000);
  await account("interim", { input: 700, online: 600 });
  expect(openSessions(state)).toHaveLength(1);
  expect(usageOf("a.file.nemo")).toEqual({ bytes: 700, onlineSeconds: 600 });
  await account("stop", { input: 800, online: 660 });
  expect(usageOf("a.file.nemo").bytes).toBe(800);
});

test("a session of an earlier boot that was given up goes on after a correction of the clock, and is charged once", async () => {
  const stepMs = 8 * 3_600_000;
  const world = createSimulatedWorld();
  const before = createTestSite(world, { file });
  await before.recorder.record({ kind: "agent-started", boot: 1, version: "1" });
  await before.access.account(reportOf("start"));
  world.advance(3_600_000);
  await before.access.account(reportOf("interim", { input: 300, online: 3600 }));
  await before.access.flush();

  const site = createTestSite(world, { file, state: before.state });
  await site.recorder.record({ kind: "agent-started", boot: 2, version: "1" });
  for (const session of openSessions(site.state)) await site.access.closeAsLost(session, "router-restarted");
  world.setWall(world.clock.wall().atMs + stepMs, "synced");
  await site.recorder.record({ kind: "clock-corrected", boot: 2, stepMs });
  world.advance(60_000);
  await site.access.account(reportOf("interim", { input: 305, online: 3660 }));
  expect(site.usage.reported("a.file.nemo")).toEqual({ bytes: 305, onlineSeconds: 3660 });
  await site.access.account(reportOf("stop", { input: 306, online: 3670 }));
  expect(site.usage.reported("a.file.nemo")).toEqual({ bytes: 306, onlineSeconds: 3670 });
});

test("an id that a rebooted router uses again is another session", async () => {
  const { account, sessions, world, usageOf } = siteOf();
  await account("start", { sessionId: "1" });
  world.advance(300_000);
  account("interim", { sessionId: "1", input: 400, online: 300 });
  world.advance(100_000);
  await account("start", { sessionId: "1" });
  world.advance(60_000);
  await account("stop", { sessionId: "1", input: 50, online: 60 });
  expect(sessions()).toMatchObject([
    { cause: "lost", inputBytes: 400 },
    { cause: "user-request", inputBytes: 50 },
  ]);
  expect(usageOf("a.file.nemo").bytes).toBe(450);
});

test("a router that names the customer at the start alone is charged once, and its session is one", async () => {
  const { account, sessions, world, usageOf } = siteOf();
  await account("start");
  for (const online of [60, 120]) {
    world.advance(60_000);
    await account("interim", { user: online === 60 ? "" : "nemo", input: 100 * online, online });
  }
  world.advance(60_000);
  await account("stop", { user: "", input: 18_000, online: 180 });
  expect(sessions()).toMatchObject([{ user: "nemo", inputBytes: 18_000, onlineSeconds: 180, cause: "user-request" }]);
  expect(usageOf("a.file.nemo")).toEqual({ bytes: 18_000, onlineSeconds: 180 });
});

test("another customer under the same id is another session", async () => {
  const { account, sessions } = siteOf();
  await account("start", { sessionId: "1" });
  await account("start", { sessionId: "1", user: "ned", mac: "AA:BB:CC:DD:EE:09", address: "10.5.50.19" });
  expect(sessions()).toMatchObject([
    { user: "nemo", cause: "lost" },
    { user: "ned", stoppedAtMs: null },
  ]);
});

test("a start of a host that has a session open means that its stop was lost", async () => {
  const { account, sessions } = siteOf();
  await account("start", { sessionId: "80100001" });
  await account("start", { sessionId: "80100002" });
  expect(sessions()).toMatchObject([
    { sessionId: "80100001", cause: "lost" },
    { sessionId: "80100002", stoppedAtMs: null },
  ]);
});

test("[BEY-13] interims are written at most once per session and minute, a stop takes the rest with it", async () => {
  const { account, log, world } = siteOf();
  await account("start");
  for (let second = 1; second <= 119; second++) {
    world.advance(1000);
    account("interim", { input: second, online: second });
  }
  expect(log.kinds().filter((kind) => kind === "session-used")).toHaveLength(1);
  await account("stop", { input: 120, online: 120 });
  world.advance(600_000);
  expect(log.kinds()).toEqual(["session-started", "session-used", "session-stopped"]);
});

test("[BEY-13] interims that wait go along with the next edge and need no sync of their own, unless some went a moment ago", async () => {
  const { account, access, log, world } = siteOf();
  await account("start");
  account("interim", { input: 1, online: 1 });
  const other = { sessionId: "80100002", mac: "AA:BB:CC:DD:EE:02", address: "10.5.50.11" };
  await access.account(reportOf("start", other));
  expect(log.kinds()).toEqual(["session-started", "session-started", "session-used"]);
  // Written a moment ago: a busy evening must not write each of them.
  account("interim", { input: 2, online: 2 });
  world.advance(29_000);
  await access.account(reportOf("stop", other));
  expect(log.kinds().slice(3)).toEqual(["session-stopped"]);
  world.advance(1000);
  const enters = access.logIn(logInRequest("nemo", "x", { mac: "AA:BB:CC:DD:EE:03" }));
  expect(enters.kind).toBe("accept");
  expect(log.kinds().slice(4)).toEqual(["grant-started", "device-bound", "session-used"]);
  world.advance(600_000);
  expect(log.kinds()).toHaveLength(7);
});

test("while the disk refuses no interim is acknowledged, new or repeated, and it counts all the same", async () => {
  const { account, log, usageOf } = siteOf({ interimFlushSeconds: 60 });
  await account("start");
  log.setMode("refuse");
  await expect(
    account("start", { sessionId: "80100002", mac: "AA:BB:CC:DD:EE:02", address: "10.5.50.12" }),
  ).rejects.toThrow("disk full");
  for (let time = 0; time < 2; time++)
    await expect(account("interim", { input: 100, output: 900, online: 60 })).rejects.toThrow();
  expect(usageOf("a.file.nemo").bytes).toBe(1000);
  log.setMode("quick");
  expect(account("interim", { input: 100, output: 900, online: 60 })).toBeNull();
});

test("an interim whose flush the disk refused is not acknowledged when the router repeats it", async () => {
  const { account, log, world, access } = siteOf({ interimFlushSeconds: 60 });
  await account("start");
  expect(account("interim", { input: 100, output: 900, online: 60 })).toBeNull();
  log.setMode("refuse");
  world.advance(60_000);
  await access.flush();
  await expect(account("interim", { input: 100, output: 900, online: 60 })).rejects.toThrow("disk full");
  log.setMode("quick");
  await account("interim", { input: 100, output: 900, online: 60 });
});

test("with a flush interval of 0 each interim is on disk before its reply", async () => {
  const { account, log } = siteOf({ interimFlushSeconds: 0 });
  await account("start");
  const written = account("interim", { input: 10, online: 1 });
  expect(written).toBeInstanceOf(Promise);
  await written;
  expect(log.kinds()).toEqual(["session-started", "session-used"]);
});

test("counters that start again keep their base over a restart of the agent", async () => {
  const first = siteOf({ interimFlushSeconds: 0 });
  await first.account("start");
  await first.account("interim", { input: 1000, online: 100 });
  await first.account("interim", { input: 50, online: 160 });
  const second = siteOf({ state: foldOf(first.log.records) });
  second.account("interim", { input: 80, online: 220 });
  expect(second.usageOf("a.file.nemo").bytes).toBe(1080);
});

test("the grant is found by the Class that comes back, whatever the user name", async () => {
  const { account, sessions } = siteOf();
  await account("start", { user: "somebody", grantId: "v.b1.7" });
  expect(sessions()).toMatchObject([{ grantId: "v.b1.7" }]);
});

test("a Class of another server names no grant: ours beside it does, else the user name", async () => {
  const { account, sessions } = siteOf();
  const foreign = "ai:5ad402a78d7a9b5e40f1a2ef36c4e08b";
  await account("start", { sessionId: "1", grantId: foreign, otherClasses: ["a.file.nemo"], user: "t-unknown" });
  await account("start", { sessionId: "2", grantId: foreign, user: "ned" });
  expect(sessions().map(({ grantId }) => grantId)).toEqual(["a.file.nemo", "a.file.ned"]);
});

/** As a release wrote it that kept sessions by the router's name. */
function siteOfOlderRelease(names: readonly string[]) {
  const world = createSimulatedWorld();
  const before = createTestSite(world, { file });
  names.forEach((name, index) => {
    const host = { mac: `AA:BB:CC:DD:EE:0${index}`, address: `10.5.50.1${index}` };
    void before.access.account(reportOf("start", { nas: name, sessionId: "80100001", user: "nemo", ...host }));
  });
  world.advance(60_000);
  const records = before.log.records.map((record) => ({ ...record, router: undefined }) as never as typeof record);
  const site = createTestSite(world, { file, state: foldOf(records) });
  const account = (...args: Parameters<typeof reportOf>) => site.access.account(reportOf(...args));
  return { ...site, world, account, records };
}

test("[RAD-05] an open session that was kept by its router's name is taken over, charged once, and stays so after a restart", async () => {
  const { account, state, usage, log, world, records } = siteOfOlderRelease(["MikroTik"]);
  const host = { nas: "MikroTik", router: "10.5.0.1", user: "nemo", mac: "AA:BB:CC:DD:EE:00", address: "10.5.50.10" };
  expect(openSessions(state).map(({ router }) => router)).toEqual([null]);
  await account("interim", { ...host, input: 100, output: 900, online: 60 });
  expect(openSessions(state)).toMatchObject([{ router: "10.5.0.1", nas: "MikroTik" }]);
  expect(openSessions(foldOf([...records, ...log.records]))).toMatchObject([{ router: "10.5.0.1" }]);
  // Renamed a moment later.
  world.advance(60_000);
  await account("stop", { ...host, nas: "Café", input: 200, output: 1800, online: 120 });
  expect(state.sessions.size).toBe(1);
  expect(usage.reported("a.file.nemo").bytes).toBe(2000);
});

test("a router that is renamed during the upgrade keeps its sessions too; another router's session of that number is another", async () => {
  const { account, state, usage } = siteOfOlderRelease(["MikroTik"]);
  const host = { user: "nemo", mac: "AA:BB:CC:DD:EE:00", address: "10.5.50.10" };
  await account("interim", { ...host, nas: "Café", router: "10.5.0.1", input: 1000, online: 60 });
  expect(openSessions(state)).toHaveLength(1);
  const other = { user: "ned", mac: "AA:BB:CC:DD:EE:07", address: "10.5.50.17" };
  await account("interim", { ...other, nas: "MikroTik", router: "10.5.0.2", input: 500, online: 60 });
  expect(openSessions(state)).toHaveLength(2);
  expect([usage.reported("a.file.nemo").bytes, usage.reported("a.file.ned").bytes]).toEqual([1000, 500]);
});

test("[RAD-05] a router whose address changes (another WAN) keeps its session, and it is charged once", async () => {
  const { account, sessions, usageOf, world, state } = siteOf();
  await account("start", { router: "203.0.113.9/192.168.88.1" });
  world.advance(60_000);
  await account("interim", { router: "203.0.113.9/192.168.88.1", output: 1000, online: 60 });
  world.advance(60_000);
  await account("interim", { router: "198.51.100.4/192.168.88.1", output: 2000, online: 120 });
  expect(openSessions(state)).toHaveLength(1);
  world.advance(60_000);
  await account("stop", { router: "198.51.100.4/192.168.88.1", output: 3000, online: 180 });
  expect(sessions()).toMatchObject([{ outputBytes: 3000, cause: "user-request" }]);
  expect(usageOf("a.file.nemo").bytes).toBe(3000);
});

import { createSimulatedWorld, passTimeUntil } from "@karibu/lab/world/simulated-world";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { longTest } from "@karibu/protocol/test-long-run";
import { sleep } from "@karibu/protocol/world";
import { expect, test } from "vitest";
import { createTestSite, endingCodes as file, logInRequest, reportOf } from "../access/test-site.ts";
import type { DynamicAuthorization } from "../ground/dynamic-authorization.ts";
import type { ActiveSession, RouterControl } from "../ground/router-control.ts";
import { openSessions } from "../state/site-state.ts";

type Answer = Awaited<ReturnType<DynamicAuthorization["disconnect"]>>;

/** A router that answers as it is told, and sends a Stop when it really ends a session. */
function routerOf(options: {
  answer: Answer;
  /** The first request is lost on its way. */
  losesFirst?: boolean;
  endsSession: boolean;
  api?: "works" | "refuses" | "none";
  whileListed?: () => void;
  /** It lists sessions and refuses to end them, at once; forgetting a cookie takes it a turn longer. */
  refusesRemoval?: boolean;
  /** It takes so long with cookies; `meanwhile` happens. */
  slowCookies?: { readonly ms: number; readonly meanwhile: () => void };
  /** How the API writes a session's id: hotspots don't show it. */
  shownId?: (sessionId: string) => string;
}) {
  const world = createSimulatedWorld();
  const asked: string[] = [];
  const rows = new Map<string, ActiveSession>();
  const stop = (sessionId: string) => {
    if (rows.delete(sessionId))
      void site.access.account(
        reportOf("stop", { ...known.get(sessionId), sessionId, online: onlineSeconds(sessionId) }),
      );
  };
  const known = new Map<string, object>();
  const began = new Map<string, number>();
  const onlineSeconds = (sessionId: string) =>
    Math.round((world.clock.monotonicMs() - (began.get(sessionId) ?? 0)) / 1000);
  const coa: Pick<DynamicAuthorization, "disconnect"> = {
    async disconnect({ sessionId }) {
      const answer = options.losesFirst === true && !asked.some(isDisconnect) ? "no-answer" : options.answer;
      asked.push(`disconnect ${sessionId}`);
      if (answer === "no-answer") await sleep(world.clock, 6000);
      else if (options.endsSession) stop(sessionId);
      return answer;
    },
  };
  const api: RouterControl = {
    async activeSessions() {
      asked.push("list");
      options.whileListed?.();
      if (options.api === "refuses") throw new Error("not enough permissions (9)");
      return [...rows.values()];
    },
    async removeSession({ id }) {
      asked.push(`remove ${id}`);
      if (options.refusesRemoval) throw new Error("not enough permissions (9)");
      stop(id.slice(1));
    },
    async removeCookies({ mac }) {
      asked.push(`forget ${mac}`);
      if (options.refusesRemoval) await new Promise((resolve) => setImmediate(resolve));
      options.slowCookies?.meanwhile();
      if (options.slowCookies !== undefined) await sleep(world.clock, options.slowCookies.ms);
    },
    logIn: () => Promise.resolve(),
  };
  const withApi = options.api === "works" || options.api === "refuses";
  const site = createTestSite(world, { file, coa, ...(withApi ? { router: api } : {}) });

  async function goOnline(user: string, host: { mac: string; address: string }, sessionId: string): Promise<void> {
    const decision = site.access.logIn(logInRequest(user, "", host));
    if (decision.kind === "reject") throw new Error(decision.reason);
    began.set(sessionId, world.clock.monotonicMs());
    known.set(sessionId, { user, ...host, grantId: decision.grantId });
    rows.set(sessionId, { id: `*${sessionId}`, user, ...host, sessionId: options.shownId?.(sessionId) ?? null });
    await site.access.account(reportOf("start", { user, ...host, sessionId, grantId: decision.grantId }));
  }
  /** Lets the sweeper work for so long. */
  async function pass(ms: number): Promise<void> {
    await passTimeUntil(world, sleep(world.clock, ms), 500);
  }
  site.sweeper.start();
  const online = () => openSessions(site.state).map(({ sessionId }) => sessionId);
  /** It was restarted, and its rows are of others now. */
  const listOnly = (...given: ActiveSession[]) => {
    rows.clear();
    for (const row of given) rows.set(row.id.slice(1), row);
  };
  /** It rebooted, or its Stop was lost: the session is gone and nobody is told. */
  const forget = (sessionId: string) => rows.delete(sessionId);
  return { ...site, world, asked, goOnline, pass, online, forget, listOnly, endsByItself: stop };
}
const isDisconnect = (what: string) => what.startsWith("disconnect");
const one = { mac: "AA:BB:CC:DD:EE:01", address: "10.5.50.10" };
const two = { mac: "AA:BB:CC:DD:EE:02", address: "10.5.50.11" };
const obedient = { answer: "ack", endsSession: true } as const;

test("[RAD-08] a router that was proved to take no Disconnect is told by its API at once", async () => {
  const site = routerOf({ answer: "no-answer", endsSession: false, api: "works" });
  site.ways.follow(() => ({ disconnects: false, changes: true }));
  await site.goOnline("HOUR1", one, "80100001");
  await site.pass(3_610_000);
  expect(site.online()).toEqual([]);
  expect(site.asked.filter((what) => what.startsWith("disconnect"))).toEqual([]);
  expect(site.asked).toContain("remove *80100001");
});

test("[RAD-08] a router that refuses to end a session while it forgets its cookie: each step is waited for, and the next way is taken", async () => {
  // A promise that nobody waits for fails the run.
  const site = routerOf({ answer: "no-answer", endsSession: false, api: "works", refusesRemoval: true });
  await site.goOnline("HOUR1", one, "80100001");
  await site.pass(3_700_000);
  expect(site.asked).toEqual(expect.arrayContaining(["remove *80100001", `forget ${one.mac}`, "disconnect 80100001"]));
});

test("[RAD-08] a router whose API refuses for good, and that missed one Disconnect, is asked by RADIUS again within the minute", async () => {
  const site = routerOf({ answer: "ack", losesFirst: true, endsSession: true, api: "refuses" });
  await site.goOnline("HOUR1", one, "80100001");
  await site.pass(3_660_000);
  expect(site.asked.filter(isDisconnect)).toHaveLength(2);
  expect(site.online()).toEqual([]);
});

test("[RAD-08] two routers count their sessions alike: the row of another customer with the same id is left alone", async () => {
  const site = routerOf({ answer: "no-answer", endsSession: false, api: "works", shownId: (id) => id });
  await site.goOnline("HOUR1", one, "8010000A");
  await site.goOnline("DATA1", two, "8010000a");
  site.forget("8010000A"); // it is at the other router, whose API the site has not
  await site.pass(3_900_000);
  expect(site.asked).toContain("list");
  expect(site.asked.filter((what) => what.startsWith("remove"))).toEqual([]);
  expect(site.online()).toContain("8010000a");
});

test("[RAD-07] [RAD-08] a session is off within a minute of the end of its grant, and not a moment early", async () => {
  const { goOnline, pass, online, asked } = routerOf(obedient);
  await goOnline("HOUR1", one, "80100001");
  await pass(3_590_000);
  expect(online()).toEqual(["80100001"]);
  expect(asked).toEqual([]);
  await pass(20_000);
  expect(online()).toEqual([]);
});

test("two devices on one time plan are both off when their time together is used up", async () => {
  const { goOnline, pass, online, access } = routerOf(obedient);
  await goOnline("TEN10", one, "80100001");
  await goOnline("TEN10", two, "80100002");
  await pass(240_000);
  for (const [sessionId, host] of [
    ["80100001", one],
    ["80100002", two],
  ] as const) {
    access.account(reportOf("interim", { user: "TEN10", sessionId, ...host, online: 240 }));
  }
  expect(online()).toHaveLength(2);
  await pass(90_000);
  expect(online()).toEqual([]);
});

test("[RAD-14] data that is used up ends the session after the report that says so", async () => {
  const { goOnline, pass, online, access } = routerOf(obedient);
  await goOnline("DATA1", one, "80100001");
  access.account(reportOf("interim", { user: "DATA1", ...one, output: 1_000_000, online: 60 }));
  await pass(10_000);
  expect(online()).toEqual([]);
});

test("[RAD-08] an account that is on again while the router is slow to answer stays online: the next way is not taken", async () => {
  const site = routerOf({ answer: "no-answer", endsSession: false, api: "works" });
  const account = (active: boolean) => {
    const body = { accountId: "1", username: "mary", password: "", planName: "p", terms: unlimitedTerms, active };
    site.put({ kind: "account", key: "1", body });
  };
  account(true);
  await site.goOnline("mary", one, "80100001");
  account(false);
  void site.sweeper.sweep();
  await site.pass(3000);
  expect(site.asked).toEqual(["disconnect 80100001"]);
  account(true);
  await site.pass(60_000);
  expect(site.asked).toEqual(["disconnect 80100001"]);
  expect(site.online()).toEqual(["80100001"]);
});

test("an account that is switched off at the hub does not wait for the next round", async () => {
  const { goOnline, online, put, feed, sweeper, pass } = routerOf(obedient);
  feed.onChange(() => void sweeper.sweep());
  const body = { accountId: "1", username: "mary", password: "", planName: "p", terms: unlimitedTerms, active: true };
  put({ kind: "account", key: "1", body });
  await goOnline("mary", one, "80100001");
  put({ kind: "account", key: "1", body: { ...body, active: false } });
  await pass(1000);
  expect(online()).toEqual([]);
});

test("[BEY-10] who lost the slot to another phone is disconnected", async () => {
  const { goOnline, pass, online } = routerOf(obedient);
  await goOnline("HOUR1", one, "80100001");
  await goOnline("HOUR1", two, "80100002");
  await pass(10_000);
  expect(online()).toEqual(["80100002"]);
});

test("[CUS-03] an operator's word ends a session whose grant is good", async () => {
  const { goOnline, pass, online, sweeper, state } = routerOf(obedient);
  await goOnline("HOUR1", one, "80100001");
  expect(sweeper.kick(openSessions(state)[0]?.sessionKey ?? "", "kicked")).toBe(true);
  expect(sweeper.kick("unknown", "kicked")).toBe(false);
  await pass(2000);
  expect(online()).toEqual([]);
});

test("[RAD-08] a router that is restarted while it forgets a cookie gives the row's id to another customer, who stays online", async () => {
  const restarted = () => site.listOnly({ id: "*80100001", user: "DATA1", ...two, sessionId: null });
  const slowCookies = { ms: 9000, meanwhile: restarted };
  const site = routerOf({ answer: "no-answer", endsSession: false, api: "works", slowCookies });
  site.ways.follow(() => ({ disconnects: false, changes: true }));
  await site.goOnline("HOUR1", one, "80100001");
  site.sweeper.kick(openSessions(site.state)[0]?.sessionKey ?? "", "kicked");
  await site.pass(30_000);
  expect(site.asked).toContain(`forget ${one.mac}`);
  expect(site.asked.filter((what) => what.startsWith("remove"))).toEqual([]);
});

test("an ACK is no proof: who stays is removed over the router's API, with its cookie", async () => {
  const { goOnline, pass, online, asked } = routerOf({ answer: "ack", endsSession: false, api: "works" });
  await goOnline("HOUR1", one, "80100001");
  await pass(3_630_000);
  expect(online()).toEqual([]);
  // Before that only looks: the test's router sends no interims.
  const eviction = asked.slice(asked.indexOf("disconnect 80100001"));
  expect(eviction).toEqual(["disconnect 80100001", "list", "remove *80100001", `forget ${one.mac}`]);
});

longTest("200 sessions that end together are off within a minute with CoA off", async () => {
  const { goOnline, pass, online, put } = routerOf({ answer: "no-answer", endsSession: false, api: "works" });
  const terms = { ...unlimitedTerms, validitySeconds: 3600 };
  for (let number = 0; number < 200; number++) {
    const key = String(number);
    put({
      kind: "account",
      key,
      body: { accountId: key, username: `u${key}`, password: "", planName: "p", terms, active: true },
    });
    await goOnline(`u${key}`, { mac: `02:00:00:00:01:${key}`, address: `10.6.0.${key}` }, `801${key.padStart(5, "0")}`);
  }
  await pass(3_600_000);
  await pass(60_000);
  expect(online()).toEqual([]);
});

test("a line is removed over the router's API whose RADIUS writes the session's id in other letters", async () => {
  const shownId = (sessionId: string) => sessionId.toUpperCase();
  const router = routerOf({ answer: "no-answer", endsSession: false, api: "works", shownId });
  await router.goOnline("HOUR1", one, "8010000a");
  await router.pass(3_600_000 + 60_000);
  expect(router.asked).toContain("remove *8010000a");
  expect(router.online()).toEqual([]);
});

test("a router that neither obeys nor lets itself be asked is reported to the operator, and tried again", async () => {
  const { goOnline, pass, online, log, asked } = routerOf({ answer: "ack", endsSession: false, api: "refuses" });
  await goOnline("HOUR1", one, "80100001");
  await pass(3_600_000 + 90_000);
  expect(online()).toEqual(["80100001"]);
  const alarms = log.records.filter((record) => record.kind === "alarm");
  expect(alarms).toMatchObject([{ name: "session-stays", fields: { nas: "router", reason: "expired" } }]);
  const before = asked.length;
  await pass(120_000);
  expect(asked.length).toBeGreaterThan(before);
});

test("a router that twice knows no such session has lost it: it is closed at its last counters", async () => {
  const { goOnline, pass, online, state } = routerOf({ answer: "nak", endsSession: false });
  await goOnline("HOUR1", one, "80100001");
  await pass(3_640_000);
  expect(online()).toEqual([]);
  expect([...state.sessions.values()]).toMatchObject([{ cause: "lost" }]);
});

test("a router that knows the session and refuses to end it has not lost it: the operator hears of it, and it is tried again", async () => {
  const { goOnline, pass, online, log, asked } = routerOf({ answer: "refused", endsSession: false });
  await goOnline("HOUR1", one, "80100001");
  await pass(3_600_000 + 90_000);
  expect(online()).toEqual(["80100001"]);
  expect(log.records).toContainEqual(expect.objectContaining({ kind: "alarm", name: "session-stays" }));
  const before = asked.length;
  await pass(120_000);
  expect(asked.length).toBeGreaterThan(before);
});

test("a session that reported and then fell silent for long is closed as lost", async () => {
  const { goOnline, pass, online, access } = routerOf(obedient);
  await goOnline("DATA1", one, "80100001");
  access.account(reportOf("interim", { user: "DATA1", ...one, output: 10, online: 60 }));
  await pass(14 * 60_000);
  expect(online()).toHaveLength(1);
  await pass(2 * 60_000);
  expect(online()).toEqual([]);
});

test("[RAD-07] a disk that hangs keeps nobody online: forty sessions that fell silent are given up beside one that is over", async () => {
  const { goOnline, pass, online, put, access, log } = routerOf(obedient);
  for (let number = 0; number < 40; number++) {
    const key = String(number);
    const account = {
      accountId: key,
      username: `u${key}`,
      password: "",
      planName: "p",
      terms: unlimitedTerms,
      active: true,
    };
    put({ kind: "account", key, body: account });
    await goOnline(`u${key}`, { mac: `02:00:00:00:01:${key}`, address: `10.6.0.${key}` }, `802${key.padStart(5, "0")}`);
  }
  await goOnline("HOUR1", one, "80100001");
  await pass(2_697_000);
  for (let number = 0; number < 40; number++) {
    const host = { mac: `02:00:00:00:01:${number}`, address: `10.6.0.${number}` };
    const counted = { output: 10, online: 2697, sessionId: `802${String(number).padStart(5, "0")}` };
    access.account(reportOf("interim", { user: `u${number}`, ...host, ...counted }));
  }
  await pass(890_000);
  log.setMode("hold");
  await pass(3_660_000 - 2_697_000 - 890_000);
  expect(online()).not.toContain("80100001");
});

test("a session that the router forgot without a word ends once two interims are missing; one that it still shows goes on", async () => {
  const { goOnline, pass, online, forget, state } = routerOf({ ...obedient, api: "works" });
  await goOnline("HOUR1", one, "80100001");
  await goOnline("DATA1", two, "80100002");
  forget("80100001");
  await pass(9 * 60_000);
  expect(online()).toEqual(["80100001", "80100002"]); // interims come every 300 s: nothing is missing yet
  await pass(3 * 60_000);
  expect(online()).toEqual(["80100002"]);
  expect([...state.sessions.values()].map(({ cause }) => cause)).toEqual(["lost", null]);
});

test("the list of one router says nothing of sessions at another, also when no other is open: they go on", async () => {
  const { goOnline, pass, online, endsByItself, forget } = routerOf({ ...obedient, api: "works" });
  const away = { ...two, nas: "second", router: "10.5.50.2#second" };
  await goOnline("HOUR1", one, "80100001");
  await goOnline("DATA1", away, "80100002");
  forget("80100002"); // it is at the second router, and the API is the first one's
  await pass(12 * 60_000);
  expect(online()).toEqual(["80100001", "80100002"]);
  endsByItself("80100001");
  await pass(3 * 60_000);
  expect(online()).toEqual(["80100002"]);
});

test("a router whose list can't be read loses nobody his session", async () => {
  const { goOnline, pass, online, forget } = routerOf({ ...obedient, api: "refuses" });
  await goOnline("HOUR1", one, "80100001");
  forget("80100001");
  await pass(12 * 60_000);
  expect(online()).toEqual(["80100001"]);
});

test("a Stop that comes while the router's list is read stays what it was: its session is not lost", async () => {
  const whileListed = () => router.endsByItself("80100001");
  const router = routerOf({ ...obedient, api: "works", whileListed });
  await router.goOnline("HOUR1", one, "80100001");
  await router.pass(12 * 60_000);
  expect([...router.state.sessions.values()].map(({ cause }) => cause)).toEqual(["user-request"]);
});

test("[RAD-08] a router that knows no session and goes on to report it is not believed: the operator hears of it, and it is tried again", async () => {
  const { goOnline, pass, online, log, access, asked } = routerOf({ answer: "nak", endsSession: false });
  const report = (sessionId: string, host: object, used: number) =>
    access.account(reportOf("interim", { user: "HOUR1", sessionId, ...host, online: used }));
  await goOnline("HOUR1", one, "80100001");
  await pass(3_600_000);
  for (let minute = 1; minute <= 5; minute++) {
    report("80100001", one, 3600 + minute * 60);
    await pass(60_000);
  }
  expect(online()).toEqual(["80100001"]);
  expect(log.records.filter(({ kind }) => kind === "alarm")).toMatchObject([{ name: "session-stays" }]);
  const before = asked.length;
  await pass(60_000);
  expect(asked.length).toBeGreaterThan(before);
  // Nobody ends it, and its reports stop: it is over.
  await pass(20 * 60_000);
  expect(online()).toEqual([]);
});

test.each([
  ["answers nothing, without an API", { answer: "no-answer", endsSession: false }],
  ["refuses, without an API", { answer: "refused", endsSession: false }],
  ["acknowledges and keeps, without an API", { answer: "ack", endsSession: false }],
  ["answers nothing, and whose API refuses", { answer: "no-answer", endsSession: false, api: "refuses" }],
] as const)(
  "[RAD-08] the operator hears of a session that stays within 45 s of its end: a router that %s",
  async (_, way) => {
    const { goOnline, pass, log, world } = routerOf(way);
    await goOnline("HOUR1", one, "80100001");
    const endMs = world.clock.wall().atMs + 3_600_000;
    await pass(3_600_000 + 60_000);
    const alarms = log.records.filter(({ kind }) => kind === "alarm");
    expect(alarms).toMatchObject([{ name: "session-stays" }]);
    expect((alarms[0]?.atMs ?? 0) - endMs).toBeLessThanOrEqual(45_000);
  },
);

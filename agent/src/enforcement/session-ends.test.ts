import { createSimulatedWorld, passTimeUntil } from "@karibu/lab/world/simulated-world";
import type { EventOf } from "@karibu/protocol/journal/record";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { sleep } from "@karibu/protocol/world";
import { expect, test } from "vitest";
import { createTestSite, endingCodes as file, logInRequest, reportOf } from "../access/test-site.ts";
import type { ActiveSession, RouterControl } from "../ground/router-control.ts";
import { openSessions } from "../state/site-state.ts";

const phone = { mac: "AA:BB:CC:DD:EE:01", address: "10.5.50.10" };
const other = { mac: "AA:BB:CC:DD:EE:02", address: "10.5.50.11" };
const mary = { accountId: "1", username: "mary", password: "", planName: "p", terms: unlimitedTerms, active: true };

/** A site with one session, `80100001`, of `user`. Its router ends a session when it is asked to, and says `admin-reset`, unless it is deaf. */
async function online(user: string, { isDeaf = false, hasList = false } = {}) {
  const world = createSimulatedWorld();
  const hosts = new Map<string, { user: string; grantId: string; mac: string; address: string }>();
  const rows: ActiveSession[] = [];
  const report = (status: "start" | "interim" | "stop", sessionId: string, rest: Parameters<typeof reportOf>[1]) =>
    site.access.account(reportOf(status, { ...hosts.get(sessionId), sessionId, ...rest }));
  const router: RouterControl = {
    activeSessions: async () => rows,
    removeSession: async () => {},
    removeCookies: async () => {},
    logIn: async () => {},
  };
  const site = createTestSite(world, {
    file,
    ...(hasList ? { router } : {}),
    coa: {
      async disconnect({ sessionId }) {
        if (isDeaf) return "nak";
        void report("stop", sessionId, { online: 1, cause: "admin-reset" });
        return "ack";
      },
    },
  });
  site.feed.onChange(() => void site.sweeper.sweep());
  site.put({ kind: "account", key: "1", body: mary });
  async function goOnline(sessionId: string, host: typeof phone) {
    const decision = site.access.logIn(logInRequest(user, "", host));
    if (decision.kind === "reject") throw new Error(decision.reason);
    hosts.set(sessionId, { user, grantId: decision.grantId, ...host });
    await report("start", sessionId, {});
  }
  await goOnline("80100001", phone);
  site.sweeper.start();
  const pass = (ms: number) => passTimeUntil(world, sleep(world.clock, ms), 500);
  const first = () => openSessions(site.state).find(({ sessionId }) => sessionId === "80100001")?.sessionKey ?? "";
  return { ...site, report, goOnline, pass, first };
}
type Online = Awaited<ReturnType<typeof online>>;

/** How the first session that ended did so. */
function endOf({ log }: Online) {
  const ends = log.records.filter((record) => record.kind === "session-stopped") as EventOf<"session-stopped">[];
  return ends.map(({ cause, why }) => (why === undefined ? { cause } : { cause, why }));
}

type Row = readonly [
  what: string,
  user: string,
  happens: (site: Online) => unknown,
  end: { cause: string; why?: string },
];
const hour = 3_600_000;

const byTheSite: readonly Row[] = [
  ["the end by date", "HOUR1", ({ pass }) => pass(hour + 20_000), { cause: "admin-reset", why: "expired" }],
  [
    "time that is used up",
    "TEN10",
    async ({ pass, report }) => {
      await pass(300_000);
      await report("interim", "80100001", { online: 300 });
      await pass(310_000);
    },
    { cause: "admin-reset", why: "time-used" },
  ],
  [
    "data that is used up",
    "DATA1",
    ({ report }) => report("interim", "80100001", { output: 1_000_000, online: 60 }),
    { cause: "admin-reset", why: "data-used" },
  ],
  [
    "an account that staff switched off",
    "mary",
    ({ put }) => put({ kind: "account", key: "1", body: { ...mary, active: false } }),
    { cause: "admin-reset", why: "revoked" },
  ],
  [
    "an account that staff suspended",
    "mary",
    ({ put }) => put({ kind: "account", key: "1", body: { ...mary, suspended: { reason: "unpaid" } } }),
    { cause: "admin-reset", why: "suspended" },
  ],
  [
    "a slot that another device took",
    "HOUR1",
    ({ goOnline }) => goOnline("80100002", other),
    { cause: "admin-reset", why: "too-many-devices" },
  ],
  ...(["kicked", "passed-on", "taken-off", "new-limits"] as const).map(
    (why): Row => [
      `somebody who ends it (${why})`,
      "mary",
      ({ sweeper, first }) => sweeper.kick(first(), why),
      { cause: "admin-reset", why },
    ],
  ),
];

const byTheRouter: readonly Row[] = [
  [
    "the router's Session-Timeout at the end by date, a second early",
    "HOUR1",
    async ({ pass, report }) => {
      await pass(hour - 1000);
      await report("stop", "80100001", { online: 3599, cause: "session-timeout" });
    },
    { cause: "session-timeout", why: "expired" },
  ],
  [
    "the router's Session-Timeout when the time is used up",
    "TEN10",
    async ({ pass, report }) => {
      await pass(598_000);
      await report("stop", "80100001", { online: 600, cause: "session-timeout" });
    },
    { cause: "session-timeout", why: "time-used" },
  ],
  [
    "the router's byte limit",
    "DATA1",
    ({ report }) => report("stop", "80100001", { output: 1_000_000, online: 60, cause: "nas-request" }),
    { cause: "nas-request", why: "data-used" },
  ],
  [
    "the byte limit of a router that calls it something else",
    "DATA1",
    ({ report }) => report("stop", "80100001", { output: 1_000_000, online: 60, cause: "port-preempted" }),
    { cause: "port-preempted", why: "data-used" },
  ],
  ...["user-request", "idle-timeout", "lost-carrier", "nas-request", "session-timeout", "admin-reset"].map(
    (cause): Row => [
      `the router's own doing (${cause})`,
      "HOUR1",
      ({ report }) => report("stop", "80100001", { online: 60, cause }),
      { cause },
    ],
  ),
  [
    "a person who logs out in the last second of the data",
    "DATA1",
    ({ report }) => report("stop", "80100001", { output: 1_000_000, online: 60, cause: "user-request" }),
    { cause: "user-request" },
  ],
];

const withoutStop: readonly Row[] = [
  [
    "a router that falls silent",
    "mary",
    async ({ report, pass }) => {
      await report("interim", "80100001", { output: 10, online: 60 });
      await pass(16 * 60_000);
    },
    { cause: "lost", why: "silent" },
  ],
  [
    "a router that restarted",
    "mary",
    ({ access }) => access.nasRestarted({ name: "router", router: reportOf("start").router }, 0),
    { cause: "lost", why: "router-restarted" },
  ],
  [
    "a device whose next session begins",
    "mary",
    ({ goOnline }) => goOnline("80100002", phone),
    { cause: "lost", why: "replaced" },
  ],
];

test.each([...byTheSite, ...byTheRouter, ...withoutStop])(
  "[RAD-08] the record of a session's end says why: %s",
  async (_, user, happens, end) => {
    const site = await online(user);
    await happens(site);
    await site.pass(6000);
    expect(endOf(site)).toEqual([end]);
  },
);

test("[RAD-08] a session that ends at a router which knows it no more keeps the reason why it was to end", async () => {
  const site = await online("HOUR1", { isDeaf: true });
  await site.pass(hour + 40_000);
  expect(endOf(site)).toEqual([{ cause: "lost", why: "expired" }]);
});

test("[RAD-08] a session that its router's list does not show is closed for that reason", async () => {
  const site = await online("mary", { hasList: true });
  await site.report("interim", "80100001", { output: 10, online: 60 });
  await site.pass(13 * 60_000);
  expect(endOf(site)).toEqual([{ cause: "lost", why: "not-listed" }]);
});

test("[RAD-08] a session that is heard again after it counted as lost ends for its own reason", async () => {
  const site = await online("mary");
  await site.report("interim", "80100001", { output: 10, online: 60 });
  await site.pass(16 * 60_000);
  await site.report("interim", "80100001", { output: 20, online: 1000 });
  await site.report("stop", "80100001", { output: 20, online: 1010, cause: "user-request" });
  expect(endOf(site)).toEqual([{ cause: "lost", why: "silent" }, { cause: "user-request" }]);
});

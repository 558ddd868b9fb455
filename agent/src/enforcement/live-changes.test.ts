import { createSimulatedWorld, passTimeUntil } from "@karibu/lab/world/simulated-world";
import { Fault } from "@karibu/protocol/fault";
import { type Terms, unlimitedTerms } from "@karibu/protocol/plan";
import { bytes, kbps, seconds, unixMs } from "@karibu/protocol/quantities";
import { notBegun } from "@karibu/protocol/test-grants";
import { sleep } from "@karibu/protocol/world";
import { expect, test } from "vitest";
import { createTestSite, logInRequest, reportOf } from "../access/test-site.ts";
import type { DynamicAuthorization } from "../ground/dynamic-authorization.ts";
import type { RouterControl } from "../ground/router-control.ts";
import { oldSystemsRouter } from "../state/router-address.ts";
import { liveChange, type SessionLimits } from "./live-change-policy.ts";

const known: SessionLimits = {
  downKbps: 2000,
  upKbps: 1000,
  burst: null,
  endsAtMs: 10_000_000,
  dataBytes: null,
  useSeconds: null,
};

test.each<[string, Partial<SessionLimits>, Partial<SessionLimits>, object]>([
  ["nothing changed", {}, {}, { kind: "none" }],
  [
    "another speed",
    {},
    { downKbps: 5000 },
    { kind: "change", rate: { downKbps: 5000, upKbps: 1000 }, sessionSeconds: null },
  ],
  ["more time", {}, { endsAtMs: 20_000_000 }, { kind: "change", rate: null, sessionSeconds: 19_000 }],
  ["no end any more", {}, { endsAtMs: null }, { kind: "change", rate: null, sessionSeconds: 2 ** 31 - 1 }],
  ["an end in a hundred years", {}, { endsAtMs: 3.2e12 }, { kind: "change", rate: null, sessionSeconds: 2 ** 31 - 1 }],
  ["less time", {}, { endsAtMs: 5_000_000 }, { kind: "none" }],
  ["no speed limit any more", {}, { downKbps: null, upKbps: null }, { kind: "re-log-in" }],
  ["more data", { dataBytes: 1 }, { dataBytes: 2 }, { kind: "re-log-in" }],
  ["less data", { dataBytes: 2 }, { dataBytes: 1 }, { kind: "none" }],
  ["more time online", { useSeconds: 600 }, { useSeconds: 1200 }, { kind: "change", rate: null, sessionSeconds: 1100 }],
  ["no limit of time online", { useSeconds: 1 }, { useSeconds: null }, { kind: "change", sessionSeconds: 9000 }],
  ["a later end, and less time online", { useSeconds: 9 }, { endsAtMs: 2e7, useSeconds: 800 }, { sessionSeconds: 700 }],
])("what the router must do: %s", (_name, before, after, expected) => {
  expect(
    liveChange({ ...known, ...before }, { ...known, ...after }, { startedAtMs: 1_000_000, secondsBeside: 100 }),
  ).toMatchObject(expected);
});

const phone = { mac: "AA:BB:CC:DD:EE:01", address: "10.5.50.10" };

async function maryOnline(
  terms: Partial<Terms>,
  answer: "ack" | "nak" | "no-answer" = "ack",
  { hasApi, changesBeforeStart }: { readonly hasApi: boolean; readonly changesBeforeStart?: Partial<Terms> } = {
    hasApi: true,
  },
) {
  const world = createSimulatedWorld();
  const commands: unknown[] = [];
  let isAway = false;
  let cutLogIns = 0;
  let removalLost: Fault | null = null;
  let answerAfterMs = 0;
  const coa: Pick<DynamicAuthorization, "change"> = {
    async change({ sessionId }, change) {
      if (isAway) return "no-answer";
      const tookMs = answerAfterMs;
      answerAfterMs = 0;
      if (tookMs > 0) await sleep(world.clock, tookMs);
      commands.push({ sessionId, ...change });
      return answer;
    },
  };
  const router: RouterControl = {
    async activeSessions() {
      if (isAway) throw new Error("router-api/unreachable");
      return [{ id: "*1", user: "mary", ...phone, sessionId: null }];
    },
    async removeSession({ id }) {
      commands.push(`remove ${id}`);
      if (removalLost !== null) throw removalLost;
    },
    removeCookies: async () => {},
    async logIn({ user, password, address, mac }) {
      if (cutLogIns-- > 0) throw new Error("router-api/cut");
      commands.push(site.access.logIn(logInRequest(user, password, { address, mac })));
    },
  };
  const site = createTestSite(world, hasApi ? { coa, router } : { coa });
  const account = (more: Partial<Terms>) => ({
    accountId: "1",
    username: "mary",
    password: "p",
    planName: "home",
    terms: { ...unlimitedTerms, ...terms, ...more },
    active: true,
  });
  site.put({ kind: "account", key: "1", body: account({}) });
  site.feed.onChange(() => void site.liveChanges.apply());
  const decision = site.access.logIn(logInRequest("mary", "p", phone));
  const grantId = decision.kind === "accept" ? decision.grantId : "";
  const pass = (ms: number) => passTimeUntil(world, sleep(world.clock, ms), 1000);
  async function change(more: Partial<Terms>): Promise<void> {
    site.put({ kind: "account", key: "1", body: account(more) });
    await pass(2000);
  }
  site.sweeper.start();
  if (changesBeforeStart !== undefined) await change(changesBeforeStart);
  await site.access.account(reportOf("start", { user: "mary", grantId, ...phone }));
  await pass(10_000);
  /** A session of the old system runs on at the same router. */
  const adopt = () => {
    const old = { sessionId: "before-1", user: "old", mac: "AA:BB:CC:DD:EE:02", address: "10.5.50.11" };
    return site.access.account(reportOf("start", { nas: "before Karibu", router: oldSystemsRouter, ...old }));
  };
  const setAway = (value: boolean): void => {
    isAway = value;
  };
  const use = (output: number) =>
    site.access.account(reportOf("interim", { user: "mary", grantId, ...phone, online: 10, output }));
  const leave = () => site.access.account(reportOf("stop", { user: "mary", grantId, ...phone, online: 60 }));
  const shown = () => site.portalAccess.view({ token: "t", ...phone });
  const loseRemoval = (code: Fault["code"]): void => {
    removalLost = new Fault(code, "no answer", { retry: "later" });
  };
  const cutNextLogIns = (count: number): void => {
    cutLogIns = count;
  };
  /** The first request is lost, and its repetition reaches the router after so long. */
  const slowNext = (ms: number): void => {
    answerAfterMs = ms;
  };
  return {
    commands,
    change,
    slowNext,
    pass,
    setAway,
    adopt,
    use,
    leave,
    ends: () => site.log.records.filter(({ kind }) => kind === "session-stopped"),
    shown,
    cutNextLogIns,
    loseRemoval,
    ways: site.ways,
    liveChanges: site.liveChanges,
  };
}

test("[BEY-21] another speed of a plan reaches the running session by CoA, once", async () => {
  const { commands, change } = await maryOnline({ downKbps: 2000, upKbps: 1000 } as Partial<Terms>);
  await change({ downKbps: 5000 } as Partial<Terms>);
  await change({ downKbps: 5000 } as Partial<Terms>);
  expect(commands).toEqual([{ sessionId: "80100001", rate: { downKbps: 5000, upKbps: 1000, burst: null } }]);
});

test("[BEY-21] of two changes of one session the later holds: it waits while the first is on its way to the router", async () => {
  const { commands, change, slowNext, pass } = await maryOnline({ downKbps: 2000, upKbps: 1000 } as Partial<Terms>);
  slowNext(6000);
  await change({ downKbps: 5000 } as Partial<Terms>);
  await change({ downKbps: 9000 } as Partial<Terms>);
  await pass(30_000);
  expect(commands).toMatchObject([{ rate: { downKbps: 5000 } }, { rate: { downKbps: 9000 } }]);
});

test("[BEY-21] of many changes while the router is slow, the last is sent, once", async () => {
  const { commands, change, slowNext, pass } = await maryOnline({ downKbps: 2000, upKbps: 1000 } as Partial<Terms>);
  slowNext(60_000);
  for (const downKbps of [3000, 4000, 5000, 6000, 7000]) await change({ downKbps } as Partial<Terms>);
  await pass(120_000);
  expect(commands).toMatchObject([{ rate: { downKbps: 3000 } }, { rate: { downKbps: 7000 } }]);
});

test("[BEY-21] a top-up of data renews the session by a log-in that nobody has to make", async () => {
  const { commands, change } = await maryOnline({ dataBytes: 1_000_000 } as Partial<Terms>);
  await change({ dataBytes: 3_000_000 } as Partial<Terms>);
  expect(commands).toMatchObject(["remove *1", { kind: "accept", limits: { totalBytes: 3_000_000 } }]);
});

test("[BEY-21] more time online reaches the running session by CoA, counted from its start", async () => {
  const { commands, change, use } = await maryOnline({ useSeconds: 600 } as Partial<Terms>, "ack", { hasApi: false });
  await use(1000); // its own time is not beside it
  await change({ useSeconds: 1200 } as Partial<Terms>);
  expect(commands).toEqual([{ sessionId: "80100001", sessionSeconds: 1200 }]);
});

test("[BEY-21] a router's API that is cut after the session's removal is asked again: the customer comes back with what was added", async () => {
  const { commands, change, pass, cutNextLogIns } = await maryOnline({ dataBytes: 1_000_000 } as Partial<Terms>);
  cutNextLogIns(2);
  await change({ dataBytes: 3_000_000 } as Partial<Terms>);
  await pass(30_000);
  expect(commands).toMatchObject(["remove *1", { kind: "accept", limits: { totalBytes: 3_000_000 } }]);
});

test("[BEY-21] a session whose removal nobody answered may be gone: its customer is logged in again with what was added", async () => {
  const { commands, change, pass, loseRemoval } = await maryOnline({ dataBytes: 1_000_000 } as Partial<Terms>);
  loseRemoval("router-api/time-out");
  await change({ dataBytes: 3_000_000 } as Partial<Terms>);
  await pass(30_000);
  expect(commands).toMatchObject(["remove *1", { kind: "accept", limits: { totalBytes: 3_000_000 } }]);
});

test("[BEY-21] a router that refuses the removal has its customer online: nobody logs them in", async () => {
  const { commands, change, pass, loseRemoval, leave, ends } = await maryOnline({
    dataBytes: 1_000_000,
  } as Partial<Terms>);
  loseRemoval("router-api/trap");
  await change({ dataBytes: 3_000_000 } as Partial<Terms>);
  await pass(30_000);
  expect(commands).toEqual(["remove *1"]);
  // Their session ends by itself later, and for no new limits.
  await leave();
  expect(ends()).toMatchObject([{ cause: "user-request" }]);
  expect(ends()[0]).not.toHaveProperty("why");
});

test("[BEY-21] more time that the router has not taken is brought to it after a correction of the site's clock, too", async () => {
  const { commands, change, pass, setAway, liveChanges } = await maryOnline({
    validUntilMs: unixMs(1_800_100_000_000),
  });
  setAway(true);
  await change({ validUntilMs: unixMs(1_900_000_000_000) });
  liveChanges.noteAll();
  setAway(false);
  await pass(120_000);
  expect(commands).toMatchObject([{ sessionSeconds: 100_000_000 }]);
});

test("[CUS-15] a speed that moves while CoA and API are silent is brought to the router when it answers again", async () => {
  const utcOffsetMinutes = 0;
  const fairUse = {
    utcOffsetMinutes,
    period: "day",
    quotaBytes: bytes(1),
    downKbps: kbps(256),
    upKbps: kbps(128),
  } as const;
  const { commands, pass, setAway, use } = await maryOnline({ downKbps: kbps(8000), upKbps: kbps(2000), fairUse });
  setAway(true);
  await use(1_000_000);
  await pass(20_000);
  expect(commands).toEqual([]);
  setAway(false);
  await pass(120_000);
  expect(commands).toMatchObject([{ rate: { downKbps: 256 } }]);
});

test("[BEY-21] a router without API takes more data at the next log-in alone, and the customer's page says so", async () => {
  const { commands, change, shown } = await maryOnline({ dataBytes: 1_000_000 } as Partial<Terms>, "ack", {
    hasApi: false,
  });
  expect(shown()).not.toHaveProperty("moreAtNextLogIn");
  await change({ dataBytes: 3_000_000 } as Partial<Terms>);
  expect(commands).toEqual([]);
  expect(shown()).toMatchObject({ online: { bytesLeft: 3_000_000 }, moreAtNextLogIn: true });
});

test("[BEY-21] a router that takes no CoA: another speed comes by a silent log-in, and where that was proved before, at once", async () => {
  const faster = { downKbps: 5000 } as Partial<Terms>;
  for (const answer of ["nak", "no-answer"] as const) {
    const { commands, change } = await maryOnline({ downKbps: 2000, upKbps: 1000 } as Partial<Terms>, answer);
    await change(faster);
    expect(commands).toMatchObject([{ rate: { downKbps: 5000 } }, "remove *1", { kind: "accept", limits: faster }]);
  }
  const { commands, change, ways } = await maryOnline({ downKbps: 2000, upKbps: 1000 } as Partial<Terms>);
  ways.follow(() => ({ disconnects: true, changes: false }));
  await change(faster);
  expect(commands).toMatchObject(["remove *1", { kind: "accept", limits: faster }]);
});

test("[BEY-21] [RTR-31] sessions of the old system are at the same router: while they run another speed comes by a log-in, too", async () => {
  const { commands, change, adopt } = await maryOnline({ downKbps: 2000, upKbps: 1000 } as Partial<Terms>, "nak");
  await adopt();
  await change({ downKbps: 5000 } as Partial<Terms>);
  expect(commands).toMatchObject([{ rate: { downKbps: 5000 } }, "remove *1", { kind: "accept" }]);
});

test.each<[string, Partial<Terms>, unknown[]]>([
  ["speed", { downKbps: kbps(5000) }, [{ rate: { downKbps: 5000 } }]],
  ["time", { validUntilMs: unixMs(1_900_000_000_000) }, [{ sessionSeconds: 100_000_000 }]],
  ["data", { dataBytes: bytes(3_000_000) }, ["remove *1", { kind: "accept", limits: { totalBytes: 3_000_000 } }]],
])(
  "[BEY-21] more %s that comes while nothing reaches the router reaches the session later, once",
  async (_, more, expected) => {
    const { commands, change, pass, setAway } = await maryOnline({
      downKbps: kbps(2000),
      upKbps: kbps(1000),
      dataBytes: bytes(1_000_000),
      validUntilMs: unixMs(1_800_100_000_000),
    });
    setAway(true);
    await change(more);
    await pass(20_000);
    expect(commands).toEqual([]);
    setAway(false);
    await pass(120_000);
    expect(commands).toMatchObject(expected);
    expect(commands).toHaveLength(expected.length);
  },
);

test.each<[string, Partial<Terms>, unknown[]]>([
  ["speed", { downKbps: kbps(5000) }, [{ rate: { downKbps: 5000 } }]],
  ["time", { validUntilMs: unixMs(1_900_000_000_000) }, [{ sessionSeconds: 99_999_998 }]],
  ["data", { dataBytes: bytes(3_000_000) }, ["remove *1", { kind: "accept", limits: { totalBytes: 3_000_000 } }]],
  ["of nothing", {}, []],
])(
  "[BEY-21] more %s that comes after the router's log-in and before its session begins reaches the session, once",
  async (_, changesBeforeStart, expected) => {
    const before = {
      downKbps: kbps(2000),
      upKbps: kbps(1000),
      dataBytes: bytes(1_000_000),
      validUntilMs: unixMs(1_800_100_000_000),
    };
    const { commands, pass } = await maryOnline(before, "ack", { hasApi: true, changesBeforeStart });
    await pass(120_000);
    expect(commands).toMatchObject(expected);
    expect(commands).toHaveLength(expected.length);
  },
);

const slowAtNight: Partial<Terms> = {
  downKbps: kbps(2000),
  upKbps: kbps(500),
  validitySeconds: seconds(1800),
  hours: {
    utcOffsetMinutes: 0,
    windows: [{ days: [0, 1, 2, 3, 4, 5, 6], fromMinute: 0, toMinute: 1440, downKbps: kbps(1000) }],
  },
} as Partial<Terms>;

test.each<[string, Partial<Terms>, object, unknown[]]>([
  ["time online", { useSeconds: seconds(1800) }, { useSeconds: 600 }, [{ sessionSeconds: 2400 }]],
  ["time of a plan whose speed moves", slowAtNight, { seconds: 600 }, [{ rate: {} }, { sessionSeconds: 2400 }]],
  ["time", { validitySeconds: seconds(1800) }, { seconds: 600 }, [{ sessionSeconds: 2400 }]],
  ["data", { dataBytes: bytes(1000) }, { dataBytes: 500 }, ["remove *1", { limits: { totalBytes: 1500 } }]],
  ["nothing", { useSeconds: seconds(1800) }, {}, []],
  ["what", { dataBytes: bytes(1000) }, { dataBytes: 500, changedAtMs: unixMs(1_700_000_000_000) }, []],
])(
  "[BEY-21] %s that staff gave in the moment in which the agent died reaches the session after its start, once",
  async (_, terms, given, expected) => {
    const world = createSimulatedWorld();
    const pass = (ms: number) => passTimeUntil(world, sleep(world.clock, ms), 1000);
    const grant = {
      ...{ grantId: "g-1", origin: "purchase", planName: "hour", terms: { ...unlimitedTerms, ...terms } },
      ...notBegun,
    };
    const bought = {
      kind: "grant" as const,
      key: "g-1",
      body: { grant, purchaseId: "p-1", phoneHash: null, code: "C1" },
    };
    const died = createTestSite(world);
    died.put(bought);
    died.sweeper.start();
    died.access.logIn(logInRequest("C1", "", phone));
    await died.access.account(reportOf("start", { user: "C1", grantId: "g-1", ...phone }));
    await pass(10_000);
    died.sweeper.stop();
    const commands: unknown[] = [];
    const site = createTestSite(world, {
      state: died.state,
      coa: {
        async change(_session, change) {
          commands.push(change);
          return "ack";
        },
      },
      router: {
        activeSessions: async () => [{ id: "*1", user: "C1", ...phone, sessionId: null }],
        removeSession: async ({ id }) => void commands.push(`remove ${id}`),
        removeCookies: async () => {},
        logIn: async ({ user, password }) => void commands.push(site.access.logIn(logInRequest(user, password, phone))),
      },
    });
    site.put(bought);
    const changedAtMs = world.clock.wall().atMs;
    const nothing = { grantId: "g-1", seconds: 0, useSeconds: 0, dataBytes: 0, changedAtMs };
    if (Object.keys(given).length > 0) site.put({ kind: "grant-change", key: "g-1", body: { ...nothing, ...given } });
    site.sweeper.start();
    await pass(120_000);
    expect(commands).toMatchObject(expected);
    expect(commands).toHaveLength(expected.length);
  },
);

import { createSimulatedWorld, passTimeUntil } from "@karibu/lab/world/simulated-world";
import type { CustomerAccountBody } from "@karibu/protocol/accounts/customer-account";
import { ntHashHex } from "@karibu/protocol/accounts/nt-hash";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { kbps, seconds, unixMs } from "@karibu/protocol/quantities";
import { sleep } from "@karibu/protocol/world";
import { expect, test } from "vitest";
import { createTestSite, logInRequest, reportOf } from "../access/test-site.ts";
import type { CoaAnswer } from "../ground/dynamic-authorization.ts";
import type { ListedAddress, RouterControl } from "../ground/router-control.ts";

/** Paid for so long, and as long a grace. */
const paidMs = 60_000;
const graceMs = 30_000;
const slow = { downKbps: kbps(512), upKbps: kbps(256) };
const full = { downKbps: kbps(10_000), upKbps: kbps(5000) };

const slowRate = "rate 256/512";
const fullRate = "rate 5000/10000";

/** A site whose router answers; one PPPoE account, paid for a minute, with half a minute of grace. */
function town(
  options: {
    way?: "page" | "slower";
    coa?: CoaAnswer;
    hasApi?: boolean;
    unlimited?: boolean;
    isRestarted?: boolean;
    /** Whom the API's router shows; default: nobody. */
    shows?: RouterControl["activeSessions"];
    /** Neither RADIUS nor the API reaches the router now. */
    isAway?: () => boolean;
  } = {},
) {
  const { way = "page", coa = "ack", hasApi = true, unlimited = false, isAway = () => false } = options;
  const answer = async <Result>(act: () => Result | Promise<Result>): Promise<Result> => {
    if (isAway()) throw new Error("router-api/unreachable");
    return act();
  };
  const world = createSimulatedWorld();
  const done: string[] = [];
  const list: ListedAddress[] = [];
  let paidUntilMs = world.clock.wall().atMs + paidMs;
  const router: RouterControl = {
    activeSessions: () => answer(options.shows ?? (async () => [])),
    removeSession: ({ id }) => answer(() => void done.push(`remove ${id}`)),
    removeCookies: async () => {},
    logIn: () => answer(() => void done.push("log-in")),
    suspended: {
      read: () => answer(() => [...list]),
      add: (address) => answer(() => void list.push({ id: `*${list.length}`, address, isOwn: true })),
      remove: (id) =>
        answer(() => {
          list.splice(
            list.findIndex((entry) => entry.id === id),
            1,
          );
        }),
    },
  };
  const site = createTestSite(world, {
    ...(hasApi ? { router } : {}),
    coa: {
      change: async (_session, { rate, sessionSeconds }) => {
        if (isAway()) return "no-answer";
        done.push(
          `rate ${rate?.upKbps}/${rate?.downKbps}${sessionSeconds === undefined ? "" : ` ${sessionSeconds} s`}`,
        );
        return coa;
      },
      disconnect: async () => {
        if (isAway()) return "no-answer";
        done.push("disconnect");
        return "ack";
      },
    },
  });
  const body = (): CustomerAccountBody => ({
    accountId: "acc-1",
    username: "kamau",
    service: "pppoe",
    ntHash: ntHashHex("pass"),
    planName: "Home",
    terms: { ...unlimitedTerms, ...(unlimited ? {} : full), validUntilMs: unixMs(paidUntilMs) },
    active: true,
    graceSeconds: seconds(graceMs / 1000),
    afterEnd: { way, ...slow },
  });
  const put = (more: Partial<CustomerAccountBody> = {}) =>
    site.put({ kind: "customer-account", key: "acc-1", body: { ...body(), ...more } });
  const tell = (more: Partial<CustomerAccountBody> = {}) => {
    put(more);
    return site.heldSessions.apply();
  };
  const host = { mac: "AA:BB:CC:DD:EE:01", address: "100.64.0.7" };
  async function dial(sessionId: string, router = "172.31.255.1", service: "pppoe" | "hotspot" = "pppoe") {
    const request = {
      ...logInRequest("kamau", "", host),
      ...(service === "pppoe" ? { service: "ppp" as const } : {}),
      passwordIs: (known: string | Uint8Array) =>
        Buffer.from(known as Uint8Array).toString("hex") === ntHashHex("pass"),
    };
    const decision = site.access.logIn(request);
    if (decision.kind === "reject") throw new Error(decision.reason);
    await site.access.account(
      reportOf("start", { sessionId, user: "kamau", grantId: decision.grantId, router, nas: router, service, ...host }),
    );
    return decision.limits;
  }
  const hangUp = (sessionId: string) => site.access.account(reportOf("stop", { sessionId, user: "kamau", ...host }));
  const pass = (ms: number) => passTimeUntil(world, sleep(world.clock, ms), 1000);
  const pay = (more: Partial<CustomerAccountBody> = {}) => {
    paidUntilMs = world.clock.wall().atMs + 30 * 86_400_000;
    return tell(more);
  };
  site.sweeper.start();
  put();
  if (options.isRestarted !== true) void site.heldSessions.apply();
  const takeDone = () => done.splice(0);
  return {
    ...site,
    world,
    list,
    takeDone,
    tell,
    dial,
    hangUp,
    pass,
    pay,
    addresses: () => list.map(({ address }) => address),
  };
}

test("[CUS-06] who is online when grace ends goes on, slowly and to the page, within 5 s; paid, at full speed within 5 s, without dialling again", async () => {
  const site = town();
  const limits = await site.dial("1");
  expect(limits).toMatchObject({ sessionSeconds: null, downKbps: 10_000 });
  await site.pass(paidMs + graceMs - 10_000);
  expect([site.takeDone(), site.addresses()]).toEqual([[], []]);
  await site.pass(15_000);
  expect([site.takeDone(), site.addresses()]).toEqual([["rate 256/512"], ["100.64.0.7"]]);
  await site.pass(90_000);
  expect([site.takeDone(), site.addresses()]).toEqual([[], ["100.64.0.7"]]);
  await site.pay();
  expect([site.takeDone(), site.addresses()]).toEqual([["rate 5000/10000"], []]);
  expect(site.log.kinds()).not.toContain("session-stopped");
});

test("[CUS-19] slower instead of cut: no page, only the speed changes", async () => {
  const site = town({ way: "slower" });
  await site.dial("1");
  await site.pass(paidMs + graceMs + 6000);
  expect([site.takeDone(), site.addresses()]).toEqual([["rate 256/512"], []]);
  await site.pay();
  expect(site.takeDone()).toEqual(["rate 5000/10000"]);
});

test("[CUS-04] who is suspended by a person sees the page at once, and is back when it ends", async () => {
  const site = town();
  await site.dial("1");
  await site.tell({ suspended: { reason: "" } });
  expect([site.takeDone(), site.addresses()]).toEqual([["rate 256/512"], ["100.64.0.7"]]);
  await site.tell({ suspended: null });
  expect([site.takeDone(), site.addresses()]).toEqual([["rate 5000/10000"], []]);
});

test.each(["page", "slower"] as const)(
  "[CUS-06] a phone at the hotspot is put off within a minute of the end of its grace and of a suspension, for the portal is its page: %s",
  async (way) => {
    const atEnd = way === "page" ? ["disconnect"] : ["rate 256/512"];
    const over = town({ way });
    await over.tell({ service: "any" });
    await over.dial("1", undefined, "hotspot");
    await over.pass(paidMs + graceMs - 10_000);
    expect(over.takeDone()).toEqual([]);
    await over.pass(70_000);
    expect(over.takeDone().slice(0, 1)).toEqual(atEnd);
    expect(over.addresses()).toEqual([]);

    const suspended = town({ way });
    await suspended.tell({ service: "any" });
    await suspended.dial("1", undefined, "hotspot");
    await suspended.tell({ service: "any", suspended: { reason: "" } });
    await suspended.pass(60_000);
    expect(suspended.takeDone()).toContain("disconnect");
    expect(suspended.addresses()).toEqual([]);
  },
);

test("[CUS-06] a phone at the hotspot that has paid before its end stays online past it", async () => {
  const site = town();
  await site.tell({ service: "any" });
  expect(await site.dial("1", undefined, "hotspot")).toMatchObject({ sessionSeconds: (paidMs + graceMs) / 1000 });
  await site.pass(paidMs);
  void site.pay({ service: "any" });
  await site.liveChanges.apply();
  const told = site.takeDone();
  expect(told).toHaveLength(1);
  expect(told[0]).toMatch(/^rate .* \d{7} s$/);
  await site.pass(2 * graceMs);
  expect(site.takeDone()).toEqual([]);
});

test("[CUS-06] what the router can't change is ended, so that the customer dials again: the log-in's own entry, a refused CoA, no API, a speed without limit", async () => {
  const late = town();
  await late.pass(paidMs + graceMs + 6000);
  expect(await late.dial("1")).toMatchObject({ held: "page", downKbps: 512, sessionSeconds: null });
  await late.pass(10_000);
  expect([late.takeDone(), late.addresses()]).toEqual([[], []]); // the log-in told the router all
  await late.pay();
  expect(late.takeDone()).toEqual(["disconnect"]);
  await late.hangUp("1");
  expect((await late.dial("2")).held).toBeUndefined();

  const deaf = town({ coa: "no-answer" });
  await deaf.dial("1");
  await deaf.pass(paidMs + graceMs + 6000);
  expect(deaf.takeDone()).toEqual(["rate 256/512", "disconnect"]);

  const noApi = town({ hasApi: false });
  await noApi.dial("1");
  await noApi.pass(paidMs + graceMs + 6000);
  expect(noApi.takeDone()[0]).toBe("disconnect");

  const unlimited = town({ unlimited: true });
  await unlimited.dial("1");
  await unlimited.pass(paidMs + graceMs + 6000);
  expect(unlimited.takeDone()).toEqual(["rate 256/512"]);
  await unlimited.pay();
  expect(unlimited.takeDone()).toEqual(["disconnect"]);
});

test("[CUS-06] paid a moment after a held log-in, before any round: the session is ended all the same", async () => {
  const site = town();
  await site.pass(paidMs + graceMs + 4000);
  await site.dial("1");
  await site.pay();
  expect(site.takeDone()).toEqual(["disconnect"]);
});

test("[CUS-06] a payment that comes while neither RADIUS nor the API reaches the router fails nothing", async () => {
  let isAway = false;
  const site = town({ way: "slower", isAway: () => isAway });
  await site.dial("1");
  await site.pass(paidMs + graceMs + 6000);
  isAway = true;
  await expect(site.pay()).resolves.toBeUndefined();
});

test.each<{ way: "page" | "slower"; hasApi: boolean; unlimited?: boolean; atEnd: string[]; atPaid: string[] }>([
  { way: "slower", hasApi: false, atEnd: [slowRate], atPaid: [fullRate] },
  { way: "slower", hasApi: true, atEnd: [slowRate], atPaid: [fullRate] },
  { way: "slower", hasApi: true, unlimited: true, atEnd: [slowRate], atPaid: ["disconnect"] },
  { way: "page", hasApi: false, atEnd: ["disconnect", slowRate], atPaid: ["disconnect", fullRate] },
  { way: "page", hasApi: true, atEnd: [slowRate], atPaid: [fullRate] },
])(
  "[CUS-06] a router that is away for 20 s when it ends, and when it is paid, hears of both within a minute, once: $way, API: $hasApi, without limit: $unlimited",
  async ({ atEnd, atPaid, ...rest }) => {
    let isAway = false;
    const site = town({ ...rest, isAway: () => isAway });
    const isListed = rest.way === "page" && rest.hasApi;
    await site.dial("1");
    await site.pass(paidMs + graceMs - 10_000);
    isAway = true;
    await site.pass(20_000);
    isAway = false;
    await site.pass(60_000);
    expect([site.takeDone(), site.addresses()]).toEqual([atEnd, isListed ? ["100.64.0.7"] : []]);
    isAway = true;
    await site.pay();
    await site.pass(30_000);
    isAway = false;
    await site.pass(60_000);
    expect([site.takeDone(), site.addresses()]).toEqual([atPaid, []]);
    await site.pass(120_000);
    expect(site.takeDone()).toEqual([]);
  },
);

test("[CUS-06] a line whose router was away when it was to be ended for the page, and that hung up by itself, did just that", async () => {
  let isAway = false;
  const site = town({ hasApi: false, isAway: () => isAway });
  await site.dial("1");
  await site.pass(paidMs + graceMs - 10_000);
  isAway = true;
  await site.pass(20_000);
  const line = { user: "kamau", mac: "AA:BB:CC:DD:EE:01", address: "100.64.0.7", service: "pppoe" } as const;
  await site.access.account(reportOf("stop", { sessionId: "1", nas: "172.31.255.1", router: "172.31.255.1", ...line }));
  const [end] = site.log.records.filter(({ kind }) => kind === "session-stopped");
  expect(end).toMatchObject({ cause: "user-request" });
  expect(end).not.toHaveProperty("why");
});

test("entries of an agent that ran before are put right: a customer who has paid meanwhile is not left on the page", async () => {
  const site = town({ isRestarted: true, coa: "no-answer" });
  site.list.push({ id: "*9", address: "100.64.0.9", isOwn: true }, { id: "*A", address: "100.64.0.7", isOwn: false });
  await site.dial("1");
  await site.pass(6000);
  expect(site.list.map(({ id }) => id)).toEqual(["*A"]);
  expect(site.takeDone()).toContain("disconnect");
});

test("[RTR-23] [CUS-06] at another router of the site the customer dials again and its log-in brings the page: the API's router has no list for it", async () => {
  const site = town();
  await site.dial("1", "192.168.88.2");
  // Somebody else is at the router with the API.
  const other = { sessionId: "9", user: "guest", mac: "AA:BB:CC:DD:EE:09", address: "10.5.50.9" };
  await site.access.account(reportOf("start", { ...other, router: "172.31.255.1", nas: "172.31.255.1" }));
  site.takeDone();
  await site.pass(paidMs + graceMs + 6000);
  expect(site.takeDone()).toContain("disconnect");
  expect(site.addresses()).toEqual([]);
});

test("[CUS-06] a line that counted as lost, and was paid or ended meanwhile, has the right speed once it is heard of again", async () => {
  let isAway = false;
  const site = town({ way: "slower", hasApi: false, isAway: () => isAway });
  await site.dial("1");
  const line = {
    user: "kamau",
    sessionId: "1",
    nas: "172.31.255.1",
    router: "172.31.255.1",
    service: "pppoe",
  } as const;
  const heard = (online: number) =>
    site.access.account(
      reportOf("interim", { ...line, online, output: online, mac: "AA:BB:CC:DD:EE:01", address: "100.64.0.7" }),
    );
  const silentMs = 20 * 60_000;
  await site.pass(10_000);
  await site.pay();
  await heard(10);
  await site.pass(silentMs);
  expect(site.takeDone()).toEqual([]);
  const over = { ...unlimitedTerms, ...full, validUntilMs: unixMs(site.world.clock.wall().atMs - 2 * graceMs) };
  await site.tell({ terms: over });
  await heard(1300);
  await site.pass(10_000);
  expect(site.takeDone()).toEqual([slowRate]);
  await site.pass(silentMs);
  await site.pay();
  expect(site.takeDone()).toEqual([]);
  // The outage goes on for the router's own port: it is told again.
  isAway = true;
  await heard(2600);
  await site.pass(10_000);
  isAway = false;
  await site.pass(30_000);
  expect(site.takeDone()).toEqual([fullRate]);
  await site.pass(60_000);
  expect(site.takeDone()).toEqual([]);
});

test("[CUS-06] after the agent's start a router that takes no CoA is told three times what a line is worth, and nobody is put off", async () => {
  const site = town({ way: "slower", hasApi: false, coa: "refused", isRestarted: true });
  await site.dial("1");
  const validUntilMs = unixMs(site.world.clock.wall().atMs + 600_000);
  await site.tell({ terms: { ...unlimitedTerms, ...full, validUntilMs } });
  await site.pass(200_000);
  expect(site.takeDone()).toEqual([fullRate, fullRate, fullRate]);
});

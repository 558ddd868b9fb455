import { runInNewContext } from "node:vm";
import { createSimulatedWorld, type SimulatedWorld } from "@karibu/lab/world/simulated-world";
import { hostileTexts } from "@karibu/protocol/hostile-texts";
import {
  offerViewSchema,
  onlineSchema,
  type ProblemCode,
  portalStateSchema,
  problemSchema,
  purchaseViewSchema,
  redeemedSchema,
} from "@karibu/protocol/portal-api";
import { cents } from "@karibu/protocol/quantities";
import { isLongRun } from "@karibu/protocol/test-long-run";
import * as fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import type { HostTable } from "../ground/host-table.ts";
import type { HttpHandler, HttpRequest, HttpResponse, StaticFile } from "../ground/http.ts";
import type { RouterControl } from "../ground/router-control.ts";
import type { PortalParts, PortalSettings } from "./portal-server.ts";
import { createPortalServer } from "./portal-server.ts";
import { createTestSite, type TestSite, testPlans, testSettings } from "./test-portal-site.ts";

let site: TestSite;
let world: SimulatedWorld;
let portal: HttpHandler;
let cookies: Map<string, string>;
const loginUrl = "http://10.5.50.1/login";
const daily = testPlans[1] as (typeof testPlans)[number];

beforeEach(() => {
  world = createSimulatedWorld();
  site = createTestSite(world);
  cookies = new Map();
  open();
});

function open(parts: Partial<PortalParts> = {}, settings: Partial<PortalSettings> = {}): void {
  portal = createPortalServer(world, site.parts(parts), { ...testSettings, ...settings });
}

/** The Host header of the phone's requests. */
let namedHost = "10.5.50.2";

/** One phone: keeps its cookies, comes from its own address on the guests' network. */
async function ask(
  method: string,
  url: string,
  body?: unknown,
  from = "10.5.50.20",
): Promise<HttpResponse & { json: unknown }> {
  const response = await portal.handle({
    method,
    url,
    headers: {
      host: namedHost,
      cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    body: body === undefined ? "" : JSON.stringify(body),
    address: from,
    at: { address: "10.5.50.2", port: 80 },
  });
  for (const cookie of [response.headers["set-cookie"] ?? []].flat()) {
    const [name, value] = (cookie.split(";")[0] as string).split("=") as [string, string];
    cookies.set(name, value);
  }
  const isJson = /json/.test(String(response.headers["content-type"]));
  return { ...response, json: isJson ? JSON.parse(String(response.body)) : null };
}

const hint = { mac: "aa-bb-cc-00-00-01", ip: "10.5.50.20", login: loginUrl };
const buy = (more: object = {}) =>
  ask("POST", "/api/purchases", {
    ...hint,
    idempotencyKey: "key-1",
    planId: daily.planId,
    phone: "0712 345 678",
    ...more,
  });

function expectProblem(
  response: { status: number; json: unknown },
  status: number,
  code: ProblemCode,
  field?: string,
): void {
  const problem = problemSchema.parse(response.json);
  expect({ status: response.status, code: problem.code, field: problem.field }).toEqual({ status, code, field });
}

test("[POR-01] the state fits its schema, lists what is sold cheapest first, and gives the device its cookie", async () => {
  site.rows.plan.set("off", { ...daily, planId: "off", active: false });
  const response = await ask("GET", `/api/state?mac=${hint.mac}&ip=${hint.ip}`);
  const state = portalStateSchema.parse(response.json);
  expect(state.plans.map((plan) => plan.priceCents)).toEqual([1000, 5000, 10_000, 20_000, 50_000, 100_000, 250_000]);
  expect(state).toMatchObject({ buying: "open", device: { mac: "AA:BB:CC:00:00:01", address: "10.5.50.20" } });
  expect(String(response.headers["set-cookie"])).toMatch(
    /^karibu_device=[0-9a-f]{32}; Path=\/; Max-Age=31536000; HttpOnly; SameSite=Lax$/,
  );
});

test("[POR-03] the state says in which zone the site's times are, and nothing before the hub has told it", async () => {
  const zone = async () => portalStateSchema.parse((await ask("GET", "/api/state")).json).site.utcOffsetMinutes;
  expect(await zone()).toBe(180);
  site.rows.provider.clear();
  expect(await zone()).toBeUndefined();
});

test("[PLN-12] the price list has this site's prices and the promotion that holds for everybody; a code is asked about at the hub", async () => {
  site.rows.plan.set(daily.planId, {
    ...daily,
    prices: [{ siteId: "site-1", priceCents: cents(6000), currency: "KES" }],
  });
  const always = { fromMs: null, untilMs: null, hours: [], planIds: [], siteIds: [], floorCents: null };
  const gift = { kind: "percent", permille: 500 } as const;
  site.rows.promotion.set("half", { ...always, promotionId: "half", name: "Half", gift });
  const { plans } = portalStateSchema.parse((await ask("GET", `/api/state?mac=${hint.mac}&ip=${hint.ip}`)).json);
  expect(plans.find(({ planId }) => planId === daily.planId)).toMatchObject({
    priceCents: 3000,
    usualCents: 6000,
    promotion: "Half",
  });
  const offered = await ask("POST", "/api/offers", {
    ...hint,
    planId: daily.planId,
    code: "HALF",
    phone: "0712345678",
  });
  expect(offerViewSchema.parse(offered.json)).toEqual({ priceCents: 2500, usualCents: 5000, currency: "KES" });
  expectProblem(
    await ask("POST", "/api/offers", { ...hint, planId: daily.planId, code: "NONE", phone: "" }),
    422,
    "bad-code",
    "code",
  );
  await buy({ code: "HALF", expectsCents: 2500 });
  expect(site.hub.calls.at(-1)?.params).toMatchObject({ code: "HALF", expectsCents: 2500 });
});

test("a phone can't speak for another address: the redirect's word counts only where it agrees with the peer's", async () => {
  const lied = await ask("GET", `/api/state?mac=${hint.mac}&ip=10.5.50.99`);
  expect(portalStateSchema.parse(lied.json).device).toEqual({ mac: null, address: "10.5.50.20" });
  open({}, { sharedAddresses: ["172.17.0.1"] });
  const behind = await ask("GET", `/api/state?mac=${hint.mac}&ip=10.5.50.99`, undefined, "::ffff:172.17.0.1");
  expect(portalStateSchema.parse(behind.json).device).toEqual({ mac: "AA:BB:CC:00:00:01", address: "10.5.50.99" });
});

test("[POR-02] [POR-03] a purchase is started, queried at most once a second, paid, and has the log-in to post", async () => {
  const begun = await buy();
  expect(begun.status).toBe(201);
  const { purchaseId } = purchaseViewSchema.parse(begun.json);
  world.advance(5000);
  await Promise.all([1, 2, 3, 4].map(() => ask("GET", `/api/purchases/${purchaseId}`)));
  world.advance(500);
  await ask("GET", `/api/purchases/${purchaseId}`);
  expect(site.hub.calls.filter((call) => call.method === "purchase-state")).toHaveLength(1);
  site.settle("paid");
  world.advance(1000);
  const paid = purchaseViewSchema.parse((await ask("GET", `/api/purchases/${purchaseId}?login=${loginUrl}`)).json);
  expect(paid).toMatchObject({ state: "paid", logIn: { kind: "post", url: loginUrl } });
  const again = purchaseViewSchema.parse((await ask("GET", `/api/purchases/${purchaseId}?login=${loginUrl}`)).json);
  expect(again.logIn).toEqual(paid.logIn); // one log-in for many polls
  expect(again.receipt).toBe("UK20ABCDEF");
});

test("[POR-03] where the router's API is there, the agent logs the phone in itself; refused, the page posts", async () => {
  const asked: unknown[] = [];
  let refuses = false;
  const router = {
    async logIn(host) {
      asked.push(host);
      if (refuses) throw new Error("no such host");
    },
  } as Pick<RouterControl, "logIn"> as RouterControl;
  open({ router });
  const { purchaseId } = purchaseViewSchema.parse((await buy()).json);
  site.settle("paid");
  const done = purchaseViewSchema.parse(
    (await ask("GET", `/api/purchases/${purchaseId}?ip=10.5.50.20&mac=${hint.mac}`)).json,
  );
  expect(done.logIn).toEqual({ kind: "done" });
  expect(asked).toMatchObject([{ address: "10.5.50.20", mac: "AA:BB:CC:00:00:01" }]);
  refuses = true;
  expect((await ask("POST", "/api/log-in", hint)).json).toMatchObject({ kind: "post", url: loginUrl });
  expect((await ask("POST", "/api/log-in", { ...hint, by: "page" })).json).toMatchObject({ kind: "post" });
  expect(asked).toHaveLength(2); // `by: page` did not ask the router
});

test("[POR-03] a site whose automatic log-in is switched off waits for the customer's tap", async () => {
  const row = site.rows.site.get("site");
  if (row) site.rows.site.set("site", { ...row, autoLogIn: false });
  const { purchaseId } = purchaseViewSchema.parse((await buy()).json);
  site.settle("paid");
  const paid = purchaseViewSchema.parse((await ask("GET", `/api/purchases/${purchaseId}`)).json);
  expect(paid).toMatchObject({ state: "paid", logIn: null });
  expect((await ask("POST", "/api/log-in", { ...hint, grantId: paid.grantId })).json).toMatchObject({ kind: "post" });
});

test("[POR-02] paid stays paid, after any later answer of the hub, and without a hub the feed's grant is enough", async () => {
  const { purchaseId } = purchaseViewSchema.parse((await buy()).json);
  site.settle("paid");
  site.hub.state = "away";
  world.advance(2000);
  const paid = purchaseViewSchema.parse((await ask("GET", `/api/purchases/${purchaseId}?login=${loginUrl}`)).json);
  expect(paid.state).toBe("paid");
  site.hub.state = "connected";
  site.settle("failed", "other");
  world.advance(2000);
  expect(purchaseViewSchema.parse((await ask("GET", `/api/purchases/${purchaseId}`)).json).state).toBe("paid");
});

test("[POR-02] if the money is known before the grant arrives, the page waits", async () => {
  const { purchaseId } = purchaseViewSchema.parse((await buy()).json);
  site.settle("paid");
  site.rows.grant.clear();
  const paid = purchaseViewSchema.parse((await ask("GET", `/api/purchases/${purchaseId}`)).json);
  expect(paid).toMatchObject({ state: "paid", grantId: null, logIn: { kind: "wait" } });
});

test("[POR-02] a purchase that failed and is paid late puts its owner online all the same", async () => {
  const { purchaseId } = purchaseViewSchema.parse((await buy()).json);
  site.settle("failed", "expired");
  await ask("GET", `/api/purchases/${purchaseId}`);
  site.settle("paid");
  const state = portalStateSchema.parse((await ask("GET", "/api/state")).json);
  expect(state.purchase?.state).toBe("paid");
  expect(state.available).toHaveLength(1);
});

test("[PAY-07] a purchase is found again by the device's cookie, by its MAC and address, and after a restart by its own cookie", async () => {
  await buy();
  const cookieOf = new Map(cookies);
  cookies.clear();
  const byMac = portalStateSchema.parse((await ask("GET", `/api/state?mac=${hint.mac}&ip=${hint.ip}`)).json);
  expect(byMac.purchase?.state).toBe("prompted");
  cookies.clear();
  expect(portalStateSchema.parse((await ask("GET", "/api/state", undefined, "10.5.50.77")).json).purchase).toBeNull();
  cookies = cookieOf;
  open(); // the agent has restarted
  const after = portalStateSchema.parse((await ask("GET", "/api/state")).json);
  expect(after.purchase).toMatchObject({ state: "unknown", planId: daily.planId });
  const view = purchaseViewSchema.parse((await ask("GET", `/api/purchases/${after.purchase?.purchaseId}`)).json);
  expect(view.state).toBe("prompted");
});

/** What the router says: whose MAC has which address. */
const hostsOf = (macs: ReadonlyMap<string, string>): HostTable => ({
  async macOf(address) {
    const mac = macs.get(address);
    return mac === undefined ? { kind: "absent" } : { kind: "known", mac };
  },
  listing: () => "listed",
});

test("[POR-03] what was paid after its page was closed is offered to another browser of that phone, beside what it is online with, and to nobody else", async () => {
  const macs = new Map([
    ["10.5.50.20", "AA:BB:CC:00:00:01"],
    ["10.5.50.21", "AA:BB:CC:00:00:02"],
  ]);
  open({ hosts: hostsOf(macs) });
  await buy();
  site.settle("paid");
  await ask("GET", "/api/state");
  await buy({ idempotencyKey: "key-2", planId: testPlans[0]?.planId });
  cookies.clear(); // the page is closed, and paid on the phone
  site.settle("paid");
  const offeredTo = async (address: string) => {
    cookies.clear();
    const { json } = await ask("GET", `/api/state?mac=${hint.mac}`, undefined, address);
    return portalStateSchema.parse(json).available.map(({ planName }) => planName);
  };
  expect(await offeredTo("10.5.50.21"), "a stranger who names its MAC").toEqual([]);
  // Its lease is over: the next phone has its address, and it has another one.
  world.advance(3_600_000);
  macs.set("10.5.50.20", "AA:BB:CC:00:00:03");
  macs.set("10.5.50.30", "AA:BB:CC:00:00:01");
  expect(await offeredTo("10.5.50.20"), "a stranger at its address of before").toEqual([]);
  expect(await offeredTo("10.5.50.30")).toEqual(["1 hour"]);
});

test("[POR-03] a package that is paid after its prompt ended is offered, also where the phone has bought another since", async () => {
  await buy();
  site.settle("failed", "expired");
  await ask("GET", "/api/state");
  const { purchaseId } = purchaseViewSchema.parse((await buy()).json);
  await ask("GET", `/api/purchases/${purchaseId}`);
  site.settle("paid");
  const late = [...site.rows.grant];
  site.rows.grant.clear();
  await buy({ idempotencyKey: "key-2" });
  for (const [grantId, row] of late) site.rows.grant.set(grantId, row);
  const state = portalStateSchema.parse((await ask("GET", "/api/state")).json);
  expect(state.available).toMatchObject([{ planName: "1GB-DAILY" }]);
});

test("[POR-03] who knows a purchase's id has nothing of it: another phone is not bound, before and after a restart, whatever cookie it makes up", async () => {
  const { purchaseId } = purchaseViewSchema.parse((await buy()).json);
  const mine = new Map(cookies);
  site.settle("paid");
  const stranger = async () => {
    const answer = await ask("GET", `/api/purchases/${purchaseId}?login=${loginUrl}`, undefined, "10.5.50.66");
    expect(answer.status).toBe(404);
    expect(portalStateSchema.parse((await ask("GET", "/api/state", undefined, "10.5.50.66")).json).available).toEqual(
      [],
    );
  };
  const cookieOfMine = mine.get("karibu_purchase") ?? "";
  const madeUp = ["", `${purchaseId}~${daily.planId}`, cookieOfMine, `${purchaseId}~${daily.planId}~${"0".repeat(32)}`];
  for (const restarted of [false, true]) {
    if (restarted) open();
    for (const cookie of madeUp) {
      cookies = new Map(cookie === "" ? [] : [["karibu_purchase", cookie]]);
      await stranger();
    }
  }
  cookies = mine;
  const paid = purchaseViewSchema.parse((await ask("GET", `/api/purchases/${purchaseId}?login=${loginUrl}`)).json);
  expect(paid).toMatchObject({ state: "paid", logIn: { kind: "post" } });
});

test("a package that ended ten minutes ago is no longer shown", async () => {
  const { purchaseId } = purchaseViewSchema.parse((await buy()).json);
  site.settle("failed", "cancelled");
  await ask("GET", `/api/purchases/${purchaseId}`);
  expect(portalStateSchema.parse((await ask("GET", "/api/state")).json).purchase?.reason).toBe("cancelled");
  world.advance(11 * 60_000);
  expect(portalStateSchema.parse((await ask("GET", "/api/state")).json).purchase).toBeNull();
});

test("[POR-02] each refusal of a purchase has its code and the field it is about", async () => {
  expectProblem(await buy({ phone: "12345" }), 422, "bad-phone", "phone");
  expectProblem(await buy({ planId: "nope" }), 422, "unknown-plan", "planId");
  expectProblem(await buy({ phone: "" }), 400, "bad-request", "phone");
  expectProblem(await buy({ idempotencyKey: 7 }), 400, "bad-request", "idempotencyKey");
  site.hub.refuse = "prompt-already-open";
  expectProblem(await buy(), 409, "prompt-already-open", "phone");
  site.hub.refuse = "no-channel";
  expectProblem(await buy(), 409, "not-offered");
  site.hub.state = "away";
  expectProblem(await buy(), 503, "hub-away");
});

test.each([
  ["/api/vouchers/redeem", [], "body", "an object is needed"],
  ["/api/log-in", null, "body", "an object is needed"],
  ["/api/purchases", {}, "idempotencyKey", "a text is needed"],
  ["/api/vouchers/redeem", { code: 7 }, "code", "a text is needed"],
  ["/api/log-in", { by: "me" }, "by", "one of these is needed: router, page"],
])("%s with %j names the field %s and what is right", async (path, body, field, detail) => {
  expect((await ask("POST", path, body)).json).toMatchObject({ code: "bad-request", field, detail });
});

test("[POR-02] a purchase says how long ago it started, so that the waiting time survives a reload", async () => {
  await buy();
  world.advance(95_500);
  const { purchase } = portalStateSchema.parse((await ask("GET", "/api/state")).json);
  expect(purchase).toMatchObject({ state: "prompted", ageSeconds: 95 });
});

test("[POR-03] of two purchases on this phone the first one is paid after all: its package can be used", async () => {
  await buy();
  site.settle("paid");
  const first = [...site.rows.grant];
  site.rows.grant.clear();
  await buy({ idempotencyKey: "key-2" });
  for (const [grantId, row] of first) site.rows.grant.set(grantId, row);
  const state = portalStateSchema.parse((await ask("GET", "/api/state")).json);
  expect(state.available).toMatchObject([{ planName: "1GB-DAILY" }]);
  expect(state.purchase?.state).toBe("prompted");
});

test("[POR-05] the state has the device's last package and why it ended", async () => {
  await ask("GET", "/api/state");
  site.ended.set(cookies.get("karibu_device") as string, { planName: "1 hour", reason: "too-many-devices" });
  const state = portalStateSchema.parse((await ask("GET", "/api/state")).json);
  expect(state.ended).toEqual({ planName: "1 hour", reason: "too-many-devices" });
});

test("a client with too many requests is slowed down, with the seconds to wait, and no other client is", async () => {
  for (let tap = 0; tap < 8; tap++) await buy({ phone: "bad" });
  const slow = await buy();
  expectProblem(slow, 429, "slow-down");
  expect(slow.headers["retry-after"]).toBe("8");
  const neighbour = await ask(
    "POST",
    "/api/purchases",
    { idempotencyKey: "k", planId: daily.planId, phone: "0712345678" },
    "10.5.50.21",
  );
  expect(neighbour.status).toBe(201);
  world.advance(8000);
  expect((await buy()).status).toBe(201);
});

test("[POR-05] a voucher: refused with a reason and a wait, redeemed with its log-in", async () => {
  expectProblem(await ask("POST", "/api/vouchers/redeem", { ...hint, code: "1" }), 422, "unknown-user", "code");
  site.vouchers.set("2", { plan: daily, refuse: "guessing", retryAfterSeconds: 60 });
  const guessing = await ask("POST", "/api/vouchers/redeem", { ...hint, code: "2" });
  expectProblem(guessing, 429, "guessing", "code");
  expect(guessing.headers["retry-after"]).toBe("60");
  site.hub.state = "away";
  site.vouchers.set("3", { plan: daily, refuse: null, retryAfterSeconds: null });
  const redeemed = redeemedSchema.parse((await ask("POST", "/api/vouchers/redeem", { ...hint, code: "3" })).json);
  expect(redeemed).toMatchObject({ planName: "1GB-DAILY", logIn: { kind: "post", url: loginUrl } });
});

test("a log-in needs something bought, and a log-in page that is known", async () => {
  expectProblem(await ask("POST", "/api/log-in", {}), 409, "nothing-bought");
  await ask("GET", "/api/state");
  site.grantTo({ token: cookies.get("karibu_device") as string }, daily);
  expect((await ask("POST", "/api/log-in", {})).json).toMatchObject({ kind: "refused", reason: "no-log-in-page" });
  expectProblem(await ask("POST", "/api/log-in", { grantId: "not-mine" }), 409, "nothing-bought", "grantId");
  expectProblem(await ask("POST", "/api/log-out", {}), 502, "router-refused");
});

test("[POR-03] logging out removes this phone's own sessions and their cookies at the router, nobody else's", async () => {
  const removed: string[] = [];
  const row = { user: "u", mac: null, sessionId: null };
  const router: RouterControl = {
    activeSessions: async () => [
      { ...row, id: "*1", address: "10.5.50.20" },
      { ...row, id: "*2", address: "10.5.50.21" },
    ],
    removeSession: async ({ id }) => void removed.push(id),
    removeCookies: async ({ user }) => void removed.push(`cookies of ${user}`),
    logIn: async () => {},
  };
  open({ router });
  expect((await ask("POST", "/api/log-out", hint)).status).toBe(200);
  expect(removed).toEqual(["cookies of u", "*1"]);
});

test("[POR-03] a router that is restarted while it forgets the cookie of who logs out ends nobody else's session", async () => {
  const removed: string[] = [];
  const row = { id: "*1", user: "u", mac: null, sessionId: null };
  let restarted = false;
  const router: RouterControl = {
    activeSessions: async () => [{ ...row, address: restarted ? "10.5.50.21" : "10.5.50.20" }],
    removeSession: async ({ id }) => void removed.push(id),
    removeCookies: async () => {
      restarted = true;
    },
    logIn: async () => {},
  };
  open({ router });
  expect((await ask("POST", "/api/log-out", hint)).status).toBe(200);
  expect(removed).toEqual([]);
});

test("[POR-03] where many share an address nobody logs a neighbour out by naming its address, its MAC, or both", async () => {
  const removed: string[] = [];
  const router: RouterControl = {
    activeSessions: async () => [
      { id: "*1", user: "u", mac: "AA:BB:CC:00:00:01", address: "10.5.50.20", sessionId: null },
    ],
    removeSession: async ({ id }) => void removed.push(id),
    removeCookies: async ({ user }) => void removed.push(`cookies of ${user}`),
    logIn: async () => {},
  };
  open({ router });
  const { mac, ip, login } = hint;
  for (const named of [{ ip }, { mac }, { mac, ip }]) {
    // The hotspot itself knows who asks it.
    const answer = await ask("POST", "/api/log-out", { ...named, login }, "127.0.0.1");
    expect(answer.json).toEqual({ url: "http://10.5.50.1/logout?erase-cookie=on" });
  }
  expect(removed).toEqual([]);
});

test("[POR-03] who asks to be logged out again and again, without a session, does not keep the router's API from the others", async () => {
  let lists = 0;
  const activeSessions = async () => {
    lists++;
    return [];
  };
  const router = { activeSessions } as Partial<RouterControl> as RouterControl;
  open({ router });
  const statuses = new Set<number>();
  for (let each = 0; each < 100; each++) statuses.add((await ask("POST", "/api/log-out", hint)).status);
  expect([...statuses]).toEqual([200, 429]);
  expect(lists).toBeLessThan(20);
});

test("[POR-03] without the router's API, or where it refuses, the page gets the hotspot's own log-out address", async () => {
  expect((await ask("POST", "/api/log-out", hint)).json).toEqual({ url: "http://10.5.50.1/logout?erase-cookie=on" });
  const router = { activeSessions: () => Promise.reject(new Error("away")) } as Partial<RouterControl> as RouterControl;
  open({ router });
  expect((await ask("POST", "/api/log-out", hint)).json).toEqual({ url: "http://10.5.50.1/logout?erase-cookie=on" });
});

test("[POR-03] after a log-out what was paid does not bring the phone online by itself, not after a restart either", async () => {
  await buy();
  site.settle("paid");
  expect(portalStateSchema.parse((await ask("GET", "/api/state")).json).purchase?.state).toBe("paid");
  await ask("POST", "/api/log-out", hint);
  expect(cookies.get("karibu_purchase")).toBe("");
  const after = portalStateSchema.parse((await ask("GET", "/api/state")).json);
  expect([after.purchase, after.available.length]).toEqual([null, 1]);
  expect((await ask("POST", "/api/log-in", hint)).json).toMatchObject({ kind: "post" });
});

test("[POR-02] the site's ways to pay are shown, and the chosen one goes to the hub; an older hub names none", async () => {
  expect(portalStateSchema.parse((await ask("GET", "/api/state")).json).channels).toBeUndefined();
  const channels = [
    { channelId: "mpesa", name: "M-Pesa", paysBy: "phone" as const },
    { channelId: "cards", name: "Card", paysBy: "page" as const },
  ];
  const row = site.rows.site.get("site");
  if (row) site.rows.site.set("site", { ...row, channels });
  expect(portalStateSchema.parse((await ask("GET", "/api/state")).json).channels).toEqual(channels);
  await buy({ channelId: "cards" });
  expect(site.hub.calls.at(-1)).toMatchObject({ method: "start-purchase", params: { channelId: "cards" } });
  expectProblem(await buy({ channelId: 7 }), 400, "bad-request", "channelId");
});

test("[BEY-23] the captive answer: captive, then how much is left (RFC 8908)", async () => {
  const before = await ask("GET", "/captive");
  expect(before.headers["content-type"]).toBe("application/captive+json");
  expect(before.json).toEqual({ captive: true, "user-portal-url": "http://10.5.50.2/", "can-extend-session": true });
  await ask("GET", "/api/state");
  const online = onlineSchema.parse({
    planName: "x",
    secondsLeft: 60,
    bytesLeft: 1000,
    bytesUsed: 0,
    endsAtMs: null,
    downKbps: null,
  });
  site.online.set(cookies.get("karibu_device") as string, online);
  open({}, { portalUrl: "https://wifi.example/" });
  expect((await ask("GET", "/captive")).json).toEqual({
    captive: false,
    "user-portal-url": "https://wifi.example/",
    "can-extend-session": true,
    "seconds-remaining": 60,
    "bytes-remaining": 1000,
  });
});

test.each([
  ["10.5.50.2", "http://10.5.50.2/"],
  ["10.5.50.2:8080", "http://10.5.50.2:8080/"],
  ["evil.example", "http://10.5.50.2/"],
  ["10.5.50.2.evil.example", "http://10.5.50.2/"],
  ["localhost:1", "http://10.5.50.2/"],
  ["10.5.50.2:99999", "http://10.5.50.2/"],
  ["", "http://10.5.50.2/"],
])(
  "[BEY-23] a request that says Host: %s is told of the portal at %s, and so is the page of a card payment",
  async (host, url) => {
    namedHost = host;
    try {
      expect((await ask("GET", "/captive")).json).toMatchObject({ "user-portal-url": url });
      await buy();
      expect(site.hub.calls.find(({ method }) => method === "start-purchase")?.params).toMatchObject({
        returnUrl: url,
      });
    } finally {
      namedHost = "10.5.50.2";
    }
  },
);

test("[POR-04] any path a probe asks for is the portal; a lost asset is not; headers keep the page to itself", async () => {
  const page = {
    contentType: "text/html; charset=utf-8",
    body: Buffer.from("<p>"),
    gzip: Buffer.from("zip"),
    immutable: false,
    styleHashes: ["'sha256-x'"],
  };
  const script = {
    contentType: "text/javascript",
    body: Buffer.from("1"),
    gzip: null,
    immutable: true,
    styleHashes: [],
  };
  open(
    {
      files: new Map<string, StaticFile>([
        ["/", page],
        ["/assets/portal-1.js", script],
      ]),
    },
    { logins: () => ({ loginUrls: [loginUrl] }) },
  );
  for (const path of ["/", "/generate_204", "/hotspot-detect.html", "/a/b?c=d"]) {
    const response = await ask("GET", path);
    expect([response.status, String(response.body)]).toEqual([200, "<p>"]);
  }
  const csp = String((await ask("GET", "/?login=http://evil.example/login")).headers["content-security-policy"]);
  expect(csp).toContain("connect-src 'self' http://10.5.50.1;");
  expect(csp).toContain("script-src 'self'; style-src 'self' 'sha256-x';");
  expect((await ask("GET", "/assets/portal-0.css")).status).toBe(404);
  expect((await ask("GET", "/assets/portal-1.js")).headers["cache-control"]).toContain("immutable");
  expectProblem(await ask("POST", "/", {}), 405, "bad-request", "method");
  open();
  expect((await ask("GET", "/")).status).toBe(503);
});

test("[POR-04] a page that was opened before the agent's update, and asks for a part of its release, opens anew, once", async () => {
  const { status, headers, body } = await ask("GET", "/assets/later-0123456789.js");
  expect([status, headers["content-type"], headers["cache-control"]]).toEqual([200, "text/javascript", "no-store"]);
  const kept = new Map<string, string>();
  const sessionStorage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  };
  let opened = 0;
  const run = (code: unknown) =>
    runInNewContext(String(code), { sessionStorage, location: { reload: () => ++opened } });
  run(body);
  expect(opened).toBe(1);
  // A part that is lost from the release itself must not make the page open anew for ever.
  run(body);
  expect(opened).toBe(1);
});

test("[SYS-13] guests do not see the agent's own pages, and of its health no more than that it answers", async () => {
  expect((await ask("GET", "/health")).json).toEqual({ ok: true });
  for (const path of ["/status", "/doctor", "/metrics", "/status?key=", "/metrics?key=0123456789abcdef0123"]) {
    const { status, body } = await ask("GET", path);
    expect([path, status]).toEqual([path, 404]);
    expect(String(body)).not.toContain("karibu_");
  }
  open({}, { installerKey: "0123456789abcdef0123" });
  expect((await ask("GET", "/metrics?key=0123456789abcdef0123")).status).toBe(200);
  expect((await ask("GET", "/metrics?key=0123456789abcdef0124")).status).toBe(404);
});

test("[SYS-13] the router that brings a new image asks with the installer's key; guests get no answer", async () => {
  const image = {
    compare: (sha256: string) => (sha256 === "ab" ? "same" : "differs"),
    isProved: async () => true,
  } as const;
  open({ facts: { ...site.parts().facts, image } }, { installerKey: "0123456789abcdef0123" });
  const answers = [];
  for (const query of ["", "&sha256=ab", "&sha256=cd"]) {
    const { status, body } = await ask("GET", `/image-update?key=0123456789abcdef0123${query}`);
    answers.push([status, String(body)]);
  }
  expect(answers).toEqual([
    [200, "proved"],
    [200, "same"],
    [200, "differs"],
  ]);
  expect((await ask("GET", "/image-update?sha256=ab")).status).toBe(404);
});

test("health, status and metrics show the facts that they get", async () => {
  const look = (path: string) => ask("GET", path, undefined, "127.0.0.1");
  expect((await look("/health")).json).toEqual({ ok: true, checks: { journal: "open" } });
  const facts = { ...site.parts().facts, health: () => ({ ok: false, checks: { journal: "full" } }) };
  open({ facts });
  expect((await ask("GET", "/health")).status).toBe(503);
  expect((await look("/status")).json).toMatchObject({ siteName: "Mwangaza Café, Kisumu" });
  const html = await portal.handle({
    method: "GET",
    url: "/status",
    headers: { accept: "text/html" },
    body: "",
    address: "127.0.0.1",
  });
  expect(html.body).toContain("The hub &#60;is&#62; watched.");
  const metrics = String((await look("/metrics")).body);
  expect(metrics).toContain("# TYPE karibu_sessions gauge\nkaribu_sessions 0\n");
  expect(metrics).toContain('karibu_portal_requests_total{route="/health",status="503"} 1');
});

test("every request gets an answer: never a throw, and bad input always a problem", async () => {
  const text = fc.oneof(fc.string(), fc.constantFrom(...hostileTexts));
  const paths = fc.constantFrom(
    "/api/state",
    "/api/purchases",
    "/api/purchases/%E0%A4%A",
    "/api/vouchers/redeem",
    "/api/log-in",
    "/api",
    "/x",
    "/captive",
  );
  const query = fc.oneof(
    fc.constant(""),
    fc.webQueryParameters().map((parameters) => `?${parameters}`),
    fc
      .tuple(fc.constantFrom("mac", "ip", "login", "link-orig"), text)
      .map(([name, value]) => `?${name}=${encodeURIComponent(value.toWellFormed())}`),
    fc.constant("?mac=%&ip=999.1.1.1&login=%00"),
  );
  const request = fc.record({
    method: fc.constantFrom("GET", "POST", "PUT", "HEAD", "OPTIONS"),
    url: fc.tuple(paths, query).map(([path, rest]) => path + rest),
    body: fc.oneof(
      text,
      fc
        .record({ code: text, phone: text, planId: text, mac: text, user: text, password: text })
        .map((value) => JSON.stringify(value)),
      fc.json(),
      fc.object().map((value) => JSON.stringify(value)),
    ),
    headers: fc.record({
      cookie: text,
      "content-type": fc.constantFrom("application/json", "text/plain", undefined),
    }),
    address: fc.constantFrom(null, "::1", "10.5.50.20", "nonsense"),
  });
  await fc.assert(
    fc.asyncProperty(request as fc.Arbitrary<HttpRequest>, async (one) => {
      world.advance(60_000);
      const response = await portal.handle(one);
      expect(response.status).not.toBe(500);
      if (response.status >= 400 && response.status !== 503) problemSchema.parse(JSON.parse(String(response.body)));
    }),
    { numRuns: isLongRun ? 500 : 120 },
  );
});

test("[POR-02] made-up cookies push nobody's purchase out, and make few questions to the hub", async () => {
  const { purchaseId } = purchaseViewSchema.parse((await buy()).json);
  const before = site.hub.calls.length;
  for (let number = 0; number < 2100; number++) {
    await portal.handle({
      method: "GET",
      url: `/api/purchases/made-up-${number}`,
      headers: { host: "10.5.50.2", cookie: `karibu_purchase=made-up-${number}~${daily.planId}` },
      body: "",
      address: `10.6.${number >> 8}.${number & 255}`,
    });
  }
  expect(site.hub.calls.length - before).toBeLessThanOrEqual(25);
  // A captive browser that dropped the buyer's cookies: the page still knows the id.
  cookies.clear();
  expect((await ask("GET", `/api/purchases/${purchaseId}`)).status).toBe(200);
});

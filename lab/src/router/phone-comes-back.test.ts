/** Phones at the portal while agent and router disagree about who is online, and phones that lie about who they are. */
import type { Folder } from "@karibu/agent/ground/files/folder";
import { afterEach, expect, test } from "vitest";
import { type AgentSite, type AgentSiteOptions, createAgentSite } from "./test-agent-site.ts";

let made: AgentSite | null = null;
afterEach(() => made?.close());

const siteFile = {
  plans: [{ name: "hour", validitySeconds: 3600, devices: 1 }],
  vouchers: [
    { code: "1111111111", plan: "hour" },
    { code: "2222222222", plan: "hour" },
  ],
};
const own = "10.5.50.7";
const neighbour = "10.5.50.8";

async function site(options: AgentSiteOptions) {
  made = await createAgentSite({ siteFile, ...options });
  const { router, time, ask } = made;
  /** Takes the way that the agent's answer says, as the portal's page does. */
  async function follow(address: string, logIn: unknown): Promise<string> {
    const way = logIn as { kind: string; username: string; password: string; url: string };
    if (way.kind !== "post") return way.kind;
    const posted = router.client(address).request(way.url, { username: way.username, password: way.password });
    await time.advance(20_000);
    await posted;
    return "posted";
  }
  async function redeem(address: string, code: string) {
    await router.client(address).request();
    const { body } = await ask(address, "/api/vouchers/redeem", { code });
    return await follow(address, body.logIn);
  }
  async function logIn(address: string, says: object = {}) {
    const { status, body } = await ask(address, "/api/log-in", {}, says);
    return status === 200 ? await follow(address, body) : `${body.code}`;
  }
  const isOnline = (address: string) => router.client(address).online();
  return { ...made, redeem, logIn, isOnline };
}

test.each([
  ["over the router's API", true, "done"],
  ["by the page's own form", false, "posted"],
])(
  "a phone that a rebooted router sends to the portal is online again at once, %s, though the agent takes it for online",
  async (_, routerApi, way) => {
    const { router, agent, redeem, logIn, isOnline } = await site({ routerApi });
    await redeem(own, "1111111111");
    expect(isOnline(own)).toBe(true);
    await router.powerCut();
    await router.boot();
    await router.client(own).request();
    expect(isOnline(own)).toBe(false);
    expect(agent.state.open.keys.size).toBe(1);
    expect(await logIn(own)).toBe(way);
    expect(isOnline(own)).toBe(true);
    expect([...agent.state.sessions.values()].map(({ cause }) => cause)).toEqual(["lost", null]);
  },
);

test("for a phone that really is online the portal says so, and the phone gets no second session", async () => {
  const { agent, redeem, logIn } = await site({ routerApi: true });
  await redeem(own, "1111111111");
  expect(await logIn(own)).toBe("done");
  expect(agent.state.sessions.size).toBe(1);
});

test.each([
  ["with the router's API, which knows better", true],
  ["without it, because the log-in is good for that neighbour alone", false],
])("a phone that claims its neighbour's MAC opens none of the neighbour's grants, %s", async (_, routerApi) => {
  const { router, redeem, logIn, isOnline, agent } = await site({ routerApi });
  await redeem(neighbour, "2222222222");
  await router.client(neighbour).logOut();
  await router.client(own).request();
  await logIn(own, { mac: router.client(neighbour).mac });
  expect(isOnline(own)).toBe(false);
  expect([...agent.state.slots].flatMap(([, slots]) => slots.map(({ mac }) => mac))).toEqual([
    router.client(neighbour).mac,
  ]);
  await router.client(neighbour).request();
  expect(await logIn(neighbour)).toBe(routerApi ? "done" : "posted");
  expect(isOnline(neighbour)).toBe(true);
});

test("a link that names a stranger's log-in page carries no log-in there, before the router is heard of and after", async () => {
  const { router, ask, agent, logIn, isOnline } = await site({ routerApi: false });
  await router.client(own).request();
  const evil = { login: "http://evil.example/login" };
  const redeemed = await ask(own, "/api/vouchers/redeem", { code: "1111111111" }, evil);
  expect(redeemed.body.logIn).toMatchObject({ kind: "refused", reason: "no-log-in-page" });
  expect(await logIn(own)).toBe("posted");
  expect(isOnline(own)).toBe(true);
  await router.client(own).logOut();
  const again = await ask(own, "/api/log-in", {}, evil);
  expect(again.body).toMatchObject({ kind: "post", url: `${router.options.hotspotUrl}/login` });
  const query = new URLSearchParams(evil);
  const page = await agent.portal.handle({ method: "GET", url: `/?${query}`, headers: {}, body: "", address: own });
  expect(JSON.stringify(page.headers)).not.toContain("evil.example");
});

test("a hotspot with a name is known by its RADIUS requests, and phones without its redirect are sent to it", async () => {
  const login = "http://login.wifi.example/login";
  const { router, ask, time } = await site({ routerApi: false, router: { hotspotUrl: "http://login.wifi.example" } });
  await router.client(own).request();
  const { body } = await ask(own, "/api/vouchers/redeem", { code: "1111111111" });
  expect(body.logIn).toMatchObject({ kind: "refused", reason: "no-log-in-page" });
  // So far the name is the phone's word alone. Then somebody types a code into the router's own form.
  const typed = router.client(neighbour).logIn({ user: "2222222222", password: "" });
  await time.advance(1000);
  expect((await typed).kind).toBe("logged-in");
  for (const says of [{}, { login: undefined }, { login: "http://10.5.50.66/login" }])
    expect((await ask(own, "/api/log-in", {}, says)).body).toMatchObject({ kind: "post", url: login });
});

test.each([
  ["takes CHAP alone", ["http-chap", "mac-cookie"]],
  ["takes PAP alone", ["http-pap", "mac-cookie"]],
  ["takes both", ["http-pap", "http-chap", "mac-cookie"]],
] as const)(
  "[POR-04] without a router's API the page's form logs a phone in at a hotspot that %s",
  async (_, loginBy) => {
    const { router, ask, client, time, isOnline } = await site({ routerApi: false, router: { loginBy: [...loginBy] } });
    const page = client.request("http://10.5.50.1/login");
    await time.advance(1000);
    const redirect = /url=([^"]*)"/.exec((await page).body)?.[1]?.replaceAll("&amp;", "&") ?? "";
    const says = Object.fromEntries(new URL(redirect).searchParams);
    const { body } = await ask(own, "/api/vouchers/redeem", { code: "1111111111" }, says);
    const { url, username, password } = body.logIn as Record<string, string>;
    const posted = client.request(url, { username: username ?? "", password: password ?? "" });
    await time.advance(20_000);
    await posted;
    expect(isOnline(own)).toBe(true);
    expect(router.running?.hotspot.sessions()[0]?.loginBy).toBe(loginBy[0]);
  },
);

test.each([
  ["by its own address", neighbour, {}],
  ["behind an address that many share", "127.0.0.1", { ip: own }],
])(
  "without a router's API a phone that claims its neighbour's MAC sees nothing of the neighbour's plan, and gets no log-in for it: %s",
  async (_, from, more) => {
    const { redeem, router, agent, time } = await site({ routerApi: false });
    await redeem(own, "1111111111");
    expect(router.client(own).online()).toBe(true);
    const claims = { mac: router.client(own).mac, login: `${router.options.hotspotUrl}/login`, ...more };
    async function askAs(method: "GET" | "POST", path: string) {
      const answer = agent.portal.handle({
        method,
        url: method === "GET" ? `${path}?${new URLSearchParams(claims)}` : path,
        headers: { host: "172.31.255.2", "content-type": "application/json" },
        body: method === "GET" ? "" : JSON.stringify(claims),
        address: from,
      });
      await time.advance(20_000);
      return JSON.parse(String((await answer).body));
    }
    expect(await askAs("GET", "/api/state")).toMatchObject({ online: null, available: [], ended: null, held: null });
    expect(await askAs("POST", "/api/log-in")).toMatchObject({ code: "nothing-bought" });
  },
);

test("[RTR-26] behind an address that many share, a phone that is put online or comes back goes online without a tap; who names its address sees no code and no MAC of it, changes nothing of it, and logs it out of nothing", async () => {
  const { redeem, router, agent, time, isOnline } = await site({ routerApi: true });
  await redeem(own, "1111111111");
  const { mac } = router.client(own);
  async function askAs(method: "GET" | "POST", path: string, says: object = {}, cookie = "") {
    const body = { ip: own, ...says };
    const asked = agent.portal.handle({
      method,
      url: method === "GET" ? `${path}?${new URLSearchParams(body as Record<string, string>)}` : path,
      headers: { host: "172.31.255.2", "content-type": "application/json", ...(cookie === "" ? {} : { cookie }) },
      body: method === "GET" ? "" : JSON.stringify(body),
      address: "127.0.0.1",
    });
    await time.advance(20_000);
    return await asked;
  }
  // A stranger, with a cookie of his own.
  const state = JSON.parse(String((await askAs("GET", "/api/state")).body));
  expect(state).toMatchObject({ online: { planName: "hour" }, device: { address: own, mac: null } });
  expect(JSON.stringify(state)).not.toContain(mac);
  const mine = await askAs("GET", "/mine");
  expect(String(mine.body)).not.toContain(">hour<");
  const stranger = "karibu_device=0123456789abcdef0123456789abcdef";
  await askAs("POST", "/api/log-out", {}, stranger);
  expect(isOnline(own)).toBe(true);
  // Also not by a code of his own, taken in that phone's name.
  await askAs("POST", "/api/vouchers/redeem", { code: "2222222222" }, stranger);
  await askAs("POST", "/api/log-out", {}, stranger);
  expect([isOnline(own), [...agent.state.open.keys].length]).toEqual([true, 1]);

  // The phone itself, in a browser that has lost its cookie: online again at once.
  await router.powerCut();
  await router.boot();
  await router.client(own).request();
  const again = JSON.parse(String((await askAs("POST", "/api/log-in")).body));
  expect([again.kind, isOnline(own)]).toEqual(["done", true]);
});

test("[RTR-26] behind an address that many share, a phone with its own cookie logs itself out", async () => {
  const { router, agent, time, isOnline } = await site({ routerApi: true });
  await router.client(own).request();
  const cookie = "karibu_device=00112233445566778899aabbccddeeff";
  async function post(path: string, body: object) {
    const headers = { host: "172.31.255.2", "content-type": "application/json", cookie };
    const asked = agent.portal.handle({
      method: "POST",
      url: path,
      headers,
      body: JSON.stringify({ ip: own, ...body }),
      address: "127.0.0.1",
    });
    await time.advance(20_000);
    return await asked;
  }
  await post("/api/vouchers/redeem", { code: "1111111111" });
  expect(isOnline(own)).toBe(true);
  expect((await post("/api/log-out", {})).status).toBe(200);
  expect(isOnline(own)).toBe(false);
});

test.each([
  ["over the router's API", true],
  ["by RADIUS, where it has no API", false],
])(
  "[POR-03] a customer who logs out on the portal, %s, ended the session: the journal says so, and not that we did",
  async (_, routerApi) => {
    const { ask, redeem, isOnline, folder, agent, time } = await site({ routerApi });
    await redeem(own, "1111111111");
    expect(isOnline(own)).toBe(true);
    expect((await ask(own, "/api/log-out", {})).status).toBe(200);
    expect(isOnline(own)).toBe(false);
    expect([...agent.state.sessions.values()].map(({ cause }) => cause)).toEqual(["admin-reset"]);
    await time.advance(60_000);
    expect(await endsIn(folder)).toEqual([expect.objectContaining({ cause: "admin-reset", why: "logged-out" })]);
  },
);

/** What the journal on the stick says of each session's end. */
async function endsIn(folder: Folder): Promise<unknown[]> {
  const names = await folder.list("journal/");
  const texts = await Promise.all(
    names.map(async (name) => new TextDecoder().decode((await folder.read(name)) ?? new Uint8Array())),
  );
  const lines = texts
    .join("\n")
    .split("\n")
    .flatMap((line) => /\{.*\}/.exec(line)?.[0] ?? []);
  return lines.filter((line) => line.includes("session-stopped")).map((line) => JSON.parse(line) as unknown);
}

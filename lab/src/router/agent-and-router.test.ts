/** The real agent and the simulated router over simulated datagrams and time: two RADIUS implementations, one hotspot. */
import { longTest } from "@karibu/protocol/test-long-run";
import { afterEach, expect, test } from "vitest";
import type { RouterKnobs } from "./model/router-options.ts";
import { type AgentSite, type AgentSiteOptions, createAgentSite } from "./test-agent-site.ts";

let made: AgentSite | null = null;
afterEach(() => made?.close());

async function site(options: AgentSiteOptions): Promise<AgentSite> {
  made = await createAgentSite(options);
  return made;
}

test("[RAD-01] [RAD-02] [BEY-02] a log-in is accepted with the limits of the plan, and the speed holds", async () => {
  const { time, client, logIn, router } = await site({ routerApi: false });
  expect((await logIn("tim")).kind).toBe("logged-in");
  expect(router.running?.hotspot.sessions()[0]?.limits).toMatchObject({
    sessionSeconds: 120,
    rates: { upBitsPerSecond: 80_000, downBitsPerSecond: 800_000 },
  });
  client.consume({ downBytesPerSecond: 10 ** 9 });
  await time.advance(10_000);
  expect(client.usedBytes().down).toBe(1_000_000);
});

test("[RAD-01] a wrong password is refused with a sentence", async () => {
  const { time, client } = await site({ routerApi: false });
  const outcome = client.logIn({ user: "tim", password: "wrong" });
  await time.advance(100);
  const { kind, message } = (await outcome) as { kind: string; message: string };
  expect(kind).toBe("refused");
  expect(message.length).toBeGreaterThan(10);
});

test("[RAD-01] CHAP, with a challenge of the router's own, is accepted by the agent", async () => {
  const { time, client, control, router } = await site({ routerApi: true, router: { apiLogInAuth: "chap" } });
  await client.request();
  const logIn = control.logIn({ user: "tim", password: "t", address: client.address, mac: client.mac });
  await time.advance(100);
  await logIn;
  expect(client.online()).toBe(true);
  await router.client("10.5.50.8").request();
  const wrong = control.logIn({ user: "tim", password: "x", address: "10.5.50.8", mac: null });
  const refused = expect(wrong).rejects.toMatchObject({ code: "router-api/trap" });
  await time.advance(100);
  await refused;
});

test("[RAD-15] [BEY-21] the agent's CoA-Request changes the speed of a running session", async () => {
  const { time, client, logIn, router, coa } = await site({ routerApi: false });
  await logIn("tim");
  const [session] = router.running?.hotspot.sessions() ?? [];
  const rate = { upKbps: 400, downKbps: 4000, burst: null };
  const { user, sessionId, address, mac } = session?.nas ?? { user: "", sessionId: "", address: "", mac: "" };
  const changed = coa.change({ user, sessionId, address, mac, router: null }, { rate });
  await time.advance(100);
  expect(await changed).toBe("ack");
  client.consume({ downBytesPerSecond: 10 ** 9 });
  await time.advance(1000);
  expect(client.usedBytes().down).toBe(500_000);
});

test.each([
  ["tim", 120],
  ["uma", 60],
])("%s's time ends to the second by the router, and the next log-in is refused", async (user, seconds) => {
  const { time, client, logIn } = await site({ routerApi: false });
  await logIn(user);
  await time.advance((seconds - 1) * 1000);
  expect(client.online()).toBe(true);
  await time.advance(1500);
  expect(client.online()).toBe(false);
  expect((await logIn(user)).kind).toBe("refused");
});

test("[RAD-14] data ends at the byte by the router, and over two log-ins it is the plan's, not twice", async () => {
  const { time, client, logIn } = await site({ routerApi: false });
  await logIn("dora");
  client.use({ down: 6_000_000 });
  await client.logOut();
  await time.advance(1000);
  await logIn("dora");
  client.use({ down: 3_999_999 });
  await time.advance(1000);
  expect(client.online()).toBe(true);
  client.use({ up: 1 });
  await time.advance(1000);
  expect(client.online()).toBe(false);
  expect((await logIn("dora")).kind).toBe("refused");
});

const badRouters: [string, boolean, Partial<RouterKnobs>][] = [
  ["that does as it is told, without an API", false, {}],
  ["whose CoA is off", true, { incoming: "off" }],
  ["that acknowledges and keeps the client", true, { incoming: "ack-but-stays" }],
  ["whose API refuses", true, { apiRefuses: true }],
  ["whose API says nothing", true, { apiSilent: true }],
  ["whose CoA is off and whose API traps at cookies", true, { incoming: "off", apiTraps: ["/ip/hotspot/cookie"] }],
  ["whose CoA is off and which has no PPP", true, { incoming: "off", apiTraps: ["/ppp"] }],
  ["whose CoA is off and whose API needs 4 s a sentence", true, { incoming: "off", apiSentenceMs: 4000 }],
  ["whose CoA is off and whose API needs 9 s a sentence", true, { incoming: "off", apiSentenceMs: 9000 }],
  ["that acknowledges, and whose API needs 9 s a sentence", true, { incoming: "ack-but-stays", apiSentenceMs: 9000 }],
];

test.each(badRouters)(
  "[RAD-07] [RAD-08] OFF-IN-TIME: a router that ignores its limits, and %s: off within 60 s, and not back by its MAC cookie",
  async (_, routerApi, knobs) => {
    const { time, client, logIn } = await site({ routerApi, knobs: { ...knobs, ignoresLimits: true } });
    await logIn("tim");
    client.consume({ downBytesPerSecond: 1000 });
    await time.advance(119_000);
    expect(client.online()).toBe(true);
    await time.advance(61_000);
    expect(client.online()).toBe(false);
    for (let minute = 0; minute < 3; minute++) {
      await time.advance(60_000);
      expect(client.online()).toBe(false);
    }
  },
);

longTest("200 sessions that end at one moment are off a minute later with CoA off, over the API alone", async () => {
  const knobs = { incoming: "off", ignoresLimits: true } as const;
  const { time, router } = await site({ routerApi: true, knobs });
  const clients = Array.from({ length: 200 }, (_, index) => router.client(`10.5.51.${index + 1}`));
  const logIns = clients.map((client) => client.logIn({ user: "crowd", password: "c" }));
  await time.advance(1000);
  await Promise.all(logIns);
  expect(clients.filter((client) => client.online())).toHaveLength(200);
  await time.advance(118_000);
  expect(clients.filter((client) => client.online())).toHaveLength(200);
  await time.advance(61_000);
  expect(clients.filter((client) => client.online())).toHaveLength(0);
});

test("after a router's power cut a phone must log in again, and gets what is left of its two minutes", async () => {
  const { time, router, logIn } = await site({ routerApi: false });
  await logIn("tim");
  await time.advance(30_000);
  await router.powerCut();
  await time.advance(20_000);
  await router.boot();
  expect((await logIn("tim")).kind).toBe("logged-in");
  const left = router.running?.hotspot.sessions()[0]?.limits.sessionSeconds ?? 0;
  expect(left).toBeGreaterThanOrEqual(68);
  expect(left).toBeLessThanOrEqual(70);
});

test("[BEY-24] a site alone logs in by its file: an account and a code with their plan's limits, and nobody after its time or by a code that is not there", async () => {
  const { time, client, router } = await site({
    routerApi: false,
    siteFile: {
      plans: [{ name: "two minutes", validitySeconds: 120, downKbps: 800, upKbps: 80, devices: 1 }],
      accounts: [{ username: "tim", password: "arctangent", plan: "two minutes" }],
      vouchers: [{ code: "MANGO42", plan: "two minutes" }],
    },
  });
  const logIn = async (phone: typeof client, user: string, password = user) => {
    const outcome = phone.logIn({ user, password });
    await time.advance(100);
    return (await outcome).kind;
  };
  const other = router.client("10.5.50.9");
  expect(await logIn(client, "MANGO42")).toBe("logged-in");
  expect(await logIn(other, "tim", "arctangent")).toBe("logged-in");
  expect(await logIn(router.client("10.5.50.11"), "tim", "arctangens")).toBe("refused");
  expect(await logIn(router.client("10.5.50.12"), "MANGO43")).toBe("refused");
  for (const { limits } of router.running?.hotspot.sessions() ?? [])
    expect(limits).toMatchObject({
      sessionSeconds: 120,
      rates: { upBitsPerSecond: 80_000, downBitsPerSecond: 800_000 },
    });
  await time.advance(121_000);
  expect([client.online(), other.online()]).toEqual([false, false]);
  expect(await logIn(client, "MANGO42")).toBe("refused");
});

test("[RAD-03] [RAD-09] with half of all datagrams lost, every byte is charged once", async () => {
  const { time, client, logIn, agent } = await site({ routerApi: false, lost: 0.5, router: { radiusSends: 20 } });
  expect((await logIn("dora", 60_000)).kind).toBe("logged-in");
  client.use({ up: 100, down: 5000 });
  await client.logOut();
  await time.advance(120_000);
  expect([...agent.state.sessions.values()].map(({ cause }) => cause)).toEqual(["user-request"]);
  expect(agent.state.usage.get("a.file.dora")).toMatchObject({ bytes: 5100 });
});

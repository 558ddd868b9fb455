/** One agent, several routers: each session belongs to the router that it runs at, whatever the routers are called. */
import { openSessions } from "@karibu/agent/state/site-state";
import { afterEach, expect, test } from "vitest";
import { type AgentSite, type AgentSiteOptions, createAgentSite } from "./test-agent-site.ts";

let made: AgentSite | null = null;
afterEach(() => made?.close());

async function siteOf(options: AgentSiteOptions) {
  made = await createAgentSite({ moreRouters: [{ identity: "garden" }], ...options });
  const { time, agent, router, others } = made;
  const second = others[0] ?? router;
  /** Logs a phone in at a router, and keeps it busy. */
  async function goOnline(at: typeof router, address: string, user: string, mac?: string) {
    const client = at.client(address, mac);
    const outcome = client.logIn({ user, password: user[0] ?? "" });
    await time.advance(100);
    expect((await outcome).kind).toBe("logged-in");
    client.consume({ downBytesPerSecond: 1000 });
    return client;
  }
  const openIds = () => openSessions(agent.state).map(({ sessionId }) => sessionId);
  return { time, agent, router, second, others, goOnline, openIds, ask: made.ask };
}

test.each([
  ["without an API", false],
  ["with the API of the first one alone", true],
])(
  "[RAD-05] [RAD-07] OFF-IN-TIME: a session of a site's second router ends at that router, %s",
  async (_, routerApi) => {
    const { time, agent, router, second, goOnline } = await siteOf({ routerApi });
    router.knobs.ignoresLimits = second.knobs.ignoresLimits = true;
    const here = await goOnline(router, "10.5.50.7", "crowd");
    const there = await goOnline(second, "10.6.50.7", "crowd");
    await time.advance(118_000);
    expect([here.online(), there.online()]).toEqual([true, true]);
    await time.advance(62_000);
    expect([here.online(), there.online()]).toEqual([false, false]);
    expect([...agent.state.sessions.values()].map(({ cause }) => cause)).not.toContain("lost");
  },
);

test("[RAD-05] two routers that are both called MikroTik do not close each other's sessions", async () => {
  const named = { identity: "MikroTik" };
  const { time, agent, router, second, goOnline, openIds } = await siteOf({
    routerApi: false,
    router: named,
    moreRouters: [named],
  });
  const here = await goOnline(router, "10.5.50.7", "uma");
  const there = await goOnline(second, "10.6.50.7", "dora");
  expect(openIds()).toHaveLength(2);
  await goOnline(router, "10.5.50.8", "crowd");
  expect(openIds()).toHaveLength(3);
  await Promise.all([here.logOut(), there.logOut()]);
  await time.advance(1000);
  expect(openIds()).toHaveLength(1);
  expect([...agent.state.sessions.values()].map(({ cause }) => cause)).not.toContain("lost");
});

test("[RAD-05] routers behind one masqueraded address stay apart, with one name and the same addresses of guests", async () => {
  const behind = "203.0.113.9";
  const moreRouters = [1, 2].map((number) => ({
    behind,
    address: `192.168.88.${number}`,
    identity: "MikroTik",
    incomingPort: null,
  }));
  const { time, agent, others, goOnline, openIds } = await siteOf({ routerApi: false, moreRouters });
  const [one, two] = others as [(typeof others)[0], (typeof others)[0]];
  const first = await goOnline(one as NonNullable<typeof one>, "10.5.50.7", "crowd");
  // Another phone: with the MAC of the first one it would be that one, which has walked over.
  await goOnline(two as NonNullable<typeof two>, "10.5.50.7", "crowd", "02:00:00:00:00:99");
  expect(openIds()).toHaveLength(2);
  await first.logOut();
  await time.advance(1000);
  expect(openIds()).toHaveLength(1);
  expect([...agent.state.sessions.values()].map(({ cause }) => cause)).not.toContain("lost");
});

test("[RAD-05] BYTES-KEPT: renaming a router charges nothing twice, and its sessions go on", async () => {
  const { time, agent, router, goOnline, openIds } = await siteOf({ routerApi: false, moreRouters: [] });
  const client = await goOnline(router, "10.5.50.7", "dora");
  await time.advance(360_000); // an interim has come
  const [sessionId] = openIds();
  (router.options as { identity: string }).identity = "Café Mwangaza";
  await time.advance(360_000);
  expect(openIds()).toEqual([sessionId]);
  const { up, down } = client.usedBytes();
  await client.logOut();
  await time.advance(1000);
  expect(agent.state.usage.get("a.file.dora")?.bytes).toBe(up + down);
  expect(agent.state.sessions.size).toBe(1);
});

test("[RTR-23] [RAD-05] OFF-IN-TIME: a guest of a further router redeems at the site's portal, goes online there with that router's own secret, and is ended there", async () => {
  const hotspotUrl = "http://hotspot.karibu.internal";
  const { time, agent, router, second, ask } = await siteOf({
    routerApi: true,
    router: { hotspotUrl },
    moreRouters: [{ identity: "Roof", address: "192.168.88.2", secret: "secret-of-the-roof", hotspotUrl }],
    siteFile: {
      plans: [{ name: "two minutes", validitySeconds: 120 }],
      vouchers: [
        { code: "1111111111", plan: "two minutes" },
        { code: "2222222222", plan: "two minutes" },
      ],
    },
  });
  second.knobs.ignoresLimits = true;
  const phone = second.client("10.6.50.7");
  async function redeem(address: string, code: string, at: typeof router) {
    const { body } = await ask(address, "/api/vouchers/redeem", { code }, {}, at);
    return body.logIn as { kind: string; url: string; username: string; password: string };
  }
  await router.client("10.5.50.7").request();
  expect((await redeem("10.5.50.7", "1111111111", router)).kind).toBe("done");
  const way = await redeem("10.6.50.7", "2222222222", second);
  expect(way).toMatchObject({ kind: "post", url: `${hotspotUrl}/login` });
  const posted = phone.request(way.url, { username: way.username, password: way.password });
  await time.advance(5000);
  await posted;
  expect([phone.online(), openSessions(agent.state).length]).toEqual([true, 2]);
  await time.advance(180_000);
  expect(phone.online()).toBe(false);
  expect([...agent.state.sessions.values()].map(({ cause }) => cause)).not.toContain("lost");
});

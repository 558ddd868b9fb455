/** One agent, several routers: each session belongs to the router that it runs at, whatever the routers are called. */
import { afterEach, expect, test } from "vitest";
import { type AgentSite, type AgentSiteOptions, createAgentSite } from "./test-agent-site.ts";

let made: AgentSite | null = null;
afterEach(() => made?.close());

async function siteOf(options: Omit<AgentSiteOptions, "moreRouters"> & Pick<AgentSiteOptions, "router">) {
  made = await createAgentSite({ ...options, moreRouters: [{ identity: "garden" }] });
  const { time, agent, router, others } = made;
  const second = others[0];
  if (second === undefined) throw new Error("the site has no second router");
  /** Logs a phone in at a router, and keeps it busy. */
  async function goOnline(at: typeof router, address: string, user: string) {
    const client = at.client(address);
    const outcome = client.logIn({ user, password: user[0] ?? "" });
    await time.advance(100);
    expect((await outcome).kind).toBe("logged-in");
    client.consume({ downBytesPerSecond: 1000 });
    return client;
  }
  return { time, agent, router, second, goOnline };
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

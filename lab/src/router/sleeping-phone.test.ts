/** A phone that sleeps and comes back, at a router that ends no idle session by itself. */
import { inLongRunAll } from "@karibu/protocol/test-long-run";
import { afterEach, expect, test } from "vitest";
import type { RouterKnobs } from "./model/router-options.ts";
import { type AgentSite, createAgentSite } from "./test-agent-site.ts";

let made: AgentSite | null = null;
afterEach(() => made?.close());

const siteFile = {
  plans: [{ name: "45 minutes online", useSeconds: 2700, devices: 1 }],
  vouchers: [{ code: "1111111111", plan: "45 minutes online" }],
};
const own = "10.5.50.7";
const idleSeconds = 600;
/** Nobody knows when between two reports the last byte moved. */
const interimSeconds = 300;

async function online(routerApi: boolean, knobs: Partial<RouterKnobs>) {
  made = await createAgentSite({ siteFile, routerApi, knobs: { ignoresLimits: true, ...knobs } });
  const { router, time, agent, ask } = made;
  const phone = router.client(own);
  /** Takes the way that the portal's page takes: by the router's API, or by a form that it posts. */
  async function follow(logIn: object) {
    const { kind, url, username, password } = logIn as Record<string, string>;
    if (kind === "done") return;
    const posted = phone.request(url, { username: `${username}`, password: `${password}` });
    await time.advance(20_000);
    await posted;
  }
  await phone.request();
  await follow((await ask(own, "/api/vouchers/redeem", { code: "1111111111" })).body.logIn as object);
  expect(phone.online()).toBe(true);
  /** The portal opens, and logs in by what the phone has: nobody types. */
  const openPortal = async () => {
    await phone.request();
    await follow((await ask(own, "/api/log-in", {})).body);
  };
  const charged = () => [...agent.state.usage.values()].reduce((sum, { onlineSeconds }) => sum + onlineSeconds, 0);
  const sessions = () => [...agent.state.sessions.values()];
  return { time, phone, charged, sessions, openPortal };
}
const surfing = { downBytesPerSecond: 1000 };
const asleep = { downBytesPerSecond: 0 };

const ways: [string, boolean, Partial<RouterKnobs>][] = [
  ["by RADIUS alone, which forgets the MAC cookie", false, {}],
  ["by its API, which keeps the MAC cookie", true, {}],
  ["by RADIUS, as its API refuses", true, { apiRefuses: true }],
];
test.each(inLongRunAll(ways, (_, at) => at === 0))(
  "[RAD-08] a phone sleeps where the router ignores Idle-Timeout, and is logged out %s: it pays the idle time-out and a report at most, and comes back without typing",
  async (_, routerApi, knobs) => {
    const { time, phone, charged, sessions, openPortal } = await online(routerApi, knobs);
    const keepsCookie = routerApi && knobs.apiRefuses !== true;
    phone.consume(surfing);
    await time.advance(420_000);
    phone.consume(asleep);
    await time.advance(8 * 3_600_000);
    expect(phone.online()).toBe(false);
    expect(sessions()).toMatchObject([{ cause: "idle-timeout" }]);
    expect(charged()).toBeGreaterThanOrEqual(420);
    expect(charged()).toBeLessThanOrEqual(420 + interimSeconds + idleSeconds);

    phone.consume(surfing);
    await time.advance(60_000);
    if (!keepsCookie) await openPortal();
    expect(phone.online()).toBe(true);
    const [, { startedAtMs } = { startedAtMs: 0 }] = sessions();
    const backMs = time.clock().wall().atMs;
    expect(backMs - startedAtMs).toBeLessThan(60_000);
    await time.advance(540_000);
    phone.consume(asleep);
    await time.advance(3_600_000);
    expect(phone.online()).toBe(false);
    const surfedSeconds = 420 + (backMs - startedAtMs) / 1000 + 540;
    expect(charged()).toBeGreaterThanOrEqual(Math.floor(surfedSeconds));
    expect(charged()).toBeLessThanOrEqual(surfedSeconds + 2 * (interimSeconds + idleSeconds));
    expect(sessions()).toHaveLength(2);
  },
);

test("[RAD-08] a phone that says a word now and then is never taken for asleep", async () => {
  const { time, phone, sessions } = await online(true, {});
  for (let minute = 0; minute < 40; minute += 5) {
    phone.consume({ downBytesPerSecond: 10 });
    await time.advance(1000);
    phone.consume(asleep);
    await time.advance(299_000);
  }
  expect(phone.online()).toBe(true);
  expect(sessions()).toHaveLength(1);
});

/** What a phone left behind when it walked to another router of the site, where the agent has the API of one of them. */
import { createSimulatedWorld, passTimeUntil } from "@karibu/lab/world/simulated-world";
import { sleep } from "@karibu/protocol/world";
import { expect, test } from "vitest";
import { createTestSite, logInRequest, reportOf } from "../access/test-site.ts";
import type { ActiveSession } from "../ground/router-control.ts";
import { openSessions } from "../state/site-state.ts";

const file = {
  plans: [{ name: "45 minutes", useSeconds: 2700, devices: 1 }],
  vouchers: [{ code: "ALONE1", plan: "45 minutes" }],
};

test("two routers give the same address: what was left at the silent one is not sought in the list of the other, where the phone is now", async () => {
  const world = createSimulatedWorld();
  const removed: string[] = [];
  const here = { user: "ALONE1", mac: "AA:BB:CC:DD:EE:01", address: "10.5.50.10" };
  const row = { id: "*1", sessionId: null, ...here } as unknown as ActiveSession;
  const site = createTestSite(world, {
    file,
    coa: { disconnect: ({ router }) => Promise.resolve(router?.startsWith("10.5.0.2") ? "no-answer" : "ack") },
    router: {
      activeSessions: () => Promise.resolve(removed.length > 0 ? [] : [row]),
      removeSession: ({ id }) => Promise.resolve(void removed.push(id)),
      removeCookies: () => Promise.resolve(),
      logIn: () => Promise.resolve(),
    },
  });
  site.sweeper.start();
  const tell = (status: "start" | "interim", router: string, sessionId: string, more: object = {}) =>
    site.access.account(reportOf(status, { nas: router, router: `${router}#${router}`, sessionId, ...here, ...more }));
  const enter = async (router: string, sessionId: string) => {
    const decision = site.access.logIn(logInRequest("ALONE1", "", { nas: router, sessionId, ...here }));
    if (decision.kind === "reject") throw new Error(decision.reason);
    await tell("start", router, sessionId, { grantId: decision.grantId });
  };
  await enter("10.5.0.2", "80100001");
  await passTimeUntil(world, sleep(world.clock, 60_000), 5000);
  await tell("interim", "10.5.0.2", "80100001", { online: 60, input: 1000 });
  await enter("10.5.0.1", "80300002");
  await passTimeUntil(world, sleep(world.clock, 60_000), 5000);
  await tell("interim", "10.5.0.2", "80100001", { online: 120, input: 1000 });
  await passTimeUntil(world, sleep(world.clock, 60_000), 1000);
  expect(removed).toEqual([]);
  expect(openSessions(site.state).map(({ sessionId }) => sessionId)).toEqual(["80300002"]);
  site.sweeper.stop();
});

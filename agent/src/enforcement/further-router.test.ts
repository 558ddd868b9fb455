/** Guests at a further router of the site, while nobody is at the one whose API the agent has: its list says nothing of them. */
import { createSimulatedWorld, passTimeUntil } from "@karibu/lab/world/simulated-world";
import { sleep } from "@karibu/protocol/world";
import { expect, test } from "vitest";
import { createTestSite, endingCodes, logInRequest, reportOf } from "../access/test-site.ts";
import type { RouterControl } from "../ground/router-control.ts";
import { openSessions } from "../state/site-state.ts";

const phone = { mac: "AA:BB:CC:DD:EE:01", address: "10.6.50.10" };
const noRows: RouterControl = {
  activeSessions: async () => [],
  removeSession: async () => {},
  removeCookies: async () => {},
  logIn: async () => {},
};

async function open() {
  const world = createSimulatedWorld();
  const coa = { disconnect: async () => "no-answer" as const };
  const site = createTestSite(world, { file: endingCodes, hasOtherRouters: true, router: noRows, coa });
  const decision = site.access.logIn(logInRequest("HOUR1", "", phone));
  if (decision.kind !== "accept") throw new Error(decision.reason);
  const of = { user: "HOUR1", grantId: decision.grantId, router: "10.0.0.2", ...phone };
  await site.access.account(reportOf("start", of));
  site.sweeper.start();
  const pass = (minutes: number) => passTimeUntil(world, sleep(world.clock, minutes * 60_000), 1000);
  const report = (online: number) => site.access.account(reportOf("interim", { ...of, online, output: online * 1000 }));
  return { site, pass, report };
}

test("[RTR-23] two reports that do not come end no session at a further router", async () => {
  const { site, pass, report } = await open();
  await pass(5);
  await report(300);
  await pass(13);
  expect(openSessions(site.state)).toHaveLength(1);
});

test("[RTR-23] who is over and whose router does not answer is not taken for gone by another router's list", async () => {
  const { site, pass, report } = await open();
  for (let minutes = 5; minutes <= 60; minutes += 5) {
    await pass(5);
    await report(minutes * 60);
  }
  await pass(3);
  expect(openSessions(site.state)).toHaveLength(1);
  expect(site.sweeper.evicting).toBe(1);
});

/** Sessions that their router should have ended for their idle time-out. The whole way, with a router, is in `lab/src/router/sleeping-phone.test.ts`. */
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { createTestSite, logInRequest, reportOf } from "../access/test-site.ts";

const file = {
  plans: [
    { name: "45 minutes online", useSeconds: 2700, devices: 1 },
    { name: "day", validitySeconds: 86_400, devices: 1 },
  ],
  vouchers: [
    { code: "ONLINE1", plan: "45 minutes online" },
    { code: "DAY1", plan: "day" },
  ],
};
const phone = { mac: "AA:BB:CC:DD:EE:01", address: "10.5.50.11" };

async function siteWith(code: string) {
  const world = createSimulatedWorld();
  let disconnects = 0;
  const disconnect = async () => {
    disconnects++;
    return "ack" as const;
  };
  const site = createTestSite(world, { file, coa: { disconnect } });
  const decision = site.access.logIn(logInRequest(code, code, phone));
  if (decision.kind !== "accept") throw new Error(decision.reason);
  const { grantId } = decision;
  const about = { user: code, grantId, ...phone };
  await site.access.account(reportOf("start", about));
  let toldSeconds = 0;
  /** The router's report of what was since, in seconds and bytes of the session. Null: the report does not come. */
  async function pass(online: number, output: number | null, status: "interim" | "stop" = "interim") {
    world.advance((online - toldSeconds) * 1000);
    toldSeconds = online;
    if (output !== null) await site.access.account(reportOf(status, { ...about, online, output }));
    await site.sweeper.sweep();
    return disconnects;
  }
  const charged = () => site.usage.reported(grantId).onlineSeconds;
  const ended = () => [...site.state.sessions.values()].map(({ cause }) => cause);
  return { ...site, world, pass, charged, ended };
}

test("[RAD-08] two reports without a byte: one Disconnect; the Stop ends it as idle, and counts the time-out alone, also when it comes twice", async () => {
  const site = await siteWith("ONLINE1");
  expect(await site.pass(300, 5000)).toBe(0);
  expect(await site.pass(600, 5000)).toBe(0);
  expect(await site.pass(900, 5000)).toBe(1);
  for (const online of [903, 903]) expect(await site.pass(online, 5000, "stop")).toBe(1);
  expect(site.ended()).toEqual(["idle-timeout"]);
  expect(site.charged()).toBe(900);
  expect(site.access.logIn(logInRequest(phone.mac, phone.mac, phone)).kind).toBe("accept");
});

test("[RAD-08] NO-THEFT: no report is no silence of the guest: nobody is put off, and all that is reported later counts", async () => {
  const site = await siteWith("ONLINE1");
  await site.pass(300, 5000);
  await site.pass(600, null);
  expect(await site.pass(840, null)).toBe(0);
  expect(await site.pass(890, 9000)).toBe(0);
  expect(site.charged()).toBe(890);
});

test("[RAD-08] a byte before the step: he stays", async () => {
  const site = await siteWith("ONLINE1");
  await site.pass(300, 5000);
  await site.pass(600, 5000);
  expect(await site.pass(899, 5000)).toBe(0);
  expect(await site.pass(1199, 5001)).toBe(0);
  expect(site.charged()).toBe(1199);
});

test("[RAD-08] a plan without an idle time-out: silence costs nothing, and ends nobody", async () => {
  const site = await siteWith("DAY1");
  for (let online = 300; online <= 3600; online += 300) expect(await site.pass(online, 5000)).toBe(0);
  expect(site.charged()).toBe(3600);
});

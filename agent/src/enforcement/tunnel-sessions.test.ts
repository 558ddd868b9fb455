/** L2TP, PPTP and SSTP tell no MAC, so nothing names the client: a grant lets in as many of its sessions as devices, the newest ones. */
import { createSimulatedWorld, passTimeUntil } from "@karibu/lab/world/simulated-world";
import { sleep } from "@karibu/protocol/world";
import { expect, test } from "vitest";
import { createTestSite, logInRequest, reportOf } from "../access/test-site.ts";
import { openSessions } from "../state/site-state.ts";

/** An account and a voucher for so many devices. */
function siteFor(devices: number) {
  const world = createSimulatedWorld();
  const plans = [{ name: "home", devices }];
  const accounts = [{ username: "kamau", password: "pass", plan: "home" }];
  const site = createTestSite(world, {
    file: { plans, accounts, vouchers: [{ code: "V1", plan: "home" }] },
    coa: {
      async disconnect({ sessionId, user, mac, address }) {
        await site.access.account(reportOf("stop", { sessionId, user, mac, address, service: "ppp" }));
        return "ack";
      },
    },
  });
  site.sweeper.start();
  async function dial(sessionId: string, user = "kamau", mac: string | null = null) {
    const password = user === "kamau" ? "pass" : "";
    const decision = site.access.logIn(logInRequest(user, password, { service: "ppp", mac, address: null, sessionId }));
    if (decision.kind === "reject") throw new Error(decision.reason);
    const { grantId } = decision;
    const address = `100.64.0.${sessionId}`;
    await site.access.account(reportOf("start", { user, grantId, service: "ppp", mac, address, sessionId }));
    world.advance(1000);
  }
  const pass = () => passTimeUntil(world, sleep(world.clock, 60_000), 1000);
  const online = () => openSessions(site.state).map(({ sessionId }) => sessionId);
  return { dial, pass, online };
}

test.each([
  [1, "kamau", ["5"]],
  [2, "kamau", ["4", "5"]],
  [1, "V1", ["5"]],
])(
  "[RAD-03] of five tunnels by a right for so many devices (%i, %s) the newest stay",
  async (devices, user, expected) => {
    const { dial, pass, online } = siteFor(devices);
    for (const sessionId of ["1", "2", "3", "4", "5"]) await dial(sessionId, user);
    await pass();
    expect(online()).toEqual(expected);
    await pass();
    expect(online()).toEqual(expected);
  },
);

test("[RAD-03] a device with a MAC that is online takes one of the places", async () => {
  const { dial, pass, online } = siteFor(2);
  await dial("1");
  await dial("2");
  await dial("3", "kamau", "AA:BB:CC:DD:EE:01");
  await pass();
  expect(online()).toEqual(["2", "3"]);
});

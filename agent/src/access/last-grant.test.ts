import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import type { Device } from "./portal-access.ts";
import { createTestSite, logInRequest, pruneSite, reportOf } from "./test-site.ts";

const phone: Device = { token: "aa".repeat(16), mac: "AA:BB:CC:DD:EE:01", address: "10.5.50.10" };
const other: Device = { token: "bb".repeat(16), mac: "AA:BB:CC:DD:EE:02", address: "10.5.50.11" };
const file = {
  plans: [
    { name: "1 hour", validitySeconds: 3600, devices: 1 },
    { name: "1GB", dataBytes: 1_000_000_000, devices: 1 },
  ],
  vouchers: [
    { code: "HOUR1", plan: "1 hour" },
    { code: "DATA1", plan: "1GB" },
  ],
};

function siteOf() {
  const world = createSimulatedWorld();
  world.setWall(Date.UTC(2026, 10, 20, 12), "synced");
  const site = createTestSite(world, { file });
  async function enter(device: Device, code: string): Promise<string> {
    const outcome = await site.portalAccess.redeem(code, device);
    if (outcome.kind === "refused") throw new Error(outcome.reason);
    const { username, password } = site.portalAccess.issueLogIn(outcome.grantId, device);
    const { mac, address } = device;
    site.access.logIn(logInRequest(username, password, { mac, address }));
    const session = {
      user: username,
      grantId: outcome.grantId,
      mac,
      address,
      sessionId: `s-${device.token.slice(0, 2)}`,
    };
    await site.access.account(reportOf("start", session));
    return outcome.grantId;
  }
  return { ...site, world, enter };
}

test("[POR-05] a voucher used on a second phone: the first one reads so at once, and until it types the code again", async () => {
  const { portalAccess, enter, world } = siteOf();
  await enter(phone, "HOUR1");
  expect(portalAccess.view(phone)).toMatchObject({ online: { planName: "1 hour" }, ended: null });
  await enter(other, "HOUR1");
  expect(portalAccess.view(phone)).toMatchObject({
    online: null,
    ended: { planName: "1 hour", reason: "too-many-devices" },
  });
  expect(portalAccess.view(other)).toMatchObject({ online: { planName: "1 hour" }, ended: null });
  world.advance(600_000);
  expect(portalAccess.view(phone).ended).toEqual({ planName: "1 hour", reason: "too-many-devices" });
  await enter(phone, "HOUR1");
  expect(portalAccess.view(phone).ended).toBeNull();
});

test("[POR-05] an hour that is over is said to be over, and a day later it is no news", async () => {
  const { portalAccess, enter, world } = siteOf();
  await enter(phone, "HOUR1");
  world.advance(3_600_000);
  expect(portalAccess.view(phone).ended).toEqual({ planName: "1 hour", reason: "expired" });
  world.advance(23 * 3_600_000);
  expect(portalAccess.view(phone).ended?.reason).toBe("expired");
  world.advance(2 * 3_600_000);
  expect(portalAccess.view(phone).ended).toBeNull();
});

test("[POR-05] data used up is said so, and the grant is kept: staff may give it more", async () => {
  const site = siteOf();
  const { portalAccess, enter, access } = site;
  const grantId = await enter(phone, "DATA1");
  expect(portalAccess.view(phone).online).not.toBeNull();
  const { mac, address } = phone;
  const session = { grantId, mac, address, sessionId: "s-aa", input: 1_000_000_000 };
  await access.account(reportOf("stop", session));
  expect(portalAccess.view(phone).ended).toEqual({ planName: "1GB", reason: "data-used" });
  expect(pruneSite(site)).toBe(0);
  expect(portalAccess.view(phone).ended).toEqual({ planName: "1GB", reason: "data-used" });
});

test("a phone that never had anything, and one whose next package waits, are told of no end", async () => {
  const { portalAccess, enter, world } = siteOf();
  expect(portalAccess.view(phone).ended).toBeNull();
  await enter(phone, "HOUR1");
  await portalAccess.redeem("DATA1", phone);
  world.advance(3_600_000);
  expect(portalAccess.view(phone)).toMatchObject({ ended: null, available: [{ planName: "1GB" }] });
});

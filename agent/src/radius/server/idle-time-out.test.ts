/** Plans that count time online tell the router when a silent device is to be logged out, and let it in again without a word. */
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import type { Packet } from "@karibu/protocol/radius/codec";
import { codes } from "@karibu/protocol/radius/codes";
import { expect, test } from "vitest";
import { createTestSite, logInRequest, reportOf } from "../../access/test-site.ts";
import { createRadiusHandler } from "./handler.ts";
import { nasPeer, papRequest, readReply, secret, valuesOf } from "./test-radius-nas.ts";

const file = {
  plans: [
    { name: "45 minutes", useSeconds: 2700, devices: 1 },
    { name: "patient", useSeconds: 2700, devices: 1, idleTimeoutSeconds: 1800 },
    { name: "to the end", useSeconds: 2700, devices: 1, idleTimeoutSeconds: null },
    { name: "day", validitySeconds: 86_400, devices: 1 },
  ],
  vouchers: [
    { code: "USUAL1", plan: "45 minutes" },
    { code: "PATIENT1", plan: "patient" },
    { code: "NONE1", plan: "to the end" },
    { code: "DAY1", plan: "day" },
  ],
};
const phone = { mac: "AA:BB:CC:DD:EE:01", address: "10.5.50.11" };

async function accepted(site: ReturnType<typeof createTestSite>, user: string): Promise<Packet> {
  const handler = createRadiusHandler(site.world, site.access, {
    clients: [{ range: "10.0.0.0/8", secret, requireMessageAuthenticator: false }],
  });
  const packet = papRequest({
    user,
    password: user,
    more: [
      { name: "callingStationId", value: phone.mac },
      { name: "framedIpAddress", value: phone.address },
    ],
  });
  const reply = await new Promise<Buffer>((resolve) => {
    handler.handle("auth", packet, nasPeer, (bytes) => resolve(Buffer.from(bytes)));
  });
  return readReply(reply, packet);
}

test.each([
  ["ten minutes where the plan says nothing", "USUAL1", 600],
  ["as long as the plan says", "PATIENT1", 1800],
  ["none where the plan says so", "NONE1", undefined],
  ["none of a plan that runs by the calendar", "DAY1", undefined],
])("[PLN-07] Idle-Timeout of the accept: %s", async (_, code, idleTimeout) => {
  const reply = await accepted(createTestSite(createSimulatedWorld(), { file }), code);
  expect(reply.code).toBe(codes.accessAccept);
  expect(valuesOf(reply).idleTimeout).toBe(idleTimeout);
});

test("[PLN-07] who walked away is charged for ten minutes more at most, and comes back without typing", async () => {
  const world = createSimulatedWorld();
  const site = createTestSite(world, { file });
  const device = { token: "a1".repeat(16), ...phone };
  const redeemed = await site.portalAccess.redeem("USUAL1", device);
  if (redeemed.kind !== "redeemed") throw new Error(redeemed.reason);
  const { grantId } = redeemed;
  const { username } = site.portalAccess.issueLogIn(grantId, device);
  expect(valuesOf(await accepted(site, username))).toMatchObject({ idleTimeout: 600, sessionTimeout: 2700 });
  const report = { user: username, grantId, ...phone };
  await site.access.account(reportOf("start", report));
  world.advance(900_000);
  await site.access.account(reportOf("stop", { ...report, online: 900, cause: "idle-timeout" }));
  world.advance(8 * 3_600_000);
  // What the router's MAC cookie repeats.
  expect(valuesOf(await accepted(site, username))).toMatchObject({ idleTimeout: 600, sessionTimeout: 1800 });
  expect(site.access.logIn(logInRequest(phone.mac, phone.mac, phone)).kind).toBe("accept");
});
